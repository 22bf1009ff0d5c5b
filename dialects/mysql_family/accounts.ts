/**
 * Whose privileges they are: users and roles by name. "app@10.0.0.%" is a user, the host behind the last @; "reader" alone is a role, which on
 * MySQL is a user like any other, of host "%". Pure.
 */
import type { FamilyFacts } from "./facts.ts";
import { quote } from "./sql.ts";

type Roles = Pick<FamilyFacts, "rolesHaveHosts">;

/** MariaDB's role of everybody, which stands without quotes. */
const everybody = "PUBLIC";

/** The one spelling of a name that a model may write in two ways: where a role has a host, without one it is that of any. */
export function accountName(text: string, { rolesHaveHosts }: Roles): string {
  if (rolesHaveHosts) return text.includes("@") ? text : `${text}@%`;
  return text.toUpperCase() === everybody ? everybody : text;
}

/** The name of who is listed with this user and host. */
export function accountOf(user: string, host: string): string {
  return host === "" ? user : `${user}@${host}`;
}

/** Can this be nothing but a role's name? Where roles have no host, one with an @ reads as a user's. */
export function isRoleName(name: string, { rolesHaveHosts }: Roles): boolean {
  return rolesHaveHosts || (!name.includes("@") && name !== everybody);
}

/** A role by its name, as it stands in CREATE ROLE and where a role is given. */
export function quoteRole(name: string, roles: Roles): string {
  return roles.rolesHaveHosts ? quoteAccount(accountName(name, roles), roles) : quote(name);
}

/** As it stands in GRANT and REVOKE. */
export function quoteAccount(name: string, { rolesHaveHosts }: Roles): string {
  if (!rolesHaveHosts && name === everybody) return name;
  const at = name.lastIndexOf("@");
  return at < 0 ? quote(name) : `${quote(name.slice(0, at))}@${quote(name.slice(at + 1))}`;
}

/** What else is asked about a role: what these servers have not of it, and whether dropping it takes something from anybody. Pure. */
import type { SchemaObject } from "../../schema/object.ts";
import { accountName, isRoleName } from "./accounts.ts";
import type { FamilyFacts } from "./facts.ts";
import { quoteText } from "./sql.ts";

/** What no version of the server has of the role, in words. Null where it has all. */
export function roleLackedBy({ name, comment, memberships }: SchemaObject<"role">, facts: FamilyFacts): string | null {
  if (comment !== null) return "comments on roles";
  if (memberships.some(({ options }) => Object.keys(options).length > 0)) return "options of memberships";
  for (const role of [name[0]!, ...memberships.map(({ role }) => role)]) {
    if (!isRoleName(role, facts)) return "roles whose names have an @";
    if (Array.from(partsOf(role, facts).user).length > facts.roleNameLength) {
      return `names of roles longer than ${facts.roleNameLength} characters`;
    }
  }
  return null;
}

/**
 * A query that gives a row where a user has the role, or another role that the settings do not name, or it has rights beside those on this database.
 * Who else has it is part of the schema and goes and comes with it.
 */
export function heldByRole(name: string, managed: readonly string[], facts: FamilyFacts): string {
  const { user, host } = partsOf(name, facts), { roles, memberships } = facts.catalog;
  const own = `User = ${quoteText(user)} AND Host = ${quoteText(host)}`;
  const elsewhere = ["db", "tables_priv", "procs_priv"].map((table) =>
    `SELECT 1 FROM mysql.${table} WHERE ${own} AND Db <> DATABASE()`
  );
  const holder = facts.rolesHaveHosts ? "CONCAT(m.holder, '@', m.holder_host)" : "m.holder";
  const ours = managed.map((glob) => `${holder} LIKE ${quoteText(likeOf(accountName(glob, facts)))} ESCAPE '|'`);
  // Whoever made it on MariaDB has it without anybody's doing.
  return `SELECT 1 AS held FROM (${memberships}) AS m WHERE m.role = ${quoteText(user)} AND m.role_host = ${
    quoteText(host)
  }
  AND NOT (m.admin = 'Y' AND CONCAT(m.holder, '@', m.holder_host) = CURRENT_USER())
  AND NOT ((${ours.join(" OR ") || "FALSE"}) AND EXISTS (SELECT 1 FROM (${roles}) AS a
    WHERE a.user = m.holder AND a.host = m.holder_host AND a.is_role = 'YES'))
UNION ALL ${elsewhere.join("\nUNION ALL ")} LIMIT 1`;
}

/** A glob of role_globs.ts for LIKE with | before what is meant as it stands. */
function likeOf(glob: string): string {
  return glob.replace(/[|%_]/g, "|$&").replaceAll("*", "%").replaceAll("?", "_");
}

function partsOf(name: string, facts: FamilyFacts): { readonly user: string; readonly host: string } {
  if (!facts.rolesHaveHosts) return { user: name, host: "" };
  const whole = accountName(name, facts), at = whole.lastIndexOf("@");
  return { user: whole.slice(0, at), host: whole.slice(at + 1) };
}

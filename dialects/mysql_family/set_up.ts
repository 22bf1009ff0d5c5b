/** What a run asks for beside the database's own objects. Pure. */
import { namesRole } from "../role_globs.ts";
import { accountName } from "./accounts.ts";
import type { FamilyFacts } from "./facts.ts";

export interface SetUp {
  /** Are privileges looked at? */
  readonly grants: boolean;
  /** Globs of names of roles; with none no role is looked at. */
  readonly roles: readonly string[];
}

/** Do the globs name this role? Where roles have hosts, one without a host means that of host %, as a name does. */
export function managedRoles(
  roles: readonly string[],
  facts: Pick<FamilyFacts, "rolesHaveHosts">,
): (name: string) => boolean {
  const named = namesRole(roles.map((glob) => accountName(glob, facts)));
  return (name) => named(accountName(name, facts));
}

/** Who holds privileges and owns objects, of those roles that the settings name. Roles are their server's; nothing secret of them is read. */
import type { Options } from "../object.ts";
import { type KindFacts, plainFacts } from "./facts.ts";

/** A role that another belongs to, so that it may do what that one may. */
export interface Membership {
  readonly role: string;
  /** May it give the membership on? */
  readonly admin: boolean;
  /** Settings of this one membership where the database has any (Postgres 16: inherit, set), without those of the database's default. */
  readonly options: Options;
}

export interface RoleShape {
  /** Sorted by role. */
  memberships: readonly Membership[];
  /** What it may do on the whole server, by the database's own words ("login", "createdb", "connection_limit"). */
  options: Options;
}

export const roleFacts: KindFacts<"role"> = plainFacts({
  label: "role",
  plural: "roles",
  fields: ["memberships", "options"],
  holdsData: false,
});

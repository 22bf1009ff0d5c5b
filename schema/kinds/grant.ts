/** What one role may do with its parent object. The last part of its name is the role. */
import type { Options } from "../object.ts";
import { type KindFacts, plainFacts } from "./facts.ts";

export interface GrantShape {
  /** Sorted by privilege; "SELECT(column)" for a column. */
  privileges: readonly { readonly privilege: string; readonly grantable: boolean }[];
  options: Options;
}

export const grantFacts: KindFacts<"grant"> = plainFacts({
  label: "grant",
  plural: "grants",
  fields: ["privileges", "options"],
  holdsData: false,
});

/** What goes with a table that gets another name: keys and checks whose names look as if the server had given them. */
import type { SchemaObject } from "../../schema/object.ts";
import type { FamilyFacts } from "./facts.ts";

/**
 * The object under the name that it has after `renamed` became `now`, or null where it keeps its name. InnoDB renames foreign keys
 * that begin with "TABLE_ibfk_", MySQL checks with "TABLE_chk_" too, whatever follows (9.7.4, 10.11.19). Indexes stay.
 */
export function followTable(
  object: SchemaObject,
  renamed: SchemaObject,
  now: string,
  facts: Pick<FamilyFacts, "checksFollowTable">,
): SchemaObject | null {
  if (renamed.kind !== "table" || object.parent !== renamed.id) return null;
  const mark = object.kind === "foreign_key"
    ? "_ibfk_"
    : object.kind === "check" && facts.checksFollowTable
    ? "_chk_"
    : null;
  const name = object.name.at(-1)!, prefix = `${renamed.name.at(-1)}${mark}`;
  if (mark === null || !name.startsWith(prefix)) return null;
  return { ...object, name: [...object.name.slice(0, -1), `${now}${mark}${name.slice(prefix.length)}`] };
}

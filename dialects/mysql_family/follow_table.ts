/** What goes with a table that gets another name: keys and checks whose names look as if the server had given them. */
import type { SchemaObject } from "../../schema/object.ts";
import type { FamilyFacts } from "./facts.ts";
import { quote } from "./sql.ts";
import { triggerParts } from "./stored_text.ts";

/**
 * The object under the name that it has after `renamed` became `now`, or null where it keeps its name. InnoDB renames foreign keys
 * that begin with "TABLE_ibfk_", MySQL checks with "TABLE_chk_" too, whatever follows (9.7.4, 10.11.19). Indexes stay. Triggers are on the
 * table under its new name, and their bodies stay as they are.
 */
export function followTable(
  object: SchemaObject,
  renamed: SchemaObject,
  now: string,
  facts: Pick<FamilyFacts, "checksFollowTable">,
): SchemaObject | null {
  if (renamed.kind !== "table" || object.parent !== renamed.id) return null;
  if (object.kind === "trigger") {
    const { head, body } = triggerParts(object.definition.sql);
    const on = head.replace(/ ON `(?:[^`]|``)*` FOR EACH ROW$/, () => ` ON ${quote(now)} FOR EACH ROW`);
    return { ...object, definition: { ...object.definition, sql: `${on} ${body}` } };
  }
  const mark = object.kind === "foreign_key"
    ? "_ibfk_"
    : object.kind === "check" && facts.checksFollowTable
    ? "_chk_"
    : null;
  const name = object.name.at(-1)!, prefix = `${renamed.name.at(-1)}${mark}`;
  if (mark === null || !name.startsWith(prefix)) return null;
  return { ...object, name: [...object.name.slice(0, -1), `${now}${mark}${name.slice(prefix.length)}`] };
}

/** The comment of a table in its model, brought up to date. Pure. */
import type { SchemaObject } from "../../schema/object.ts";
import { type Edit, insertion, removal } from "./edits.ts";
import { items, properties } from "./source_text.ts";
import { source } from "./text.ts";

/** The edit for a table of which the comment alone differs; null where its options are not written in place. */
export function commentEdit(
  text: string,
  open: number,
  before: SchemaObject<"table">,
  after: SchemaObject<"table">,
): Edit | null {
  const args = items(text, open)!, last = args.at(-1)!, line = `comment: ${source(after.comment)}`;
  if (args.length < 3 || text[last.start] !== "{") {
    // An object behind the columns that is not written out here may have a comment as well.
    if (before.comment !== null || args.length > 2 && !/^\(?\s*\w+\s*\)?\s*=>/.test(text.slice(last.start))) {
      return null;
    }
    return { start: last.end, end: last.end, text: `, { ${line} }` };
  }
  const known = properties(text, last.start), own = known?.find(({ key }) => key === "comment");
  if (!known || before.comment !== null && !own) return null;
  if (!own) {
    return { ...insertion(text, last.start, known, line), text: known.length === 0 ? ` ${line} ` : `, ${line}` };
  }
  if (after.comment !== null) return { ...own, text: line };
  if (known.length > 1) return removal(text, own);
  return { start: args.at(-2)!.end, end: last.end, text: "" };
}

/** Tables: created with all that their text holds, altered in place where SQLite can, made anew where it cannot. */
import type { Alter, Change } from "../../../diff/change.ts";
import type { Statement } from "../../../diff/plan_types.ts";
import { assertNever } from "../../../schema/error.ts";
import type { SchemaObject } from "../../../schema/object.ts";
import type { KindDialect, RenderContext } from "../../dialect.ts";
import { inPlace } from "../in_place.ts";
import { netParts } from "../net_parts.ts";
import { isReferenced, rebuild } from "../rebuild.ts";
import { renameTable } from "../rename_table.ts";
import { quote } from "../sql.ts";
import { foreignKeysOff, statement, writeLock } from "../statement.ts";
import { createTable, tableParts } from "../table_sql.ts";

export const table: KindDialect<"table"> = {
  normalize: (object) => ({ ...object, comment: null, inherits: [] }),
  alters: () => "in place",
  renames: true,
  render(change, context) {
    switch (change.op) {
      case "create":
        return [statement(change, createTable(tableParts(change.to, change.parts.flatMap(created))))];
      case "drop":
        return [
          ...(isReferenced(change.from.id, context.from) ? [foreignKeysOff(change)] : []),
          statement(change, `DROP TABLE ${quote(change.from.name.at(-1)!)}`, {
            locks: writeLock(change.from.id),
            loses: [change.from.id],
          }),
        ];
      case "rename":
        return renameTable(change as Change, change.from, change.to, context);
      case "alter":
        return alterTable(change as Alter<"table">, context);
      default:
        return assertNever(change, "change");
    }
  },
};

/** Does this change, with its folded parts, need the table to be made anew? */
export function rebuilds(change: Alter<"table">, context: RenderContext): boolean {
  return !isEmpty(change) && inPlace(change, context) === null;
}

function alterTable(change: Alter<"table">, context: RenderContext): readonly Statement[] {
  if (isEmpty(change)) return [];
  return inPlace(change, context) ??
    rebuild(change as Change, change.to, context, { inOrder: change.fields.includes("order") });
}

/** Nothing remains but what cancels out and comments, which SQLite has none of. */
function isEmpty(change: Alter<"table">): boolean {
  return change.fields.every((field) => field === "comment") && netParts(change.parts).length === 0;
}

function created(part: Change): readonly SchemaObject[] {
  return part.op === "create" ? [part.to] : [];
}

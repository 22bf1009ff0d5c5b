/** Storage parameters of a table's TOAST table, which exists only once a column needs it: before that they are taken and forgotten. Pure. */
import type { RenderContext } from "../dialect.ts";
import type { Change } from "../../diff/change.ts";
import type { Statement } from "../../diff/plan_types.ts";
import { children } from "../../schema/graph.ts";
import type { SchemaObject } from "../../schema/object.ts";
import { isThere, tableIn } from "./inheritance.ts";
import { parametersOf, setParameters } from "./parameters.ts";
import { quotePath } from "./sql.ts";
import { shareUpdateExclusive, statement } from "./statement.ts";

/** What a column that may bring the TOAST table needs behind it, on a table that is there already and is sure to have had none. */
export function toastParameters(change: Change, column: SchemaObject, context: RenderContext): readonly Statement[] {
  const id = column.parent!, table = tableIn(context.to, id);
  if (!table || !tableIn(context.from, id)) return [];
  const toast = Object.entries(parametersOf(table.options)).filter(([name]) => name.startsWith("toast."));
  // One that goes may take the TOAST table along: a rewrite of the table leaves it out then.
  const stays = (each: SchemaObject<"column">) => {
    const to = context.to.objects.get(each.id);
    return to?.kind === "column" && isThere(context, each.id) && isSureToBeToasted(to as unknown as typeof each);
  };
  const sure = children(context.from, id, "column").filter(isSureToBeToasted).some(stays);
  if (toast.length === 0 || sure) return [];
  return setParameters({}, { with: Object.fromEntries(toast) }).map((clause) =>
    statement(change, `ALTER TABLE ${quotePath(table.name)} ${clause}`, { locks: [shareUpdateExclusive(id)] })
  );
}

const long = new Set(["text", "json", "jsonb", "bytea", "xml", "tsvector"]);

/** A virtual column (18) is stored nowhere. */
function isSureToBeToasted({ type, generated }: SchemaObject<"column">): boolean {
  return generated?.stored !== false && (type.dimensions > 0 || long.has(type.name));
}

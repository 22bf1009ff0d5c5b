/** Routines that return rows of a table, which must fit its columns when they are made. Pure. */
import type { Around, RenderContext } from "../dialect.ts";
import type { Change } from "../../diff/change.ts";
import { children, type SchemaGraph } from "../../schema/graph.ts";
import type { SchemaObject } from "../../schema/object.ts";
import { type AnyTable, tableIn } from "./inheritance.ts";
import { quotePath } from "./sql.ts";

/** The table that the function returns rows of, if any. */
export function rowsOf(object: SchemaObject<"function">, graph: SchemaGraph): readonly AnyTable[] {
  const returns = object.returns?.replace(/^SETOF /, "");
  return object.refs.flatMap((id) => {
    const table = tableIn(graph, id);
    return table && quotePath(table.name) === returns ? [table] : [];
  });
}

/** A function is made when the columns that go from the table whose rows it returns are gone. */
export function aroundReturnedRows(change: Change, context: Pick<RenderContext, "from" | "to">): Around {
  if (change.kind !== "function" || change.op === "drop" || change.op === "rename") return { before: [], after: [] };
  const gone = rowsOf(change.to, context.to).flatMap((table) =>
    children(context.from, table.id, "column").filter(({ id }) => !context.to.objects.has(id))
  );
  return { before: gone.map(({ id }) => id), after: [] };
}

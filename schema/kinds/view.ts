/** A view: a stored query. `columns` are its output names where the source knows them, else null (not compared then). */
import type { Expression, Options } from "../object.ts";
import type { KindFacts } from "./facts.ts";

export interface ViewShape {
  definition: Expression;
  columns: readonly string[] | null;
  options: Options;
}

export const viewFacts: KindFacts<"view"> = {
  label: "view",
  plural: "views",
  fields: ["definition", "columns", "options"],
  holdsData: false,
  sameByShape: false,
  expressions: (view) => [{ field: "definition", expression: view.definition }],
  mapExpressions: (view, map) => ({ ...view, definition: map(view.definition, "definition") }),
  renameColumn: (view, rename) =>
    view.refs.includes(rename.table) ? { ...view, definition: rename.expression(view.definition) } : view,
  columnsUsed: () => [],
  unsaid: ["columns"],
};

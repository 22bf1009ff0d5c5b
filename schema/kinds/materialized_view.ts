/** A stored query with its result kept. Its indexes are its children. */
import type { Expression, Options } from "../object.ts";
import type { KindFacts } from "./facts.ts";

export interface MaterializedViewShape {
  definition: Expression;
  columns: readonly string[] | null;
  options: Options;
  /** Read from a database where it holds no result yet: the state of its rows and no schema, so it is not compared. */
  unfilled?: true;
}

export const materializedViewFacts: KindFacts<"materialized_view"> = {
  label: "materialized view",
  plural: "materialized views",
  fields: ["definition", "columns", "options"],
  holdsData: false,
  sameByShape: false,
  expressions: (object) => [{ field: "definition", expression: object.definition }],
  mapExpressions: (object, map) => ({ ...object, definition: map(object.definition, "definition") }),
  renameColumn: (object, rename) =>
    object.parent === rename.table || object.refs.includes(rename.table)
      ? { ...object, definition: rename.expression(object.definition) }
      : object,
  columnsUsed: () => [],
  unsaid: ["columns"],
};

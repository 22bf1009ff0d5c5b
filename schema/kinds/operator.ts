/** An operator, an operator class or an operator family; `what` says which. */
import type { Expression, Options } from "../object.ts";
import type { KindFacts } from "./facts.ts";

export interface OperatorShape {
  what: "operator" | "class" | "family";
  definition: Expression;
  options: Options;
}

export const operatorFacts: KindFacts<"operator"> = {
  label: "operator",
  plural: "operators",
  fields: ["what", "definition", "options"],
  holdsData: false,
  sameByShape: false,
  expressions: (object) => [{ field: "definition", expression: object.definition }],
  mapExpressions: (object, map) => ({ ...object, definition: map(object.definition, "definition") }),
  renameColumn: (object, rename) =>
    object.parent === rename.table || object.refs.includes(rename.table)
      ? { ...object, definition: rename.expression(object.definition) }
      : object,
  columnsUsed: () => [],
};

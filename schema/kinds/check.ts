/** A check constraint on the rows of its table. The columns that it reads are found by the dialect and stand in `refs`. */
import type { Expression, Options } from "../object.ts";
import type { KindFacts } from "./facts.ts";

export interface CheckShape {
  expression: Expression;
  options: Options;
}

export const checkFacts: KindFacts<"check"> = {
  label: "check constraint",
  plural: "check constraints",
  fields: ["expression", "options"],
  holdsData: false,
  sameByShape: true,
  expressions: (check) => [{ field: "expression", expression: check.expression }],
  mapExpressions: (check, map) => ({ ...check, expression: map(check.expression, "expression") }),
  renameColumn: (check, rename) =>
    check.parent === rename.table ? { ...check, expression: rename.expression(check.expression) } : check,
  columnsUsed: () => [],
};

/** An exclusion constraint: the text after its name. */
import type { Deferrable, Expression, Options } from "../object.ts";
import type { KindFacts } from "./facts.ts";

export interface ExclusionShape {
  definition: Expression;
  deferrable: Deferrable;
  options: Options;
}

export const exclusionFacts: KindFacts<"exclusion"> = {
  label: "exclusion constraint",
  plural: "exclusion constraints",
  fields: ["definition", "deferrable", "options"],
  holdsData: false,
  sameByShape: true,
  expressions: (object) => [{ field: "definition", expression: object.definition }],
  mapExpressions: (object, map) => ({ ...object, definition: map(object.definition, "definition") }),
  renameColumn: (object, rename) =>
    object.parent === rename.table || object.refs.includes(rename.table)
      ? { ...object, definition: rename.expression(object.definition) }
      : object,
  columnsUsed: () => [],
};

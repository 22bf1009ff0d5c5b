/** A procedural language. */
import type { Expression, Options } from "../object.ts";
import type { KindFacts } from "./facts.ts";

export interface LanguageShape {
  definition: Expression;
  options: Options;
}

export const languageFacts: KindFacts<"language"> = {
  label: "language",
  plural: "languages",
  fields: ["definition", "options"],
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

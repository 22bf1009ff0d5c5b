/** A text search configuration, dictionary, parser or template; `what` says which. */
import type { Expression, Options } from "../object.ts";
import type { KindFacts } from "./facts.ts";

export interface TextSearchShape {
  what: "configuration" | "dictionary" | "parser" | "template";
  definition: Expression;
  options: Options;
}

export const textSearchFacts: KindFacts<"text_search"> = {
  label: "text search object",
  plural: "text search objects",
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

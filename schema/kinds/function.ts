/** A function or a procedure. Its own name is "name(argument types)", so that overloads are different objects. */
import type { Expression, Options } from "../object.ts";
import type { KindFacts } from "./facts.ts";

export interface FunctionShape {
  /** The whole CREATE OR REPLACE statement. */
  definition: Expression;
  routine: "function" | "procedure";
  /** A change of it cannot be replaced in place; nor can one of `arguments`. */
  returns: string | null;
  /** Names, types and defaults as declared. */
  arguments: string;
  options: Options;
}

export const functionFacts: KindFacts<"function"> = {
  label: "function",
  plural: "functions",
  fields: ["definition", "routine", "returns", "arguments", "options"],
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

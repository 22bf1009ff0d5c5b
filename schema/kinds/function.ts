/** A function or a procedure. Its own name is "name(argument types)", so that overloads are different objects. */
import type { Expression, Options } from "../object.ts";
import { definedFacts, type KindFacts } from "./facts.ts";

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

export const functionFacts: KindFacts<"function"> = definedFacts({
  label: "function",
  plural: "functions",
  fields: ["definition", "routine", "returns", "arguments", "options"],
});

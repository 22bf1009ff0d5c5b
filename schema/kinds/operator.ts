/** An operator, an operator class or an operator family; `what` says which. */
import type { Expression, Options } from "../object.ts";
import { definedFacts, type KindFacts } from "./facts.ts";

export interface OperatorShape {
  what: "operator" | "class" | "family";
  definition: Expression;
  options: Options;
}

export const operatorFacts: KindFacts<"operator"> = definedFacts({
  label: "operator",
  plural: "operators",
  fields: ["what", "definition", "options"],
});

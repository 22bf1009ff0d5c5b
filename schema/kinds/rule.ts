/** A rewrite rule of a table or a view: the text of its CREATE statement. */
import type { Expression, Options } from "../object.ts";
import { definedFacts, type KindFacts } from "./facts.ts";

export interface RuleShape {
  definition: Expression;
  options: Options;
}

export const ruleFacts: KindFacts<"rule"> = definedFacts({
  label: "rule",
  plural: "rules",
});

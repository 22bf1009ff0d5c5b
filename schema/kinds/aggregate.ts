/** An aggregate function: the text of its CREATE statement. */
import type { Expression, Options } from "../object.ts";
import { definedFacts, type KindFacts } from "./facts.ts";

export interface AggregateShape {
  definition: Expression;
  options: Options;
}

export const aggregateFacts: KindFacts<"aggregate"> = definedFacts({
  label: "aggregate",
  plural: "aggregates",
});

/** Extended statistics over columns or expressions of a table. */
import type { Expression, Options } from "../object.ts";
import { definedFacts, type KindFacts } from "./facts.ts";

export interface StatisticsShape {
  definition: Expression;
  options: Options;
}

export const statisticsFacts: KindFacts<"statistics"> = definedFacts({
  label: "statistics object",
  plural: "statistics objects",
});

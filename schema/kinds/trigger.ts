/** A trigger on a table or a view, kept as the database's own text of it. */
import type { Expression, Options } from "../object.ts";
import { definedFacts, type KindFacts } from "./facts.ts";

export interface TriggerShape {
  definition: Expression;
  options: Options;
}

export const triggerFacts: KindFacts<"trigger"> = definedFacts({
  label: "trigger",
  plural: "triggers",
});

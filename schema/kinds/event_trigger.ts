/** A trigger on schema changes: the text of its CREATE statement. */
import type { Expression, Options } from "../object.ts";
import { definedFacts, type KindFacts } from "./facts.ts";

export interface EventTriggerShape {
  definition: Expression;
  options: Options;
}

export const eventTriggerFacts: KindFacts<"event_trigger"> = definedFacts({
  label: "event trigger",
  plural: "event triggers",
});

/** A trigger on a table or a view, kept as the database's own text of it. */
import type { Expression, Options } from "../object.ts";
import type { KindFacts } from "./facts.ts";

export interface TriggerShape {
  definition: Expression;
  options: Options;
}

export const triggerFacts: KindFacts<"trigger"> = {
  label: "trigger",
  plural: "triggers",
  fields: ["definition", "options"],
  holdsData: false,
  sameByShape: false,
  expressions: (trigger) => [{ field: "definition", expression: trigger.definition }],
  mapExpressions: (trigger, map) => ({ ...trigger, definition: map(trigger.definition, "definition") }),
  renameColumn: (trigger, rename) =>
    trigger.parent === rename.table || trigger.refs.includes(rename.table)
      ? { ...trigger, definition: rename.expression(trigger.definition) }
      : trigger,
  columnsUsed: () => [],
};

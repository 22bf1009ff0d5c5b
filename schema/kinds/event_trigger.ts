/** A trigger on schema changes: the text of its CREATE statement. */
import type { Expression, Options } from "../object.ts";
import type { KindFacts } from "./facts.ts";

export interface EventTriggerShape {
  definition: Expression;
  options: Options;
}

export const eventTriggerFacts: KindFacts<"event_trigger"> = {
  label: "event trigger",
  plural: "event triggers",
  fields: ["definition", "options"],
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

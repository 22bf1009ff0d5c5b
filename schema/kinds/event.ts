/** Something that the database runs by its own clock. `definition` is what it does, the schedule stands in the options. */
import type { Expression, Options } from "../object.ts";
import type { KindFacts } from "./facts.ts";

export interface EventShape {
  definition: Expression;
  /** `schedule`: "EVERY 1 DAY", "AT '2030-01-01 00:00:00'". */
  options: Options;
}

export const eventFacts: KindFacts<"event"> = {
  label: "event",
  plural: "events",
  fields: ["definition", "options"],
  holdsData: false,
  sameByShape: false,
  expressions: (object) => [{ field: "definition", expression: object.definition }],
  mapExpressions: (object, map) => ({ ...object, definition: map(object.definition, "definition") }),
  renameColumn: (object, rename) =>
    object.refs.includes(rename.table) ? { ...object, definition: rename.expression(object.definition) } : object,
  columnsUsed: () => [],
};

/** A range over another type. */
import type { DataType, Options } from "../object.ts";
import { type KindFacts, plainFacts } from "./facts.ts";

export interface RangeTypeShape {
  subtype: DataType;
  options: Options;
}

export const rangeTypeFacts: KindFacts<"range_type"> = {
  ...plainFacts<"range_type">({
    label: "range type",
    plural: "range types",
    fields: ["subtype", "options"],
    holdsData: false,
  }),
  typesUsed: (object) => [object.subtype],
  mapIds: (object, map) => ({ ...object, subtype: map.type(object.subtype) }),
};

/** A range over another type. */
import type { DataType, Options } from "../object.ts";
import { type KindFacts, plainFacts } from "./facts.ts";

export interface RangeTypeShape {
  subtype: DataType;
  options: Options;
}

export const rangeTypeFacts: KindFacts<"range_type"> = plainFacts({
  label: "range type",
  plural: "range types",
  fields: ["subtype", "options"],
  holdsData: false,
});

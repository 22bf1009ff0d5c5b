/** A driver for foreign servers. */
import type { Options } from "../object.ts";
import { type KindFacts, plainFacts } from "./facts.ts";

export interface ForeignDataWrapperShape {
  options: Options;
}

export const foreignDataWrapperFacts: KindFacts<"foreign_data_wrapper"> = plainFacts({
  label: "foreign data wrapper",
  plural: "foreign data wrappers",
  fields: ["options"],
  holdsData: false,
});

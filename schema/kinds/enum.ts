/** A named enumeration type, its labels in sort order. */
import { type KindFacts, plainFacts } from "./facts.ts";

export interface EnumShape {
  values: readonly string[];
}

export const enumFacts: KindFacts<"enum"> = plainFacts({
  label: "enum",
  plural: "enums",
  fields: ["values"],
  holdsData: false,
});

/** A conversion between encodings. */
import type { Expression, Options } from "../object.ts";
import { definedFacts, type KindFacts } from "./facts.ts";

export interface ConversionShape {
  definition: Expression;
  options: Options;
}

export const conversionFacts: KindFacts<"conversion"> = definedFacts({ label: "conversion", plural: "conversions" });

/** A way to store tables or to look things up in indexes. */
import type { Expression, Options } from "../object.ts";
import { definedFacts, type KindFacts } from "./facts.ts";

export interface AccessMethodShape {
  definition: Expression;
  options: Options;
}

export const accessMethodFacts: KindFacts<"access_method"> = definedFacts({
  label: "access method",
  plural: "access methods",
});

/** How one type becomes another: the text of its CREATE statement. */
import type { Expression, Options } from "../object.ts";
import { definedFacts, type KindFacts } from "./facts.ts";

export interface CastShape {
  definition: Expression;
  options: Options;
}

export const castFacts: KindFacts<"cast"> = definedFacts({ label: "cast", plural: "casts" });

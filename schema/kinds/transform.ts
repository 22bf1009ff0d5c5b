/** How values of a type are turned for functions of a language, and back: named by the type and the language. */
import type { Expression, Options } from "../object.ts";
import { definedFacts, type KindFacts } from "./facts.ts";

export interface TransformShape {
  definition: Expression;
  options: Options;
}

export const transformFacts: KindFacts<"transform"> = definedFacts({ label: "transform", plural: "transforms" });

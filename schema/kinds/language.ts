/** A procedural language. */
import type { Expression, Options } from "../object.ts";
import { definedFacts, type KindFacts } from "./facts.ts";

export interface LanguageShape {
  definition: Expression;
  options: Options;
}

export const languageFacts: KindFacts<"language"> = definedFacts({ label: "language", plural: "languages" });

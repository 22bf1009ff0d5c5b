/** A text search configuration, dictionary, parser or template; `what` says which. */
import type { Expression, Options } from "../object.ts";
import { definedFacts, type KindFacts } from "./facts.ts";

export interface TextSearchShape {
  what: "configuration" | "dictionary" | "parser" | "template";
  definition: Expression;
  options: Options;
}

export const textSearchFacts: KindFacts<"text_search"> = definedFacts({
  label: "text search object",
  plural: "text search objects",
  fields: ["what", "definition", "options"],
});

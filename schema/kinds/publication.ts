/** What is published to subscribers. */
import type { Expression, Options } from "../object.ts";
import { definedFacts, type KindFacts } from "./facts.ts";

export interface PublicationShape {
  definition: Expression;
  options: Options;
}

export const publicationFacts: KindFacts<"publication"> = definedFacts({
  label: "publication",
  plural: "publications",
});

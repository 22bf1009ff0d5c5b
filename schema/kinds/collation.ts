/** A way to sort text. */
import type { Options } from "../object.ts";
import { type KindFacts, plainFacts } from "./facts.ts";

export interface CollationShape {
  options: Options;
}

export const collationFacts: KindFacts<"collation"> = plainFacts({
  label: "collation",
  plural: "collations",
  fields: ["options"],
  holdsData: false,
});

/** A namespace for tables and types ("public"). Databases without namespaces have none. */
import type { Options } from "../object.ts";
import { type KindFacts, plainFacts } from "./facts.ts";

export interface SchemaShape {
  options: Options;
}

export const schemaFacts: KindFacts<"schema"> = plainFacts({
  label: "schema",
  plural: "schemas",
  fields: ["options"],
  holdsData: true,
});

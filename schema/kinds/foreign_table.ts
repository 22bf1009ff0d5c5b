/** A table that lives on a foreign server. Its columns are its children. */
import type { Options } from "../object.ts";
import { type KindFacts, plainFacts } from "./facts.ts";

export interface ForeignTableShape {
  server: string;
  options: Options;
}

export const foreignTableFacts: KindFacts<"foreign_table"> = plainFacts({
  label: "foreign table",
  plural: "foreign tables",
  fields: ["server", "options"],
  holdsData: false,
});

/** A table that lives on a foreign server. Its columns are its children. */
import type { ObjectId, Options } from "../object.ts";
import { type KindFacts, plainFacts } from "./facts.ts";

export interface ForeignTableShape {
  server: string;
  /** As a table's: a foreign table may be a partition or inherit too. */
  inherits: readonly ObjectId[];
  options: Options;
}

export const foreignTableFacts: KindFacts<"foreign_table"> = plainFacts({
  label: "foreign table",
  plural: "foreign tables",
  fields: ["server", "inherits", "options"],
  holdsData: false,
});

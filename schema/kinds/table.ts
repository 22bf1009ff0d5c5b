/** A base table: only what is its own. Columns, keys and indexes are objects with this one as their parent. */
import type { Options } from "../object.ts";
import { type KindFacts, plainFacts } from "./facts.ts";

export interface TableShape {
  options: Options;
}

export const tableFacts: KindFacts<"table"> = plainFacts({
  label: "table",
  plural: "tables",
  fields: ["options"],
  holdsData: true,
});

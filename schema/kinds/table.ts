/** A base table: only what is its own. Columns, keys and indexes are objects with this one as their parent. */
import type { ObjectId, Options } from "../object.ts";
import { type KindFacts, plainFacts } from "./facts.ts";

export interface TableShape {
  /** Tables that it gets columns from, in order: the parents of an inheriting table, the one whose partition it is. Else empty. */
  inherits: readonly ObjectId[];
  /** The collation of columns without one of their own, where tables have it; null or absent: what the database gives, not compared. */
  collation?: string | null;
  /** `partition_by` is the text of a partition key, `bound` what a partition holds. */
  options: Options;
}

export const tableFacts: KindFacts<"table"> = {
  ...plainFacts<"table">({
    label: "table",
    plural: "tables",
    fields: ["inherits", "collation", "options"],
    holdsData: true,
  }),
  unsaid: ["collation"],
  renameColumn: (table, rename) =>
    table.id !== rename.table || typeof table.options.partition_by !== "string" ? table : {
      ...table,
      options: { ...table.options, partition_by: rename.expression({ sql: table.options.partition_by }).sql },
    },
};

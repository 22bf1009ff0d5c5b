/** A foreign key: columns of this table that point to a key of another, or of the same. */
import type { Action, Deferrable, ObjectId, Options } from "../object.ts";
import { type KindFacts, renamed, withRenamedList } from "./facts.ts";

export interface ForeignKeyShape {
  columns: readonly string[];
  references: { readonly table: ObjectId; readonly columns: readonly string[] };
  onDelete: Action;
  onUpdate: Action;
  match: "simple" | "full" | "partial";
  deferrable: Deferrable;
  options: Options;
}

export const foreignKeyFacts: KindFacts<"foreign_key"> = {
  label: "foreign key",
  plural: "foreign keys",
  fields: ["columns", "references", "onDelete", "onUpdate", "match", "deferrable", "options"],
  holdsData: false,
  sameByShape: true,
  expressions: () => [],
  mapExpressions: (object) => object,
  renameColumn: (key, rename) => ({
    ...key,
    columns: renamed(key.columns, key.parent, rename),
    references: {
      table: key.references.table,
      columns: renamed(key.references.columns, key.references.table, rename),
    },
    options: withRenamedList(key.options, "on_delete_columns", key.parent, rename),
  }),
  columnsUsed: (key) => [
    { table: key.parent!, columns: key.columns },
    { table: key.references.table, columns: key.references.columns },
  ],
};

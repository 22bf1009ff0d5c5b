/** The primary key of a table. */
import type { Deferrable, Options } from "../object.ts";
import { type KindFacts, renamed, withRenamedList } from "./facts.ts";

export interface PrimaryKeyShape {
  columns: readonly string[];
  deferrable: Deferrable;
  options: Options;
  /** Its place among the indexes and keys of its table that the database takes for alike, where it assigns parts to them in that order. Never compared. */
  position?: number;
}

export const primaryKeyFacts: KindFacts<"primary_key"> = {
  label: "primary key",
  plural: "primary keys",
  fields: ["columns", "deferrable", "options"],
  holdsData: false,
  sameByShape: true,
  expressions: () => [],
  mapExpressions: (object) => object,
  renameColumn: (object, rename) => ({
    ...object,
    columns: renamed(object.columns, object.parent, rename),
    options: withRenamedList(object.options, "include", object.parent, rename),
  }),
  columnsUsed: (object) => [{ table: object.parent!, columns: object.columns }],
};

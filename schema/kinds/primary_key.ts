/** The primary key of a table. */
import type { Deferrable, Options, Placed } from "../object.ts";
import { type KindFacts, renamed, withRenamedList } from "./facts.ts";

export interface PrimaryKeyShape extends Placed {
  columns: readonly string[];
  deferrable: Deferrable;
  options: Options;
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

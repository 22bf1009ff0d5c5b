/** A unique constraint (a unique index without a constraint is an `index`). */
import type { Deferrable, Options, Placed } from "../object.ts";
import { type KindFacts, renamed, withRenamedList } from "./facts.ts";

export interface UniqueShape extends Placed {
  columns: readonly string[];
  nullsDistinct: boolean;
  deferrable: Deferrable;
  options: Options;
}

export const uniqueFacts: KindFacts<"unique"> = {
  label: "unique constraint",
  plural: "unique constraints",
  fields: ["columns", "nullsDistinct", "deferrable", "options"],
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

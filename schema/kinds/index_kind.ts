/** An index that is not the body of a constraint. */
import type { Expression, IndexKey, Options, Placed } from "../object.ts";
import { type KindFacts, renamed } from "./facts.ts";

export interface IndexShape extends Placed {
  unique: boolean;
  nullsDistinct: boolean;
  method: string;
  keys: readonly IndexKey[];
  include: readonly string[];
  where: Expression | null;
  options: Options;
}

export const indexFacts: KindFacts<"index"> = {
  label: "index",
  plural: "indexes",
  fields: ["unique", "nullsDistinct", "method", "keys", "include", "where", "options"],
  holdsData: false,
  sameByShape: true,
  expressions: (index) => [
    ...index.keys.flatMap((key, i) => key.expression ? [{ field: `keys.${i}`, expression: key.expression }] : []),
    ...(index.where ? [{ field: "where", expression: index.where }] : []),
  ],
  mapExpressions: (index, map) => ({
    ...index,
    keys: index.keys.map((key, i) => key.expression ? { ...key, expression: map(key.expression, `keys.${i}`) } : key),
    where: index.where && map(index.where, "where"),
  }),
  renameColumn: (index, rename) =>
    index.parent !== rename.table ? index : {
      ...index,
      keys: index.keys.map((key) => ({
        ...key,
        column: key.column === rename.from ? rename.to : key.column,
        expression: key.expression && rename.expression(key.expression),
      })),
      include: renamed(index.include, index.parent, rename),
      where: index.where && rename.expression(index.where),
    },
  columnsUsed: (index) => [{
    table: index.parent!,
    columns: [...index.keys.flatMap((key) => key.column === null ? [] : [key.column]), ...index.include],
  }],
};

/** A column of a table. `position` orders the columns of one graph; it is compared only where the run asks for strict order. */
import type { DataType, Expression, Options, SchemaObject } from "../object.ts";
import type { KindFacts } from "./facts.ts";

/** Computed from other columns. `stored` false means computed when read. */
export interface Generated {
  readonly expression: Expression;
  readonly stored: boolean;
}

/** The database numbers the rows: `always` refuses explicit values; `options` holds start, increment and the like. */
export interface Identity {
  readonly mode: "always" | "by default";
  readonly options: Options;
}

/** Names of the options of an identity, as all databases together know them. */
export const identityOptions = [
  "start",
  "increment",
  "min",
  "max",
  "cache",
  "cycle",
  "sequence",
  "unlogged",
  "comment",
] as const;

export interface ColumnShape {
  type: DataType;
  nullable: boolean;
  default: Expression | null;
  generated: Generated | null;
  identity: Identity | null;
  collation: string | null;
  position: number;
  options: Options;
}

export const columnFacts: KindFacts<"column"> = {
  label: "column",
  plural: "columns",
  fields: ["type", "nullable", "default", "generated", "identity", "collation", "options"],
  holdsData: true,
  sameByShape: false,
  expressions: (column) => [
    ...(column.default ? [{ field: "default", expression: column.default }] : []),
    ...(column.generated ? [{ field: "generated", expression: column.generated.expression }] : []),
  ],
  mapExpressions: (column, map) => ({
    ...column,
    default: column.default && map(column.default, "default"),
    generated: column.generated &&
      { ...column.generated, expression: map(column.generated.expression, "generated") },
  }),
  renameColumn: (column, rename) =>
    column.parent !== rename.table || !column.generated ? column : {
      ...column,
      generated: { ...column.generated, expression: rename.expression(column.generated.expression) },
    },
  columnsUsed: () => [],
  typesUsed: (column) => [column.type],
  mapIds: (column, map) => ({ ...column, type: map.type(column.type) }),
};

/** The columns of one table in their order. */
export function inOrder(columns: readonly SchemaObject<"column">[]): readonly SchemaObject<"column">[] {
  return [...columns].sort((a, b) => a.position - b.position || (a.id < b.id ? -1 : 1));
}

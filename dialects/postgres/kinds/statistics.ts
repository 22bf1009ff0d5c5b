/** Extended statistics in Postgres, as the server writes them (pg_get_statisticsobjdef). They go with their table's columns. */
import type { KindDialect } from "../../dialect.ts";
import { objectId } from "../../../schema/id.ts";
import type { SchemaObject } from "../../../schema/object.ts";
import { address, made, ofExtension, options, reader, schemasInScope, type TableKind } from "../catalog.ts";
import { definitionKind } from "../definition.ts";
import { quote, quotePath } from "../sql.ts";
import { withSortedColumns } from "../statistics_columns.ts";

interface Row extends Record<string, unknown> {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly table_schema: string;
  readonly table_name: string;
  readonly table_kind: TableKind | "materialized_view";
  readonly definition: string;
  readonly target: number | null;
}

export const statisticsReader = reader<Row>({
  from: ["pg_catalog.pg_statistic_ext"],
  sql: () =>
    `WITH ${schemasInScope}
SELECT
  o.oid,
  s.name AS schema,
  o.stxname AS name,
  tn.nspname AS table_schema,
  c.relname AS table_name,
  CASE c.relkind WHEN 'f' THEN 'foreign_table' WHEN 'm' THEN 'materialized_view' ELSE 'table' END AS table_kind,
  pg_catalog.pg_get_statisticsobjdef(o.oid) AS definition,
  NULLIF(o.stxstattarget, -1) AS target -- 17: NULL for the default, before -1
FROM pg_catalog.pg_statistic_ext AS o
JOIN schemas AS s ON s.oid = o.stxnamespace
JOIN pg_catalog.pg_class AS c ON c.oid = o.stxrelid
JOIN pg_catalog.pg_namespace AS tn ON tn.oid = c.relnamespace
WHERE NOT ${ofExtension("o.oid", "pg_statistic_ext")} AND NOT ${ofExtension("c.oid", "pg_class")}`,
  found: (row) => [{
    object: made("statistics", [row.schema, row.name], objectId(row.table_kind, [row.table_schema, row.table_name]), {
      definition: { sql: row.definition },
      options: options({ target: row.target }),
    }),
    address: address("pg_statistic_ext", row.oid),
  }],
});

/** Names of a statistics object's options: what a model may set. */
export const statisticsOptions = ["target"] as const;

function setTarget(object: SchemaObject<"statistics">): string {
  return `ALTER STATISTICS ${quotePath(object.name)} SET STATISTICS ${Number(object.options.target ?? -1)}`;
}

const definition: KindDialect<"statistics"> = definitionKind<"statistics">({
  target: (object) => `STATISTICS ${quotePath(object.name)}`,
  create: (object) => [object.definition.sql, ...(object.options.target === undefined ? [] : [setTarget(object)])],
  alter: ({ from, to, fields }) =>
    fields.includes("definition") && sorted(from).definition.sql !== sorted(to).definition.sql
      ? null
      : fields.includes("options")
      ? [setTarget(to)]
      : [],
  rename: (from, to) => [
    ...(from.name[0] === to.name[0]
      ? []
      : [`ALTER STATISTICS ${quotePath(from.name)} SET SCHEMA ${quote(to.name[0]!)}`]),
    ...(from.name[1] === to.name[1]
      ? []
      : [`ALTER STATISTICS ${quotePath([to.name[0]!, from.name[1]!])} RENAME TO ${quote(to.name[1]!)}`]),
  ],
});

function sorted(object: SchemaObject<"statistics">): SchemaObject<"statistics"> {
  const { definition } = object;
  return definition.opaque ? object : { ...object, definition: { sql: withSortedColumns(definition.sql) } };
}

export const statistics: KindDialect<"statistics"> = {
  ...definition,
  normalize: (object) => sorted(definition.normalize(object)),
};

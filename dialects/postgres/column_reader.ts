/** Reads columns: the rows of pg_attribute to objects. How they are compared and written is in kinds/column.ts. */
import {
  address,
  made,
  noOptions,
  options,
  parameters,
  pathWithin,
  reader,
  type TableKind,
  tablesInScope,
} from "./catalog.ts";
import { plainOptions } from "./foreign_options.ts";
import { objectName } from "./names.ts";
import { dotted } from "./sql.ts";
import { builtInType, parseType } from "./types.ts";
import type { DataType } from "../../schema/object.ts";

interface Row {
  readonly oid: string;
  readonly number: number;
  readonly position: number;
  readonly schema: string;
  readonly table_name: string;
  readonly table_kind: TableKind;
  readonly inherited: boolean;
  readonly name: string;
  readonly type: string;
  readonly type_path: readonly [string, string] | null;
  readonly is_array: boolean;
  readonly not_null: boolean;
  readonly not_null_name: string | null;
  readonly not_null_valid: boolean;
  readonly not_null_inherits: boolean;
  readonly not_null_own: boolean | null;
  readonly not_null_comment: string | null;
  readonly expression: string | null;
  readonly generated: string;
  readonly identity: string;
  readonly sequence: Record<string, string | boolean | null> | null;
  readonly collation: readonly [string, string] | null;
  readonly storage: string | null;
  readonly compression: string;
  readonly statistics: number | null;
  readonly parameters: readonly string[] | null;
  readonly foreign_options: Readonly<Record<string, string>> | null;
}

export const columnReader = reader<Row>({
  many: true,
  columns: {
    oid: true,
    number: true,
    position: true,
    schema: true,
    table_name: true,
    table_kind: true,
    inherited: true,
    name: true,
    type: true,
    type_path: true,
    is_array: true,
    not_null: true,
    not_null_name: true,
    not_null_valid: true,
    not_null_inherits: true,
    not_null_own: true,
    not_null_comment: true,
    expression: true,
    generated: true,
    identity: true,
    sequence: true,
    collation: true,
    storage: true,
    compression: true,
    statistics: true,
    parameters: true,
    foreign_options: true,
  },
  sql: (version) =>
    `WITH ${tablesInScope}, gone AS (
  SELECT a.attrelid, pg_catalog.array_agg(a.attnum) AS numbers FROM pg_catalog.pg_attribute AS a
  WHERE a.attisdropped AND a.attnum > 0 GROUP BY a.attrelid
)
SELECT
  t.oid,
  a.attnum AS number,
  CASE WHEN gone.numbers IS NULL THEN a.attnum ELSE ( -- without dropped columns
    SELECT a.attnum - pg_catalog.count(*) FROM pg_catalog.unnest(gone.numbers) AS n (number) WHERE n.number < a.attnum
  )::pg_catalog.int4 END AS position,
  t.schema,
  t.name AS table_name,
  t.kind AS table_kind,
  NOT a.attislocal AS inherited,
  a.attname AS name,
  pg_catalog.format_type(e.oid, a.atttypmod) AS type, -- of the element, for an array
  CASE WHEN en.nspname <> 'pg_catalog' THEN pg_catalog.json_build_array(en.nspname, e.typname) END AS type_path,
  y.oid <> e.oid AS is_array,
  a.attnotnull AS not_null,
  ${
      version >= 180000
        ? `nn.conname AS not_null_name, -- 18: NOT NULL is a constraint with a name
  COALESCE(nn.convalidated, true) AS not_null_valid,
  NOT COALESCE(nn.connoinherit, false) AS not_null_inherits,
  -- A merged column may have its NOT NULL from the parent alone, and an inherited one may have its own: said where the two differ.
  CASE WHEN nn.coninhcount > 0 AND nn.conislocal <> a.attislocal THEN nn.conislocal END AS not_null_own,
  pg_catalog.obj_description(nn.oid, 'pg_constraint') AS not_null_comment,`
        : `NULL AS not_null_name,
  true AS not_null_valid,
  true AS not_null_inherits,
  NULL::pg_catalog.bool AS not_null_own,
  NULL AS not_null_comment,`
    }
  -- Of a default or a generated column. A default names no columns, and without the table the server is five times as fast.
  pg_catalog.pg_get_expr(d.adbin, CASE WHEN a.attgenerated = '' THEN 0 ELSE d.adrelid END) AS expression,
  a.attgenerated::pg_catalog.text AS generated, -- s stored, v virtual (18), '' no
  a.attidentity::pg_catalog.text AS identity, -- a always, d by default, '' no
  CASE WHEN a.attidentity <> '' THEN (
    SELECT pg_catalog.json_build_object(
      'oid', c.oid::pg_catalog.text, 'comment', pg_catalog.obj_description(c.oid, 'pg_class'),
      'schema', n.nspname, 'name', c.relname, 'start', q.seqstart::pg_catalog.text, 'increment', q.seqincrement::pg_catalog.text,
      'min', q.seqmin::pg_catalog.text, 'max', q.seqmax::pg_catalog.text, 'cache', q.seqcache::pg_catalog.text,
      'cycle', q.seqcycle, 'unlogged', CASE WHEN c.relpersistence <> tc.relpersistence THEN c.relpersistence = 'u' END)
    FROM pg_catalog.pg_depend AS o
    JOIN pg_catalog.pg_sequence AS q ON q.seqrelid = o.objid
    JOIN pg_catalog.pg_class AS c ON c.oid = q.seqrelid
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_class AS tc ON tc.oid = a.attrelid
    WHERE o.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
      AND o.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND o.refobjid = a.attrelid AND o.refobjsubid = a.attnum
      AND o.deptype = 'i' -- internal: the sequence is the column's
  ) END AS sequence,
  CASE WHEN a.attcollation <> y.typcollation THEN pg_catalog.json_build_array(cn.nspname, co.collname) END AS collation,
  CASE WHEN a.attstorage <> y.typstorage THEN a.attstorage::pg_catalog.text END AS storage,
  a.attcompression::pg_catalog.text AS compression, -- p pglz, l lz4, '' the server's default
  NULLIF(a.attstattarget, -1) AS statistics, -- 17: NULL for the default, before -1
  pg_catalog.to_json(a.attoptions) AS parameters,
  CASE WHEN a.attfdwoptions IS NOT NULL THEN ${plainOptions("a.attfdwoptions")} END AS foreign_options
FROM tables AS t
JOIN pg_catalog.pg_attribute AS a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_catalog.pg_type AS y ON y.oid = a.atttypid
JOIN pg_catalog.pg_type AS e ON e.oid = CASE WHEN y.typcategory = 'A' AND y.typelem <> 0 AND y.typlen = -1 AND y.oid NOT IN (22, 30) THEN y.typelem ELSE y.oid END
JOIN pg_catalog.pg_namespace AS en ON en.oid = e.typnamespace
LEFT JOIN pg_catalog.pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
LEFT JOIN pg_catalog.pg_collation AS co ON co.oid = a.attcollation
LEFT JOIN pg_catalog.pg_namespace AS cn ON cn.oid = co.collnamespace
LEFT JOIN gone ON gone.attrelid = a.attrelid${
      version >= 180000
        ? `
LEFT JOIN pg_catalog.pg_constraint AS nn ON nn.conrelid = a.attrelid AND nn.contype = 'n' AND nn.conkey[1] = a.attnum`
        : ""
    }`,
  found: (row) => {
    const expression = row.expression === null ? null : { sql: row.expression };
    const table = pathWithin(row.table_kind, row.schema, row.table_name);
    const notNull = options({
      name: row.not_null && row.not_null_name !== null &&
        row.not_null_name !== objectName(row.table_name, row.name, "not_null") && row.not_null_name,
      not_valid: !row.not_null_valid,
      no_inherit: !row.not_null_inherits,
      own: row.not_null_own === true,
      inherited: row.not_null_own === false,
      comment: row.not_null_comment,
    });
    return [{
      object: made(
        "column",
        [table.schema, table.table, row.name],
        table.id,
        {
          type: typeOfRow(row),
          nullable: !row.not_null,
          default: row.generated === "" ? expression : null,
          generated: row.generated === "" || expression === null ? null : { expression, stored: row.generated === "s" },
          identity: row.identity === "" ? null : {
            mode: row.identity === "a" ? "always" : "by default",
            options: row.sequence ?? noOptions,
          },
          collation: row.collation &&
            dotted(row.collation[0] === "pg_catalog" ? row.collation.slice(1) : row.collation),
          position: row.position,
          options: options({
            inherited: row.inherited,
            not_null: Object.keys(notNull).length ? notNull : null,
            storage: storages[row.storage ?? ""],
            compression: { p: "pglz", l: "lz4" }[row.compression],
            statistics: row.statistics,
            // The two that ALTER COLUMN SET knows; Debian's 15.20 stamps each column with a "pg_attver" that nobody can set.
            options: row.foreign_options,
            with: parameters(row.parameters?.filter((each) => /^n_distinct(_inherited)?=/.test(each)) ?? null),
          }),
        },
      ),
      address: address("pg_class", row.oid, row.number),
      ...(row.sequence && { owns: address("pg_class", String(row.sequence.oid)) }),
    }];
  },
});

const storages: Readonly<Record<string, string>> = { p: "plain", e: "external", m: "main", x: "extended" };

function typeOfRow(row: Row): DataType {
  if (row.type_path === null && !row.is_array) return builtInType(row.type);
  const parsed = parseType(row.type);
  // The path comes from the catalog, so that no name needs to be taken apart as text.
  const type = row.type_path ? { ...parsed, name: dotted(row.type_path), family: "other" as const } : parsed;
  return { ...type, dimensions: row.is_array ? 1 : 0 };
}

/** Indexes in Postgres that are not the body of a constraint. What can be read from catalog columns is not taken from text. */
import type { KindDialect, RenderContext } from "../../dialect.ts";
import type { Alter } from "../../../diff/change.ts";
import type { Statement } from "../../../diff/plan_types.ts";
import { sameJson } from "../../../schema/canonical.ts";
import { assertNever } from "../../../schema/error.ts";
import { labelOfId } from "../../../schema/id.ts";
import type { IndexKey, Json, Options, SchemaObject } from "../../../schema/object.ts";
import {
  address,
  includedColumns,
  made,
  ofExtension,
  options,
  parameters,
  pathWithin,
  placeAmongAlike,
  reader,
  type TableKind,
  tablesInScope,
} from "../catalog.ts";
import { comment } from "../comment.ts";
import { isCall, normalCondition } from "../expression.ts";
import { giveUpIdentity, indexMarks, markOptions } from "../index_marks.ts";
import { hasParts, isAttached, leftParent, losesWhole, tableIn } from "../inheritance.ts";
import { isAttachedWithTable } from "../alike_parts.ts";
import { attachPart, isIncomplete, isMadeByTable, losesParts } from "../partition_index.ts";
import { normalParameters, setParameters, withClause } from "../parameters.ts";
import { dotted, quote, quoteId, quoteList, quotePath, quoteText, undotted } from "../sql.ts";
import { accessExclusive, share, shareUpdateExclusive, statement } from "../statement.ts";
import { duplicates } from "../row_refusals.ts";

interface KeyRow {
  readonly column: string | null;
  readonly expression: string | null;
  readonly desc: boolean;
  readonly nulls_first: boolean;
  readonly collation: readonly [string, string] | null;
  readonly opclass: readonly [string, string] | null;
  readonly parameters: readonly string[] | null;
  readonly statistics: number | null;
}

interface Row {
  readonly oid: string;
  readonly schema: string;
  readonly table_name: string;
  readonly table_kind: TableKind | "materialized_view";
  readonly attached: boolean;
  readonly name: string;
  readonly is_unique: boolean;
  readonly nulls_not_distinct: boolean;
  readonly method: string;
  readonly keys: readonly KeyRow[];
  readonly include: readonly string[] | null;
  readonly predicate: string | null;
  readonly parameters: readonly string[] | null;
  readonly tablespace: string | null;
  readonly incomplete: boolean;
  readonly valid: boolean;
  readonly clustered: boolean;
  readonly replica_identity: boolean;
  readonly position: number | null;
}

export const indexReader = reader<Row>({
  many: true,
  beside: true,
  columns: {
    oid: true,
    schema: true,
    table_name: true,
    table_kind: true,
    attached: true,
    name: true,
    is_unique: true,
    nulls_not_distinct: true,
    method: true,
    keys: true,
    include: true,
    predicate: true,
    parameters: true,
    tablespace: true,
    incomplete: true,
    valid: true,
    clustered: true,
    replica_identity: true,
    position: true,
  },
  sql: () =>
    `WITH ${tablesInScope}, indexed AS (
  SELECT t.oid, t.schema, t.name, t.kind FROM tables AS t
  UNION ALL
  SELECT c.oid, s.name, c.relname, 'materialized_view' FROM pg_catalog.pg_class AS c
  JOIN schemas AS s ON s.oid = c.relnamespace
  WHERE c.relkind = 'm' AND NOT ${ofExtension("c.oid", "pg_class")}
), keys AS ( -- of all indexes at once: hashed joins instead of look-ups for each key
  SELECT x.indexrelid, pg_catalog.json_agg(pg_catalog.json_build_object(
    'column', b.attname, -- NULL for an expression
    'expression', CASE WHEN b.attname IS NULL THEN pg_catalog.pg_get_indexdef(x.indexrelid, a.attnum, false) END,
    'desc', (x.indoption[a.attnum - 1] & 1) = 1, -- INDOPTION_DESC
    'nulls_first', (x.indoption[a.attnum - 1] & 2) = 2, -- INDOPTION_NULLS_FIRST
    'collation', CASE WHEN a.attcollation <> 0 AND a.attcollation <> COALESCE(b.attcollation, y.typcollation)
      THEN pg_catalog.json_build_array(cn.nspname, co.collname) END,
    'opclass', CASE WHEN NOT o.opcdefault OR a.attoptions IS NOT NULL OR own.oid IS NOT NULL
      THEN pg_catalog.json_build_array(on_.nspname, o.opcname) END,
    'parameters', pg_catalog.to_json(a.attoptions),
    'statistics', NULLIF(a.attstattarget, -1)) ORDER BY a.attnum) AS list
  FROM pg_catalog.pg_index AS x
  JOIN pg_catalog.pg_attribute AS a ON a.attrelid = x.indexrelid AND a.attnum <= x.indnkeyatts
  JOIN pg_catalog.pg_type AS y ON y.oid = a.atttypid
  LEFT JOIN pg_catalog.pg_attribute AS b ON b.attrelid = x.indrelid AND b.attnum = x.indkey[a.attnum - 1] AND b.attnum > 0
  LEFT JOIN pg_catalog.pg_collation AS co ON co.oid = a.attcollation
  LEFT JOIN pg_catalog.pg_namespace AS cn ON cn.oid = co.collnamespace
  JOIN pg_catalog.pg_opclass AS o ON o.oid = x.indclass[a.attnum - 1]
  JOIN pg_catalog.pg_namespace AS on_ ON on_.oid = o.opcnamespace
  LEFT JOIN pg_catalog.pg_opclass AS own -- the type's own default is another one
    ON own.opcmethod = o.opcmethod AND own.opcdefault AND own.oid <> o.oid AND own.opcintype = COALESCE(b.atttypid, a.atttypid)
  WHERE x.indrelid IN (SELECT t.oid FROM indexed AS t)
  GROUP BY x.indexrelid
)
SELECT
  x.indexrelid AS oid,
  t.schema,
  t.name AS table_name,
  t.kind AS table_kind,
  EXISTS (SELECT FROM pg_catalog.pg_inherits AS h WHERE h.inhrelid = x.indexrelid) AS attached,
  c.relname AS name,
  x.indisunique AS is_unique,
  x.indnullsnotdistinct AS nulls_not_distinct, -- 15
  am.amname AS method,
  keys.list AS keys,
  ${includedColumns("x")} AS include,
  pg_catalog.pg_get_expr(x.indpred, x.indrelid) AS predicate,
  pg_catalog.to_json(c.reloptions) AS parameters,
  space.spcname AS tablespace,
  c.relkind = 'I' AND NOT x.indisvalid AS incomplete, -- a partition has no part of it
  x.indisvalid AND x.indisready AS valid, -- false: CREATE INDEX CONCURRENTLY has failed or is running
  x.indisclustered AS clustered,
  x.indisreplident AS replica_identity,
  ${placeAmongAlike("x", "c")} AS position
FROM indexed AS t
JOIN pg_catalog.pg_index AS x ON x.indrelid = t.oid
JOIN keys ON keys.indexrelid = x.indexrelid
JOIN pg_catalog.pg_class AS c ON c.oid = x.indexrelid
JOIN pg_catalog.pg_am AS am ON am.oid = c.relam
LEFT JOIN pg_catalog.pg_tablespace AS space ON space.oid = c.reltablespace
WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_constraint AS k WHERE k.conindid = x.indexrelid AND k.contype IN ('p', 'u', 'x'))
  AND NOT ${ofExtension("x.indexrelid", "pg_class")}`,
  found: (row) => {
    const table = pathWithin(row.table_kind, row.schema, row.table_name);
    const object = made("index", [table.schema, row.name], table.id, {
      unique: row.is_unique,
      nullsDistinct: !row.nulls_not_distinct,
      method: row.method,
      keys: row.keys.map(keyFromRow),
      include: row.include ?? [],
      where: row.predicate === null ? null : { sql: row.predicate },
      options: options<Json>({
        attached: row.attached,
        with: parameters(row.parameters),
        tablespace: row.tablespace,
        invalid: !row.valid && !row.incomplete,
        incomplete: row.incomplete,
        clustered: row.clustered,
        replica_identity: row.replica_identity,
      }),
      ...(row.position === null ? {} : { position: row.position }),
    });
    const message = `index "${
      labelOfId(object.id)
    }" is invalid: it was left by a CREATE INDEX CONCURRENTLY that failed, and is made again`;
    const notes = row.valid || row.incomplete ? [] : [{ code: "invalid-index", object: object.id, message }];
    return [{ object, address: address("pg_class", row.oid), notes }];
  },
});

/** Names of an index's options, and of those of one key: what a model may set. */
export const indexOptions = ["with", "tablespace", "opclass", "statistics", ...markOptions] as const;

function keyFromRow(key: KeyRow): IndexKey {
  return {
    column: key.column,
    expression: key.expression === null ? null : { sql: key.expression },
    order: key.desc ? "desc" : "asc",
    nulls: key.nulls_first ? "first" : "last",
    collation: shortPath(key.collation),
    options: options<Json>({
      opclass: shortPath(key.opclass),
      with: parameters(key.parameters),
      statistics: key.statistics,
    }),
  };
}

function shortPath(path: readonly [string, string] | null): string | null {
  return path && dotted(path[0] === "pg_catalog" ? path.slice(1) : path);
}

export const index: KindDialect<"index"> = {
  normalize(object) {
    const keys = object.keys.map(normalKey), where = object.where && normalCondition(object.where);
    const options = normalParameters(object.options);
    const isNormal = object.method && keys.every((key, i) => key === object.keys[i]) && where === object.where &&
      options === object.options;
    return isNormal ? object : { ...object, method: object.method || "btree", keys, where, options };
  },
  alters(change, context) {
    const { from, to } = change;
    if (losesWhole(from, to, context) || losesParts(from, to, context)) return "recreate";
    // "ALTER action SET cannot be performed … not supported for partitioned indexes" (15 to 18).
    const isPartitioned = tableIn(context.from, from.parent)?.options.partition_by !== undefined;
    if (isPartitioned && setParameters(from.options, to.options).length > 0) return "recreate";
    const inPlace = change.fields.every((field) => field === "comment" || field === "options" || field === "keys");
    const frozen = (options: Options) => [options.invalid ?? null, options.tablespace ?? null];
    return inPlace && sameJson(frozen(from.options), frozen(to.options)) && sameJson(built(from), built(to))
      ? "in place"
      : "recreate";
  },
  renames: true,
  survives: (object, dropped, context) => isAttached(object) && leftParent(context, object, dropped),
  render(change, context) {
    switch (change.op) {
      case "create": {
        const { to } = change, table = quoteId(to.parent!);
        // The parts of a partitioned index are made one by one under their own names; with ONLY it waits for them, invalid until then.
        const made = isAttached(to) && isMadeByTable(to, context);
        const only = hasParts(context.to, to) || isIncomplete(to) ? "ONLY " : "";
        const columns = to.keys.flatMap((key) => key.column === null ? [] : [key.column]);
        return [
          ...(made ? [] : [statement(change, createIndex(to, only + table), {
            locks: [share(to.parent!)],
            scans: [to.parent!],
            mayFail: to.unique
              ? {
                reason: `rows with the same (${to.keys.map(keyText).join(", ")}) are refused`,
                probe: columns.length === to.keys.length
                  ? duplicates(table, columns, to.nullsDistinct, to.where?.sql)
                  : null,
              }
              : null,
          })]),
          ...(made && isAttachedWithTable(to, context) ? [] : attachPart(change, context)),
          ...keyStatistics(change, null, to),
          ...indexMarks(change, context),
          ...comment(change, `INDEX ${quotePath(to.name)}`, to.parent),
        ];
      }
      case "drop":
        return [
          ...giveUpIdentity(change, context),
          ...(isAttached(change.from) ? [] : [
            statement(change, `DROP INDEX ${quotePath(change.from.name)}`, {
              locks: [accessExclusive(change.from.parent!)],
            }),
          ]),
        ];
      case "alter":
        return alterIndex(change, context);
      case "rename": {
        const sql = `ALTER INDEX ${quotePath([change.to.name[0]!, change.from.name[1]!])} RENAME TO ${
          quote(change.to.name[1]!)
        }`;
        return [statement(change, sql, { locks: [shareUpdateExclusive(change.to.parent!)] })];
      }
      default:
        return assertNever(change, "change");
    }
  },
};

/** A key with what the server would choose left out. */
function normalKey(key: IndexKey): IndexKey {
  const nulls = key.nulls === (key.order === "asc" ? "last" : "first") ? null : key.nulls;
  const expression = key.expression && normalCondition(key.expression), options = normalParameters(key.options);
  const isNormal = nulls === key.nulls && expression === key.expression && options === key.options;
  return isNormal ? key : { ...key, expression, nulls, options };
}

/** The keys without what can be set later. */
function built(object: SchemaObject<"index">): Json {
  return object.keys.map(({ options: { statistics: _later, ...rest }, ...key }) => ({
    ...key,
    options: rest,
  })) as unknown as Json;
}

/**
 * CREATE INDEX, on its table or on the one given as SQL. The name stands without its schema: an index lives in the schema of its table. `into` rewrites the
 * texts inside for another place.
 */
export function createIndex(
  object: SchemaObject<"index">,
  table = quoteId(object.parent!),
  into = (sql: string) => sql,
): string {
  const { unique, method, include, nullsDistinct, options } = object;
  const keys = object.keys.map((key) =>
    key.expression ? { ...key, expression: { sql: into(key.expression.sql) } } : key
  );
  const where = object.where && { sql: into(object.where.sql) };
  return [
    `CREATE ${unique ? "UNIQUE " : ""}INDEX ${quote(object.name.at(-1)!)} ON ${table}`,
    method === "btree" ? "" : ` USING ${quote(method)}`,
    ` (${keys.map(keyText).join(", ")})`,
    include.length ? ` INCLUDE (${quoteList(include)})` : "",
    nullsDistinct ? "" : " NULLS NOT DISTINCT",
    withClause(options),
    options.tablespace ? ` TABLESPACE ${quote(String(options.tablespace))}` : "",
    where ? ` WHERE ${where.sql}` : "",
  ].join("");
}

function keyText(key: IndexKey): string {
  const what = key.column !== null
    ? quote(key.column)
    : isCall(key.expression!.sql)
    ? key.expression!.sql
    : `(${key.expression!.sql})`;
  const parameters = Object.entries((key.options.with ?? {}) as Record<string, string>)
    .map(([name, value]) => `${quote(name)} = ${quoteText(value)}`);
  const opclass = key.options.opclass ? ` ${quotePath(undotted(String(key.options.opclass)))}` : "";
  return [
    what,
    key.collation ? ` COLLATE ${quotePath(undotted(key.collation))}` : "",
    opclass + (parameters.length ? ` (${parameters.join(", ")})` : ""),
    key.order === "desc" ? " DESC" : "",
    key.nulls ? ` NULLS ${key.nulls.toUpperCase()}` : "",
  ].join("");
}

function alterIndex(change: Alter<"index">, context: RenderContext): readonly Statement[] {
  const { from, to } = change, path = quotePath(to.name);
  const locks = [shareUpdateExclusive(to.parent!)];
  const set = setParameters(from.options, to.options);
  return [
    ...(isAttached(from) ? [] : attachPart(change, context)),
    ...set.map((clause) => statement(change, `ALTER INDEX ${path} ${clause}`, { locks })),
    ...keyStatistics(change, from, to),
    ...indexMarks(change, context),
    ...comment(change, `INDEX ${path}`, to.parent),
  ];
}

function keyStatistics(
  change: Parameters<typeof index.render>[0],
  from: SchemaObject<"index"> | null,
  to: SchemaObject<"index">,
): readonly Statement[] {
  return to.keys.flatMap((key, i) => {
    const before = from?.keys[i]?.options.statistics ?? -1, after = key.options.statistics ?? -1;
    if (before === after) return [];
    const sql = `ALTER INDEX ${quotePath(to.name)} ALTER COLUMN ${i + 1} SET STATISTICS ${Number(after)}`;
    return [statement(change, sql, { locks: [shareUpdateExclusive(to.parent!)] })];
  });
}

/** Materialised views in Postgres. Another query means another view; its indexes come back as its children. */
import type { KindDialect, RenderContext } from "../../dialect.ts";
import type { Alter, Change, Create } from "../../../diff/change.ts";
import type { Statement } from "../../../diff/plan_types.ts";
import { assertNever } from "../../../schema/error.ts";
import { kindOfId, objectId } from "../../../schema/id.ts";
import type { Json, ObjectId, Options } from "../../../schema/object.ts";
import { address, made, ofExtension, options, parameters, reader, rulesInSchemas, schemasInScope } from "../catalog.ts";
import { withOwnPlaces } from "../columns_by_place.ts";
import { comment, commentOn } from "../comment.ts";
import { normalQuery } from "../expression.ts";
import { withKeptNames } from "../kept_names.ts";
import { normalParameters, setParameters, withClause } from "../parameters.ts";
import { renamePath } from "../rename_path.ts";
import { quote, quoteList, quotePath } from "../sql.ts";
import { accessExclusive, shareUpdateExclusive, statement } from "../statement.ts";
import { typeComment, typeCommentOf } from "../type_comment.ts";

interface Row extends Record<string, unknown> {
  readonly oid: number;
  readonly row_type: number;
  readonly array_type: number;
  readonly schema: string;
  readonly name: string;
  readonly definition: string;
  readonly columns: readonly string[] | null;
  readonly column_comments: Readonly<Record<string, string>> | null;
  readonly column_settings: readonly SettingsRow[] | null;
  readonly parameters: readonly string[] | null;
  readonly tablespace: string | null;
  readonly access_method: string | null;
  readonly filled: boolean;
  readonly type_comment: string | null;
}

/** What is set on a column; null where it is as its type has it. */
interface SettingsRow {
  readonly name: string;
  readonly statistics: number | null;
  readonly storage: string | null;
  readonly compression: string | null;
  readonly parameters: readonly string[] | null;
}

export const materializedViewReader = reader<Row>({
  from: [rulesInSchemas],
  sql: () =>
    `WITH ${schemasInScope}
SELECT
  c.oid,
  c.reltype AS row_type,
  y.typarray AS array_type,
  s.name AS schema,
  c.relname AS name,
  pg_catalog.pg_get_viewdef(c.oid) AS definition,
  ${typeCommentOf("c")},
  columns.names AS columns,
  columns.comments AS column_comments,
  columns.settings AS column_settings,
  pg_catalog.to_json(c.reloptions) AS parameters,
  space.spcname AS tablespace,
  am.amname AS access_method,
  c.relispopulated AS filled
FROM pg_catalog.pg_class AS c
JOIN schemas AS s ON s.oid = c.relnamespace
JOIN pg_catalog.pg_type AS y ON y.oid = c.reltype
LEFT JOIN pg_catalog.pg_tablespace AS space ON space.oid = c.reltablespace
LEFT JOIN pg_catalog.pg_am AS am ON am.oid = c.relam AND am.amname <> 'heap'
CROSS JOIN LATERAL (
  SELECT
    pg_catalog.json_agg(a.attname ORDER BY a.attnum) AS names,
    pg_catalog.json_object_agg(a.attname, d.description) FILTER (WHERE d.description IS NOT NULL) AS comments,
    pg_catalog.json_agg(pg_catalog.json_build_object(
      'name', a.attname,
      'statistics', NULLIF(a.attstattarget, -1), -- 17: NULL for the default, before -1
      'storage', CASE WHEN a.attstorage <> t.typstorage
        THEN CASE a.attstorage WHEN 'p' THEN 'plain' WHEN 'e' THEN 'external' WHEN 'm' THEN 'main' ELSE 'extended' END END,
      'compression', CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END,
      'parameters', a.attoptions) ORDER BY a.attnum) FILTER (
      WHERE a.attstattarget <> -1 OR a.attstorage <> t.typstorage OR a.attcompression <> '' OR a.attoptions IS NOT NULL) AS settings
  FROM pg_catalog.pg_attribute AS a
  JOIN pg_catalog.pg_type AS t ON t.oid = a.atttypid
  LEFT JOIN pg_catalog.pg_description AS d
    ON d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objoid = a.attrelid AND d.objsubid = a.attnum
  WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
) AS columns
WHERE c.relkind = 'm' AND NOT ${ofExtension("c.oid", "pg_class")}`,
  found: (row) => [{
    object: made("materialized_view", [row.schema, row.name], objectId("schema", [row.schema]), {
      definition: { sql: withKeptNames(row.definition) },
      columns: row.columns ?? [],
      options: options<Json>({
        with: parameters(row.parameters),
        column_comments: row.column_comments,
        column_settings: settingsOf(row.column_settings ?? []),
        tablespace: row.tablespace,
        access_method: row.access_method,
        type_comment: row.type_comment,
      }),
      ...(row.filled ? {} : { unfilled: true as const }),
    }),
    address: address("pg_class", row.oid),
    aliases: [address("pg_type", row.row_type), address("pg_type", row.array_type)],
  }],
});

/** Names of a materialised view's options: what a model may set. */
export const materializedViewOptions = [
  "with",
  "column_comments",
  "column_settings",
  "tablespace",
  "access_method",
  "type_comment",
] as const;

/** Settings by column, of those that have some; a server's own stamps on a column (Debian's 15.20: "pg_attver") are none. */
function settingsOf(rows: readonly SettingsRow[]): Json {
  const all = rows.map(({ name, statistics, storage, compression, parameters: list }) => {
    const given = list?.filter((each) => /^n_distinct(_inherited)?=/.test(each)) ?? null;
    return [name, options<Json>({ statistics, storage, compression, with: parameters(given) })] as const;
  });
  const some = all.filter(([, settings]) => Object.keys(settings).length > 0);
  return some.length ? Object.fromEntries(some) : null;
}

type Settings = Readonly<Record<string, Options>>;

function settingsIn(all: Options): Settings {
  return (all.column_settings ?? {}) as Settings;
}

/** Is a storage mode taken back? The server has a word for that since Postgres 16 only (SET STORAGE DEFAULT). */
function losesStorage(from: Options, to: Options): boolean {
  const after = settingsIn(to);
  return Object.entries(settingsIn(from)).some(([name, { storage }]) => storage && !after[name]?.storage);
}

export const materializedView: KindDialect<"materialized_view"> = {
  normalize: (object) => ({
    ...object,
    definition: normalQuery(object.definition),
    options: normalParameters(object.options),
  }),
  alters: ({ fields, from, to }) =>
    fields.includes("definition") || fields.includes("columns") || losesStorage(from.options, to.options)
      ? "recreate"
      : "in place",
  renames: true,
  render(change, context) {
    const target = `MATERIALIZED VIEW ${quotePath((change.op === "drop" ? change.from : change.to).name)}`;
    switch (change.op) {
      case "create": {
        const { columns, options } = change.to;
        const sql = [
          `CREATE ${target}${columns?.length ? ` (${quoteList(columns)})` : ""}`,
          options.access_method ? ` USING ${quote(String(options.access_method))}` : "",
          withClause(options),
          options.tablespace ? ` TABLESPACE ${quote(String(options.tablespace))}` : "",
          ` AS\n${withOwnPlaces(change.to, context)}`,
          staysUnfilled(change.to.id, context) ? "\nWITH NO DATA" : "",
        ].join("");
        return [
          statement(change, sql),
          ...columnSettings(change, target, {}),
          ...comment(change, target),
          ...columnComments(change, {}),
          ...typeComment(change),
        ];
      }
      case "drop":
        return [statement(change, `DROP ${target}`, { locks: [accessExclusive(change.from.id)] })];
      case "alter":
        return [
          ...alterOptions(change, target),
          ...columnSettings(change, target, change.from.options),
          ...comment(change, target),
          ...columnComments(change, change.from.options),
          ...typeComment(change),
        ];
      case "rename":
        return renamePath(change, "MATERIALIZED VIEW", context);
      default:
        return assertNever(change, "change");
    }
  },
};

/**
 * Is it one that is made anew and had no result, or that reads one which has none? The server refuses to fill such a one ("materialized view … has
 * not been populated").
 */
function staysUnfilled(view: ObjectId, { from, to }: RenderContext): boolean {
  const seen = new Set<ObjectId>(), open: ObjectId[] = [view];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    const before = from.objects.get(id);
    if (before?.kind === "materialized_view" && before.unfilled) return true;
    const refs = to.objects.get(id)?.refs ?? [];
    open.push(...refs.filter((ref) => ["view", "materialized_view"].includes(kindOfId(ref))));
  }
  return false;
}

function alterOptions(change: Alter<"materialized_view">, target: string): readonly Statement[] {
  const { from: { options: from }, to: { options: to, id } } = change;
  const moves = [
    ...(from.access_method === to.access_method
      ? []
      : [`SET ACCESS METHOD ${quote(String(to.access_method ?? "heap"))}`]),
    ...(from.tablespace === to.tablespace ? [] : [`SET TABLESPACE ${quote(String(to.tablespace ?? "pg_default"))}`]),
  ];
  return [
    ...moves.map((clause) =>
      statement(change, `ALTER ${target} ${clause}`, { locks: [accessExclusive(id)], rewrites: [id] })
    ),
    ...setParameters(from, to).map((clause) =>
      statement(change, `ALTER ${target} ${clause}`, { locks: [shareUpdateExclusive(id)] })
    ),
  ];
}

function columnComments(
  change: Create<"materialized_view"> | Alter<"materialized_view">,
  from: Options,
): readonly Statement[] {
  const before = (from.column_comments ?? {}) as Readonly<Record<string, string>>;
  const after = (change.to.options.column_comments ?? {}) as Readonly<Record<string, string>>;
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()
    .filter((name) => before[name] !== after[name])
    .map((name) =>
      commentOn(
        change as Change,
        `COLUMN ${quotePath(change.to.name)}.${quote(name)}`,
        after[name] ?? null,
        change.to.id,
      )
    );
}

function columnSettings(
  change: Create<"materialized_view"> | Alter<"materialized_view">,
  target: string,
  from: Options,
): readonly Statement[] {
  const before = settingsIn(from), after = settingsIn(change.to.options);
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].sort().flatMap((name) => {
    const was = before[name] ?? {}, now = after[name] ?? {};
    const differs = (key: string) => (was[key] ?? null) !== (now[key] ?? null);
    return [
      ...(differs("statistics") ? [`SET STATISTICS ${Number(now.statistics ?? -1)}`] : []),
      ...(differs("storage") ? [`SET STORAGE ${String(now.storage).toUpperCase()}`] : []),
      ...(differs("compression") ? [`SET COMPRESSION ${String(now.compression ?? "default")}`] : []),
      ...setParameters(was, now),
    ].map((clause) =>
      statement(change as Change, `ALTER ${target} ALTER COLUMN ${quote(name)} ${clause}`, {
        locks: [shareUpdateExclusive(change.to.id)],
      })
    );
  });
}

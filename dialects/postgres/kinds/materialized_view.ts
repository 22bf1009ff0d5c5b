/** Materialised views in Postgres. Another query means another view; its indexes come back as its children. */
import type { KindDialect } from "../../dialect.ts";
import type { Alter, Change, Create } from "../../../diff/change.ts";
import type { Statement } from "../../../diff/plan_types.ts";
import { assertNever } from "../../../schema/error.ts";
import { objectId } from "../../../schema/id.ts";
import type { Json, Options } from "../../../schema/object.ts";
import { address, made, ofExtension, options, parameters, reader, schemasInScope } from "../catalog.ts";
import { comment, commentOn } from "../comment.ts";
import { normalQuery } from "../expression.ts";
import { withKeptNames } from "../kept_names.ts";
import { normalParameters, setParameters, withClause } from "../parameters.ts";
import { renamePath } from "../rename_path.ts";
import { quote, quoteList, quotePath } from "../sql.ts";
import { accessExclusive, shareUpdateExclusive, statement } from "../statement.ts";

interface Row extends Record<string, unknown> {
  readonly oid: number;
  readonly row_type: number;
  readonly array_type: number;
  readonly schema: string;
  readonly name: string;
  readonly definition: string;
  readonly columns: readonly string[] | null;
  readonly column_comments: Readonly<Record<string, string>> | null;
  readonly parameters: readonly string[] | null;
  readonly tablespace: string | null;
  readonly access_method: string | null;
}

export const materializedViewReader = reader<Row>({
  sql: () =>
    `WITH ${schemasInScope}
SELECT
  c.oid,
  c.reltype AS row_type,
  y.typarray AS array_type,
  s.name AS schema,
  c.relname AS name,
  pg_catalog.pg_get_viewdef(c.oid) AS definition,
  columns.names AS columns,
  columns.comments AS column_comments,
  pg_catalog.to_json(c.reloptions) AS parameters,
  space.spcname AS tablespace,
  am.amname AS access_method
FROM pg_catalog.pg_class AS c
JOIN schemas AS s ON s.oid = c.relnamespace
JOIN pg_catalog.pg_type AS y ON y.oid = c.reltype
LEFT JOIN pg_catalog.pg_tablespace AS space ON space.oid = c.reltablespace
LEFT JOIN pg_catalog.pg_am AS am ON am.oid = c.relam AND am.amname <> 'heap'
CROSS JOIN LATERAL (
  SELECT
    pg_catalog.json_agg(a.attname ORDER BY a.attnum) AS names,
    pg_catalog.json_object_agg(a.attname, d.description) FILTER (WHERE d.description IS NOT NULL) AS comments
  FROM pg_catalog.pg_attribute AS a
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
        tablespace: row.tablespace,
        access_method: row.access_method,
      }),
    }),
    address: address("pg_class", row.oid),
    aliases: [address("pg_type", row.row_type), address("pg_type", row.array_type)],
  }],
});

/** Names of a materialised view's options: what a model may set. */
export const materializedViewOptions = ["with", "column_comments", "tablespace", "access_method"] as const;

export const materializedView: KindDialect<"materialized_view"> = {
  normalize: (object) => ({
    ...object,
    definition: normalQuery(object.definition),
    options: normalParameters(object.options),
  }),
  alters: ({ fields }) => fields.includes("definition") || fields.includes("columns") ? "recreate" : "in place",
  renames: true,
  render(change, context) {
    const target = `MATERIALIZED VIEW ${quotePath((change.op === "drop" ? change.from : change.to).name)}`;
    switch (change.op) {
      case "create": {
        const { definition, columns, options } = change.to;
        const sql = [
          `CREATE ${target}${columns?.length ? ` (${quoteList(columns)})` : ""}`,
          options.access_method ? ` USING ${quote(String(options.access_method))}` : "",
          withClause(options),
          options.tablespace ? ` TABLESPACE ${quote(String(options.tablespace))}` : "",
          ` AS\n${definition.sql}`,
        ].join("");
        return [statement(change, sql), ...comment(change, target), ...columnComments(change, {})];
      }
      case "drop":
        return [statement(change, `DROP ${target}`, { locks: [accessExclusive(change.from.id)] })];
      case "alter":
        return [
          ...alterOptions(change, target),
          ...comment(change, target),
          ...columnComments(change, change.from.options),
        ];
      case "rename":
        return renamePath(change, "MATERIALIZED VIEW", context);
      default:
        return assertNever(change, "change");
    }
  },
};

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

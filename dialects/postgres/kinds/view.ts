/** Views in Postgres. The text is the server's own (pg_get_viewdef), so that two views are equal when the server says the same of them. */
import type { KindDialect, RenderContext } from "../../dialect.ts";
import type { Alter, Change, Create } from "../../../diff/change.ts";
import type { Statement } from "../../../diff/plan_types.ts";
import { assertNever } from "../../../schema/error.ts";
import { objectId } from "../../../schema/id.ts";
import type { Json, Options, SchemaObject } from "../../../schema/object.ts";
import { address, made, ofExtension, options, parameters, reader, rulesInSchemas, schemasInScope } from "../catalog.ts";
import { withOwnPlaces } from "../columns_by_place.ts";
import { comment, commentOn } from "../comment.ts";
import { normalQuery } from "../expression.ts";
import { withKeptNames } from "../kept_names.ts";
import { normalParameters, setParameters, withClause } from "../parameters.ts";
import { renamePath } from "../rename_path.ts";
import { quote, quoteList, quotePath } from "../sql.ts";
import { accessExclusive, statement } from "../statement.ts";
import { typeComment, typeCommentOf } from "../type_comment.ts";
import { extendsSelect } from "../view_columns.ts";

interface Row extends Record<string, unknown> {
  readonly oid: number;
  readonly row_type: number;
  readonly array_type: number;
  readonly schema: string;
  readonly name: string;
  readonly definition: string;
  readonly columns: readonly string[] | null;
  readonly column_comments: Readonly<Record<string, string>> | null;
  readonly column_defaults: Readonly<Record<string, string>> | null;
  readonly parameters: readonly string[] | null;
  readonly type_comment: string | null;
}

export const viewReader = reader<Row>({
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
  columns.defaults AS column_defaults, -- ALTER VIEW … ALTER COLUMN … SET DEFAULT
  pg_catalog.to_json(c.reloptions) AS parameters -- check_option, security_barrier, security_invoker (15)
FROM pg_catalog.pg_class AS c
JOIN schemas AS s ON s.oid = c.relnamespace
JOIN pg_catalog.pg_type AS y ON y.oid = c.reltype
CROSS JOIN LATERAL (
  SELECT
    pg_catalog.json_agg(a.attname ORDER BY a.attnum) AS names,
    pg_catalog.json_object_agg(a.attname, d.description) FILTER (WHERE d.description IS NOT NULL) AS comments,
    pg_catalog.json_object_agg(a.attname, pg_catalog.pg_get_expr(e.adbin, e.adrelid)) FILTER (WHERE e.oid IS NOT NULL) AS defaults
  FROM pg_catalog.pg_attribute AS a
  LEFT JOIN pg_catalog.pg_description AS d
    ON d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objoid = a.attrelid AND d.objsubid = a.attnum
  LEFT JOIN pg_catalog.pg_attrdef AS e ON e.adrelid = a.attrelid AND e.adnum = a.attnum
  WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
) AS columns
WHERE c.relkind = 'v' AND NOT ${ofExtension("c.oid", "pg_class")}`,
  found: (row) => [{
    object: made("view", [row.schema, row.name], objectId("schema", [row.schema]), {
      definition: { sql: withKeptNames(row.definition) },
      columns: row.columns ?? [],
      options: options<Json>({
        with: parameters(row.parameters),
        column_comments: row.column_comments,
        column_defaults: row.column_defaults,
        type_comment: row.type_comment,
      }),
    }),
    address: address("pg_class", row.oid),
    aliases: [address("pg_type", row.row_type), address("pg_type", row.array_type)],
  }],
});

/** Names of a view's options: what a model may set. */
export const viewOptions = ["with", "column_comments", "column_defaults", "type_comment"] as const;

export const view: KindDialect<"view"> = {
  normalize: (object) => ({
    ...object,
    definition: normalQuery(object.definition),
    options: normalParameters(object.options),
  }),
  alters(change) {
    const { from, to, fields } = change;
    if (!fields.includes("definition") && !fields.includes("columns")) return "in place";
    return !to.definition.opaque && extendsSelect(from.definition.sql, to.definition.sql) ? "in place" : "recreate";
  },
  renames: true,
  render(change, context) {
    switch (change.op) {
      case "create":
        return [
          statement(change, createView(change.to, "CREATE", context)),
          ...columnDefaults(change, {}, change.to.options),
          ...comment(change, `VIEW ${quotePath(change.to.name)}`),
          ...columnComments(change, {}, change.to.options),
          ...typeComment(change),
        ];
      case "drop":
        return [
          statement(change, `DROP VIEW ${quotePath(change.from.name)}`, { locks: [accessExclusive(change.from.id)] }),
        ];
      case "alter":
        return alterView(change, context);
      case "rename":
        return renamePath(change, "VIEW", context);
      default:
        return assertNever(change, "change");
    }
  },
};

/** Output names are spelled out only for text that the server has not seen: its own text names each column. */
function createView(object: SchemaObject<"view">, verb: string, context: RenderContext): string {
  const columns = object.columns?.length ? ` (${quoteList(object.columns)})` : "";
  return `${verb} VIEW ${quotePath(object.name)}${columns}${withClause(object.options)} AS\n${
    withOwnPlaces(object, context)
  }`;
}

function alterView(change: Alter<"view">, context: RenderContext): readonly Statement[] {
  const { from, to } = change, path = quotePath(to.name), locks = [accessExclusive(to.id)];
  const replaced = change.fields.includes("definition") || change.fields.includes("columns");
  const statements = replaced
    ? [statement(change, createView(to, "CREATE OR REPLACE", context), { locks })]
    : setParameters(from.options, to.options).map((clause) =>
      statement(change, `ALTER VIEW ${path} ${clause}`, { locks })
    );
  return [
    ...statements,
    ...columnDefaults(change, from.options, to.options),
    ...comment(change, `VIEW ${path}`),
    ...columnComments(change, from.options, to.options),
    ...typeComment(change),
  ];
}

type Texts = Readonly<Record<string, string>>;

function differing(from: Json | undefined, to: Json | undefined): readonly (readonly [string, string | null])[] {
  const before = (from ?? {}) as Texts, after = (to ?? {}) as Texts;
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()
    .filter((name) => before[name] !== after[name]).map((name) => [name, after[name] ?? null] as const);
}

function columnComments(change: Create<"view"> | Alter<"view">, from: Options, to: Options): readonly Statement[] {
  return differing(from.column_comments, to.column_comments).map(([name, text]) =>
    commentOn(change as Change, `COLUMN ${quotePath(change.to.name)}.${quote(name)}`, text, change.to.id)
  );
}

function columnDefaults(change: Create<"view"> | Alter<"view">, from: Options, to: Options): readonly Statement[] {
  return differing(from.column_defaults, to.column_defaults).map(([name, text]) => {
    const clause = text === null ? "DROP DEFAULT" : `SET DEFAULT ${text}`;
    const sql = `ALTER VIEW ${quotePath(change.to.name)} ALTER COLUMN ${quote(name)} ${clause}`;
    return statement(change as Change, sql, { locks: [accessExclusive(change.to.id)] });
  });
}

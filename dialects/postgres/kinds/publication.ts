/** Publications in Postgres: what is published stands in the definition, how in the options. */
import type { KindDialect, RenderContext } from "../../dialect.ts";
import { pathOfId } from "../../../schema/id.ts";
import type { SchemaObject } from "../../../schema/object.ts";
import { type Address, address, made, ofExtension, options, reader } from "../catalog.ts";
import { definitionKind } from "../definition.ts";
import { heirsOf, isPartition } from "../inheritance.ts";
import { quote, quoteList, quotePath, quoteText } from "../sql.ts";

interface Published {
  readonly oid: number;
  readonly path: readonly [string, string];
  readonly columns: readonly string[] | null;
  readonly where: string | null;
}

interface Row extends Record<string, unknown> {
  readonly oid: number;
  readonly name: string;
  readonly all_tables: boolean;
  readonly actions: readonly string[];
  readonly via_root: boolean;
  readonly generated: string;
  readonly tables: readonly Published[] | null;
  readonly schemas: readonly { readonly oid: number; readonly name: string }[] | null;
}

export const publicationReader = reader<Row>({
  from: ["pg_catalog.pg_publication"],
  sql: (version) =>
    `SELECT
  p.oid,
  p.pubname AS name,
  p.puballtables AS all_tables,
  pg_catalog.to_json(pg_catalog.array_remove(ARRAY[
    CASE WHEN p.pubinsert THEN 'insert' END, CASE WHEN p.pubupdate THEN 'update' END,
    CASE WHEN p.pubdelete THEN 'delete' END, CASE WHEN p.pubtruncate THEN 'truncate' END], NULL)) AS actions,
  p.pubviaroot AS via_root,
  ${version >= 180000 ? "p.pubgencols::pg_catalog.text" : "'n'"} AS generated, -- 18: n none, s stored
  (SELECT pg_catalog.json_agg(pg_catalog.json_build_object(
      'oid', r.oid, 'path', pg_catalog.json_build_array(n.nspname, c.relname),
      'columns', (SELECT pg_catalog.json_agg(a.attname ORDER BY a.attnum) FROM pg_catalog.pg_attribute AS a
        WHERE a.attrelid = r.prrelid AND a.attnum = ANY (r.prattrs)),
      'where', pg_catalog.pg_get_expr(r.prqual, r.prrelid)) ORDER BY n.nspname, c.relname)
    FROM pg_catalog.pg_publication_rel AS r
    JOIN pg_catalog.pg_class AS c ON c.oid = r.prrelid
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace WHERE r.prpubid = p.oid) AS tables,
  (SELECT pg_catalog.json_agg(pg_catalog.json_build_object('oid', q.oid, 'name', n.nspname) ORDER BY n.nspname)
    FROM pg_catalog.pg_publication_namespace AS q
    JOIN pg_catalog.pg_namespace AS n ON n.oid = q.pnnspid WHERE q.pnpubid = p.oid) AS schemas
FROM pg_catalog.pg_publication AS p
WHERE NOT ${ofExtension("p.oid", "pg_publication")}`,
  found: (row) => {
    const tables = row.tables ?? [], schemas = row.schemas ?? [];
    const aliases: Address[] = [
      ...tables.map(({ oid }) => address("pg_publication_rel", oid)),
      ...schemas.map(({ oid }) => address("pg_publication_namespace", oid)),
    ];
    return [{
      object: made("publication", [row.name], null, {
        definition: {
          sql: row.all_tables ? "ALL TABLES" : [...tables.map(tableText), ...schemas.map(schemaText)].join(", "),
        },
        options: options({
          publish: row.actions.length === 4 ? null : row.actions.join(", "),
          via_root: row.via_root,
          generated_columns: row.generated === "s" && "stored",
        }),
      }),
      address: address("pg_publication", row.oid),
      aliases,
    }];
  },
});

/** Names of a publication's options: what a model may set. */
export const publicationOptions = ["publish", "via_root", "generated_columns"] as const;

function tableText({ path, columns, where }: Published): string {
  return `TABLE ${quotePath(path)}${columns ? ` (${quoteList(columns)})` : ""}${
    where === null ? "" : ` WHERE (${where})`
  }`;
}

function schemaText({ name }: { readonly name: string }): string {
  return `TABLES IN SCHEMA ${quote(name)}`;
}

/**
 * What is published, with ONLY before each table that others inherit from, before the plan or after it: without it the heirs that are there
 * at that moment would be published too, each as an entry of its own. Those that shall be are listed themselves.
 */
function alone(object: SchemaObject<"publication">, { from, to }: Pick<RenderContext, "from" | "to">): string {
  return object.refs.reduce((sql, id) => {
    const name = quotePath(pathOfId(id)), listed = new RegExp(`(?<=^|, )TABLE ${RegExp.escape(name)}(?=[ ,]|$)`);
    const hasHeirs = [from, to].some((graph) => heirsOf(graph, id).some((heir) => !isPartition(heir)));
    return hasHeirs ? sql.replace(listed, () => `TABLE ONLY ${name}`) : sql;
  }, object.definition.sql);
}

function parameters(from: SchemaObject<"publication"> | null, to: SchemaObject<"publication">): string {
  const differs = (key: string) => (from?.options[key] ?? null) !== (to.options[key] ?? null);
  return [
    ...(differs("publish")
      ? [`publish = ${quoteText(String(to.options.publish ?? "insert, update, delete, truncate"))}`]
      : []),
    ...(differs("via_root") ? [`publish_via_partition_root = ${Boolean(to.options.via_root)}`] : []),
    ...(differs("generated_columns")
      ? [`publish_generated_columns = ${quote(String(to.options.generated_columns ?? "none"))}`]
      : []),
  ].join(", ");
}

export const publication: KindDialect<"publication"> = definitionKind<"publication">({
  target: (object) => `PUBLICATION ${quotePath(object.name)}`,
  create(object, context) {
    const what = object.definition.sql ? ` FOR ${alone(object, context)}` : "", how = parameters(null, object);
    return [`CREATE PUBLICATION ${quotePath(object.name)}${what}${how ? ` WITH (${how})` : ""}`];
  },
  alter({ from, to, fields }, context) {
    const fixed = [from, to].some(({ definition: { sql } }) => sql === "" || sql === "ALL TABLES");
    if (fields.includes("definition") && fixed) return null;
    const path = quotePath(to.name), how = parameters(from, to);
    return [
      ...(fields.includes("definition") ? [`ALTER PUBLICATION ${path} SET ${alone(to, context)}`] : []),
      ...(how ? [`ALTER PUBLICATION ${path} SET (${how})`] : []),
    ];
  },
  rename: (from, to) => [`ALTER PUBLICATION ${quotePath(from.name)} RENAME TO ${quotePath(to.name)}`],
});

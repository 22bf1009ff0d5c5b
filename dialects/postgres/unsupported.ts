/**
 * What a database can hold and sqa does not read yet: each such object becomes a Note, so that nothing is unseen in silence. A kind that
 * gets a file in kinds/ loses its entry here.
 */
import type { Note } from "../../schema/graph.ts";
import { ofExtension, schemasInScope } from "./catalog.ts";

/** One list a kind of thing: a query for its names ("s" is the schema in scope). */
interface Unsupported {
  readonly one: string;
  readonly many: string;
  readonly sql: string;
}

const named = "pg_catalog.format('%I.%I', s.name, ";

const relation = (condition: string) =>
  `SELECT ${named}c.relname) FROM pg_catalog.pg_class AS c JOIN schemas AS s ON s.oid = c.relnamespace
   WHERE ${condition} AND NOT ${ofExtension("c.oid", "pg_class")}`;

const type = (condition: string) =>
  `SELECT ${named}y.typname) FROM pg_catalog.pg_type AS y JOIN schemas AS s ON s.oid = y.typnamespace
   WHERE ${condition} AND NOT ${ofExtension("y.oid", "pg_type")}`;

const routine = (condition: string) =>
  `SELECT pg_catalog.format('%I.%I(%s)', s.name, p.proname, pg_catalog.pg_get_function_identity_arguments(p.oid))
   FROM pg_catalog.pg_proc AS p JOIN schemas AS s ON s.oid = p.pronamespace
   WHERE ${condition} AND NOT ${ofExtension("p.oid", "pg_proc")}
     AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d -- a range type makes its own functions
       WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.objid = p.oid AND d.deptype = 'i')`;

const inSchema = (catalog: string, name: string, namespace: string) =>
  `SELECT ${named}o.${name}) FROM pg_catalog.${catalog} AS o JOIN schemas AS s ON s.oid = o.${namespace}
   WHERE NOT ${ofExtension("o.oid", catalog)}`;

const onTable = (catalog: string, name: string, table: string, condition: string) =>
  `SELECT pg_catalog.format('%I on %I.%I', o.${name}, s.name, c.relname)
   FROM pg_catalog.${catalog} AS o JOIN pg_catalog.pg_class AS c ON c.oid = o.${table}
   JOIN schemas AS s ON s.oid = c.relnamespace WHERE ${condition} AND NOT ${ofExtension("c.oid", "pg_class")}`;

const everywhere = (catalog: string, name: string, condition = "true") =>
  `SELECT pg_catalog.quote_ident(o.${name}) FROM pg_catalog.${catalog} AS o
   WHERE ${condition} AND NOT ${ofExtension("o.oid", catalog)}`;

const unsupported: readonly Unsupported[] = [
  { one: "function", many: "functions", sql: routine("p.prokind IN ('f', 'w')") },
  { one: "procedure", many: "procedures", sql: routine("p.prokind = 'p'") },
  { one: "aggregate", many: "aggregates", sql: routine("p.prokind = 'a'") },
  {
    one: "sequence",
    many: "sequences",
    sql: relation(`c.relkind = 'S' AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d -- of an identity column
      WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.deptype = 'i')`),
  },
  { one: "materialized view", many: "materialized views", sql: relation("c.relkind = 'm'") },
  { one: "foreign table", many: "foreign tables", sql: relation("c.relkind = 'f'") },
  { one: "domain", many: "domains", sql: type("y.typtype = 'd'") },
  { one: "composite type", many: "composite types", sql: relation("c.relkind = 'c'") },
  { one: "range type", many: "range types", sql: type("y.typtype = 'r'") },
  { one: "base type", many: "base types", sql: type("y.typtype IN ('b', 'p') AND (y.typelem = 0 OR y.typlen <> -1)") },
  {
    one: "exclusion constraint",
    many: "exclusion constraints",
    sql: onTable("pg_constraint", "conname", "conrelid", "o.contype = 'x'"),
  },
  { one: "collation", many: "collations", sql: inSchema("pg_collation", "collname", "collnamespace") },
  { one: "conversion", many: "conversions", sql: inSchema("pg_conversion", "conname", "connamespace") },
  { one: "operator", many: "operators", sql: inSchema("pg_operator", "oprname", "oprnamespace") },
  { one: "operator class", many: "operator classes", sql: inSchema("pg_opclass", "opcname", "opcnamespace") },
  {
    one: "text search configuration",
    many: "text search configurations",
    sql: inSchema("pg_ts_config", "cfgname", "cfgnamespace"),
  },
  {
    one: "text search dictionary",
    many: "text search dictionaries",
    sql: inSchema("pg_ts_dict", "dictname", "dictnamespace"),
  },
  { one: "extension", many: "extensions", sql: everywhere("pg_extension", "extname", "o.extname <> 'plpgsql'") },
  { one: "foreign data wrapper", many: "foreign data wrappers", sql: everywhere("pg_foreign_data_wrapper", "fdwname") },
  { one: "foreign server", many: "foreign servers", sql: everywhere("pg_foreign_server", "srvname") },
  {
    one: "language",
    many: "languages",
    sql: everywhere("pg_language", "lanname", "o.lanispl AND o.lanname <> 'plpgsql'"),
  },
  {
    one: "cast",
    many: "casts",
    sql:
      `SELECT pg_catalog.format('%s as %s', pg_catalog.format_type(o.castsource, NULL), pg_catalog.format_type(o.casttarget, NULL))
      FROM pg_catalog.pg_cast AS o WHERE o.oid >= 16384 AND NOT ${ofExtension("o.oid", "pg_cast")}`, // 16384: FirstNormalObjectId
  },
];

/** How many names a kind may have before it is only counted. */
const namedAtMost = 20;

/** One query for all of them: rows of (kind, names as JSON, count). */
export const unsupportedSql = `WITH ${schemasInScope}
SELECT found.kind, pg_catalog.count(*)::pg_catalog.int4 AS count,
  pg_catalog.to_json((pg_catalog.array_agg(found.name ORDER BY found.name))[1:${namedAtMost + 1}]) AS names
FROM (
${
  unsupported.map(({ one, sql }) => `SELECT '${one}' AS kind, each.name FROM (${sql}) AS each (name)`).join(
    "\nUNION ALL\n",
  )
}
) AS found
GROUP BY found.kind
ORDER BY found.kind`;

export interface UnsupportedRow extends Record<string, unknown> {
  readonly kind: string;
  readonly count: number;
  readonly names: readonly string[];
}

/** A note for each object, or one for many of a kind. */
export function unsupportedNotes(rows: readonly UnsupportedRow[]): readonly Note[] {
  return rows.flatMap(({ kind, count, names }) => {
    const note = (message: string): Note => ({ code: "unsupported-kind", object: null, message });
    if (count <= namedAtMost) {
      return names.map((name) => note(`${kind} ${name} is not read yet: it is left alone and not compared`));
    }
    const many = unsupported.find((each) => each.one === kind)?.many ?? kind;
    const some = names.slice(0, 3).join(", ");
    return [note(`${count} ${many} are not read yet (${some}, …): they are left alone and not compared`)];
  });
}

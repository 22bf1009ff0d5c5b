/**
 * How a kind reads its objects: one set-based query, and a function from a row to objects. The reader (read.ts) runs all queries at once
 * and adds what every object has: comments (pg_description) and refs (pg_depend). A kind file never queries by itself.
 */
import type { Note } from "../../schema/graph.ts";
import type { Kinds, ObjectId, SchemaObject } from "../../schema/object.ts";
import { objectId } from "../../schema/id.ts";

/** The place of an object in the catalogs, as in pg_depend: "pg_class:16385:2" is the second column of a table. */
export type Address = `${string}:${number | string}:${number}`;

/** Something found in a catalog. `address` is where its comment and its dependencies hang; `aliases` are other addresses that mean it. */
export interface Found {
  readonly object: SchemaObject;
  readonly address: Address;
  readonly aliases?: readonly Address[];
  readonly notes?: readonly Note[];
  /** Where something is that the object has to itself and that is none of its own, but that privileges can be held on: an identity's sequence. */
  readonly owns?: Address;
  /** Where the object that it lives in is, when only that is known: its path goes before the object's own, and it becomes its parent. */
  readonly on?: Address;
  /** With `on`: the own paths of others there that it needs, such as the role that gave a privilege. */
  readonly beside?: readonly (readonly string[])[];
}

/**
 * `sql` gets the server's version (170010). Its `$1` stands for the JSON array of schema names to read, or null for all; the reader writes it
 * in as a literal, because only statements without parameters travel in one round (others wait for their parameters' types).
 */
export interface Reader<Row = Record<string, unknown>> {
  /** May it find rows by the ten thousand? Then its query travels by itself; the others are put together, their rows as JSON. */
  readonly many?: true;
  /** Does a second session answer it, where there is one? */
  readonly beside?: true;
  /**
   * All columns of the query, where its rows are many and short: then each column travels as one JSON array (see columnar.ts). Oids become
   * text on the way.
   */
  readonly columns?: { readonly [Name in keyof Row & string]-?: true };
  readonly sql: (version: number) => string;
  /**
   * For a kind that most databases have none of: FROM lists, with "schemas" as below, one of which has a row wherever the query finds one. Where
   * all are empty the query is not asked; the server would take longer to plan it than for all of these together.
   */
  readonly from?: readonly string[];
  readonly found: (row: Row) => readonly Found[];
}

/** What a run asks for beside the database's own objects. */
export interface SetUp {
  /** Globs of names of roles; with none no role is looked at. */
  readonly roles: readonly string[];
  /** Is it compared who owns what? */
  readonly owners: boolean;
}

/** A reader in a list of readers: the row type is known only to the kind. */
export function reader<Row>(each: Reader<Row>): Reader {
  return each as unknown as Reader;
}

export function address(catalog: string, oid: number | string, part = 0): Address {
  return `${catalog}:${oid}:${part}`;
}

/** An object as a kind reads it: id, path and shape; the comment and the refs come later. */
export function made<K extends keyof Kinds>(
  kind: K,
  name: readonly string[],
  parent: SchemaObject["parent"],
  shape: Kinds[K],
): SchemaObject {
  return {
    kind,
    id: objectId(kind, name),
    name,
    parent,
    refs: none,
    comment: null,
    ...shape,
  } as unknown as SchemaObject;
}

/** One empty list and one empty set of options for all objects: a large schema would have a hundred thousand of each. */
const none: readonly never[] = Object.freeze([]);
export const noOptions: Readonly<Record<string, never>> = Object.freeze({});

/** The id of a table and its path: rows of one table come together, so the last one is kept. */
export function pathWithin(kind: TableKind | "materialized_view", schema: string, table: string): TablePath {
  if (last.kind !== kind || last.table !== table || last.schema !== schema) {
    last = { kind, schema, table, id: objectId(kind, [schema, table]) };
  }
  return last;
}

interface TablePath {
  readonly kind: TableKind | "materialized_view";
  readonly schema: string;
  readonly table: string;
  readonly id: ObjectId;
}

let last: TablePath = { kind: "table", schema: "", table: "", id: objectId("table", ["", ""]) };

/** Options without those that have the database's default. */
export function options<T>(all: Readonly<Record<string, T | null | undefined | false>>): Record<string, T> {
  let found: Record<string, T> | null = null;
  for (const key in all) {
    const value = all[key];
    if (value !== null && value !== undefined && value !== false) (found ??= {})[key] = value as T;
  }
  return found ?? noOptions;
}

/** Storage parameters ("fillfactor=70") by name, values as text; null when there are none. */
export function parameters(list: readonly string[] | null): Record<string, string> | null {
  if (!list?.length) return null;
  const pairs = list.map((item) => [item.slice(0, item.indexOf("=")), item.slice(item.indexOf("=") + 1)] as const);
  return Object.fromEntries(pairs.sort(([a], [b]) => a < b ? -1 : 1));
}

/**
 * Is an object a member of an extension? Its extension creates and drops it. `column` is the oid, `catalog` its table. What it is a member of
 * is always an extension; saying so lets the server find members by an index instead of reading pg_depend from end to end.
 */
export function ofExtension(column: string, catalog: string): string {
  return `EXISTS (SELECT FROM pg_catalog.pg_depend AS member
      WHERE member.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass AND member.deptype = 'e'
        AND member.classid = 'pg_catalog.${catalog}'::pg_catalog.regclass AND member.objid = ${column})`;
}

/** WITH list: "schemas" in scope (oid, name). System schemas begin with pg_, which Postgres reserves. */
export const schemasInScope = `schemas AS (
  SELECT n.oid, n.nspname AS name
  FROM pg_catalog.pg_namespace AS n
  WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
    AND ($1::pg_catalog.text IS NULL OR $1::pg_catalog.text::pg_catalog.jsonb ? n.nspname::pg_catalog.text)
    AND NOT ${ofExtension("n.oid", "pg_namespace")}
)`;

/** A FROM list for `Reader.from`: the rows of a catalog that are in schemas in scope. */
export function inSchemas(catalog: string, schema: string, condition?: string): string {
  return `pg_catalog.${catalog} AS o JOIN schemas AS s ON s.oid = o.${schema}${
    condition ? ` WHERE o.${condition}` : ""
  }`;
}

/** For `Reader.from`: rules; every view and materialized view has one. */
export const rulesInSchemas = `pg_catalog.pg_rewrite AS r
  JOIN pg_catalog.pg_class AS c ON c.oid = r.ev_class JOIN schemas AS s ON s.oid = c.relnamespace`;

/** WITH list: schemas and "tables" (oid, schema, name, kind): plain, partitioned and foreign ones. `kind` is that of the graph. */
export const tablesInScope = `${schemasInScope}, tables AS (
  SELECT c.oid, s.name AS schema, c.relname AS name, CASE c.relkind WHEN 'f' THEN 'foreign_table' ELSE 'table' END AS kind
  FROM pg_catalog.pg_class AS c
  JOIN schemas AS s ON s.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'f') AND NOT ${ofExtension("c.oid", "pg_class")}
)`;

/** The tables that `oid` inherits from, in order, as JSON pairs of schema and name with their kind. */
export function parentTables(oid: string): string {
  return `(SELECT pg_catalog.json_agg(pg_catalog.json_build_array(
      CASE pc.relkind WHEN 'f' THEN 'foreign_table' ELSE 'table' END, pn.nspname, pc.relname) ORDER BY h.inhseqno)
    FROM pg_catalog.pg_inherits AS h
    JOIN pg_catalog.pg_class AS pc ON pc.oid = h.inhparent
    JOIN pg_catalog.pg_namespace AS pn ON pn.oid = pc.relnamespace
    WHERE h.inhrelid = ${oid})`;
}

/** The ids of what `parentTables` selects. */
export function parentIds(list: readonly (readonly [TableKind, string, string])[] | null): readonly ObjectId[] {
  return (list ?? []).map(([kind, ...path]) => objectId(kind, path));
}

/** The kinds that have columns of their own. */
export type TableKind = "table" | "foreign_table";

/**
 * Names of the columns that an array of numbers lists, as a JSON array in the array's order; one index look-up a column. Nearly all list one,
 * which needs no aggregate.
 */
export function columnNames(table: string, numbers: string): string {
  const named = (number: string) =>
    `(SELECT named.attname FROM pg_catalog.pg_attribute AS named WHERE named.attrelid = ${table} AND named.attnum = ${number})`;
  return `CASE WHEN pg_catalog.cardinality(${numbers}) = 1
    THEN pg_catalog.json_build_array(${named(`${numbers}[pg_catalog.array_lower(${numbers}, 1)]`)})
    WHEN ${numbers} IS NOT NULL THEN (
    SELECT pg_catalog.json_agg(${named("listed.number")} ORDER BY listed.place)
    FROM pg_catalog.unnest(${numbers}) WITH ORDINALITY AS listed (number, place)) END`;
}

/** Names of the columns that the index of this pg_index row INCLUDEs; the index itself may call them otherwise. */
export function includedColumns(index: string): string {
  return `CASE WHEN ${index}.indnatts > ${index}.indnkeyatts THEN (
    SELECT pg_catalog.json_agg((
      SELECT named.attname FROM pg_catalog.pg_attribute AS named
      WHERE named.attrelid = ${index}.indrelid AND named.attnum = listed.number
    ) ORDER BY listed.place)
    FROM pg_catalog.unnest(${index}.indkey) WITH ORDINALITY AS listed (number, place)
    WHERE listed.place > ${index}.indnkeyatts) END`;
}

/**
 * Where a partitioned index, a row of pg_index with its row of pg_class, stands among those of its table that the server takes for alike: the
 * oldest gets its part first. NULL for one that has no like.
 */
export function placeAmongAlike(index: string, relation: string): string {
  return `CASE WHEN ${relation}.relkind = 'I' THEN (
    SELECT CASE WHEN pg_catalog.count(*) > 1 THEN pg_catalog.count(*) FILTER (WHERE alike.indexrelid <= ${index}.indexrelid) END::pg_catalog.int4
    FROM pg_catalog.pg_index AS alike
    WHERE alike.indrelid = ${index}.indrelid AND alike.indkey::pg_catalog.text = ${index}.indkey::pg_catalog.text) END`;
}

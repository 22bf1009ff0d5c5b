/**
 * Reads a whole database with a fixed number of queries on one connection (the driver pipelines them), some of them on a second one where the
 * driver has that: one for each kind that may have rows by the ten thousand, one for all other kinds that there are, and two for what all objects have, comments and dependencies. All are sent
 * at once but that for the other kinds: which of them there are is asked first, and known while the server is still at the large ones.
 * Expects to run in a snapshot transaction.
 */
import type { Catalog, Dialect, ReadResult, ReadScope } from "../dialect.ts";
import { rowsOf } from "../rows_of.ts";
import { objectId } from "../../schema/id.ts";
import type { ObjectId, SchemaObject } from "../../schema/object.ts";
import { type Address, type Found, type Reader, schemasInScope } from "./catalog.ts";
import { columnar } from "./columnar.ts";
import { quoteText } from "./sql.ts";
import { unsupportedNotes, type UnsupportedRow, unsupportedSql } from "./unsupported.ts";

/**
 * Settings under which the server writes expressions so that they mean the same everywhere: all names qualified, dates and floats exact.
 * Set for the transaction and put back, for others may follow in it.
 */
export const readSettings: Readonly<Record<string, string>> = {
  search_path: "",
  quote_all_identifiers: "off",
  extra_float_digits: "1",
  DateStyle: "ISO",
  IntervalStyle: "postgres",
  TimeZone: "UTC",
  bytea_output: "hex",
  jit: "off", // it would compile queries for longer than they run
  // Rows come in one order as long as the catalogs are what they were: answers can be told from others by their texts.
  max_parallel_workers_per_gather: "0",
  synchronize_seqscans: "off",
};

const names = Object.keys(readSettings);

/** Sets them for the transaction and tells what they were. */
const replaceSettings = `WITH old AS MATERIALIZED (
  SELECT ${names.map((name) => `pg_catalog.current_setting('${name}') AS "${name}"`).join(", ")}
)
SELECT old.*, ${setAll(readSettings)} FROM old`;

/** A query that sets these for the transaction. */
export function applySettings(values: Readonly<Record<string, string>>): string {
  return `SELECT ${setAll(values)}`;
}

function setAll(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => `pg_catalog.set_config('${name}', ${quoteText(value)}, true)`).join(", ");
}

const comments = `SELECT
  d.classoid::pg_catalog.regclass::pg_catalog.text AS catalog,
  d.objoid AS oid,
  d.objsubid AS part,
  d.description AS text
FROM pg_catalog.pg_description AS d
WHERE (d.objoid >= 16384 OR d.classoid = 'pg_catalog.pg_namespace'::pg_catalog.regclass) -- 16384: FirstNormalObjectId
  -- The row type of a table or view stands for it, but has a comment of its own.
  AND NOT (d.classoid = 'pg_catalog.pg_type'::pg_catalog.regclass AND EXISTS (
    SELECT FROM pg_catalog.pg_type AS t JOIN pg_catalog.pg_class AS c ON c.oid = t.typrelid
    WHERE t.oid = d.objoid AND c.relkind <> 'c'))`;

/**
 * Who needs whom. A view's dependencies hang on its rule, a default's or a generated column's on its pg_attrdef row: both are turned into
 * the view and the column; those of an operator class's or family's members are its own. Automatic dependencies (a check's columns, an index's columns) count like normal ones,
 * and so do those of a partition's index on its parent's (P).
 */
const dependencies = `SELECT
  k.relname AS catalog, -- a regclass made text would take longer
  rk.relname AS ref_catalog,
  pg_catalog.json_agg(u.oid::pg_catalog.int8) AS oids, -- numbers; an oid would become text
  pg_catalog.json_agg(u.part) AS parts,
  pg_catalog.json_agg(u.refobjid::pg_catalog.int8) AS ref_oids,
  pg_catalog.json_agg(u.refobjsubid) AS ref_parts
FROM ( -- each join by the index of pg_depend: one query over all of it goes through all rules for each row
  SELECT d.classid, d.objid AS oid, d.objsubid AS part, d.refclassid, d.refobjid, d.refobjsubid
  FROM pg_catalog.pg_depend AS d
  WHERE ${needed("d")} AND d.classid NOT IN (
      'pg_catalog.pg_rewrite'::pg_catalog.regclass, 'pg_catalog.pg_attrdef'::pg_catalog.regclass,
      'pg_catalog.pg_amop'::pg_catalog.regclass, 'pg_catalog.pg_amproc'::pg_catalog.regclass)
    AND NOT (d.deptype = 'a' AND EXISTS ( -- a sequence goes with its column, but the column's default needs it
      SELECT FROM pg_catalog.pg_sequence AS q
      WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND q.seqrelid = d.objid AND d.refobjsubid > 0))
  UNION ALL
  SELECT CASE WHEN r.rulename = '_RETURN' THEN 'pg_catalog.pg_class'::pg_catalog.regclass ELSE d.classid END,
    CASE WHEN r.rulename = '_RETURN' THEN r.ev_class ELSE r.oid END, d.objsubid, d.refclassid, d.refobjid, d.refobjsubid
  FROM pg_catalog.pg_rewrite AS r
  JOIN pg_catalog.pg_depend AS d ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND d.objid = r.oid
  WHERE ${needed("d")}
  UNION ALL
  SELECT 'pg_catalog.pg_class'::pg_catalog.regclass, a.adrelid, a.adnum, d.refclassid, d.refobjid, d.refobjsubid
  FROM pg_catalog.pg_attrdef AS a
  JOIN pg_catalog.pg_depend AS d ON d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass AND d.objid = a.oid
  WHERE ${needed("d")}
  UNION ALL
  SELECT f.refclassid, f.refobjid, 0, d.refclassid, d.refobjid, d.refobjsubid
  FROM pg_catalog.pg_depend AS f
  JOIN pg_catalog.pg_depend AS d ON d.classid = f.classid AND d.objid = f.objid
  WHERE f.classid IN ('pg_catalog.pg_amop'::pg_catalog.regclass, 'pg_catalog.pg_amproc'::pg_catalog.regclass)
    AND f.refclassid IN ('pg_catalog.pg_opclass'::pg_catalog.regclass, 'pg_catalog.pg_opfamily'::pg_catalog.regclass)
    AND f.deptype IN ('i', 'a') AND f.objid >= 16384 AND ${needed("d")}
) AS u
JOIN pg_catalog.pg_class AS k ON k.oid = u.classid
JOIN pg_catalog.pg_class AS rk ON rk.oid = u.refclassid
GROUP BY k.relname, rk.relname`;

/** Rows of pg_depend between objects that came after initdb (16384: FirstNormalObjectId) where one needs the other. */
function needed(row: string): string {
  return `${row}.objid >= 16384 AND ${row}.refobjid >= 16384 AND ${row}.deptype IN ('n', 'a', 'P')`;
}

interface CommentRow extends Record<string, unknown> {
  readonly catalog: string;
  readonly oid: number;
  readonly part: number;
  readonly text: string;
}

/** All dependencies of objects of one catalog on objects of another; the same place in each list is the same dependency. */
interface DependencyRow extends Record<string, unknown> {
  readonly catalog: string;
  readonly ref_catalog: string;
  readonly oids: readonly number[];
  readonly parts: readonly number[];
  readonly ref_oids: readonly number[];
  readonly ref_parts: readonly number[];
}

/** Everything in scope as objects and notes, by these readers. */
export function reading(readers: readonly Reader[]): Dialect["read"] {
  const alone = readers.filter((reader) => reader.many), rest = readers.filter((reader) => !reader.many);
  return (catalog, scope) => readBy({ alone, rest, whichOfRest: whichOf(rest) }, catalog, scope);
}

/** The readers, by how their queries travel. */
interface Readers {
  readonly alone: readonly Reader[];
  /** Those whose queries are put together. */
  readonly rest: readonly Reader[];
  readonly whichOfRest: string;
}

async function readBy(readers: Readers, catalog: Catalog, scope: ReadScope): Promise<() => ReadResult> {
  const schemas = scope.schemas === null ? "NULL" : quoteText(JSON.stringify(scope.schemas));
  const { alone, rest } = readers;
  // The driver keeps a short statement back for a longer one to come: the comments are not the last, or they would go alone.
  const [[was], others, commentRows, answers, dependencyRows] = await Promise.all([
    catalog.query<Record<string, string>>(replaceSettings),
    askRest(readers, catalog, schemas),
    catalog.query<CommentRow>(comments),
    Promise.all(alone.map((reader) => askKind(catalog, reader, schemas))),
    askBeside<DependencyRow>(catalog, dependencies, true),
  ]);
  await catalog.query(applySettings(Object.fromEntries(names.map((name) => [name, was![name]!]))));
  return () => {
    const found = [
      ...alone.flatMap((reader, i) => foundIn(reader, answers.splice(i, 1, [])[0]!)),
      ...others.flatMap(({ reader, row }) => rest[reader]?.found(row) ?? []),
    ];
    const all = placed(found);
    const unsupported = others.filter(({ reader }) => reader === rest.length).map(({ row }) => row as UnsupportedRow);
    return {
      objects: withComments(all, commentRows),
      refs: () => refsFrom(all, addressed(all), dependencyRows),
      notes: [...all.flatMap((each) => each.notes ?? []), ...unsupportedNotes(unsupported)],
    };
  };
}

type Rows = readonly Record<string, unknown>[];

async function askKind(catalog: Catalog, reader: Reader, schemas: string): Promise<Rows> {
  const sql = within(reader.sql(catalog.version), schemas);
  const whole = reader.columns ? columnar(sql, Object.keys(reader.columns)) : sql;
  return await (reader.beside ? askBeside(catalog, whole) : catalog.query(whole));
}

/** Asks a second session, where there is one. What goes there for sure is less than half of the work: it begins later. */
async function askBeside<Row extends Record<string, unknown>>(
  catalog: Catalog,
  sql: string,
  whenFree?: boolean,
): Promise<readonly Row[]> {
  return await (catalog.queryBeside<Row>?.(sql, whenFree) ?? catalog.query<Row>(sql));
}

/** Asks for the rest, of the kinds that there are. */
async function askRest(
  { rest, whichOfRest }: Readers,
  catalog: Catalog,
  schemas: string,
): Promise<readonly TogetherRow[]> {
  const [there] = await askBeside<Record<string, unknown>>(catalog, within(whichOfRest, schemas));
  const isThere = (reader: number): boolean => there?.[String(reader)] !== false;
  return await askBeside<TogetherRow>(catalog, within(together(rest, catalog.version, isThere), schemas), true);
}

function foundIn(reader: Reader, answer: Rows): readonly Found[] {
  const found: Found[] = [];
  const rows = reader.columns ? rowsOf(answer[0]!, Object.keys(reader.columns)) : answer;
  for (const row of rows) for (const each of reader.found(row)) found.push(each);
  return found;
}

/** One row: of the readers that say where their rows come from, by their places among them, whether there are any. */
function whichOf(rest: readonly Reader[]): string {
  return `WITH ${schemasInScope}
SELECT ${
    rest.flatMap(({ from }, i) =>
      from ? [`(${from.map((each) => `EXISTS (SELECT FROM ${each})`).join(" OR ")}) AS "${i}"`] : []
    ).join(",\n  ")
  }`;
}

interface TogetherRow extends Record<string, unknown> {
  /** Its place in `rest`; the one behind the last means what is not read. */
  readonly reader: number;
  readonly row: Record<string, unknown>;
}

/**
 * The queries of the rest as one. Nothing is lost on the way through JSON: whole numbers of the catalogs have 16 or 32 bits, oids become
 * text, and what is longer (a sequence's limits) the queries make text themselves.
 */
function together(rest: readonly Reader[], version: number, isThere: (reader: number) => boolean): string {
  return [...rest.map((reader) => reader.sql(version)), unsupportedSql].flatMap((sql, i) =>
    isThere(i) ? [`SELECT ${i} AS reader, pg_catalog.row_to_json(found) AS row FROM (\n${sql}\n) AS found`] : []
  ).join("\nUNION ALL\n");
}

/** The query with its scope written in. */
function within(sql: string, schemas: string): string {
  return sql.replaceAll("$1", () => schemas);
}

/** What lives in objects of which only the address is known, under its whole path; left out where that object is not read. */
function placed(all: readonly Found[]): readonly Found[] {
  if (!all.some(({ on }) => on)) return all;
  const at = new Map<Address, SchemaObject>();
  for (const { object, address, owns, on } of all) {
    if (!on) at.set(address, object);
    if (owns) at.set(owns, object);
  }
  return all.flatMap((found) => {
    if (!found.on) return [found];
    const parent = at.get(found.on);
    if (!parent) return [];
    const { kind } = found.object, whole = (name: readonly string[]) => [...parent.name, parent.kind, ...name];
    const name = whole(found.object.name), refs = found.beside?.map((each) => objectId(kind, whole(each))) ?? [];
    return [{ ...found, object: { ...found.object, name, id: objectId(kind, name), parent: parent.id, refs } }];
  });
}

type Ids = ReadonlyMap<Address, ObjectId>;

/** The objects by address. */
function addressed(all: readonly Found[]): Ids {
  const ids = new Map<Address, ObjectId>();
  for (const { object, address, aliases } of all) {
    ids.set(address, object.id);
    for (const alias of aliases ?? []) ids.set(alias, object.id);
  }
  return ids;
}

/** Comments hang on an object's own address: what has another one (a key's index, a member of an extension) may have a comment of its own. */
function withComments(all: readonly Found[], rows: readonly CommentRow[]): readonly SchemaObject[] {
  const wanted = new Set(rows.map(({ catalog, oid, part }) => `${catalog}:${oid}:${part}`));
  const ids = new Map<string, ObjectId>();
  for (const { object, address } of all) if (wanted.has(address)) ids.set(address, object.id);
  const texts = new Map<ObjectId, string>();
  for (const { catalog, oid, part, text } of rows) {
    const id = ids.get(`${catalog}:${oid}:${part}`);
    if (id) texts.set(id, text);
  }
  return all.map(({ object }) => {
    const comment = texts.get(object.id);
    return comment === undefined ? object : { ...object, comment };
  });
}

/** Refs by object, of those that have some. */
function refsFrom(
  all: readonly Found[],
  ids: Ids,
  rows: readonly DependencyRow[],
): ReadonlyMap<ObjectId, readonly ObjectId[]> {
  // A part that is no object of its own (a view's column) means the whole.
  const find = (catalog: string, oid: number, part: number) =>
    ids.get(`${catalog}:${oid}:${part}`) ?? ids.get(`${catalog}:${oid}:0`);
  const found = new Map<ObjectId, Set<ObjectId>>();
  for (const { catalog, ref_catalog, oids, parts, ref_oids, ref_parts } of rows) {
    for (let i = 0; i < oids.length; i++) {
      const id = find(catalog, oids[i]!, parts[i]!), ref = find(ref_catalog, ref_oids[i]!, ref_parts[i]!);
      if (!id || !ref || id === ref) continue;
      const known = found.get(id);
      if (known) known.add(ref);
      else found.set(id, new Set([ref]));
    }
  }
  const parents = new Map(all.map(({ object }) => [object.id, object.parent]));
  return new Map([...found].map(([id, refs]) => [id, [...refs].filter((ref) => ref !== parents.get(id)).sort()]));
}

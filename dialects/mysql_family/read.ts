/**
 * Reads a whole database: one query a kind, then SHOW CREATE for what the catalog does not say, which is the texts of views, triggers, routines
 * and events and a few tables. Tables without any of these cost no round trip of their own.
 */
import type { Note } from "../../schema/graph.ts";
import { objectId } from "../../schema/id.ts";
import type { SchemaObject } from "../../schema/object.ts";
import type { Catalog, ReadResult } from "../dialect.ts";
import { DatabaseError } from "../driver.ts";
import { mentions } from "./expression.ts";
import type { FamilyFacts } from "./facts.ts";
import { databaseObject } from "./kinds/database.ts";
import { fold } from "./lexer.ts";
import { quote } from "./sql.ts";
import { type CreateText, parseCreateText } from "./reading/create_text.ts";
import { readGrants } from "./reading/grants.ts";
import { checkObject, foreignKeyObject, keyObject } from "./reading/keys.ts";
import {
  type CheckRow,
  type ColumnRow,
  columnsSql,
  type EventRow,
  eventsSql,
  type ForeignKeyRow,
  foreignKeysSql,
  indexesSql,
  type IndexRow,
  type RoutineRow,
  routinesSql,
  type SessionRow,
  sessionSql,
  type TableRow,
  tablesSql,
  type TriggerRow,
  triggersSql,
  type ViewRow,
  viewsSql,
} from "./reading/rows.ts";
import { readRoles } from "./reading/roles.ts";
import {
  eventObject,
  routineName,
  routineObject,
  sequenceObjects,
  triggerObject,
  viewObject,
} from "./reading/stored.ts";
import { withoutPlaces } from "./reading/unread_options.ts";
import { columnKey, columnObject, type Reading, tableObject } from "./reading/table.ts";

/** What is looked at on request alone. */
interface Asked {
  /** Privileges on the database and what is in it. */
  readonly grants: boolean;
  /** Which roles of the server; null for none. */
  readonly isManaged: ((name: string) => boolean) | null;
}

/** Everything in the connection's database, and what is `asked` for besides. */
export async function read(catalog: Catalog, facts: FamilyFacts, asked: Asked): Promise<() => ReadResult> {
  const [session] = await catalog.query<SessionRow>(sessionSql(facts));
  // In these modes SHOW CREATE writes names and texts in another way.
  const foreign = /ANSI|NO_BACKSLASH_ESCAPES|ORACLE|MSSQL|DB2|MAXDB|POSTGRESQL/.test(session!.own_mode);
  if (!foreign) return await readIn(catalog, facts, session!, asked);
  await catalog.query("SET SESSION sql_mode = ''");
  try {
    return await readIn(catalog, facts, session!, asked);
  } finally {
    await catalog.query(`SET SESSION sql_mode = '${session!.own_mode}'`);
  }
}

async function readIn(
  catalog: Catalog,
  facts: FamilyFacts,
  session: SessionRow,
  { grants, isManaged }: Asked,
): Promise<() => ReadResult> {
  const tables = await catalog.query<TableRow>(tablesSql);
  const columns = await catalog.query<ColumnRow>(columnsSql(facts));
  const indexes = await catalog.query<IndexRow>(indexesSql(facts));
  const foreignKeys = await catalog.query<ForeignKeyRow>(foreignKeysSql);
  const checks = await catalog.query<CheckRow>(facts.catalog.checks);
  const reading: Reading = { facts, database: session.db };
  const notes: Note[] = [];
  const isTable = (row: TableRow) => (row.type === "BASE TABLE" || row.type === "SYSTEM VERSIONED") && !isShut(row);
  for (const row of tables.filter(isShut)) {
    const message = `table "${row.name}" is left alone: the server cannot open it (${row.comment})`;
    notes.push({ code: "not-compared", object: objectId("table", [row.name]), message });
  }
  const base = new Map(tables.filter(isTable).map((row) => [row.name, row]));
  const { partitioned } = facts.catalog;
  const apart = partitioned === null ? [] : await catalog.query<{ table_name: string }>(partitioned);
  const special = new Set(apart.map((row) => row.table_name));
  const created = await createTexts(catalog, [...base.values()], columns, indexes, checks, special);

  for (const row of base.values()) {
    const unread = [...withoutPlaces(row.options ?? "").unread, ...created.get(row.name)?.unread ?? []];
    for (const what of new Set(unread)) notes.push(uncompared(row.name, what));
  }
  notes.push(...await notCompared(catalog, facts));
  const others = await stored(catalog, tables, columns, session, notes);
  const heldOn = grants ? await readGrants(catalog, session.db) : null;
  const rolesThere = isManaged ? await readRoles(catalog, facts, isManaged) : null;
  return () => {
    const columnChecks = checksOfColumns(checks, columns);
    const objects: SchemaObject[] = [...base.values()].map((row) => tableObject(row, created.get(row.name)));
    if (session.collation !== null) {
      objects.push(databaseObject(session.collation, session.encrypted === "YES", session.comment));
    }
    for (const row of columns) {
      const table = base.get(row.table_name);
      if (table) objects.push(columnObject(row, table.collation, columnChecks, created.get(row.table_name), reading));
    }
    for (const rows of grouped(indexes, (row) => columnKey(row.table_name, row.name))) {
      if (base.has(rows[0]!.table_name)) objects.push(keyObject(rows, created.get(rows[0]!.table_name), reading));
    }
    for (const rows of grouped(foreignKeys, (row) => columnKey(row.table_name, row.name))) {
      objects.push(foreignKeyObject(rows, reading));
    }
    for (const row of checks) {
      const periods = (created.get(row.table_name)?.options.periods ?? {}) as Record<string, unknown>;
      if (row.level !== "Column" && !(row.name in periods)) objects.push(checkObject(row, reading));
    }
    objects.push(...others);
    const held = heldOn?.(objects), there = rolesThere?.();
    return {
      objects: [...objects, ...held?.grants ?? [], ...there?.roles ?? []],
      notes: [...notes, ...held?.notes ?? [], ...there?.notes ?? []],
    };
  };
}

/** What is there of tables and is not compared, as far as this user may see it. */
async function notCompared(catalog: Catalog, facts: FamilyFacts): Promise<readonly Note[]> {
  const notes: Note[] = [];
  for (const { since, sql } of facts.catalog.notCompared) {
    if (catalog.version < since) continue;
    try {
      for (const { table_name, what } of await catalog.query<{ table_name: string; what: string }>(sql)) {
        notes.push(uncompared(table_name, what));
      }
    } catch (error) {
      if (!(error instanceof DatabaseError) || error.more.class === "connection") throw error;
    }
  }
  return notes;
}

function uncompared(table: string, what: string): Note {
  return {
    code: "not-compared",
    object: objectId("table", [table]),
    message: `table "${table}": ${what} not compared`,
  };
}

/** A table that the server lists and cannot open: it has no engine then, and a reason where the comment should be. */
function isShut(row: TableRow): boolean {
  return (row.type === "BASE TABLE" || row.type === "SYSTEM VERSIONED") && row.engine === null;
}

async function stored(
  catalog: Catalog,
  tables: readonly TableRow[],
  columns: readonly ColumnRow[],
  session: SessionRow,
  notes: Note[],
): Promise<readonly SchemaObject[]> {
  const views = await catalog.query<ViewRow>(viewsSql);
  const triggers = await catalog.query<TriggerRow>(triggersSql);
  const routines = await catalog.query<RoutineRow>(routinesSql);
  const events = await catalog.query<EventRow>(eventsSql);
  const objects: SchemaObject[] = [];
  const columnsOf = new Map<string, string[]>();
  for (const row of columns) {
    const list = columnsOf.get(row.table_name);
    if (list) list.push(row.name);
    else columnsOf.set(row.table_name, [row.name]);
  }
  for (const row of views) {
    try {
      objects.push(await viewObject(catalog, row, columnsOf.get(row.name) ?? [], session));
    } catch (error) {
      // MariaDB runs functions that a view calls with constants when it is shown, and sqa reads without writing.
      if (!(error instanceof DatabaseError) || !error.more.readOnly) throw error;
      const message = `view "${row.name}" is left alone: it cannot be shown without writing (${error.message})`;
      notes.push({ code: "not-compared", object: objectId("view", [row.name]), message });
    }
  }
  let last: TriggerRow | null = null;
  for (const row of triggers) {
    const same = last && last.table_name === row.table_name && last.timing === row.timing && last.event === row.event;
    objects.push(await triggerObject(catalog, row, same ? last!.name : null, session));
    last = row;
  }
  const functions = new Set(routines.filter((row) => row.type === "FUNCTION").map((row) => row.name));
  for (const row of routines) {
    const object = await routineObject(catalog, row, functions, session);
    if (object) objects.push(object);
    else {
      const message = `${row.type.toLowerCase()} "${row.name}" is left alone: its text cannot be read`;
      notes.push({ code: "not-compared", object: objectId("function", routineName(row, functions)), message });
    }
  }
  for (const row of events) objects.push(await eventObject(catalog, row, session));
  const sequences = tables.filter((row) => row.type === "SEQUENCE");
  return [...objects, ...await sequenceObjects(catalog, sequences)];
}

/**
 * Checks of columns alone by "table.column". They have their column's name, but that of before a RENAME COLUMN (MariaDB 10.11.19): where there is
 * no such column, or it gave its name to another one, it is the one that the check reads.
 */
function checksOfColumns(checks: readonly CheckRow[], columns: readonly ColumnRow[]): ReadonlyMap<string, CheckRow> {
  const own = checks.filter((row) => row.level === "Column");
  if (own.length === 0) return new Map();
  const keys = new Map(
    columns.map((row) => [columnKey(row.table_name, fold(row.name)), columnKey(row.table_name, row.name)]),
  );
  const found = new Map<string, CheckRow>(), strays: CheckRow[] = [];
  for (const row of own) {
    const key = keys.get(columnKey(row.table_name, fold(row.name)));
    const isJson = /^json_valid\(`/.test(row.clause);
    const reads = mentions(row.clause).some((path) => fold(path.at(-1)!) === fold(row.name));
    if (key !== undefined && (reads || !isJson)) found.set(key, row);
    else strays.push(row);
  }
  for (const row of strays) {
    const read = mentions(row.clause).map((path) => keys.get(columnKey(row.table_name, fold(path.at(-1)!))));
    const key = read.find((each) => each !== undefined && !found.has(each));
    if (key !== undefined) found.set(key, row);
  }
  return found;
}

/** Engines that keep their tables here and take nothing that the catalog does not show, but what changes nothing about them. */
const ownEngines = /^(InnoDB|MyISAM|Aria|MEMORY|CSV|ARCHIVE|BLACKHOLE)$/i;

/** SHOW CREATE TABLE of the tables that have something which only it says. */
async function createTexts(
  catalog: Catalog,
  tables: readonly TableRow[],
  columns: readonly ColumnRow[],
  indexes: readonly IndexRow[],
  checks: readonly CheckRow[],
  known: ReadonlySet<string>,
): Promise<ReadonlyMap<string, CreateText>> {
  const wanted = new Set<string>(known);
  for (const row of tables) {
    const merged = /^MRG_/i.test(row.engine ?? "");
    const local = row.engine !== null && ownEngines.test(row.engine);
    if (row.type === "SYSTEM VERSIONED" || merged || !local || /\bpartitioned\b/i.test(row.options ?? "")) {
      wanted.add(row.name);
    }
  }
  for (const row of indexes) if (/^(FULLTEXT|VECTOR)$/i.test(row.type)) wanted.add(row.table_name);
  // A period of application time shows only as a check that one column is less than another.
  for (const row of checks) if (/^`[^`]+` < `[^`]+`$/.test(row.clause)) wanted.add(row.table_name);
  for (const row of columns) {
    if (/^(var)?binary/.test(row.type) && row.fallback?.startsWith("0x")) wanted.add(row.table_name);
  }
  const found = new Map<string, CreateText>();
  for (const row of tables) {
    if (!wanted.has(row.name)) continue;
    const [shown] = await catalog.query(`SHOW CREATE TABLE ${quote(row.name)}`);
    const text = Object.entries(shown ?? {}).find(([name]) => /^create table$/i.test(name))?.[1];
    if (text) found.set(row.name, parseCreateText(String(text)));
  }
  return found;
}

/** Rows that belong together; they come one after the other. */
function grouped<Row>(rows: readonly Row[], key: (row: Row) => string): readonly (readonly Row[])[] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const list = groups.get(key(row));
    if (list) list.push(row);
    else groups.set(key(row), [row]);
  }
  return [...groups.values()];
}

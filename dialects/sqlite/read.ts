/**
 * Reads a whole database file: the SQL texts of sqlite_schema, parsed, beside what SQLite itself makes of them. Where the two do not
 * agree the table is left alone with a note, never half understood. Two or three queries a file, and one for each view and trigger.
 */
import type { Note } from "../../schema/graph.ts";
import { objectId } from "../../schema/id.ts";
import type { Json, Kind, Options, SchemaObject } from "../../schema/object.ts";
import type { Catalog, ReadResult, ReadScope } from "../dialect.ts";
import { rowsOf } from "../rows_of.ts";
import { idUnder, underSchema } from "./attached.ts";
import { notesOnBroken } from "./broken.ts";
import { headerSettings } from "./kinds/schema.ts";
import { quote, quoteText } from "./sql.ts";
import { SqaError } from "../../schema/error.ts";
import { fold, upper } from "./lexer.ts";
import { disagreement, type XInfo } from "./crosscheck.ts";
import { tableId } from "./names.ts";
import { indexObject, tableObjects, triggerObject, viewObject, virtualTableObject } from "./objects.ts";
import type { CreateStatement } from "./parse/ast.ts";
import { parseCreate } from "./parse/create.ts";

/** A row of sqlite_schema. `sql` is null for the indexes that SQLite makes for keys. */
interface SchemaRow {
  readonly type: string;
  readonly name: string;
  readonly tbl_name: string;
  readonly sql: string | null;
}

const schemaColumns = ["type", "name", "tbl_name", "sql"] as const;

const schemaQuery = (schema: string) => `
  SELECT type, name, tbl_name, sql
    FROM ${quote(schema)}.sqlite_schema
   WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
   ORDER BY rowid`;

const infoColumns = ["table", "name", "type", "notnull", "pk", "hidden"] as const;

/** table_xinfo since 3.26. hidden: 1 of a virtual table, 2 generated virtual, 3 generated stored. */
const columnsQuery = (schema: string) => `
  SELECT m.name AS "table", x.name, x.type, x."notnull", x.pk, x.hidden
    FROM ${quote(schema)}.sqlite_schema m JOIN pragma_table_xinfo(m.name, ${quoteText(schema)}) x
   WHERE m.type = 'table' AND m.sql NOT LIKE 'create virtual %'
   ORDER BY m.rowid, x.cid`;

/** The query with one row in place of its own: each column as an array, in the order of the rows (an aggregate over a sorted subquery takes them so). */
function columnar(sql: string, columns: readonly string[]): string {
  return `SELECT ${columns.map((name) => `json_group_array("${name}") AS "${name}"`).join(", ")} FROM (${sql})`;
}

/** Needs SQLite 3.37, which every node:sqlite has. */
const shadowQuery = `SELECT name FROM pragma_table_list WHERE schema = ? AND type = 'shadow'`;

/** Attached files: the first two entries are main and temp. */
const attachedQuery = `SELECT name FROM pragma_database_list WHERE seq > 1 ORDER BY seq`;

/** Everything in the main database, and in the attached ones that are in scope, that is not SQLite's own. */
export async function read(catalog: Catalog, scope: ReadScope): Promise<() => ReadResult> {
  const main = await readFile(catalog, "main");
  const settings = await readSettings(catalog), fixed = await fixedSettings(catalog);
  const attached: { readonly name: string; readonly file: () => ReadResult }[] = [];
  for (const { name } of await catalog.query<{ name: string }>(attachedQuery)) {
    if (!scope.schemas || scope.schemas.includes(name)) attached.push({ name, file: await readFile(catalog, name) });
  }
  return () => {
    const { objects: own, notes: said } = main();
    const objects = [...settings, ...own], notes = [...said, ...fixed];
    for (const { name, file } of attached) {
      const there = file();
      objects.push(schemaObject(name, {}), ...there.objects.map((object) => underSchema(object, name)));
      for (const note of there.notes) {
        notes.push({ ...note, object: note.object && idUnder(note.object, name), message: `${name}: ${note.message}` });
      }
    }
    return { objects, notes };
  };
}

/** The main file's settings as an object of the graph. */
export function mainSettings(options: Options): SchemaObject<"schema"> {
  return schemaObject("main", options);
}

function schemaObject(name: string, options: Options): SchemaObject<"schema"> {
  return {
    kind: "schema",
    id: objectId("schema", [name]),
    name: [name],
    parent: null,
    refs: [],
    comment: null,
    options,
  };
}

/** The header's settings that are compared, if there are any: programs keep numbers of their own in them. */
async function readSettings(catalog: Catalog): Promise<readonly SchemaObject[]> {
  const compared = Object.entries(headerSettings).filter(([, pragma]) => catalog.compared?.[pragma] !== undefined);
  if (compared.length === 0) return [];
  const options: Record<string, Json> = {};
  for (const [option, pragma] of compared) {
    const [row] = await catalog.query(`PRAGMA main.${pragma}`);
    options[option] = Number(row![pragma]);
  }
  return [mainSettings(options)];
}

/** What no migration can change: the file must be written anew (VACUUM), outside of any transaction, or be set by whoever opens it. */
async function fixedSettings(catalog: Catalog): Promise<readonly Note[]> {
  const notes: Note[] = [];
  for (const [pragma, wanted] of Object.entries(catalog.compared ?? {})) {
    if (Object.values(headerSettings).some((name) => name === pragma)) continue;
    const [row] = await catalog.query(`PRAGMA main.${pragma}`);
    const value = String(row?.[pragma]), word = pragma === "auto_vacuum" ? autoVacuum[Number(value)]! : value;
    // A database in memory has a journal of its own kind.
    if (
      [value, word].some((each) => upper(each) === upper(wanted)) || (pragma === "journal_mode" && value === "memory")
    ) continue;
    const how = pragma === "journal_mode"
      ? `run PRAGMA journal_mode = ${wanted}`
      : pragma === "encoding"
      ? "only a new file can have another one"
      : `run PRAGMA ${pragma} = ${wanted}, then VACUUM, in a journal_mode other than wal`;
    notes.push({
      code: "not-compared",
      object: null,
      message: `${pragma} is ${word}, not ${wanted}: sqa sets it in files that it makes; ${how}`,
    });
  }
  return notes;
}

const autoVacuum = ["none", "full", "incremental"];

async function readFile(catalog: Catalog, schema: string): Promise<() => ReadResult> {
  const [found] = await catalog.query(columnar(schemaQuery(schema), schemaColumns));
  const [infos] = await catalog.query(columnar(columnsQuery(schema), infoColumns));
  const rows = [...rowsOf(found!, schemaColumns)] as unknown as readonly SchemaRow[];
  const virtual = rows.some((row) => /^\s*create\s+virtual\b/i.test(row.sql ?? ""));
  const shadows = new Set(
    virtual ? (await catalog.query<{ name: string }>(shadowQuery, [schema])).map((row) => row.name) : [],
  );
  const work = () => fileOf(rows, rowsOf(infos!, infoColumns) as Iterable<unknown> as Iterable<XInfo>, shadows);
  // Only what is read of views and triggers says what to ask about them.
  if (!rows.some((row) => row.type === "view" || row.type === "trigger")) return work;
  const { objects, notes } = work(), broken = await notesOnBroken(catalog, schema, objects);
  return () => ({ objects, notes: [...notes, ...broken] });
}

/** The objects of one file. */
function fileOf(rows: readonly SchemaRow[], all: Iterable<XInfo>, shadows: ReadonlySet<string>): ReadResult {
  const infos = new Map<string, XInfo[]>();
  for (const info of all) {
    const list = infos.get(info.table);
    if (list) list.push(info);
    else infos.set(info.table, [info]);
  }
  const objects: SchemaObject[] = [];
  const notes: Note[] = [];
  const columns = new Map<string, ReadonlySet<string>>();
  const views = new Set(rows.filter((row) => row.type === "view").map((row) => row.name));
  const left = new Set<string>();
  for (const row of rows) {
    if (shadows.has(row.name) || shadows.has(row.tbl_name) || row.sql === null) continue;
    if (left.has(row.tbl_name)) continue;
    const statement = parsed(row, notes);
    if (statement === null) {
      if (row.type === "table") left.add(row.name);
      continue;
    }
    switch (statement.kind) {
      case "table": {
        const wrong = disagreement(statement, infos.get(row.name) ?? []);
        if (wrong !== null) {
          notes.push(unread(row, wrong));
          left.add(row.name);
          break;
        }
        columns.set(row.name, new Set(statement.columns.map((column) => fold(column.name))));
        objects.push(...tableObjects(statement, row.name));
        break;
      }
      case "index":
        objects.push(indexObject({ ...statement, table: row.tbl_name }, columns.get(row.tbl_name) ?? new Set(), fold));
        break;
      case "view":
        objects.push(viewObject(statement));
        break;
      case "trigger":
        objects.push(
          triggerObject(statement, views.has(row.tbl_name) ? objectId("view", [row.tbl_name]) : tableId(row.tbl_name)),
        );
        break;
      case "virtual_table":
        objects.push(virtualTableObject(statement));
        break;
    }
  }
  return { objects, notes };
}

function parsed(row: SchemaRow, notes: Note[]): CreateStatement | null {
  try {
    return parseCreate(row.sql!);
  } catch (error) {
    if (!(error instanceof SqaError)) throw error;
    notes.push(unread(row, error.message));
    return null;
  }
}

function unread(row: SchemaRow, why: string): Note {
  const kinds: { readonly [type: string]: Kind } = { table: "table", index: "index", view: "view", trigger: "trigger" };
  const kind = kinds[row.type];
  return {
    code: "not-compared",
    object: kind ? objectId(kind, [row.name]) : null,
    message: `${row.type} "${row.name}" is left alone: ${why}`,
  };
}

/**
 * Reads a whole database file: the SQL texts of sqlite_schema, parsed, beside what SQLite itself makes of them. Where the two do not
 * agree the table is left alone with a note, never half understood. Two or three queries, whatever the number of objects.
 */
import type { Note } from "../../schema/graph.ts";
import { objectId } from "../../schema/id.ts";
import type { Kind, SchemaObject } from "../../schema/object.ts";
import type { Catalog, ReadResult } from "../dialect.ts";
import { SqaError } from "../../schema/error.ts";
import { fold } from "./lexer.ts";
import { disagreement, type XInfo } from "./crosscheck.ts";
import { tableId } from "./names.ts";
import { indexObject, tableObjects, triggerObject, viewObject, virtualTableObject } from "./objects.ts";
import type { CreateStatement } from "./parse/ast.ts";
import { parseCreate } from "./parse/create.ts";

/** A row of sqlite_schema. `sql` is null for the indexes that SQLite makes for keys. */
interface SchemaRow extends Record<string, unknown> {
  readonly type: string;
  readonly name: string;
  readonly tbl_name: string;
  readonly sql: string | null;
}

const schemaQuery = `
  SELECT type, name, tbl_name, sql
    FROM sqlite_schema
   WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
   ORDER BY rowid`;

/** table_xinfo since 3.26. hidden: 1 of a virtual table, 2 generated virtual, 3 generated stored. */
const columnsQuery = `
  SELECT m.name AS "table", x.name, x.type, x."notnull", x.pk, x.hidden
    FROM sqlite_schema m JOIN pragma_table_xinfo(m.name) x
   WHERE m.type = 'table' AND m.sql NOT LIKE 'create virtual %'
   ORDER BY m.rowid, x.cid`;

/** Needs SQLite 3.37, which every node:sqlite has. */
const shadowQuery = `SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'shadow'`;

/** Everything in the main database that is not SQLite's own. */
export async function read(catalog: Catalog): Promise<ReadResult> {
  const rows = await catalog.query<SchemaRow>(schemaQuery);
  const infos = new Map<string, XInfo[]>();
  for (const info of await catalog.query<XInfo & Record<string, unknown>>(columnsQuery)) {
    const list = infos.get(info.table);
    if (list) list.push(info);
    else infos.set(info.table, [info]);
  }
  const virtual = rows.some((row) => /^\s*create\s+virtual\b/i.test(row.sql ?? ""));
  const shadows = new Set(virtual ? (await catalog.query<{ name: string }>(shadowQuery)).map((row) => row.name) : []);

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

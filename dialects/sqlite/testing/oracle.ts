/** SQLite as the oracle of the parser: what it says of a table or an index, against what sqa has read from its text. For tests only. */
import { deepEqual, equal, ok } from "node:assert/strict";
import type { DatabaseSync } from "node:sqlite";
import { disagreement, type XInfo } from "../crosscheck.ts";
import { normalizeExpression } from "../expression.ts";
import { fold } from "../lexer.ts";
import type { ColumnDefinition, CreateTable, KeyPart } from "../parse/ast.ts";
import { parseCreate } from "../parse/create.ts";

type Row = Readonly<Record<string, unknown>>;
export const rows = (db: DatabaseSync, sql: string, ...args: string[]): readonly Row[] => db.prepare(sql).all(...args);

/** The text that SQLite keeps. */
export function textOf(db: DatabaseSync, name: string): string {
  return String(rows(db, "SELECT sql FROM sqlite_schema WHERE name = ?", name)[0]!.sql);
}

/** A table as sqa reads it, held against what SQLite says of it. Throws where the two differ. */
export function checkTable(db: DatabaseSync, name: string): void {
  const table = parseCreate(textOf(db, name));
  ok(table.kind === "table", name);
  equal(table.name, name);
  const infos = rows(db, 'SELECT ?1 AS "table", * FROM pragma_table_xinfo(?1)', name);
  equal(disagreement(table, infos as unknown as XInfo[]), null);
  const [listed] = rows(db, "SELECT wr, strict FROM pragma_table_list(?) WHERE schema = 'main'", name);
  deepEqual([table.withoutRowid, table.strict], [listed!.wr === 1, listed!.strict === 1]);
  for (const [i, { dflt_value: value }] of infos.entries()) {
    const column: ColumnDefinition = table.columns[i]!;
    if (column.generated) continue;
    equal(normal(column.default), normal(value), `default of ${column.name}`);
  }
  const read = keysOf(table), kept = keysIn(db, name);
  deepEqual(read, kept.map((key) => read.includes(key) ? key : key.replace(/ (true|false)(?=,|$)/g, "")).sort());
  deepEqual(foreignKeysOf(table), foreignKeysIn(db, name));
}

function normal(text: unknown): string | null {
  return text === null ? null : normalizeExpression(String(text));
}

/** The keys of a table as SQLite makes indexes of them: the rowid's own aside, one for those that are the same but for direction. */
function keysOf(table: CreateTable): readonly string[] {
  const found = new Map<string, string>();
  for (const clause of table.constraints) {
    if (clause.kind !== "primary_key" && clause.kind !== "unique") continue;
    if (clause.kind === "primary_key" && isRowid(table, clause.keys, clause.inColumn)) continue;
    // In a table WITHOUT ROWID one INTEGER key is taken for a rowid first, and its COLLATE is lost (build.c convertToWithoutRowidTable).
    const integer = clause.kind === "primary_key" && isInteger(table, clause.keys);
    const parts = clause.keys.map((key) => keyText(table, integer ? { ...key, collation: null } : key));
    const same = parts.map(({ name, collation }) => `${name} ${collation}`).join();
    const whole = parts.map(({ name, collation, desc }) => `${name} ${collation} ${desc}`).join();
    // Of two that are the same but for direction SQLite keeps one, and which matters to nobody.
    found.set(same, found.has(same) && found.get(same) !== whole ? same : whole);
  }
  return [...found.values()].sort();
}

function keyText(table: CreateTable, key: KeyPart) {
  const column = table.columns.find((each) => fold(each.name) === fold(key.name ?? ""));
  const collation = (key.collation ?? column?.collation ?? "BINARY").toUpperCase();
  return { name: column?.name ?? key.sql, collation, desc: key.desc };
}

/** An INTEGER PRIMARY KEY is the rowid; DESC within the column makes it none. */
function isRowid(table: CreateTable, keys: readonly KeyPart[], inColumn: boolean): boolean {
  return !table.withoutRowid && isInteger(table, keys) && !(inColumn && keys[0]!.desc);
}

function isInteger(table: CreateTable, keys: readonly KeyPart[]): boolean {
  const column = table.columns.find((each) => fold(each.name) === fold(keys[0]!.name ?? ""));
  return keys.length === 1 && column?.type.toUpperCase() === "INTEGER";
}

/** The indexes that SQLite has made for keys. */
export function keysIn(db: DatabaseSync, table: string): readonly string[] {
  return rows(db, "SELECT name FROM pragma_index_list(?) WHERE origin IN ('pk', 'u')", table).map(({ name }) =>
    rows(db, 'SELECT name, coll, "desc" FROM pragma_index_xinfo(?) WHERE key = 1', String(name))
      .map((key) => `${key.name} ${String(key.coll).toUpperCase()} ${key.desc === 1}`).join()
  ).sort();
}

function foreignKeysOf(table: CreateTable): readonly string[] {
  return table.constraints.flatMap((key) => {
    if (key.kind !== "foreign_key") return [];
    const action = (name: string) => name.replace(/_/g, " ").toUpperCase();
    return [JSON.stringify([
      key.table,
      key.columns.map((name) => table.columns.find((each) => fold(each.name) === fold(name))!.name),
      key.references,
      action(key.onUpdate),
      action(key.onDelete),
    ])];
  }).sort();
}

/** The foreign keys as SQLite has them. */
export function foreignKeysIn(db: DatabaseSync, table: string): readonly string[] {
  const keys = new Map<unknown, Row[]>();
  for (const row of rows(db, "SELECT * FROM pragma_foreign_key_list(?) ORDER BY id, seq", table)) {
    keys.set(row.id, [...keys.get(row.id) ?? [], row]);
  }
  return [...keys.values()].map((parts) =>
    JSON.stringify([
      parts[0]!.table,
      parts.map(({ from }) => from),
      parts.map(({ to }) => to).filter((to) => to !== null),
      parts[0]!.on_update,
      parts[0]!.on_delete,
    ])
  ).sort();
}

/** The same for an index. */
export function checkIndex(db: DatabaseSync, name: string, on: string): void {
  const index = parseCreate(textOf(db, name)), table = parseCreate(textOf(db, on));
  ok(index.kind === "index" && table.kind === "table");
  equal(index.name, name);
  const [listed] = rows(db, 'SELECT "unique" AS u, partial FROM pragma_index_list(?) WHERE name = ?', on, name);
  deepEqual([index.unique, index.where !== null], [listed!.u === 1, listed!.partial === 1]);
  const infos = rows(db, "SELECT * FROM pragma_index_xinfo(?) WHERE key = 1", name);
  deepEqual(
    index.keys.map((key) => {
      const column = table.columns.find((each) => key.name !== null && fold(each.name) === fold(key.name));
      const own = key.collation ?? column?.collation ?? null;
      return [column?.name ?? null, key.desc, own === null ? null : own.toUpperCase()];
    }),
    // The collation of an expression follows from what is in it; only one that is written out can be compared.
    infos.map((info, i) => [
      info.name,
      info.desc === 1,
      index.keys[i]!.collation === null && (info.name === null || info.coll === "BINARY") &&
        !columnCollation(table, info)
        ? null
        : String(info.coll).toUpperCase(),
    ]),
  );
}

function columnCollation(table: CreateTable, info: Row): boolean {
  return table.columns.some((each) => each.name === info.name && each.collation !== null);
}

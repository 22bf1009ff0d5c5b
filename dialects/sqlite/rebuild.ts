/**
 * Makes a table anew where ALTER TABLE cannot change it: plain SQL that the sqlite3 shell runs unchanged, from 3.35 on.
 *
 * How it goes, and why each step stands where it does (SQLite's own recipe is lang_altertable.html 7; the order is not a matter of taste):
 *
 *  1. `PRAGMA foreign_keys = OFF`, before the transaction because inside one SQLite ignores it. With foreign keys on, DROP TABLE in
 *     step 6 first deletes every row, and ON DELETE CASCADE takes the children's rows along without a word.
 *  2. `PRAGMA legacy_alter_table = ON`. Otherwise the RENAME in step 7 checks every view and trigger of the database and fails, because
 *     those that use the table find it missing at that moment; and it would rewrite their text. With it nothing but the table's own
 *     row in sqlite_schema changes, so views stay as they are.
 *  3. CREATE TABLE under a temporary name, with references to itself under the name that it will have. The old table is never
 *     renamed out of the way first: SQLite would make the children's foreign keys follow it.
 *  4. INSERT … SELECT of every column that stays; of none, where that is what stays, so that there are as many rows as before. `OR ABORT` overrules ON CONFLICT clauses of the new table, with which SQLite would
 *     leave rows out (IGNORE) or delete some (REPLACE) and call it success. The rowid is copied where the table has one that is not a
 *     column, because rows may be known by it elsewhere (full-text indexes, programs). Generated columns are left out: they cannot
 *     be written, and compute to the same. New columns get their default.
 *  5. The AUTOINCREMENT counter is carried over. It may be ahead of the highest row, so that numbers of deleted rows are not used again.
 *  6. DROP TABLE of the old one. Its indexes and triggers go with it.
 *  7. ALTER TABLE … RENAME of the new one to the name, then legacy_alter_table back to its default.
 *  8. CREATE INDEX and CREATE TRIGGER as the wanted state has them. Triggers come last, so none fires for the copying.
 *
 * The driver runs it in one transaction, counts the rows before and after, and has SQLite check foreign keys and the file's integrity
 * before it commits (`driver/migration.ts`).
 */
import type { Change } from "../../diff/change.ts";
import type { Effects, Statement } from "../../diff/plan_types.ts";
import { canonicalJson } from "../../schema/canonical.ts";
import { children, type SchemaGraph } from "../../schema/graph.ts";
import { comparable } from "../../schema/hash.ts";
import type { ObjectId, SchemaObject } from "../../schema/object.ts";
import type { RenderContext } from "../dialect.ts";
import { createIndex, createTrigger } from "./create_sql.ts";
import { fold } from "./lexer.ts";
import { type CopiedColumn, copyRisk } from "./rebuild_risk.ts";
import { quote, quoteText } from "./sql.ts";
import { foreignKeysOff, statement, writeLock } from "./statement.ts";
import { createTable, type TableParts, tableParts } from "./table_sql.ts";

/** Temporary tables of a rebuild start with this; the driver knows them by it. */
export const rebuildPrefix = "_sqa_new_";

export interface RebuildOptions {
  /** Columns in the order of `to`; else those that stay keep their places and new ones come last. */
  readonly inOrder: boolean;
}

/** The statements that turn the table of `context.from` into that of `context.to`, rows kept. */
export function rebuild(
  change: Change,
  table: SchemaObject<"table">,
  context: RenderContext,
  options: RebuildOptions,
): readonly Statement[] {
  const old = tableParts(context.from.objects.get(table.id) as SchemaObject<"table">, children(context.from, table.id));
  const wanted = tableParts(table, children(context.to, table.id));
  const parts = options.inOrder ? wanted : { ...wanted, columns: placed(old, wanted) };
  const name = table.name.at(-1)!, temporary = temporaryName(name, context);
  const copied = copiedColumns(old, wanted);
  const locks = writeLock(table.id);
  return [
    foreignKeysOff(change),
    statement(change, "PRAGMA legacy_alter_table = ON"),
    statement(change, createTable(parts, temporary), { locks }),
    ...copyRows(change, old, parts, copied, temporary, context),
    ...keepCounter(change, old, wanted, temporary),
    statement(change, `DROP TABLE ${quote(name)}`, { locks, loses: lost(old, wanted, copied, context.to) }),
    statement(change, `ALTER TABLE ${quote(temporary)} RENAME TO ${quote(name)}`, { locks }),
    statement(change, "PRAGMA legacy_alter_table = OFF"),
    ...children(context.to, table.id, "index").map((index) =>
      statement(change, createIndex(index), { scans: [table.id], mayFail: uniqueRisk(index, context) })
    ),
    ...children(context.to, table.id, "trigger").map((trigger) => statement(change, createTrigger(trigger))),
  ];
}

/** A unique index that was there before over the same columns holds again; any other one the rows may refuse. */
function uniqueRisk(index: SchemaObject<"index">, context: RenderContext): Effects["mayFail"] {
  if (!index.unique) return null;
  const same = [index.id, ...index.refs].every((id) => {
    const before = context.from.objects.get(id), after = context.to.objects.get(id);
    return before && after && canonicalJson(comparable(before)) === canonicalJson(comparable(after));
  });
  return same ? null : { reason: `rows may have the same key in index "${index.name.at(-1)!}"`, probe: null };
}

/** The columns where they will stand: those that stay first, in the old order. */
function placed(old: TableParts, wanted: TableParts): readonly SchemaObject<"column">[] {
  const places = new Map(old.columns.map((column, i) => [fold(column.name.at(-1)!), i]));
  const place = (column: SchemaObject<"column">): number =>
    places.get(fold(column.name.at(-1)!)) ?? old.columns.length + column.position;
  return [...wanted.columns].sort((a, b) => place(a) - place(b));
}

/** A name that nothing has, before or after. */
export function temporaryName(table: string, context: RenderContext): string {
  const taken = new Set<string>();
  for (const graph of [context.from, context.to]) {
    for (const object of graph.objects.values()) {
      if (object.kind === "table" || object.kind === "view" || object.kind === "index") {
        taken.add(fold(object.name.at(-1)!));
      }
    }
  }
  let name = rebuildPrefix + table;
  while (taken.has(fold(name))) name += "_";
  return name;
}

/** The columns whose values go over: on both sides, and not computed in the new table. SQLite's names know no letter case. */
function copiedColumns(old: TableParts, wanted: TableParts): readonly CopiedColumn[] {
  const sources = new Map(old.columns.map((column) => [fold(column.name.at(-1)!), column]));
  return wanted.columns.flatMap((to) => {
    const from = sources.get(fold(to.name.at(-1)!));
    return from && !to.generated ? [{ from, to }] : [];
  });
}

function copyRows(
  change: Change,
  old: TableParts,
  wanted: TableParts,
  copied: readonly CopiedColumn[],
  temporary: string,
  context: RenderContext,
): readonly Statement[] {
  const rowid = copiedRowid(old, wanted, copied);
  let into = [...(rowid ? [rowid] : []), ...copied.map(({ to }) => quote(to.name.at(-1)!))];
  let out = [...(rowid ? [rowid] : []), ...copied.map(({ from }) => quote(from.name.at(-1)!))];
  if (into.length === 0) {
    const empty = emptyColumn(old, wanted, context.to);
    // Nothing to keep the rows by: they cannot go over, and `lost` says so.
    if (!empty) return [];
    into = [quote(empty.name.at(-1)!)];
    out = ["NULL"];
  }
  const id = wanted.table.id;
  const effects: Partial<Effects> = {
    locks: writeLock(id),
    scans: [id],
    rewrites: [id],
    mayFail: copyRisk(old, wanted, copied, context.to),
  };
  const sql = `INSERT OR ABORT INTO ${quote(temporary)} (${into.join(", ")})\n  SELECT ${out.join(", ")}\n    FROM ${
    quote(old.table.name.at(-1)!)
  }`;
  return [statement(change, sql, effects)];
}

/** Where nothing of a row stays: a column that is NULL in rows of new columns only, when the new table takes such rows; else undefined. */
function emptyColumn(old: TableParts, wanted: TableParts, to: SchemaGraph): SchemaObject<"column"> | undefined {
  if (copyRisk(old, wanted, [], to) !== null) return undefined;
  return wanted.columns.find((column) => !column.generated && column.default === null);
}

/** The word for the rowid when it must be copied by itself: both tables have one, and in the new one no copied column is it. */
function copiedRowid(old: TableParts, wanted: TableParts, copied: readonly CopiedColumn[]): string | null {
  if (old.table.options.withoutRowid === true || wanted.table.options.withoutRowid === true) return null;
  const alias = rowidAlias(wanted);
  if (alias && copied.some(({ to }) => to.id === alias.id)) return null;
  const taken = new Set([...old.columns, ...wanted.columns].map((column) => fold(column.name.at(-1)!)));
  return ["rowid", "_rowid_", "oid"].find((word) => !taken.has(word)) ?? null;
}

/** The column that is the rowid under another name (lang_createtable.html "ROWIDs and the INTEGER PRIMARY KEY"), or undefined. */
export function rowidAlias(parts: TableParts): SchemaObject<"column"> | undefined {
  if (parts.table.options.withoutRowid === true) return undefined;
  const key = parts.constraints.find((constraint) => constraint.kind === "primary_key");
  if (key?.kind !== "primary_key" || key.columns.length !== 1 || key.options.inColumn === true) return undefined;
  const column = parts.columns.find((each) => each.name.at(-1) === key.columns[0]);
  return column?.type.name === "INTEGER" && column.type.args.length === 0 ? column : undefined;
}

function hasCounter(parts: TableParts): boolean {
  return parts.constraints.some((constraint) => constraint.options.autoincrement === true);
}

/** The counter lives in sqlite_sequence under the table's name; DROP TABLE deletes it and RENAME carries it along. */
function keepCounter(change: Change, old: TableParts, wanted: TableParts, temporary: string): readonly Statement[] {
  if (!hasCounter(old) || !hasCounter(wanted)) return [];
  const now = quoteText(temporary), before = quoteText(old.table.name.at(-1)!);
  return [
    statement(change, `DELETE FROM sqlite_sequence WHERE name = ${now}`),
    statement(
      change,
      `INSERT INTO sqlite_sequence (name, seq)\n  SELECT ${now}, seq\n    FROM sqlite_sequence\n   WHERE name = ${before}`,
    ),
  ];
}

/** What is gone with the old table: columns that do not stay, values that become computed ones, all rows, the counter. */
function lost(
  old: TableParts,
  wanted: TableParts,
  copied: readonly CopiedColumn[],
  to: SchemaGraph,
): readonly ObjectId[] {
  const kept = new Set(copied.map(({ from }) => from.id));
  const columns = old.columns.filter((column) => !column.generated && !kept.has(column.id)).map((column) => column.id);
  const rowsStay = copied.length > 0 || copiedRowid(old, wanted, copied) !== null || emptyColumn(old, wanted, to);
  if (!rowsStay) return [old.table.id, ...columns];
  const counter = hasCounter(old) && !hasCounter(wanted)
    ? old.constraints.filter((constraint) => constraint.options.autoincrement === true).map((key) => key.id)
    : [];
  return [...columns, ...counter];
}

/** Is any foreign key pointing to this table? Only then does dropping it touch other rows. */
export function isReferenced(table: ObjectId, graph: SchemaGraph): boolean {
  for (const object of graph.objects.values()) {
    if (object.kind === "foreign_key" && object.references.table === table) return true;
  }
  return false;
}

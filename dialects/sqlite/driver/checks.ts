/** What is looked at before a migration is committed. */
import type { DatabaseSync } from "node:sqlite";
import { quoteAlways } from "../sql.ts";
import { codeOf, databaseError } from "./errors.ts";

/** A table of one of the connection's files: "main" or the name of an attached one. */
export interface Table {
  readonly schema: string;
  readonly name: string;
}

/** Rows of one foreign key that point to nothing. */
export interface Violations {
  /** Parent table and columns: what a key is, whatever number SQLite gives it. */
  readonly key: string;
  readonly text: string;
  readonly rows: number;
}

/**
 * The foreign keys of a table whose rows point to nothing. None for a table that is not there, and none where SQLite cannot say, because
 * the columns that a key points to are no key ("foreign key mismatch"): SQLite lets such a schema be made.
 */
export function violationsOf(db: DatabaseSync, { schema, name: table }: Table): readonly Violations[] {
  let rows: { parent: string; fkid: number | null }[];
  try {
    rows = db.prepare(`PRAGMA ${quoteAlways(schema)}.foreign_key_check(${quoteAlways(table)})`).all() as typeof rows;
  } catch (error) {
    // Anything else, above all a disk that fails, may have ended the transaction: who went on would do so outside of it.
    if (codeOf(error) !== "SQLITE_ERROR") throw databaseError(error, "PRAGMA foreign_key_check");
    return [];
  }
  const counted = new Map<string, Violations>();
  const names = new Map<number | null, string>();
  for (const { parent, fkid } of rows) {
    const columns = names.get(fkid) ?? columnsOf(db, table, schema, fkid);
    names.set(fkid, columns);
    const key = `${columns}\0${parent}`.toLowerCase();
    const count = (counted.get(key)?.rows ?? 0) + 1;
    const what = count === 1 ? "1 row" : `${count} rows`;
    counted.set(key, { key, rows: count, text: `${what} of "${table}" (${columns}) without a row of "${parent}"` });
  }
  return [...counted.values()];
}

function columnsOf(db: DatabaseSync, table: string, schema: string, id: number | null): string {
  const list = db.prepare(`SELECT "from" FROM pragma_foreign_key_list(?, ?) WHERE id = ? ORDER BY seq`);
  const rows = list.all(table, schema, id);
  return rows.map((row) => String(row.from)).join(", ");
}

/** Violations that were not there before, or have become more. */
export function newViolations(before: readonly Violations[], after: readonly Violations[]): readonly Violations[] {
  const rows = new Map(before.map((violation) => [violation.key, violation.rows]));
  return after.filter((violation) => violation.rows > (rows.get(violation.key) ?? 0));
}

/** Up to so many pages the whole file is looked at; of larger ones only the tables that were made anew. */
const smallFile = 10_000;

/** What integrity_check finds in the files of these tables, "ok" aside. It also holds every row against NOT NULL, UNIQUE and CHECK. */
export function damage(db: DatabaseSync, tables: readonly Table[]): readonly string[] {
  const checks = [...Map.groupBy(tables, ({ schema }) => schema)].flatMap(([schema, own]) => {
    const file = quoteAlways(schema);
    const { page_count: pages } = db.prepare(`PRAGMA ${file}.page_count`).get() as { page_count: number };
    if (pages <= smallFile) return [`PRAGMA ${file}.integrity_check(20)`];
    return own.map(({ name }) => `PRAGMA ${file}.integrity_check(${quoteAlways(name)})`);
  });
  return checks.flatMap((sql) => db.prepare(sql).all().map((row) => String(row.integrity_check)))
    .filter((line) => line !== "ok");
}

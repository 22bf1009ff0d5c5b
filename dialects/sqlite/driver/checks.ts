/** What is looked at before a migration is committed. */
import type { DatabaseSync } from "node:sqlite";
import { quoteAlways } from "../sql.ts";
import { codeOf, databaseError } from "./errors.ts";

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
export function violationsOf(db: DatabaseSync, table: string): readonly Violations[] {
  let rows: { parent: string; fkid: number | null }[];
  try {
    rows = db.prepare(`PRAGMA main.foreign_key_check(${quoteAlways(table)})`).all() as typeof rows;
  } catch (error) {
    // Anything else, above all a disk that fails, may have ended the transaction: who went on would do so outside of it.
    if (codeOf(error) !== "SQLITE_ERROR") throw databaseError(error, "PRAGMA foreign_key_check");
    return [];
  }
  const counted = new Map<string, Violations>();
  const names = new Map<number | null, string>();
  for (const { parent, fkid } of rows) {
    const columns = names.get(fkid) ?? columnsOf(db, table, fkid);
    names.set(fkid, columns);
    const key = `${columns}\0${parent}`.toLowerCase();
    const count = (counted.get(key)?.rows ?? 0) + 1;
    const what = count === 1 ? "1 row" : `${count} rows`;
    counted.set(key, { key, rows: count, text: `${what} of "${table}" (${columns}) without a row of "${parent}"` });
  }
  return [...counted.values()];
}

function columnsOf(db: DatabaseSync, table: string, id: number | null): string {
  const rows = db.prepare(`SELECT "from" FROM pragma_foreign_key_list(?) WHERE id = ? ORDER BY seq`).all(table, id);
  return rows.map((row) => String(row.from)).join(", ");
}

/** Violations that were not there before, or have become more. */
export function newViolations(before: readonly Violations[], after: readonly Violations[]): readonly Violations[] {
  const rows = new Map(before.map((violation) => [violation.key, violation.rows]));
  return after.filter((violation) => violation.rows > (rows.get(violation.key) ?? 0));
}

/** Up to so many pages the whole file is looked at; of larger ones only the tables that were made anew. */
const smallFile = 10_000;

/** What integrity_check finds, "ok" aside. It also holds every row against NOT NULL, UNIQUE and CHECK. */
export function damage(db: DatabaseSync, tables: Iterable<string>): readonly string[] {
  const { page_count: pages } = db.prepare("PRAGMA page_count").get() as { page_count: number };
  const checks = pages <= smallFile
    ? ["PRAGMA main.integrity_check(20)"]
    : [...tables].map((table) => `PRAGMA main.integrity_check(${quoteAlways(table)})`);
  return checks.flatMap((sql) => db.prepare(sql).all().map((row) => String(row.integrity_check)))
    .filter((line) => line !== "ok");
}

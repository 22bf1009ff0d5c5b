/**
 * One migration in one transaction, with everything around it that makes DDL on SQLite safe:
 *
 *  - foreign keys off before the transaction and read back, because inside one SQLite ignores the switch;
 *  - BEGIN IMMEDIATE, asked for again and again until the lock timeout, so that nobody else writes meanwhile;
 *  - rows counted around every DROP TABLE and at the end of every rebuild (`accounting.ts`);
 *  - before COMMIT: no foreign key points to a row that is not there, unless it did before, and the file is whole;
 *  - whatever happens: ROLLBACK, and foreign_keys and legacy_alter_table as they were.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { SqaError } from "../../../schema/error.ts";
import type { Connection, MigrationOptions } from "../../driver.ts";
import type { SqliteConnection } from "./connection.ts";
import { databaseError, isBusy } from "./errors.ts";
import { type Account, accounted } from "./accounting.ts";
import { prepared } from "./prepared.ts";
import { damage, newViolations, type Table, violationsOf } from "./checks.ts";

/** Runs `work` as one migration. SQA-520 (exit 75) when the file stays locked, SQA-530 when a check fails; the file is then as it was. */
export async function migration<T>(
  connection: SqliteConnection,
  options: MigrationOptions,
  work: (tx: Connection) => Promise<T>,
): Promise<T> {
  const { db } = connection;
  const foreignKeys = pragma(connection, "foreign_keys"), legacy = pragma(connection, "legacy_alter_table");
  try {
    // Each setting of one of these lets SQLite prepare every statement anew, so none is set to what it is.
    if (foreignKeys !== 0) db.exec("PRAGMA foreign_keys = OFF");
    if (pragma(connection, "foreign_keys") !== 0) {
      throw new SqaError("SQA-530", "foreign keys cannot be switched off", {
        hint: "the connection is inside a transaction already; run the migration by itself",
      });
    }
    if (!options.transactional) return await work(connection);
    await begin(connection, options);
    return await inTransaction(connection, work);
  } finally {
    if (db.isOpen) {
      if (db.isTransaction) db.exec("ROLLBACK");
      restore(connection, "foreign_keys", foreignKeys);
      restore(connection, "legacy_alter_table", legacy);
    }
  }
}

async function inTransaction<T>(connection: SqliteConnection, work: (tx: Connection) => Promise<T>): Promise<T> {
  const account = accounted(connection);
  const result = await work(account.connection);
  try {
    checkAll(connection, account);
  } catch (error) {
    throw error instanceof SqaError ? error : databaseError(error, "PRAGMA integrity_check");
  }
  await connection.execute("COMMIT");
  return result;
}

/** SQA-530 when rows point to nothing that did not before, or when the file is not whole. */
function checkAll(connection: SqliteConnection, account: Account): void {
  const { db } = connection;
  const added = account.before().flatMap(({ table, violations }) => newViolations(violations, violationsOf(db, table)));
  if (added.length) {
    throw new SqaError("SQA-530", `the migration would leave rows that point to nothing: ${added[0]!.text}`, {
      detail: added.map((violation) => violation.text).join("\n"),
      hint: "delete or correct these rows in a migration before this one; nothing was changed",
    });
  }
  if (account.rebuilt.length > 0) {
    const found = damage(db, account.rebuilt);
    if (found.length) throw damaged(connection, found, account.rebuilt);
  }
}

/** Was the file damaged before already? After the rollback it can be asked. */
function damaged({ db }: SqliteConnection, found: readonly string[], tables: readonly Table[]): SqaError {
  db.exec("ROLLBACK");
  const before = new Set(damage(db, tables));
  const all = found.every((line) => before.has(line));
  return new SqaError(
    "SQA-530",
    all ? `the file has been damaged before: ${found[0]}` : `the migration would damage the file: ${found[0]}`,
    {
      detail: found.join("\n"),
      hint: all ? "repair or restore the file first; nothing was changed" : "nothing was changed; please report this",
    },
  );
}

/** BEGIN IMMEDIATE, polled: waiting inside SQLite would stop the program, signals and all. */
async function begin(connection: SqliteConnection, options: MigrationOptions): Promise<void> {
  const { db } = connection;
  const timeout = pragma(connection, "busy_timeout");
  const end = performance.now() + options.lockTimeoutMs;
  db.exec("PRAGMA busy_timeout = 0");
  try {
    for (let wait = 5;; wait = Math.min(wait * 2, 100)) {
      options.signal?.throwIfAborted();
      try {
        db.exec("BEGIN IMMEDIATE");
        return;
      } catch (error) {
        if (!isBusy(error)) throw databaseError(error, "BEGIN IMMEDIATE");
        const left = end - performance.now();
        if (options.lockTimeoutMs !== 0 && left <= 0) {
          throw new SqaError("SQA-520", `${connection.server.target} is locked by another program`, {
            detail: `waited ${options.lockTimeoutMs} ms`,
            hint: "wait until it is done and run the same command again, or raise the lock timeout",
            exit: 75,
            cause: error,
          });
        }
        await sleep(options.lockTimeoutMs === 0 ? wait : Math.max(1, Math.min(wait, left)));
      }
    }
  } finally {
    db.exec(`PRAGMA busy_timeout = ${timeout}`);
  }
}

function restore(connection: SqliteConnection, name: string, value: number): void {
  if (pragma(connection, name) !== value) connection.db.exec(`PRAGMA ${name} = ${value}`);
}

function pragma({ db }: SqliteConnection, name: string): number {
  const row = prepared(db, `PRAGMA ${name}`).get() as Record<string, number> | undefined;
  return row ? Number(Object.values(row)[0]) : 0;
}

/** A `Connection` on node:sqlite: its synchronous calls behind promises, integers read without loss, errors translated. */
import { DatabaseSync, type SQLInputValue, type SQLOutputValue } from "node:sqlite";
import { existsSync, realpathSync, statSync } from "node:fs";
import { basename } from "node:path";
import { SqaError } from "../../../schema/error.ts";
import type { Connection, ConnectOptions, ServerInfo, TransactionOptions } from "../../driver.ts";
import { databaseError, openError } from "./errors.ts";
import { runWithValues, withoutLargeValues } from "./large_values.ts";
import { prepared } from "./prepared.ts";
import { registerFunctions, type UserFunctions } from "./functions.ts";
import { quote, quoteText } from "../sql.ts";
import { noSetup, type Place, type Setup } from "./url.ts";

/** How long one call may wait for another program's lock before it is tried again by whoever called. The event loop stands still meanwhile. */
const busyTimeoutMs = 5000;

/** A connection that also gives its handle, for the migration's own checks. */
export interface SqliteConnection extends Connection {
  readonly db: DatabaseSync;
  readonly place: Place;
  readonly setup: Setup;
}

/** What a connection of this driver takes beside the usual. */
export interface SqliteOptions extends ConnectOptions {
  readonly setup?: Setup;
  readonly functions?: UserFunctions;
}

/** Opens a database and looks whether it is one. SQA-201, SQA-202 or SQA-204 when it cannot be used. */
export function openConnection(place: Place, target: string, options: SqliteOptions = {}): SqliteConnection {
  const { setup = noSetup, functions = {} } = options;
  const isNew = place.memory || !existsSync(place.path);
  if (!place.memory && options.create !== true) mustExist(place.path, target);
  for (const { name, path } of setup.attached) {
    if (path !== ":memory:" && options.create !== true) mustExist(path, `${path}, attached as "${name}",`);
  }
  let db: DatabaseSync;
  try {
    db = new DatabaseSync(place.memory ? ":memory:" : place.path, {
      readOnly: options.readOnly === true && !place.memory,
      timeout: busyTimeoutMs,
      // SQLite's own default, and what programs that do not ask for it get; a migration switches it off whatever it is.
      enableForeignKeyConstraints: false,
      // Schemas of old programs have "strings" in double quotes; without this they cannot be made again.
      enableDoubleQuotedStringLiterals: true,
    });
  } catch (error) {
    throw openError(error, target);
  }
  try {
    // The file is only read with the first statement.
    db.prepare("SELECT count(*) FROM sqlite_schema").get();
    registerFunctions(db, functions);
    if (isNew) setForNewFile(db, setup);
    for (const { name, path } of setup.attached) db.prepare(`ATTACH ? AS ${quote(name)}`).run(path);
    // Attached files are read with their first statement too.
    for (const { name } of setup.attached) db.prepare(`SELECT count(*) FROM ${quote(name)}.sqlite_schema`).get();
  } catch (error) {
    db.close();
    throw openError(error, target);
  }
  return connectionOn(db, place, target, setup);
}

/** What can only be said before the first table is made (pragma.html), and the journal's mode, which SQLite changes in no transaction. */
function setForNewFile(db: DatabaseSync, { pragmas }: Setup): void {
  for (const name of ["page_size", "encoding", "auto_vacuum", "journal_mode"]) {
    const value = pragmas[name];
    if (value !== undefined) db.exec(`PRAGMA main.${name} = ${quoteText(value)}`);
  }
}

function mustExist(path: string, target: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) {
    throw new SqaError("SQA-201", `${target} does not exist`, { hint: "run `sqa migrate`, which makes the file" });
  }
  if (found.isDirectory()) {
    throw new SqaError("SQA-201", `${target} is a folder`, { hint: "name the database file in the URL" });
  }
}

function connectionOn(
  db: DatabaseSync,
  place: Place,
  target: string,
  setup: Setup,
): SqliteConnection {
  const text = (db.prepare("SELECT sqlite_version() AS version").get() as { version: string }).version;
  const [major = 0, minor = 0, patch = 0] = text.split(".").map(Number);
  const server: ServerInfo = {
    product: `SQLite ${text}`,
    target,
    database: place.memory ? ":memory:" : basename(place.path),
    user: null,
    identity: place.memory ? ":memory:" : realPath(place.path),
  };
  const connection: SqliteConnection = {
    db,
    place,
    setup,
    compared: setup.pragmas,
    version: major * 1_000_000 + minor * 1000 + patch,
    server,
    async query<Row extends Record<string, unknown>>(sql: string, params: readonly unknown[] = []) {
      try {
        const statement = isFixed(sql, params) ? prepared(db, sql) : db.prepare(sql);
        statement.setReadBigInts(true);
        const rows = statement.all(...params as readonly SQLInputValue[]);
        return rows.map(plainRow) as unknown as readonly Row[];
      } catch (error) {
        throw databaseError(error, sql);
      }
    },
    async execute(sql: string, params: readonly unknown[] = []) {
      try {
        // run() would do for both, but prepare() fails to compile DDL that names what an earlier statement of this transaction made
        // only when it is run; exec() compiles and runs in one go.
        const large = params.length === 0 ? withoutLargeValues(sql) : null;
        if (large) runWithValues(db, large);
        else if (params.length === 0) db.exec(sql);
        else (isFixed(sql, params) ? prepared(db, sql) : db.prepare(sql)).run(...params as readonly SQLInputValue[]);
      } catch (error) {
        throw databaseError(error, sql);
      }
    },
    transaction: (work, options) => transaction(connection, work, options),
    async close() {
      if (db.isOpen) db.close();
    },
    [Symbol.asyncDispose]: () => connection.close(),
  };
  return connection;
}

/** Is it one of the program's own statements, which come again with other values? */
function isFixed(sql: string, params: readonly unknown[]): boolean {
  return params.length > 0 && sql.length < 4000 && !sql.includes("*");
}

/** Integers beyond 2^53 stay bigint, others become numbers; rows get a prototype. */
function plainRow(row: Record<string, SQLOutputValue>): Record<string, unknown> {
  const plain: Record<string, unknown> = {};
  for (const key in row) {
    const value = row[key];
    plain[key] = typeof value === "bigint" && value >= -9007199254740991n && value <= 9007199254740991n
      ? Number(value)
      : value;
  }
  return plain;
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

async function transaction<T>(
  connection: SqliteConnection,
  work: (tx: Connection) => Promise<T>,
  options: TransactionOptions = {},
): Promise<T> {
  const { db } = connection;
  // A nested one is a part of the outer: a savepoint, so that it can still roll back by itself.
  const nested = db.isTransaction;
  const begin = nested ? "SAVEPOINT sqa" : options.readOnly || options.rollback ? "BEGIN" : "BEGIN IMMEDIATE";
  await connection.execute(begin);
  const undo = (): void => {
    // SQLite rolls back by itself after some errors (a full disk): then there is nothing left to undo.
    if (!db.isTransaction) return;
    if (nested) db.exec("ROLLBACK TO sqa; RELEASE sqa");
    else db.exec("ROLLBACK");
  };
  try {
    const result = await work(connection);
    if (options.rollback) undo();
    else await connection.execute(nested ? "RELEASE sqa" : "COMMIT");
    return result;
  } catch (error) {
    undo();
    throw error;
  }
}

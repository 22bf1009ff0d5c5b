/** The driver for SQLite on Deno's own node:sqlite. The only part of this dialect that opens files. */
import type { Connection, Driver } from "../driver.ts";
import { SqaError } from "../../schema/error.ts";
import { headerSettings } from "./kinds/schema.ts";
import { sqlite } from "./mod.ts";
import { mainSettings } from "./read.ts";
import { takeBackup } from "./driver/backup.ts";
import { openConnection, type SqliteConnection } from "./driver/connection.ts";
import { migration } from "./driver/migration.ts";
import { loadFunctions } from "./driver/functions.ts";
import { maskUrl, noSetup, parseSetup, parseUrl, type Setup } from "./driver/url.ts";

/** A 32-bit number with a sign, in decimal or hexadecimal digits. */
function headerValue(pragma: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && Math.abs(value) <= 0xffffffff) return value | 0;
  throw new SqaError("SQA-203", `${pragma} must be a whole number of 32 bits, not ${JSON.stringify(text)}`, {
    exit: 78,
  });
}

export const sqliteDriver: Driver = {
  dialect: sqlite,
  schemes: ["sqlite", "sqlite3", "file"],
  async connect(url, options = {}) {
    const setup = parseSetup(url);
    const functions = await loadFunctions(setup.functions);
    return openConnection(parseUrl(url), maskUrl(url), { ...options, setup, functions });
  },
  mask: maskUrl,
  configured(url) {
    const { pragmas } = parseSetup(url);
    const set = Object.entries(headerSettings).filter(([, pragma]) => pragmas[pragma] !== undefined);
    return set.length === 0 ? [] : [
      mainSettings(
        Object.fromEntries(set.map(([option, pragma]) => [option, headerValue(pragma, pragmas[pragma]!)])),
      ),
    ];
  },
  // A migration's own BEGIN IMMEDIATE keeps every other writer out of the file.
  lock: () => null,
  backup: (connection, path) => takeBackup(connection as SqliteConnection, path),
  migration: (connection, options, work) => migration(connection as SqliteConnection, options, work),
  // SQLite keeps texts as they were written, so its normal form is the dialect's own.
  async canonicalize(_connection, _graph, questions) {
    return questions.map(({ expression }) => ({ sql: expression.sql }));
  },
  scratch: (connection, work) => scratch((connection as SqliteConnection | null)?.setup ?? noSetup, work),
  at: (url) => ({ ...sqliteDriver, scratch: (_connection, work) => scratch(parseSetup(url), work) }),
};

/** An empty database in memory: the same settings are compared, the same functions there, and the same names attached, with nothing in them. */
async function scratch<T>(setup: Setup, work: (place: Connection, holds: "empty") => Promise<T>): Promise<T> {
  const attached = setup.attached.map(({ name }) => ({ name, path: ":memory:" }));
  const functions = await loadFunctions(setup.functions);
  await using place = openConnection({ memory: true }, "sqlite::memory:", { setup: { ...setup, attached }, functions });
  return await work(place, "empty");
}

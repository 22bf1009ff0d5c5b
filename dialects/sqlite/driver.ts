/** The driver for SQLite on Deno's own node:sqlite. The only part of this dialect that opens files. */
import type { Driver } from "../driver.ts";
import { sqlite } from "./mod.ts";
import { takeBackup } from "./driver/backup.ts";
import { openConnection, type SqliteConnection } from "./driver/connection.ts";
import { migration } from "./driver/migration.ts";
import { maskUrl, parseUrl } from "./driver/url.ts";

export const sqliteDriver: Driver = {
  dialect: sqlite,
  schemes: ["sqlite", "sqlite3", "file"],
  async connect(url, options = {}) {
    return openConnection(parseUrl(url), maskUrl(url), options);
  },
  mask: maskUrl,
  // A migration's own BEGIN IMMEDIATE keeps every other writer out of the file.
  lock: () => null,
  backup: (connection, path) => takeBackup(connection as SqliteConnection, path),
  migration: (connection, options, work) => migration(connection as SqliteConnection, options, work),
  // SQLite keeps texts as they were written, so its normal form is the dialect's own.
  async canonicalize(_connection, _graph, questions) {
    return questions.map(({ expression }) => ({ sql: expression.sql }));
  },
  async scratch(_connection, work) {
    await using place = openConnection({ memory: true }, "sqlite::memory:");
    return await work(place, "empty");
  },
};

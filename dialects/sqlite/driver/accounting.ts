/**
 * Keeps account of rows while a migration runs, statement by statement. A rebuild must end with as many rows as the table had, and
 * DROP TABLE must not touch a row of any other table. Statements that write rows (a data migration) are the author's own decision and
 * run as they are. The foreign keys of every table that a statement can matter to are looked at before it, so that new violations
 * can be told from old ones without reading the tables that have nothing to do with it.
 */
import { SqaError } from "../../../schema/error.ts";
import type { Connection } from "../../driver.ts";
import { fold } from "../lexer.ts";
import { rebuildPrefix } from "../rebuild.ts";
import { quote } from "../sql.ts";
import type { SqliteConnection } from "./connection.ts";
import { type Violations, violationsOf } from "./checks.ts";
import { databaseError } from "./errors.ts";
import { purposeOf } from "./purpose.ts";

export interface Account {
  /** The connection to give to the migration's work. */
  readonly connection: Connection;
  /** Violations before the migration of every table that it can have mattered to, by folded name. */
  readonly before: ReadonlyMap<string, readonly Violations[]>;
  /** Tables that were made anew. */
  readonly rebuilt: ReadonlySet<string>;
}

/** A connection that keeps account. */
export function accounted(connection: SqliteConnection): Account {
  const { db } = connection;
  const before = new Map<string, readonly Violations[]>();
  const rebuilt = new Set<string>();
  /** Rows of tables that a rebuild has dropped, by folded name. */
  const dropped = new Map<string, number>();
  const count = (table: string): number =>
    Number((db.prepare(`SELECT count(*) AS n FROM main.${quote(table)}`).get() as { n: number | bigint }).n);

  /** Tables that were looked at since the last change of the schema: nothing new can point to them. */
  const looked = new Set<string>();

  /** Notes the state of a table and of those that point to it. */
  const touch = (table: string): void => {
    if (looked.has(fold(table))) return;
    looked.add(fold(table));
    for (const name of [table, ...referencing(connection, table)]) {
      if (!before.has(fold(name))) before.set(fold(name), violationsOf(db, name));
    }
  };

  /** Only ever within the transaction: SQLite ends it by itself after some errors, and a statement would then stand for itself. */
  const run = async (sql: string, params?: readonly unknown[]): Promise<void> => {
    if (!db.isTransaction) {
      throw new SqaError("SQA-530", "SQLite has ended the transaction by itself; nothing was changed", {
        detail: sql,
        hint: "look at the disk, then run the same command again",
      });
    }
    await connection.execute(sql, params);
  };

  const execute = async (sql: string, params?: readonly unknown[]): Promise<void> => {
    try {
      await account(sql, params);
    } catch (error) {
      // From the counting; those of the statement itself are translated already.
      throw error instanceof SqaError ? error : databaseError(error, sql);
    }
  };

  const account = async (sql: string, params?: readonly unknown[]): Promise<void> => {
    const purpose = purposeOf(sql);
    if (purpose.does !== "write rows") looked.clear();
    switch (purpose.does) {
      // The driver has seen to it; inside a transaction SQLite would ignore it anyway.
      case "switch foreign keys":
        return;
      case "begin or end":
        throw new SqaError("SQA-530", "a migration runs in one transaction and cannot begin or end one itself", {
          detail: sql,
          hint: "take BEGIN, COMMIT, END and ROLLBACK out of the file",
        });
      case "write rows":
        if (purpose.table === null || hasTriggers(connection, purpose.table)) allTables(connection).forEach(touch);
        else touch(purpose.table);
        return await run(sql, params);
      case "drop table":
        return tableExists(connection, purpose.table) ? await dropTable(purpose.table, sql) : await run(sql);
      case "rename table":
        touch(purpose.table);
        await run(sql);
        looked.clear();
        if (purpose.table.startsWith(rebuildPrefix)) checkRebuilt(purpose.to);
        return;
      case "other":
        return await run(sql, params);
    }
  };

  const dropTable = async (table: string, sql: string): Promise<void> => {
    touch(table);
    const rows = new Map(referencing(connection, table).map((name) => [name, count(name)]));
    if (tableExists(connection, rebuildPrefix + table)) dropped.set(fold(table), count(table));
    await run(sql);
    looked.clear();
    for (const [name, had] of rows) {
      const has = count(name);
      if (has !== had) throw lostRows(name, had, has, `dropping "${table}" has taken rows of it along`);
    }
  };

  const checkRebuilt = (table: string): void => {
    rebuilt.add(table);
    const had = dropped.get(fold(table));
    dropped.delete(fold(table));
    if (had === undefined) return;
    const has = count(table);
    if (has !== had) throw lostRows(table, had, has, "making it anew has not kept all of them");
  };

  const tx: Connection = {
    ...connection,
    execute,
    transaction: (work, options) => connection.transaction(() => work(tx), options),
  };
  return { connection: tx, before, rebuilt };
}

function lostRows(table: string, had: number, has: number, why: string): SqaError {
  return new SqaError("SQA-530", `the rows of "${table}" do not add up: ${why}`, {
    detail: `${had} before, ${has} after`,
    object: table,
    hint: "nothing was changed; if rows are to go, delete them with a DELETE of its own in the file",
  });
}

/**
 * Other tables with a foreign key to this one. A table's text names every table that it points to, letter for letter but for the case of
 * ASCII, so that only few have to be asked for their keys; a name with a quote in it may be written otherwise.
 */
function referencing({ db }: SqliteConnection, table: string): readonly string[] {
  const text = /["'`\]]/.test(table) ? "" : table;
  const rows = db.prepare(`
    WITH candidates AS MATERIALIZED (
      SELECT name FROM sqlite_schema
       WHERE type = 'table' AND name <> ?1 COLLATE NOCASE
         AND instr(lower(sql), 'references') > 0 AND instr(lower(sql), lower(?2)) > 0)
    SELECT DISTINCT m.name
      FROM candidates m JOIN pragma_foreign_key_list(m.name) k
     WHERE k."table" = ?1 COLLATE NOCASE`).all(table, text);
  return rows.map((row) => String(row.name));
}

function allTables({ db }: SqliteConnection): readonly string[] {
  const rows = db.prepare(`
    SELECT name FROM sqlite_schema
     WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND sql NOT LIKE 'create virtual %'`).all();
  return rows.map((row) => String(row.name));
}

function hasTriggers({ db }: SqliteConnection, table: string): boolean {
  return db.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = ? COLLATE NOCASE").get(table) !==
    undefined;
}

function tableExists({ db }: SqliteConnection, table: string): boolean {
  return db.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ? COLLATE NOCASE").get(table) !==
    undefined;
}

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
import { type Table, type Violations, violationsOf } from "./checks.ts";
import { databaseError } from "./errors.ts";
import { prepared } from "./prepared.ts";
import { type NamedTable, purposeOf } from "./purpose.ts";

export interface Account {
  /** The connection to give to the migration's work. */
  readonly connection: Connection;
  /** Violations before the migration of every table that it can have mattered to. */
  before(): readonly { readonly table: Table; readonly violations: readonly Violations[] }[];
  /** Tables that were made anew. */
  readonly rebuilt: readonly Table[];
}

/** A connection that keeps account. */
export function accounted(connection: SqliteConnection): Account {
  const { db, setup } = connection;
  const schemas = ["main", ...setup.attached.map(({ name }) => name)];
  const before = new Map<string, { readonly table: Table; readonly violations: readonly Violations[] }>();
  const rebuilt: Table[] = [];
  /** Rows of tables that a rebuild has dropped. */
  const dropped = new Map<string, number>();
  const count = (table: Table): number =>
    Number((db.prepare(`SELECT count(*) AS n FROM ${pathOf(table)}`).get() as { n: number | bigint }).n);
  /** As SQLite finds a name without a schema: in the main file first, then in the attached ones. */
  const tableOf = ({ schema, name }: NamedTable): Table => ({
    schema: schema ?? schemas.find((each) => tableExists(connection, { schema: each, name })) ?? "main",
    name,
  });

  /** Tables that were looked at since the last change of the schema: nothing new can point to them. */
  const looked = new Set<string>();

  /** Notes the state of a table and of those that point to it. */
  const touch = (table: Table): void => {
    if (looked.has(keyOf(table))) return;
    looked.add(keyOf(table));
    for (const each of [table, ...referencing(connection, table)]) {
      const key = keyOf(each);
      if (!before.has(key)) before.set(key, { table: each, violations: violationsOf(db, each) });
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
      case "write rows": {
        const table = purpose.table && tableOf(purpose.table);
        if (table === null || hasTriggers(connection, table)) allTables(connection, schemas).forEach(touch);
        else touch(table);
        return await run(sql, params);
      }
      case "drop table": {
        const table = tableOf(purpose.table);
        return tableExists(connection, table) ? await dropTable(table, sql) : await run(sql);
      }
      case "rename table": {
        const table = tableOf(purpose.table);
        touch(table);
        await run(sql);
        looked.clear();
        if (table.name.startsWith(rebuildPrefix)) checkRebuilt({ ...table, name: purpose.to });
        return;
      }
      case "other":
        return await run(sql, params);
    }
  };

  const dropTable = async (table: Table, sql: string): Promise<void> => {
    touch(table);
    const rows = referencing(connection, table).map((each) => ({ table: each, had: count(each) }));
    if (tableExists(connection, { ...table, name: rebuildPrefix + table.name })) {
      dropped.set(keyOf(table), count(table));
    }
    await run(sql);
    looked.clear();
    for (const { table: each, had } of rows) {
      const has = count(each);
      if (has !== had) throw lostRows(each.name, had, has, `dropping "${table.name}" has taken rows of it along`);
    }
  };

  const checkRebuilt = (table: Table): void => {
    rebuilt.push(table);
    const had = dropped.get(keyOf(table));
    dropped.delete(keyOf(table));
    if (had === undefined) return;
    const has = count(table);
    if (has !== had) throw lostRows(table.name, had, has, "making it anew has not kept all of them");
  };

  const tx: Connection = {
    ...connection,
    execute,
    transaction: (work, options) => connection.transaction(() => work(tx), options),
  };
  return { connection: tx, before: () => [...before.values()], rebuilt };
}

function lostRows(table: string, had: number, has: number, why: string): SqaError {
  return new SqaError("SQA-530", `the rows of "${table}" do not add up: ${why}`, {
    detail: `${had} before, ${has} after`,
    object: table,
    hint: "nothing was changed; if rows are to go, delete them with a DELETE of its own in the file",
  });
}

function pathOf({ schema, name }: Table): string {
  return `${quote(schema)}.${quote(name)}`;
}

function keyOf({ schema, name }: Table): string {
  return `${fold(schema)}.${fold(name)}`;
}

/**
 * Other tables with a foreign key to this one, all in the same file. A table's text names every table that it points to, letter for letter but
 * for the case of ASCII, so that only few have to be asked for their keys; a name with a quote in it may be written otherwise.
 */
function referencing({ db }: SqliteConnection, { schema, name: table }: Table): readonly Table[] {
  const text = /["'`\]]/.test(table) ? "" : table;
  const rows = prepared(
    db,
    `
    WITH candidates AS MATERIALIZED (
      SELECT name FROM ${quote(schema)}.sqlite_schema
       WHERE type = 'table' AND name <> ?1 COLLATE NOCASE
         AND instr(lower(sql), 'references') > 0 AND instr(lower(sql), lower(?2)) > 0)
    SELECT DISTINCT m.name
      FROM candidates m JOIN pragma_foreign_key_list(m.name, ?3) k
     WHERE k."table" = ?1 COLLATE NOCASE`,
  ).all(table, text, schema);
  return rows.map((row) => ({ schema, name: String(row.name) }));
}

function allTables({ db }: SqliteConnection, schemas: readonly string[]): readonly Table[] {
  return schemas.flatMap((schema) => {
    const rows = db.prepare(`
      SELECT name FROM ${quote(schema)}.sqlite_schema
       WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND sql NOT LIKE 'create virtual %'`).all();
    return rows.map((row) => ({ schema, name: String(row.name) }));
  });
}

function hasTriggers({ db }: SqliteConnection, { schema, name }: Table): boolean {
  const found = `SELECT 1 FROM ${quote(schema)}.sqlite_schema WHERE type = 'trigger' AND tbl_name = ? COLLATE NOCASE`;
  return prepared(db, found).get(name) !== undefined;
}

function tableExists({ db }: SqliteConnection, { schema, name }: Table): boolean {
  const found = `SELECT 1 FROM ${quote(schema)}.sqlite_schema WHERE type = 'table' AND name = ? COLLATE NOCASE`;
  return prepared(db, found).get(name) !== undefined;
}

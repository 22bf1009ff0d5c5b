/**
 * Statements that are sent again and again, prepared once for a connection. Nothing ends a statement of node:sqlite but the garbage collector,
 * and SQLite goes through all that are left at every change of the schema.
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";

const known = new WeakMap<DatabaseSync, Map<string, StatementSync>>();

/** So many are kept for a connection; the oldest goes first. */
const most = 64;

/**
 * The statement of this text. For texts that name the columns they give: SQLite prepares a statement again by itself when the schema has
 * changed, and `*` may be another list then. It is read to its end each time, so that it holds no lock in between.
 */
export function prepared(db: DatabaseSync, sql: string): StatementSync {
  let statements = known.get(db);
  if (!statements) known.set(db, statements = new Map());
  let statement = statements.get(sql);
  if (!statement) {
    statement = db.prepare(sql);
    statements.set(sql, statement);
    if (statements.size > most) statements.delete(statements.keys().next().value!);
  }
  return statement;
}

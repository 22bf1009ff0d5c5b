/** Statements of this dialect, with the facts that are the same for all of them. */
import type { Change } from "../../diff/change.ts";
import { type Effects, noEffects, type Statement } from "../../diff/plan_types.ts";
import type { ObjectId } from "../../schema/object.ts";

/** A statement that may stand in a transaction. */
export function statement(change: Change, sql: string, effects: Partial<Effects> = {}): Statement {
  return { sql, change, effects: { ...noEffects, ...effects }, transaction: "allowed" };
}

/**
 * Foreign keys off. Without it DROP TABLE deletes the table's rows first, and with them by ON DELETE CASCADE those of other tables. SQLite
 * does not refuse this inside a transaction, it ignores it there (pragma.html#pragma_foreign_keys). So it is for shells that run
 * the file statement by statement; sqa's driver has foreign keys off before it begins the one transaction that holds the file.
 */
export function foreignKeysOff(change: Change): Statement {
  return statement(change, "PRAGMA foreign_keys = OFF");
}

/** SQLite locks whole files: a writer keeps other writers out until it commits; readers wait only while it commits. */
export function writeLock(object: ObjectId): Effects["locks"] {
  return [{ object, level: "write", name: "RESERVED" }];
}

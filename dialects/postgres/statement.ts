/** Builds statements with their effects. The lock names and levels are those of the Postgres manual, "Explicit Locking" (13.3). Pure. */
import type { Change } from "../../diff/change.ts";
import type { Effects, LockLevel, Statement } from "../../diff/plan_types.ts";
import type { ObjectId } from "../../schema/object.ts";

type Lock = Effects["locks"][number];

const lock = (object: ObjectId, level: LockLevel, name: string): Lock => ({ object, level, name });

/** Blocks everybody, readers too. */
export const accessExclusive = (object: ObjectId): Lock => lock(object, "exclusive", "ACCESS EXCLUSIVE");
/** Blocks writers and other DDL. */
export const shareRowExclusive = (object: ObjectId): Lock => lock(object, "write", "SHARE ROW EXCLUSIVE");
/** Blocks writers. */
export const share = (object: ObjectId): Lock => lock(object, "write", "SHARE");
/** Blocks other DDL only. */
export const shareUpdateExclusive = (object: ObjectId): Lock => lock(object, "share", "SHARE UPDATE EXCLUSIVE");
/** Blocks only DDL that wants the table for itself. */
export const rowShare = (object: ObjectId): Lock => lock(object, "share", "ROW SHARE");

/** A statement that may run in a transaction; what is not said about its effects is nothing. */
export function statement(
  change: Change,
  sql: string,
  effects: Partial<Effects> = {},
  transaction: Statement["transaction"] = "allowed",
): Statement {
  return {
    sql,
    change,
    transaction,
    effects: { locks: [], scans: [], rewrites: [], loses: [], mayFail: null, ...effects },
  };
}

/** An ALTER TABLE that only touches the catalog, under ACCESS EXCLUSIVE. */
export function quick(change: Change, table: ObjectId, sql: string): Statement {
  return statement(change, sql, { locks: [accessExclusive(table)] });
}

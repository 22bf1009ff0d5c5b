/** Statements with their effects. DDL of these servers commits by itself, so each stands alone. */
import type { Change } from "../../diff/change.ts";
import { type Effects, noEffects, type Statement } from "../../diff/plan_types.ts";
import type { ObjectId } from "../../schema/object.ts";

export function statement(change: Change, sql: string, effects: Partial<Effects> = {}): Statement {
  return { sql, change, effects: { ...noEffects, ...effects }, transaction: "alone" };
}

/** Readers and writers wait only for the moment in which the definition is swapped. */
export const metadataLock = (object: ObjectId): Effects["locks"] => [{ object, level: "exclusive", name: "MDL" }];
/** Readers go on, writers wait until it is done. */
export const sharedLock = (object: ObjectId): Effects["locks"] => [{ object, level: "write", name: "LOCK=SHARED" }];
/** Every row is written anew; readers go on. */
export const rebuilt = (table: ObjectId): Partial<Effects> => ({
  locks: sharedLock(table),
  scans: [table],
  rewrites: [table],
});

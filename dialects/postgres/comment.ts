/** COMMENT ON for every kind. Pure. */
import { type Change, subject } from "../../diff/change.ts";
import type { Statement } from "../../diff/plan_types.ts";
import type { ObjectId } from "../../schema/object.ts";
import { quoteText } from "./sql.ts";
import { shareUpdateExclusive, statement } from "./statement.ts";

/**
 * The COMMENT ON that a change needs: after a create with a comment, after an alter of the comment; else nothing. `target` is what stands
 * after ON ("TABLE public.users"); `table` is locked meanwhile, when there is one.
 */
export function comment(change: Change, target: string, table: ObjectId | null = null): readonly Statement[] {
  const wanted = change.op === "create"
    ? change.to.comment !== null
    : change.op === "alter" && (change.fields as readonly string[]).includes("comment");
  if (!wanted || change.op === "drop" || change.op === "rename") return [];
  return [commentOn(change, target, change.to.comment, table)];
}

/** COMMENT ON with this text; null takes the comment away. */
export function commentOn(change: Change, target: string, text: string | null, table: ObjectId | null): Statement {
  const sql = `COMMENT ON ${target} IS ${text === null ? "NULL" : quoteText(text)}`;
  return statement(change, sql, { locks: [shareUpdateExclusive(table ?? subject(change))] });
}

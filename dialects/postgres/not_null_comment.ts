/** Comments of NOT NULL constraints, from Postgres 18 on, where these have names. Pure. */
import type { Change } from "../../diff/change.ts";
import type { Statement } from "../../diff/plan_types.ts";
import type { SchemaObject } from "../../schema/object.ts";
import { commentOn } from "./comment.ts";
import { notNullName, notNullOf } from "./inherited_not_null.ts";
import { quote, quotePath } from "./sql.ts";

/** COMMENT ON CONSTRAINT for a NOT NULL that has another comment than before (18). */
export function notNullComment(
  change: Change<"column">,
  from: SchemaObject<"column"> | null,
  to: SchemaObject<"column">,
): readonly Statement[] {
  const commentOf = (column: SchemaObject<"column"> | null) =>
    column === null || column.nullable ? null : notNullOf(column.options).comment ?? null;
  const was = commentOf(from), text = commentOf(to);
  if (was === text || to.nullable) return [];
  const target = `CONSTRAINT ${quote(notNullName(to))} ON ${quotePath(to.name.slice(0, 2))}`;
  return [commentOn(change, target, text === null ? null : String(text), to.parent)];
}

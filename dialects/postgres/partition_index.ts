/** The parts of partitioned indexes and keys: made with their table or by themselves, then attached to the whole. Pure. */
import type { RenderContext } from "../dialect.ts";
import { after, type Change } from "../../diff/change.ts";
import type { Statement } from "../../diff/plan_types.ts";
import type { SchemaObject } from "../../schema/object.ts";
import { isAttached, joins, tableIn, wholeOf } from "./inheritance.ts";
import { quote, quotePath } from "./sql.ts";
import { accessExclusive, statement } from "./statement.ts";

/** Does the CREATE TABLE of a new partition, or the ATTACH of an old table, make the part? */
export function isMadeByTable(object: SchemaObject, context: RenderContext): boolean {
  const isNew = tableIn(context.from, object.parent) === undefined;
  return isNew || joins(context, object.parent) && !context.from.objects.has(object.id);
}

/** ALTER INDEX … ATTACH PARTITION for a made or altered part. It does nothing where ATTACH of the table has done it already. */
export function attachPart(change: Change, context: RenderContext): readonly Statement[] {
  const part = after(change);
  if (!part || !("options" in part) || !isAttached(part)) return [];
  const whole = wholeOf(context.to, part);
  if (!whole) return [];
  const schema = whole.name[0]!, own = quotePath([part.name[0]!, part.name.at(-1)!]);
  const sql = `ALTER INDEX ${quote(schema)}.${quote(whole.name.at(-1)!)} ATTACH PARTITION ${own}`;
  return [statement(change, sql, { locks: [accessExclusive(part.parent!)] })];
}

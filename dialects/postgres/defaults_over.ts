/**
 * Defaults over something that is dropped and made again: the column or the domain stays with its values, so its default is taken off before
 * and put back after. Pure.
 */
import type { RenderContext } from "../dialect.ts";
import type { Change } from "../../diff/change.ts";
import type { Statement } from "../../diff/plan_types.ts";
import type { ObjectId, SchemaObject } from "../../schema/object.ts";
import { dependentsOf } from "./dependents.ts";
import { isKept } from "./inheritance.ts";
import { quote, quotePath } from "./sql.ts";
import { accessExclusive, statement } from "./statement.ts";

type WithDefault = SchemaObject<"column"> | SchemaObject<"domain">;

/** DROP DEFAULT wherever a default needs the object before and after. What is made anew itself has gone by then. */
export function defaultsOff(change: Change, id: ObjectId, context: RenderContext): readonly Statement[] {
  return carried(id, context).map(({ from }) => run(change, from, "DROP DEFAULT"));
}

/** SET DEFAULT again. */
export function defaultsOn(change: Change, id: ObjectId, context: RenderContext): readonly Statement[] {
  return carried(id, context).map(({ from, to }) => run(change, from, `SET DEFAULT ${to.default!.sql}`));
}

function carried(id: ObjectId, context: RenderContext): readonly { from: WithDefault; to: WithDefault }[] {
  if (!context.to.objects.has(id)) return [];
  const found: { from: WithDefault; to: WithDefault }[] = [];
  for (const object of dependentsOf(context.from, id)) {
    if (object.kind !== "column" && object.kind !== "domain") continue;
    const from = object as unknown as WithDefault, now = context.to.objects.get(object.id);
    if (now?.kind !== object.kind || from.default === null || !isKept(context, object.id)) continue;
    const to = now as unknown as WithDefault;
    if (to.default !== null && to.refs.includes(id)) found.push({ from, to });
  }
  return found;
}

function run(change: Change, object: WithDefault, clause: string): Statement {
  if (object.kind === "domain") return statement(change, `ALTER DOMAIN ${quotePath(object.name)} ${clause}`);
  const sql = `ALTER TABLE ${quotePath(object.name.slice(0, 2))} ALTER COLUMN ${quote(object.name[2]!)} ${clause}`;
  return statement(change, sql, { locks: [accessExclusive(object.parent!)] });
}

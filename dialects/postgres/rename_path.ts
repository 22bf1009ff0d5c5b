/** ALTER … SET SCHEMA and RENAME TO for what has a path of schema and name. Pure. */
import type { RenderContext } from "../dialect.ts";
import type { Change, Rename } from "../../diff/change.ts";
import type { Statement } from "../../diff/plan_types.ts";
import type { Kind, SchemaObject } from "../../schema/object.ts";
import { quote, quotePath } from "./sql.ts";
import { accessExclusive, statement } from "./statement.ts";

/** One ALTER on the way: the path that the object has at that moment and what follows it. */
export interface RenameStep {
  readonly path: readonly string[];
  readonly clause: string;
}

/**
 * The steps that give the object its new schema and its new name. Postgres has a statement for each alone, so there is a path in
 * between: the first free one of the new schema with the old name, the old schema with the new name, and a name that nobody has.
 */
export function renameSteps(
  from: SchemaObject,
  to: SchemaObject,
  context?: Pick<RenderContext, "from" | "to">,
): readonly RenameStep[] {
  const [oldSchema, oldName] = from.name as [string, string], [schema, name] = to.name as [string, string];
  const move = (path: readonly string[]) => ({ path, clause: `SET SCHEMA ${quote(schema)}` });
  const call = (path: readonly string[], as: string) => ({ path, clause: `RENAME TO ${quote(as)}` });
  if (oldSchema === schema) return oldName === name ? [] : [call(from.name, name)];
  if (oldName === name) return [move(from.name)];
  const free = (path: readonly string[]) => !context || !inUse(path, context);
  if (free([schema, oldName])) return [move(from.name), call([schema, oldName], name)];
  if (free([oldSchema, name])) return [call(from.name, name), move([oldSchema, name])];
  let between = "sqa_moving";
  for (let n = 2; !free([oldSchema, between]) || !free([schema, between]); n++) between = `sqa_moving_${n}`;
  return [call(from.name, between), move([oldSchema, between]), call([schema, between], name)];
}

/** Does anything have this path before or after? Tables, types and indexes share their names in a schema (pg_class and its row types). */
function inUse([schema, name]: readonly string[], context: Pick<RenderContext, "from" | "to">): boolean {
  return [context.from, context.to].some((graph) => {
    for (const { name: path } of graph.objects.values()) {
      if (path[0] === schema && path.at(-1) === name && path.length > 1) return true;
    }
    return false;
  });
}

/** The statements that give the object its new schema and its new name; `what` is the word after ALTER ("SEQUENCE"). */
export function renamePath<K extends Kind>(
  change: Rename<K>,
  what: string,
  context?: Pick<RenderContext, "from" | "to">,
): readonly Statement[] {
  const { from, to } = change as unknown as Rename;
  const locks = [accessExclusive(to.id)];
  return renameSteps(from, to, context).map(({ path, clause }) =>
    statement(change as unknown as Change, `ALTER ${what} ${quotePath(path)} ${clause}`, { locks })
  );
}

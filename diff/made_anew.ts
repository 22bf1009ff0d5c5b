/** What a change that makes something sees of the old graph: not what went before it to be made again. Pure. */
import type { RenderContext } from "../dialects/dialect.ts";
import { makeGraph } from "../schema/graph.ts";
import type { ObjectId } from "../schema/object.ts";
import type { Change } from "./change.ts";

/** The context of each of these changes: for a create without what is dropped and made again, for the others the whole, with these ids. */
export function contextOf<C extends Pick<RenderContext, "from" | "to">>(
  changes: readonly Change[],
  context: C,
): (change: Change) => C {
  const again = madeAgain(changes);
  if (again.size === 0) return () => context;
  const left = [...context.from.objects.values()].filter((object) => !again.has(object.id));
  const making: C = { ...context, from: makeGraph(context.from.dialect, left, context.from.notes) };
  const altering: C = { ...context, madeAnew: again };
  return (change) => change.op === "create" ? making : altering;
}

/** What is dropped and made again by these changes and what is folded into them. */
export function madeAgain(changes: readonly Change[]): ReadonlySet<ObjectId> {
  const gone = new Set<ObjectId>(), made = new Set<ObjectId>();
  const collect = (change: Change) => {
    if (change.op === "drop") gone.add(change.from.id);
    else if (change.op === "create") made.add(change.to.id);
    for (const part of change.parts) collect(part);
  };
  for (const change of changes) collect(change);
  return made.intersection(gone);
}

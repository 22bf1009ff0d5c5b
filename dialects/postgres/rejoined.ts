/**
 * Parents that a table leaves for others. Their order counts, and a new one comes last; so what stands behind the first that differs is left, and
 * joined (again) in its new place. Pure.
 */
import type { RenderContext } from "../dialect.ts";
import type { ObjectId, SchemaObject } from "../../schema/object.ts";
import { type AnyTable, inParents, isPartition, keptParents, tableIn } from "./inheritance.ts";

type Graphs = Pick<RenderContext, "from" | "to">;

/** The place of the first parent that is not the same. */
export function firstDifference(from: readonly ObjectId[], to: readonly ObjectId[]): number {
  let i = 0;
  while (i < from.length && i < to.length && from[i] === to[i]) i++;
  return i;
}

/** Is an heir that is there joined to parents, be it again? */
export function rejoins(from: AnyTable, to: AnyTable): boolean {
  return !isPartition(from) && !isPartition(to) && to.inherits.length > firstDifference(from.inherits, to.inherits);
}

/** The parents that an heir keeps and that have it: they have handed it down as it shall be when the heir gets others. */
export function givers(object: SchemaObject, context: Graphs): readonly SchemaObject[] {
  const kept = keptParents(context, object.parent);
  return inParents(context.to, object).filter((each) => kept.some((id) => id === each.parent));
}

/** Is its table all along the heir of one of the `givers`, and not joined to it again? */
export function staysUnder(givers: readonly SchemaObject[], object: SchemaObject, context: Graphs): boolean {
  const [olds, news] = [context.from, context.to].map((graph) => tableIn(graph, object.parent)!.inherits);
  const staying = news!.slice(0, firstDifference(olds!, news!));
  return givers.some((each) => staying.some((id) => id === each.parent));
}

/** What a table had from a parent that it leaves: the server lets it keep that, and drops none of it before. Pure. */
import type { RenderContext } from "../dialect.ts";
import type { Change } from "../../diff/change.ts";
import { children } from "../../schema/graph.ts";
import type { ObjectId, SchemaObject } from "../../schema/object.ts";
import { dependentsOf } from "./dependents.ts";
import { inParents, isPartition, joins, leaves, tableIn } from "./inheritance.ts";
import { rejoins } from "./rejoined.ts";

type Graphs = Pick<RenderContext, "from" | "to" | "madeAnew">;

/** Does a column or check go, perhaps to be made again, that its table has from a parent that it leaves, so that it cannot lose it before? */
export function goesAfterLeaving(context: Graphs, object: SchemaObject): boolean {
  if (context.to.objects.has(object.id) && !context.madeAnew?.has(object.id) || !leaves(context, object.parent)) {
    return false;
  }
  const kept = tableIn(context.to, object.parent)!.inherits;
  const isLeft = (above: SchemaObject) =>
    !kept.includes(above.parent!) || isPartition(tableIn(context.from, object.parent));
  const above = inParents(context.from, object);
  // What is made again and comes from a parent that is kept, too, is made again with that one's.
  const isAgain = object.kind === "column" && context.to.objects.has(object.id);
  return above.some(isLeft) && (!isAgain || above.every(isLeft));
}

/**
 * Does the change of its table drop that column or check as well? A check goes before the table's columns do. A column has a change of its
 * own for that, after the table's, unless the table has to be without it by then: it becomes a partition or a table of a type, gets another
 * column of that name from a parent, or joins one again that loses it, too.
 */
export function isLeftBehind(context: Graphs, object: SchemaObject): boolean {
  if (!goesAfterLeaving(context, object)) return false;
  const from = tableIn(context.from, object.parent)!, to = tableIn(context.to, object.parent)!;
  if (object.kind === "check" || isPartition(to) || to.options.of_type) return true;
  const isOther = context.to.objects.has(object.id) ||
    inParents(context.from, object).some((above) => to.inherits.some((id) => id === above.parent));
  return isOther && (joins(context, object.parent) || rejoins(from, to));
}

/**
 * What lets go of a column, or goes with it, before the change of the column's table drops it: a publication's list, a view, an index. The
 * table's own columns, and those of its heirs, change with that or after it.
 */
export function readersOfLeft(change: Change, context: Graphs): readonly ObjectId[] {
  if (change.kind !== "table" && change.kind !== "foreign_table" || change.op !== "alter") return [];
  return children(context.from, change.to.id, "column").filter((each) => isLeftBehind(context, each))
    .flatMap((each) => dependentsOf(context.from, each.id)).filter((each) => each.kind !== "column")
    .map(({ id }) => id);
}

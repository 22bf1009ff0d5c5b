/**
 * Tables that get columns and constraints from other tables: partitions and heirs. The server changes what is inherited along with its
 * parent, so most changes of a child need no statement of their own; this file says which. Pure.
 */
import type { RenderContext } from "../dialect.ts";
import { sameJson } from "../../schema/canonical.ts";
import type { SchemaGraph } from "../../schema/graph.ts";
import { objectId, pathOfId } from "../../schema/id.ts";
import { mentions } from "./expression.ts";
import { dependentsOf } from "./dependents.ts";
import type { Kind, ObjectId, Options, SchemaObject } from "../../schema/object.ts";

/** What has columns. */
export type AnyTable = SchemaObject<"table"> | SchemaObject<"foreign_table">;

/** The table of that id, of either kind. */
export function tableIn(graph: SchemaGraph, id: ObjectId | null): AnyTable | undefined {
  const object = id === null ? undefined : graph.objects.get(id);
  return object?.kind === "table" || object?.kind === "foreign_table" ? object as unknown as AnyTable : undefined;
}

/** Is it a partition: does it hold what its parent's key assigns to it? */
export function isPartition(table: AnyTable | undefined): boolean {
  return typeof table?.options.bound === "string";
}

/** The tables that a partition is part of, the nearest first. */
export function wholesOf(graph: SchemaGraph, table: AnyTable | undefined): readonly ObjectId[] {
  if (!table || !isPartition(table)) return [];
  const parent = table.inherits[0]!;
  return [parent, ...wholesOf(graph, tableIn(graph, parent))];
}

/** Does a column decide in which partition a row is, of its table or of one that inherits it? */
export function isPartitionKey(column: SchemaObject<"column">, graph: SchemaGraph): boolean {
  const name = column.name.at(-1)!;
  const decides = (id: ObjectId): boolean => {
    const key = tableIn(graph, id)?.options.partition_by;
    return typeof key === "string" && mentions(key.replace(/^\w+/, "")).some((path) => path.at(-1) === name) ||
      heirsOf(graph, id).some((table) => decides(table.id));
  };
  return decides(column.parent!);
}

/** The columns, constraints or indexes of this kind and name in the tables that an object's table inherits from directly. */
export function inParents(graph: SchemaGraph, object: SchemaObject): readonly SchemaObject[] {
  const table = tableIn(graph, object.parent);
  return (table?.inherits ?? []).flatMap((parent) => {
    const found = graph.objects.get(objectId(object.kind, [...pathOfId(parent), object.name.at(-1)!]));
    return found ? [found] : [];
  });
}

/** Has a table's parent the same column or constraint? The server changes it along with the parent's then. */
export function isOfParents(graph: SchemaGraph, object: SchemaObject | SchemaObject<"column">): boolean {
  return inParents(graph, object as SchemaObject).length > 0;
}

const known = new WeakMap<SchemaGraph, Map<ObjectId, readonly AnyTable[]>>();

/** Direct children of a table; worked out once, for it is asked for each of them, and a table may have thousands of partitions. */
export function heirsOf(graph: SchemaGraph, id: ObjectId): readonly AnyTable[] {
  let all = known.get(graph);
  if (!all) known.set(graph, all = new Map());
  let heirs = all.get(id);
  if (!heirs) {
    heirs = dependentsOf(graph, id).flatMap((object) => {
      const table = tableIn(graph, object.id);
      return table?.inherits.includes(id) ? [table] : [];
    });
    all.set(id, heirs);
  }
  return heirs;
}

/** Is the table there before and after? */
function stays(context: Graphs, id: ObjectId | null): boolean {
  return tableIn(context.from, id) !== undefined && tableIn(context.to, id) !== undefined;
}

/** Does this plan make an existing table a partition (of another table) or an heir of one more table? */
export function joins(context: Graphs, id: ObjectId | null): boolean {
  const from = tableIn(context.from, id), to = tableIn(context.to, id);
  if (!from || !to) return false;
  return isPartition(to) ? !sameWhole(from, to) : to.inherits.some((parent) => !from.inherits.includes(parent));
}

/** Does this plan take an existing table from a parent (perhaps to give it to another)? */
export function leaves(context: Graphs, id: ObjectId | null): boolean {
  const from = tableIn(context.from, id), to = tableIn(context.to, id);
  if (!from || !to) return false;
  return isPartition(from) ? !sameWhole(from, to) : from.inherits.some((parent) => !to.inherits.includes(parent));
}

/** Is a new column or check one that its table needs before it can join its parents? One that it keeps has handed it down by then. */
export function isMadeToJoin(context: Graphs, object: SchemaObject): boolean {
  if (!joins(context, object.parent) || isThere(context, object.id)) return false;
  const above = inParents(context.to, object), kept = keptParents(context, object.parent);
  return above.length > 0 && !above.some((each) => kept.some((id) => id === each.parent));
}

/** Is `dropped` a parent that the object's table leaves while it stays itself, or something of such a parent? What came from there is kept. */
export function leftParent(context: Graphs, object: SchemaObject, dropped: SchemaObject): boolean {
  if (!context.to.objects.has(object.id) || dropped.id === object.parent) return false;
  const parent = tableIn(context.from, dropped.id) ? dropped.id : dropped.parent;
  const before = tableIn(context.from, object.parent), after = tableIn(context.to, object.parent);
  return before !== undefined && after !== undefined &&
    before.inherits.some((id) => id === parent) && !after.inherits.some((id) => id === parent);
}

/** Does a partition become a table of its own? From 17 on the server takes the identities from it that it shared with its parent. */
export function losesIdentities(context: Pick<RenderContext, "from" | "to" | "version">, id: ObjectId | null): boolean {
  return (context.version ?? 0) >= 170000 && leaves(context, id) && isPartition(tableIn(context.from, id)) &&
    !isPartition(tableIn(context.to, id));
}

/** Is the object there before a table is altered: not to be made, nor to be made anew? */
export function isThere(context: Graphs, id: ObjectId): boolean {
  return context.from.objects.has(id) && !context.madeAnew?.has(id);
}

/** Is the object there before and after the plan, and one and the same all the time? */
export function isKept(context: Graphs, id: ObjectId): boolean {
  return isThere(context, id) && context.to.objects.has(id);
}

type Graphs = Pick<RenderContext, "from" | "to" | "madeAnew">;

/** Are both partitions of one table, with whatever bounds? */
function sameWhole(from: AnyTable, to: AnyTable): boolean {
  return isPartition(from) && isPartition(to) && sameJson(from.inherits, to.inherits);
}

/** Does a partition stay one of its table under another bound? */
export function isRebound(context: Graphs, id: ObjectId | null): boolean {
  const from = tableIn(context.from, id), to = tableIn(context.to, id);
  return from !== undefined && to !== undefined && from.options.bound !== to.options.bound && sameWhole(from, to);
}

/** The partitions of a table that stay its partitions under other bounds, in the order of their ids. */
export function reboundIn(context: Graphs, parent: ObjectId): readonly AnyTable[] {
  return heirsOf(context.to, parent).filter(({ id }) => isRebound(context, id)).toSorted((a, b) =>
    a.id < b.id ? -1 : 1
  );
}

/** Parents that a table keeps. */
export function keptParents(context: Graphs, id: ObjectId | null): readonly ObjectId[] {
  if (!stays(context, id)) return [];
  const after = tableIn(context.to, id)!.inherits;
  return tableIn(context.from, id)!.inherits.filter((parent) => after.includes(parent));
}

/** Can an object that is only inherited be left to its parent? Its table is there, and is not moved to another parent meanwhile. */
export function followsParent(context: RenderContext, object: SchemaObject): boolean {
  return keptParents(context, object.parent).some((parent) =>
    [context.from, context.to].some(({ objects }) =>
      objects.has(objectId(object.kind, [...pathOfId(parent), object.name.at(-1)!]))
    )
  );
}

/** Is the object one that it has from its table's parent alone? */
export function isInherited(object: { readonly options: Options }): boolean {
  return Boolean(object.options.inherited);
}

/** Is the index or key the part of a partitioned one? */
export function isAttached(object: { readonly options: Options }): boolean {
  return Boolean(object.options.attached);
}

/** The partitioned index or key that an attached one is part of. */
export function wholeOf(graph: SchemaGraph, object: SchemaObject): SchemaObject | undefined {
  const parents = tableIn(graph, object.parent)?.inherits ?? [];
  for (const id of object.refs) {
    const whole = graph.objects.get(id);
    if (
      whole && ["index", "primary_key", "unique", "exclusion"].includes(whole.kind) && parents.includes(whole.parent!)
    ) {
      return whole;
    }
  }
  return undefined;
}

/** Has a partitioned index or key parts among the objects of a graph? */
export function hasParts(graph: SchemaGraph, whole: SchemaObject): boolean {
  const heirs = new Set<ObjectId | null>(heirsOf(graph, whole.parent!).map((table) => table.id));
  return dependentsOf(graph, whole.id).some((object) =>
    heirs.has(object.parent) && "options" in object && isAttached(object)
  );
}

/** The column of that table with the name of another one. */
export function columnOf(graph: SchemaGraph, table: ObjectId, like: SchemaObject): SchemaObject<"column"> | undefined {
  const object = graph.objects.get(objectId("column" as Kind, [...pathOfId(table), like.name.at(-1)!]));
  return object as SchemaObject<"column"> | undefined;
}

/** Is it a part whose whole goes though its table stays where it is? The server drops it along, so it is made again. */
export function losesWhole(from: SchemaObject, to: SchemaObject, context: RenderContext): boolean {
  return "options" in from && "options" in to && isAttached(from) && !isAttached(to) &&
    !leaves(context, to.parent);
}

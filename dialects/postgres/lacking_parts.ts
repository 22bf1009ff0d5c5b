/**
 * Partitioned indexes and keys that lack parts (CREATE INDEX ON ONLY) and shall go on to lack that of a table that becomes a partition: ATTACH
 * PARTITION makes one at once, which cannot be dropped by itself. So they go before all else, and come again when the partitions are there. Pure.
 */
import { makeGraph, type SchemaGraph, withoutRefs } from "../../schema/graph.ts";
import type { ObjectId, SchemaObject } from "../../schema/object.ts";
import { heirsOf, isPartition, tableIn } from "./inheritance.ts";
import { isIncomplete, partsOf } from "./partition_index.ts";

/** `from` without such indexes and keys and the parts that they have; the same graph when there are none. `now`: the id after the renames. */
export function withoutLackingParts(
  from: SchemaGraph,
  to: SchemaGraph,
  now: (id: ObjectId) => ObjectId,
): SchemaGraph {
  const lacking = [...withoutRefs(from).objects.values()].filter(isIncomplete);
  const gone = new Set<ObjectId>();
  for (const { id } of lacking) if (wouldGetPart(id, from, to, now)) takeOut(from.objects.get(id)!, from, gone);
  if (gone.size === 0) return from;
  return makeGraph(from.dialect, [...from.objects.values()].filter(({ id }) => !gone.has(id)), from.notes);
}

function wouldGetPart(id: ObjectId, from: SchemaGraph, to: SchemaGraph, now: (id: ObjectId) => ObjectId): boolean {
  const after = to.objects.get(now(id));
  if (!after?.parent || !isIncomplete(after)) return false;
  const table = from.objects.get(id)!.parent!;
  // A part that lacks parts itself is not taken for one.
  const having = new Set(partsOf(after, to).filter((part) => !isIncomplete(part)).map(({ parent }) => parent));
  const stays = new Map(
    heirsOf(from, table).filter(isPartition).map(({ id, options }) => [now(id), options.bound] as const),
  );
  return heirsOf(to, after.parent).some((each) =>
    isPartition(tableIn(to, each.id)) && !having.has(each.id) && stays.get(each.id) !== each.options.bound
  );
}

function takeOut(object: SchemaObject, graph: SchemaGraph, gone: Set<ObjectId>): void {
  gone.add(object.id);
  for (const part of partsOf(object, graph)) takeOut(part, graph, gone);
}

/** What one side could not read is not compared: neither made over it nor dropped for want of it. Pure. */
import { deferRefs, makeGraph, type SchemaGraph, withoutRefs } from "../schema/graph.ts";
import type { ObjectId, SchemaObject } from "../schema/object.ts";

/**
 * The graph without the objects, and what lives in them, that `other` has and could not read (a note "not-compared" says so of one or of all of
 * a kind, and the plan passes it on). The same graph when there are none, which is nearly always.
 */
export function withoutUnread(graph: SchemaGraph, other: SchemaGraph): SchemaGraph {
  const bare = withoutRefs(graph), read = withoutRefs(other);
  const unread = new Set<ObjectId>();
  for (const { code, object, kind } of other.notes) {
    if (code === "not-compared" && kind !== undefined) {
      for (const each of bare.objects.values()) if (each.kind === kind) unread.add(each.id);
    }
    if (code === "not-compared" && object !== null && !read.objects.has(object) && bare.objects.has(object)) {
      unread.add(object);
    }
  }
  if (unread.size === 0) return graph;
  const isUnread = (object: SchemaObject): boolean =>
    unread.has(object.id) || object.parent !== null && bare.objects.has(object.parent) &&
      isUnread(bare.objects.get(object.parent)!);
  const left = [...bare.objects.values()].filter((object) => !isUnread(object));
  return deferRefs(
    makeGraph(graph.dialect, left, graph.notes),
    () => left.map((object) => graph.objects.get(object.id)!),
  );
}

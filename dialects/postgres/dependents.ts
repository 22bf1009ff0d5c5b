/** Who refers to what in a graph, worked out once a graph: renderers ask it for every object. Pure. */
import type { SchemaGraph } from "../../schema/graph.ts";
import type { ObjectId, SchemaObject } from "../../schema/object.ts";

const indexes = new WeakMap<SchemaGraph, ReadonlyMap<ObjectId, readonly SchemaObject[]>>();

/** The objects whose refs name this one, in id order. */
export function dependentsOf(graph: SchemaGraph, id: ObjectId): readonly SchemaObject[] {
  let index = indexes.get(graph);
  if (!index) {
    const made = new Map<ObjectId, SchemaObject[]>();
    for (const object of graph.objects.values()) {
      for (const ref of object.refs) {
        const list = made.get(ref);
        if (list) list.push(object);
        else made.set(ref, [object]);
      }
    }
    indexes.set(graph, index = made);
  }
  return index.get(id) ?? [];
}

/** In which order indexes and keys were made: what stays was there before what the changes make, whatever the other side says. Pure. */
import { deferRefs, makeGraph, type SchemaGraph, withoutRefs } from "../schema/graph.ts";
import type { Kind, ObjectId, SchemaObject } from "../schema/object.ts";
import type { Change } from "./change.ts";

const placed: ReadonlySet<Kind> = new Set(["index", "primary_key", "unique"]);

/** `to` as it is once the changes have led there from `from`: positions of indexes and keys are those of `from`, then the changes' order. */
export function asPlaced(from: SchemaGraph, to: SchemaGraph, changes: readonly Change[]): SchemaGraph {
  if (changes.length === 0) return to;
  let last = 0;
  for (const object of withoutRefs(from).objects.values()) last = Math.max(last, positionOf(object));
  const positions = new Map<ObjectId, number>();
  const make = (change: Change) => {
    if (change.op === "create" && placed.has(change.kind)) positions.set(change.to.id, last + 1 + positions.size);
    change.parts.forEach(make);
  };
  changes.forEach(make);
  const other = new Map<ObjectId, number>();
  for (const object of withoutRefs(to).objects.values()) {
    if (!placed.has(object.kind)) continue;
    const before = withoutRefs(from).objects.get(object.id);
    const position = positions.get(object.id) ?? (before ? positionOf(before) : 0);
    if (position !== positionOf(object)) other.set(object.id, position);
  }
  if (other.size === 0) return to;
  const changed = ({ objects }: SchemaGraph) =>
    [...objects.values()].map((object) =>
      other.has(object.id) ? { ...object, position: other.get(object.id)! } as SchemaObject : object
    );
  return deferRefs(makeGraph(to.dialect, changed(withoutRefs(to)), to.notes), () => changed(to));
}

function positionOf(object: SchemaObject): number {
  return placed.has(object.kind) ? (object as SchemaObject<"index">).position ?? 0 : 0;
}

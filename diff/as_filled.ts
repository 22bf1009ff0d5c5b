/** Which materialised views hold a result: nobody compares it and no change of a schema fills one, so it is at the end what it was. Pure. */
import { deferRefs, makeGraph, ofKind, type SchemaGraph, withoutRefs } from "../schema/graph.ts";
import type { ObjectId, SchemaObject } from "../schema/object.ts";

type View = SchemaObject<"materialized_view">;

/** `to` in which each materialised view has a result where it has one in `from`; a new one is as `to` has it. */
export function asFilled(from: SchemaGraph, to: SchemaGraph): SchemaGraph {
  const other = new Map<ObjectId, View>();
  for (const { unfilled, ...view } of ofKind(withoutRefs(to), "materialized_view")) {
    const before = withoutRefs(from).objects.get(view.id);
    if (before?.kind !== "materialized_view" || Boolean(before.unfilled) === Boolean(unfilled)) continue;
    other.set(view.id, before.unfilled ? { ...view, unfilled: true } : view);
  }
  if (other.size === 0) return to;
  const changed = ({ objects }: SchemaGraph) =>
    [...objects.values()].map((each) => {
      const view = other.get(each.id);
      return view ? { ...view, refs: each.refs } as unknown as SchemaObject : each;
    });
  return deferRefs(makeGraph(to.dialect, changed(withoutRefs(to)), to.notes), () => changed(to));
}

/** Fields of columns that the user does not want compared: what differs in them is said, and stays as it is. Pure. */
import { sameJson } from "../schema/canonical.ts";
import { deferRefs, makeGraph, type Note, type SchemaGraph, withoutRefs } from "../schema/graph.ts";
import type { ObjectId, SchemaObject } from "../schema/object.ts";

type Column = SchemaObject<"column">;

/** What of a column can be left uncompared. */
export type Uncompared = "type" | "default";

/**
 * `to` with such fields as `from` has them, of the columns that both have, and a note for each that differs. `always`: of every column; else those
 * that the models name.
 */
export function withoutUncompared(from: SchemaGraph, to: SchemaGraph, always: readonly Uncompared[]): SchemaGraph {
  const before = withoutRefs(from).objects, wanted = withoutRefs(to);
  const kept = new Map<ObjectId, Partial<Column>>(), notes: Note[] = [];
  for (const object of wanted.objects.values()) {
    if (object.kind !== "column" || (always.length === 0 && object.meta?.uncompared === undefined)) continue;
    const left = before.get(object.id) as Column | undefined, right = object as Column;
    if (left === undefined) continue;
    const fields = [...new Set([...always, ...(object.meta?.uncompared ?? []) as readonly Uncompared[]])];
    const differ = fields.filter((field) => !sameJson(left[field], right[field]));
    if (differ.length === 0) continue;
    kept.set(object.id, Object.fromEntries(differ.map((field) => [field, left[field]])));
    for (const field of differ) {
      const message = `the ${field} of column "${object.name.join(".")}" differs and is not compared`;
      notes.push({ code: "not-compared", object: object.id, message });
    }
  }
  if (kept.size === 0) return to;
  const withKept = <T extends SchemaObject>(object: T): T => ({ ...object, ...kept.get(object.id) }) as T;
  const bare = makeGraph(to.dialect, [...wanted.objects.values()].map(withKept), [...to.notes, ...notes]);
  return deferRefs(bare, () =>
    [...to.objects.values()].map((object) => {
      if (!kept.has(object.id)) return object;
      const refs = [...object.refs, ...from.objects.get(object.id)!.refs].filter((id) => to.objects.has(id));
      return { ...withKept(object), refs: [...new Set(refs)].sort() };
    }));
}

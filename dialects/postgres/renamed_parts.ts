/**
 * Parts of partitioned indexes and keys under other names: a part is what its table has of the whole, whatever it is called, and the server
 * drops none by itself. So it is renamed, by way of a free name where names go round. Pure.
 */
import type { RenameHint } from "../../diff/change.ts";
import { sameJson } from "../../schema/canonical.ts";
import { fieldsThatDiffer } from "../../schema/differing.ts";
import { children, type SchemaGraph, withoutRefs } from "../../schema/graph.ts";
import { objectId } from "../../schema/id.ts";
import type { Kind, ObjectId, SchemaObject } from "../../schema/object.ts";
import { isAttached, tableIn } from "./inheritance.ts";
import { inAll, partsOf } from "./partition_index.ts";
import { asideName } from "./passing_names.ts";
import { dotted } from "./sql.ts";

const kinds: ReadonlySet<Kind> = new Set(["index", "primary_key", "unique", "exclusion"]);

/** The renames that make the parts of what stays be called as in `to`. What has such a name and goes with its own whole gets out of the way. */
export function renamedParts(from: SchemaGraph, to: SchemaGraph): readonly RenameHint[] {
  if (![...withoutRefs(from).objects.values()].some((each) => kinds.has(each.kind) && isPart(each))) return [];
  const pairs = new Map<ObjectId, readonly [SchemaObject, SchemaObject]>();
  const pair = (before: SchemaObject, after: SchemaObject) => {
    if (!sameJson(inAll(before), inAll(after))) return;
    const wanted = partsOf(after, to);
    for (const part of partsOf(before, from)) {
      const now = wanted.find((each) => each.parent === part.parent && each.kind === part.kind);
      if (now) pairs.set(part.id, [part, now]), pair(part, now);
    }
  };
  const taken = new Set<ObjectId>();
  for (const whole of from.objects.values()) {
    if (!kinds.has(whole.kind) || isPart(whole)) continue;
    if (tableIn(from, whole.parent)?.options.partition_by === undefined) continue;
    const now = to.objects.get(whole.id) ?? underNewName(whole, from, to, taken);
    if (now && now.parent === whole.parent && !isPart(now)) taken.add(now.id), pair(whole, now);
  }
  const moved = [...pairs.values()].filter(([before, after]) => before.id !== after.id);
  if (moved.length === 0) return [];
  const holders = new Map<string, SchemaObject>();
  for (const object of from.objects.values()) if (kinds.has(object.kind)) holders.set(relation(object), object);
  const next = new Map(moved.map(([before, after]) => [before.id, holders.get(relation(after))]));
  const inTheWay = moved.flatMap(([{ id }]) => {
    const holder = next.get(id);
    return holder && isPart(holder) && !pairs.has(holder.id) ? [holder] : [];
  });
  const names = new Set([from, to].flatMap((graph) => [...withoutRefs(graph).objects.values()].map(relation)));
  const first = [...inTheWay, ...entrances(moved.map(([before]) => before), next)];
  return [
    ...first.map((each) => hint(each, aside(each, names))),
    ...moved.map(([before, after]) => hint(before, after.name.at(-1)!)),
  ];
}

/** The new one that will be taken for a whole that goes, for nothing but its name differs. */
function underNewName(
  whole: SchemaObject,
  from: SchemaGraph,
  to: SchemaGraph,
  taken: ReadonlySet<ObjectId>,
): SchemaObject | undefined {
  return (children(to, whole.parent!, whole.kind) as readonly SchemaObject[])
    .find((each) => !from.objects.has(each.id) && !taken.has(each.id) && fieldsThatDiffer(whole, each).length === 0);
}

/** Is it a table's part of its parent's index or key? */
export function isPart(object: SchemaObject): boolean {
  return "options" in object && isAttached(object);
}

/** Where names go round, one object of each round. */
function entrances(
  objects: readonly SchemaObject[],
  next: ReadonlyMap<ObjectId, SchemaObject | undefined>,
): readonly SchemaObject[] {
  const seen = new Set<ObjectId>(), found: SchemaObject[] = [];
  for (const object of objects) {
    const path = new Set<ObjectId>();
    for (let at: SchemaObject | undefined = object; at && !seen.has(at.id); at = next.get(at.id)) {
      path.add(at.id), seen.add(at.id);
      const after = next.get(at.id);
      if (after && path.has(after.id)) found.push(at);
    }
  }
  return found;
}

/** Indexes and keys share the names of their schema with tables. */
function relation({ name }: SchemaObject): string {
  return dotted([name[0]!, name.at(-1)!]);
}

/** A name that is free on both sides. */
function aside(object: SchemaObject, names: ReadonlySet<string>): string {
  return asideName(object.name.at(-1)!, (name) => names.has(dotted([object.name[0]!, name])));
}

function hint(object: SchemaObject, name: string): RenameHint {
  const to = objectId(object.kind, [...object.name.slice(0, -1), name]);
  return { from: object.id, to, source: "part of an index or key" };
}

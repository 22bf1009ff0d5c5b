/**
 * What sqa may touch. It manages what the models name and what its own migrations made; everything else is left alone and listed.
 * Works by copying what is left alone into the wanted graph, so that the diff finds it equal.
 */
import { sameJson } from "../schema/canonical.ts";
import { children, deferRefs, makeGraph, type Note, type SchemaGraph, withoutRefs } from "../schema/graph.ts";
import { factsOf } from "../schema/kinds/facts_of.ts";
import type { ObjectId, SchemaObject } from "../schema/object.ts";

export interface ScopeOptions {
  /** "modelled": leave alone what neither the models nor our migrations know. "all": the models are the whole truth. */
  readonly mode: "modelled" | "all";
  /** Ids (in the names of the live database) that our own migrations made. */
  readonly managed: ReadonlySet<ObjectId>;
  /** Drops that the user has asked for by name. */
  readonly drops: ReadonlySet<ObjectId>;
  /** Kinds that stay where the models do not name them and our migrations did not make them, also in mode "all". */
  readonly keeps?: ReadonlySet<string>;
  /** The user's own filter: true leaves the object alone whatever the models say. */
  ignore?(object: SchemaObject): boolean;
}

/** Parts of a table that make it what it is: they follow the model of their table. */
const partOfTable: ReadonlySet<string> = new Set(["column", "primary_key"]);

/** `to` with everything of `from` that is left alone, and a note for each thing left alone at its outermost. */
export function withinScope(from: SchemaGraph, to: SchemaGraph, options: ScopeOptions): SchemaGraph {
  const kept = new Map<ObjectId, SchemaObject>();
  const notes: Note[] = [];
  const before = withoutRefs(from), wanted = withoutRefs(to);
  let going = false;
  for (const object of before.objects.values()) {
    // Of what everything has, a graph without it says nothing (kept.ts).
    if (wanted.objects.has(object.id) || factsOf(object).given) continue;
    if (leftAlone(object, before, wanted, options)) kept.set(object.id, object);
    else going = true;
  }
  if (kept.size === 0) return to;
  // Everything that an object needs is in its own graph: where nothing goes, nothing that stays can miss anything.
  if (going) {
    for (const id of kept.keys()) kept.set(id, from.objects.get(id)!);
    dropDangling(kept, to);
  }
  for (const object of kept.values()) {
    if (object.parent !== null && kept.has(object.parent)) continue;
    const what = `${factsOf(object).label} "${object.name.join(".")}"`;
    notes.push({ code: "left-alone", object: object.id, message: `${what} is in no model and is left alone` });
  }
  if (kept.size === 0) return to;
  const bare = makeGraph(to.dialect, [...wanted.objects.values(), ...kept.values()], [...to.notes, ...notes]);
  return deferRefs(bare, () => [...to.objects.values(), ...[...kept.keys()].map((id) => from.objects.get(id)!)]);
}

function leftAlone(object: SchemaObject, from: SchemaGraph, to: SchemaGraph, options: ScopeOptions): boolean {
  if (isIgnored(object, from, options)) return true;
  if (options.keeps?.has(object.kind) && !options.drops.has(object.id) && !options.managed.has(object.id)) {
    return object.parent === null || (to.objects.has(object.parent) && !namedOtherwise(object, from, to));
  }
  if (options.mode === "all" || options.drops.has(object.id) || options.managed.has(object.id)) return false;
  if (object.parent !== null && options.drops.has(object.parent)) return false;
  const parentModelled = object.parent !== null && to.objects.has(object.parent);
  if (parentModelled && partOfTable.has(object.kind)) return false;
  return !(parentModelled && factsOf(object).sameByShape && namedOtherwise(object, from, to));
}

/** By itself, or with what it lives in. */
function isIgnored(object: SchemaObject, from: SchemaGraph, options: ScopeOptions): boolean {
  if (options.ignore === undefined) return false;
  const parent = object.parent === null ? undefined : from.objects.get(object.parent);
  return options.ignore(object) || (parent !== undefined && isIgnored(parent, from, options));
}

/** Does the model have the same constraint or index under another name, which the database lacks? Then it is that one. */
function namedOtherwise(object: SchemaObject, from: SchemaGraph, to: SchemaGraph): boolean {
  return children(to, object.parent!, object.kind).some((other) =>
    !from.objects.has(other.id) &&
    factsOf(object).fields.every((field) =>
      sameJson(
        (object as unknown as Record<string, unknown>)[field],
        (other as unknown as Record<string, unknown>)[field],
      )
    )
  );
}

/** What hangs on something that goes cannot stay. */
function dropDangling(kept: Map<ObjectId, SchemaObject>, to: SchemaGraph): void {
  const dependents = new Map<ObjectId, SchemaObject[]>();
  const going: SchemaObject[] = [];
  for (const object of kept.values()) {
    const needed = object.parent === null ? object.refs : [object.parent, ...object.refs];
    for (const id of needed) {
      if (to.objects.has(id)) continue;
      const list = dependents.get(id);
      if (list) list.push(object);
      else dependents.set(id, [object]);
    }
    if (!needed.every((id) => to.objects.has(id) || kept.has(id))) going.push(object);
  }
  for (let object = going.pop(); object !== undefined; object = going.pop()) {
    if (kept.delete(object.id)) going.push(...dependents.get(object.id) ?? []);
  }
}

/**
 * What a branch of the history touches, so that two branches can be told apart: what it writes, what it needs, and the names that it
 * takes or gives up. Pure.
 */
import type { Dialect } from "../dialects/dialect.ts";
import { after, before, type Change } from "../diff/change.ts";
import { makePlan } from "../diff/plan.ts";
import type { SchemaGraph } from "../schema/graph.ts";
import type { ObjectId, SchemaObject } from "../schema/object.ts";
import { touchedBetween } from "./verify.ts";

export interface Footprint {
  /** Made, dropped, changed, or made anew on the way. */
  readonly writes: ReadonlySet<ObjectId>;
  /** What the written objects live in and refer to, before or after. */
  readonly needs: ReadonlySet<ObjectId>;
  /** Names taken or given up, as `Dialect.names` has them. */
  readonly names: ReadonlySet<string>;
}

/**
 * The footprint of the way between two schemas. A table that is made anew (SQLite) is written as a whole: its statements know the columns
 * of this branch only.
 */
export function footprint(from: SchemaGraph, to: SchemaGraph, dialect: Dialect): Footprint {
  const writes = new Set(touchedBetween(from, to)), needs = new Set<ObjectId>(), names = new Set<string>();
  const { plan } = makePlan({ from, to, dialect, options: { columnOrder: "lax", version: null } });
  const context = { from, to, version: null };
  const visit = (change: Change): void => {
    const rebuilt = change.op === "alter" && change.kind === "table" && dialect.rebuilds(change, context);
    if (change.op !== "alter" || rebuilt || change.fields.length > 0) {
      for (const object of [before(change), after(change)]) if (object) writes.add(object.id);
    }
    change.parts.forEach(visit);
  };
  plan.changes.forEach(visit);
  for (const id of writes) {
    const was = from.objects.get(id), is = to.objects.get(id);
    for (const object of [was, is]) if (object) addNeeds(object, needs);
    for (const name of namesThatChange(was, is, dialect)) names.add(name);
  }
  return { writes, needs, names };
}

function addNeeds(object: SchemaObject, needs: Set<ObjectId>): void {
  if (object.parent !== null) needs.add(object.parent);
  for (const ref of object.refs) needs.add(ref);
}

/** An object that stays under its name takes and gives up none. */
function namesThatChange(
  was: SchemaObject | undefined,
  is: SchemaObject | undefined,
  dialect: Dialect,
): readonly string[] {
  if (was && is) return [];
  return [was, is].flatMap((object) => object ? dialect.names(object) : []);
}

/** Why two branches are not independent. */
export interface Conflict {
  readonly what: string;
  /** What each of the branches does with it. */
  readonly one: "changes" | "needs" | "takes";
  readonly other: "changes" | "needs" | "takes";
}

/** Where two footprints meet, in name order; none means that the branches may run in either order and lead to the same. */
export function conflicts(one: Footprint, other: Footprint): readonly Conflict[] {
  const found: Conflict[] = [];
  for (const id of one.writes) {
    if (other.writes.has(id)) found.push({ what: id, one: "changes", other: "changes" });
    else if (other.needs.has(id)) found.push({ what: id, one: "changes", other: "needs" });
  }
  for (const id of other.writes) {
    if (!one.writes.has(id) && one.needs.has(id)) found.push({ what: id, one: "needs", other: "changes" });
  }
  for (const name of one.names) if (other.names.has(name)) found.push({ what: name, one: "takes", other: "takes" });
  return found.sort((a, b) => a.what < b.what ? -1 : a.what > b.what ? 1 : 0);
}

/** The schema after both, from the schema before and after each. Only for branches without conflicts. */
export function merged(base: SchemaGraph, one: SchemaGraph, other: SchemaGraph): ReadonlyMap<ObjectId, SchemaObject> {
  const objects = new Map(one.objects);
  const offsets = new Map<ObjectId, number>();
  for (const object of one.objects.values()) {
    if (object.kind === "column" && object.parent !== null) {
      offsets.set(object.parent, Math.max(offsets.get(object.parent) ?? -1, object.position));
    }
  }
  for (const id of touchedBetween(base, other)) {
    const object = other.objects.get(id);
    if (!object) objects.delete(id);
    else if (
      object.kind === "column" && object.parent !== null && !base.objects.has(id) && one.objects.has(object.parent)
    ) {
      // Both branches add at the end of the table: the second one's columns come after the first one's.
      const position = Math.max((offsets.get(object.parent) ?? -1) + 1, object.position);
      offsets.set(object.parent, position);
      objects.set(id, { ...object, position });
    } else objects.set(id, object);
  }
  return objects;
}

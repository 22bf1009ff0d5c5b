/** What stands in the way of a rename: a part of what is renamed, or another object, that has an id or a name which the rename takes. Pure. */
import type { Dialect } from "../dialects/dialect.ts";
import type { SchemaGraph } from "../schema/graph.ts";
import { factsOf } from "../schema/kinds/facts_of.ts";
import type { ObjectId, SchemaObject } from "../schema/object.ts";
import { after, before, type Change, subject } from "./change.ts";

/** One rename: the graph after it, the change, and the ids that it moves. */
export interface Step {
  readonly graph: SchemaGraph;
  readonly change: Change;
  readonly ids: ReadonlyMap<ObjectId, ObjectId>;
}

/** What renames before the step have done, and what is still to come. */
interface Course {
  /** Before the step. */
  readonly graph: SchemaGraph;
  /** Where ids went before it. */
  readonly moved: ReadonlyMap<ObjectId, ObjectId>;
  /** Ids, before the step, of what will give its name up by a rename of its own. */
  readonly giveUp: ReadonlySet<ObjectId>;
  readonly dialect: Dialect;
}

/** Who holds a name that the step takes and does not give it up in time: an id before the step, or null. */
export function holderOf(step: Step, { graph, moved, giveUp, dialect }: Course): ObjectId | null {
  return partThatTakes(step, graph, dialect) ?? partThatHolds(step, moved, dialect) ??
    otherThatHolds(step, graph, giveUp, dialect);
}

/**
 * A part whose new id another object has: an index of a table that goes to a schema where that name is in use. Where the part holds rows
 * or is an heir's, which goes with what it is inherited from alone, it is the other one.
 */
export function partThatClashes(
  graph: SchemaGraph,
  object: SchemaObject,
  ids: ReadonlyMap<ObjectId, ObjectId>,
  dialect: Dialect,
): ObjectId | null {
  const inherited = new Set(dialect.heirs?.(object, graph).map((heir) => heir.id));
  for (const [id, to] of ids) {
    if (!graph.objects.has(to) || ids.has(to)) continue;
    return inherited.has(id) || factsOf(graph.objects.get(id)!).holdsData ? to : id;
  }
  return null;
}

/** The same by name: no two objects of a schema may share one, whatever their kinds. */
function partThatTakes(step: Step, graph: SchemaGraph, dialect: Dialect): ObjectId | null {
  const parts = step.change.parts.map((part) => ({ from: before(part)!, to: after(part)! }));
  if (parts.length === 0) return null;
  const others = new Set<string>();
  for (const object of graph.objects.values()) {
    if (!step.ids.has(object.id)) { for (const name of dialect.names(object)) others.add(name); }
  }
  return parts.find(({ to }) => dialect.names(to).some((name) => others.has(name)))?.from.id ?? null;
}

/**
 * A part of what was renamed, an index say, that holds a name which this step takes: it cannot be dropped first under the new
 * name of its table. Ids are those before the step.
 */
function partThatHolds(step: Step, moved: ReadonlyMap<ObjectId, ObjectId>, dialect: Dialect): ObjectId | null {
  const before = new Map([...step.ids].map(([old, now]) => [now, old]));
  const own = new Set([...moved.values()].map((id) => step.ids.get(id) ?? id).concat([...step.ids.values()]));
  const renamed = step.graph.objects.get(subject(step.change))!;
  const holders = new Map<string, ObjectId>();
  for (const id of own) {
    const object = step.graph.objects.get(id);
    if (object && object !== renamed) { for (const name of dialect.names(object)) holders.set(name, id); }
  }
  const blocker = dialect.names(renamed).map((name) => holders.get(name)).find((id) => id !== undefined);
  return blocker === undefined ? null : before.get(blocker) ?? blocker;
}

/**
 * Something without rows elsewhere, an index say, that holds a name which this step takes. Its drop could be part of a statement that
 * must come after the rename, so it goes first. What gives its name up by a rename of its own is not in the way.
 */
function otherThatHolds(
  step: Step,
  graph: SchemaGraph,
  giveUp: ReadonlySet<ObjectId>,
  dialect: Dialect,
): ObjectId | null {
  const wanted = new Set(dialect.names(after(step.change)!));
  for (const name of dialect.names(before(step.change)!)) wanted.delete(name);
  if (wanted.size === 0) return null;
  for (const object of graph.objects.values()) {
    if (step.ids.has(object.id) || giveUp.has(object.id) || factsOf(object).holdsData) continue;
    if (dialect.names(object).some((name) => wanted.has(name))) return object.id;
  }
  return null;
}

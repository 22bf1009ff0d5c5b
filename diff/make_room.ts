/**
 * Takes out what stands in the way of renames: the old `users` when `users_new` becomes `users`, the index that holds the name which its
 * table is about to get. A plan drops these first, under their old names; then the renames and everything else follow. Pure.
 */
import type { Dialect } from "../dialects/dialect.ts";
import { makeGraph, type SchemaGraph } from "../schema/graph.ts";
import { factsOf } from "../schema/kinds/facts_of.ts";
import type { ObjectId, SchemaObject } from "../schema/object.ts";
import type { RenameHint } from "./change.ts";
import { takenError, walk } from "./rename.ts";

/**
 * `from` without the objects whose names the hints take, and without what depends on those. The same graph when nothing is in the
 * way. SQA-302 when that would take columns or tables along which are not themselves in the way; a table whose inherited column is in the way
 * goes only where `to`, which the plan leads to, is without it.
 */
export function makeRoom(
  from: SchemaGraph,
  hints: readonly RenameHint[],
  dialect: Dialect,
  to: SchemaGraph | null = null,
): SchemaGraph {
  let graph = from;
  for (;;) {
    const { blocked } = walk(graph, hints, dialect);
    if (!blocked) return graph;
    const sources = new Set(hints.map((hint) => hint.from));
    // What a table inherits cannot be dropped by itself, only with the table.
    const blocker = graph.objects.get(blocked.by)!;
    const by = isInherited(blocker, graph, dialect) ? blocker.parent! : blocked.by;
    if (by !== blocked.by && (!to || to.objects.has(by))) throw takenError(blocked.hint);
    const gone = dependentsOn(by, graph, dialect);
    const lives = (id: ObjectId) => factsOf(graph.objects.get(id)!).holdsData && !isIn(id, by, graph);
    if ([...gone].some((id) => sources.has(id) || lives(id))) throw takenError(blocked.hint);
    const kept = [...graph.objects.values()].filter((object) => !gone.has(object.id));
    graph = makeGraph(graph.dialect, kept, graph.notes);
  }
}

/** Has its table what holds rows, a column, from another one? */
function isInherited(object: SchemaObject, graph: SchemaGraph, dialect: Dialect): boolean {
  if (!dialect.heirs || !factsOf(object).holdsData) return false;
  const isAlike = (each: SchemaObject) => each.kind === object.kind && each.name.at(-1) === object.name.at(-1);
  return [...graph.objects.values()].filter(isAlike).some((each) =>
    dialect.heirs!(each, graph).some(({ id }) => id === object.id)
  );
}

/** The object, what lives in it and what needs any of these. */
function dependentsOn(id: ObjectId, graph: SchemaGraph, dialect: Dialect): ReadonlySet<ObjectId> {
  const gone = new Set([id]);
  for (let size = 0; size !== gone.size;) {
    size = gone.size;
    for (const object of graph.objects.values()) {
      const loose = dialect.looseForeignKeys && object.kind === "foreign_key";
      const needed = [...object.parent ? [object.parent] : [], ...loose ? [] : object.refs];
      if (needed.some((each) => gone.has(each))) gone.add(object.id);
    }
  }
  return gone;
}

function isIn(id: ObjectId, ancestor: ObjectId, graph: SchemaGraph): boolean {
  for (let at: ObjectId | null = id; at !== null; at = graph.objects.get(at)?.parent ?? null) {
    if (at === ancestor) return true;
  }
  return false;
}

/**
 * The flat schema graph: every table, column, key, index and view is one entry with a printable id, a parent and refs. Models, live
 * databases and snapshots all become one. Immutable; the child index and, where they are deferred, refs are worked out once, on first use.
 */
import type { Kind, ObjectId, SchemaObject } from "./object.ts";
import { SqaError } from "./error.ts";

/** Something seen but not understood, not supported or not compared: an honest gap, shown to the user. */
export interface Note {
  /** "unsupported-kind", "not-compared", "left-alone"… */
  readonly code: string;
  readonly object: ObjectId | null;
  /** It is about all objects of that kind. */
  readonly kind?: Kind;
  readonly message: string;
}

export interface SchemaGraph {
  readonly dialect: string;
  readonly objects: ReadonlyMap<ObjectId, SchemaObject>;
  readonly notes: readonly Note[];
}

/** Models, a live database, a snapshot file, nothing: anything that can be read as a graph. */
export interface GraphSource {
  /** For people: "models:src/**", "postgresql://app@db/shop"; never a secret. */
  readonly label: string;
  read(signal?: AbortSignal): Promise<SchemaGraph>;
}

/** A graph of these objects, sorted by id. Two objects with one id are an error (SQA-301). */
export function makeGraph(
  dialect: string,
  objects: Iterable<SchemaObject>,
  notes: readonly Note[] = [],
): SchemaGraph {
  const list = Array.isArray(objects) ? objects as readonly SchemaObject[] : [...objects];
  const map = new Map<ObjectId, SchemaObject>();
  // Most graphs are made from another one, in its order: then nothing has to be sorted.
  const inOrder = list.every((object, i) => i === 0 || list[i - 1]!.id < object.id);
  // One comparison each: equal ids come side by side either way, and are refused.
  for (const object of inOrder ? list : [...list].sort((a, b) => a.id < b.id ? -1 : 1)) {
    if (!inOrder && map.has(object.id)) {
      throw new SqaError("SQA-301", `two objects have the id "${object.id}"`, { object: object.id });
    }
    map.set(object.id, object);
  }
  return { dialect, objects: map, notes };
}

const bareForms = new WeakMap<SchemaGraph, SchemaGraph>();

/**
 * A graph whose objects are those of `bare`, but for their refs, which `complete` works out when somebody first asks for `objects`. Refs are
 * never compared: where nothing differs nobody needs them, and they cost more than everything else about a graph.
 */
export function deferRefs(bare: SchemaGraph, complete: () => Iterable<SchemaObject>): SchemaGraph {
  let whole: SchemaGraph["objects"] | null = null, work: typeof complete | null = complete;
  const graph: SchemaGraph = {
    dialect: bare.dialect,
    notes: bare.notes,
    get objects() {
      if (work) whole = makeGraph(bare.dialect, work()).objects, work = null;
      return whole!;
    },
  };
  bareForms.set(graph, bare);
  return graph;
}

/** The graph as it is compared: the same objects in the same order, whose refs may be missing. */
export function withoutRefs(graph: SchemaGraph): SchemaGraph {
  return bareForms.get(graph) ?? graph;
}

/** The graph in which nothing exists. */
export function emptyGraph(dialect: string): SchemaGraph {
  return makeGraph(dialect, []);
}

const childIndex = new WeakMap<SchemaGraph, ReadonlyMap<ObjectId, readonly SchemaObject[]>>();

/** The direct children of an object, in id order, all or of one kind. */
export function children<K extends Kind = Kind>(
  graph: SchemaGraph,
  id: ObjectId,
  kind?: K,
): readonly SchemaObject<K>[] {
  let index = childIndex.get(graph);
  if (!index) {
    const made = new Map<ObjectId, SchemaObject[]>();
    for (const object of graph.objects.values()) {
      if (object.parent === null) continue;
      const list = made.get(object.parent);
      if (list) list.push(object);
      else made.set(object.parent, [object]);
    }
    childIndex.set(graph, index = made);
  }
  const all = index.get(id) ?? [];
  return (kind === undefined ? all : all.filter((object) => object.kind === kind)) as unknown as readonly SchemaObject<
    K
  >[];
}

const kindIndex = new WeakMap<SchemaGraph, ReadonlyMap<Kind, readonly SchemaObject[]>>();

/** All objects of one kind, in id order. */
export function ofKind<K extends Kind>(graph: SchemaGraph, kind: K): readonly SchemaObject<K>[] {
  let index = kindIndex.get(graph);
  if (!index) {
    const made = new Map<Kind, SchemaObject[]>();
    for (const object of graph.objects.values()) {
      const list = made.get(object.kind);
      if (list) list.push(object);
      else made.set(object.kind, [object]);
    }
    kindIndex.set(graph, index = made);
  }
  return (index.get(kind) ?? []) as unknown as readonly SchemaObject<K>[];
}

/** One object of a known kind, or undefined. */
export function find<K extends Kind>(graph: SchemaGraph, kind: K, id: ObjectId): SchemaObject<K> | undefined {
  const object = graph.objects.get(id);
  return object?.kind === kind ? object as unknown as SchemaObject<K> : undefined;
}

/**
 * One topological sort of all changes. The order comes from edges between objects, never from a list of phases, so a new kind needs no
 * place in a list. The edges, "a before b":
 *
 * 1. What makes, alters or renames an object comes before what makes or alters something that needs it (its `to` refs and ancestors),
 *    unless the dialect says that it comes after that (9).
 * 2. What drops something comes before what drops or alters an object that it needed (its `from` refs and ancestors), unless it would
 *    survive that (`KindDialect.survives`).
 * 3. An alter that lets a dependency go comes before the drop of what it depended on, unless the dialect says that it comes after it (9).
 * 4. A drop comes before the create of the same id.
 * 5. A name must be free before it is taken (`Dialect.names`).
 * 6. What touches an object under its new name comes after the rename.
 * 7. What moves to another parent comes after that one is made and before the old one is dropped.
 *
 * 8. What blocks a rename (`KindDialect.blocksRename`) is dropped before it.
 * 9. What the dialect says besides (`Dialect.around`, `Dialect.holders`).
 *
 * Ties are broken by kind of change and id, so the same changes give the same order whatever order they came in.
 */
import { contextOf, madeAgain } from "./made_anew.ts";
import { type Dialect, kindOf, type RenderContext } from "../dialects/dialect.ts";
import { SqaError } from "../schema/error.ts";
import { labelOfId } from "../schema/id.ts";
import { factsOf } from "../schema/kinds/facts_of.ts";
import type { Kind, ObjectId, SchemaObject } from "../schema/object.ts";
import type { SchemaGraph } from "../schema/graph.ts";
import { after, before, type Change, type Create, type Drop, type Rename, subject } from "./change.ts";

/** The graphs that the changes lead between; `from` is after renames. */
export type OrderContext = Pick<RenderContext, "from" | "to" | "renames">;

/** Either all changes in order, or changes that wait for each other, the first one repeated at the end. */
export type Ordered =
  | { readonly changes: readonly Change[]; readonly cycle: null }
  | { readonly changes: null; readonly cycle: readonly Change[] };

/** The changes in an order in which each can be run, or what prevents it. */
export function tryOrder(changes: readonly Change[], dialect: Dialect, context: OrderContext): Ordered {
  const nodes = [...changes].sort(byRank);
  return sorted(nodes, edgesBetween(nodes, dialect, context));
}

/** The changes in an order in which each can be run. SQA-310 with the path when there is none. */
export function order(changes: readonly Change[], dialect: Dialect, context: OrderContext): readonly Change[] {
  const ordered = tryOrder(changes, dialect, context);
  if (ordered.cycle) throw cycleError(ordered.cycle);
  return ordered.changes;
}

const rank = { rename: 0, drop: 1, alter: 2, create: 3 } as const;

function byRank(a: Change, b: Change): number {
  return rank[a.op] - rank[b.op] || (subject(a) < subject(b) ? -1 : subject(a) > subject(b) ? 1 : 0);
}

/** A change and all that is folded into it. */
function whole(change: Change): readonly Change[] {
  return change.parts.length === 0 ? [change] : [change, ...change.parts.flatMap(whole)];
}

type Edges = readonly ReadonlySet<number>[];

function edgesBetween(nodes: readonly Change[], dialect: Dialect, context: OrderContext): Edges {
  const makes = new Map<ObjectId, number>(), alters = new Map<ObjectId, number>(), drops = new Map<ObjectId, number>();
  const renamesTo = new Map<ObjectId, number>(), renamesFrom = new Map<ObjectId, number>();
  const frees = new Map<string, { node: number; object: SchemaObject }[]>();
  const edges = nodes.map(() => new Set<number>());
  nodes.forEach((node, i) => {
    if (node.op === "rename") {
      renamesFrom.set(node.from.id, i);
      // An heir's column is renamed along, and lives elsewhere.
      for (const part of node.kind === "column" ? node.parts : []) {
        if (part.op === "rename") renamesFrom.set(part.from.id, i);
      }
    }
    for (const change of whole(node)) {
      if (change.op === "create") makes.set(change.to.id, i);
      else if (change.op === "drop") drops.set(change.from.id, i);
      else if (change.op === "alter") alters.set(change.to.id, i);
      else renamesTo.set(change.to.id, i);
      if (change.op === "drop" || change.op === "rename") {
        for (const name of freed(change, dialect)) {
          frees.set(name, [...frees.get(name) ?? [], { node: i, object: change.from }]);
        }
      }
    }
  });
  const edge = (first: number | undefined, second: number | undefined) => {
    if (first !== undefined && second !== undefined && first !== second) edges[first]!.add(second);
  };

  const asked = new Set<Change>(context.renames as unknown as readonly Change[]);
  const contextFor = contextOf(nodes, context), seen = { ...context, madeAnew: madeAgain(nodes) };
  const arounds = nodes.map((node) => dialect.around?.(node, contextFor(node)));
  nodes.forEach((node, i) => {
    const around = arounds[i];
    for (const changes of [makes, alters, drops]) {
      for (const id of around?.before ?? []) edge(changes.get(id), i);
      for (const id of around?.after ?? []) edge(i, changes.get(id));
    }
    // Whatever names it, on both sides: all is written under the new name.
    for (const id of [...around?.before ?? [], ...around?.after ?? [], ...around?.named ?? []]) {
      edge(renamesTo.get(id), i);
    }
    for (const id of whole(node).flatMap((change) => dialect.holders?.(change, seen) ?? [])) {
      edge(drops.get(id), i), edge(alters.get(id), i), edge(renamesFrom.get(id), i);
    }
    if (node.op === "rename") {
      for (const id of blocking(node as Rename, drops, context, dialect)) edge(drops.get(id), i);
    }
    for (const change of whole(node)) {
      const from = before(change), to = after(change);
      if (change.op === "rename") {
        for (const id of ancestors(change.from, context.from)) edge(renamesTo.get(id), i), edge(i, drops.get(id));
        // What comes with the node is made again after it, if at all.
        const outside = ancestors(change.to, context.to).filter((id) => id !== (node as Rename).to.id);
        for (const id of outside) edge(makes.get(id), i), edge(renamesTo.get(id), i);
      } else if (to) {
        for (const id of needs(to, context.to, dialect)) {
          for (const other of [makes.get(id), alters.get(id)]) {
            if (other === undefined || !arounds[other]?.before.includes(to.id)) edge(other, i);
          }
          edge(renamesTo.get(id), i);
        }
        edge(renamesTo.get(to.id), i);
        // A key that may dangle still names a table, and a database follows its renames: those come first.
        if (to.kind === "foreign_key") {
          edge(renamesFrom.get(to.references.table), i), edge(renamesTo.get(to.references.table), i);
        }
      }
      if (change.op === "drop") {
        const firm = firmRefs(change.from, seen, dialect);
        for (const id of [...ancestors(change.from, context.from), ...firm]) edge(i, drops.get(id));
        // Altering a table does not touch what lives in it, so only refs: a child's drop may have to wait for another child.
        for (const id of firm) edge(i, alters.get(id));
        // A drop is written with its own path alone: whatever it refers to may still have its old name.
        for (const id of [change.from.id, ...ancestors(change.from, context.from)]) edge(renamesTo.get(id), i);
      }
      if (change.op === "alter" && from && to) {
        const isLetGo = (id: ObjectId) => !to.refs.includes(id) && !around?.before.includes(id);
        for (const id of refsOf(from, dialect)) if (isLetGo(id)) edge(i, drops.get(id));
      }
      if (change.op === "create") edge(drops.get(change.to.id), i);
      // An heir's column gets its name with its parent's.
      const named = change === node || node.kind === "column" && change.kind === "column";
      const onward = named && change.op === "rename" ? renamesFrom.get(change.to.id) : undefined;
      // A name that it has for a while, until it gets another one. What is found in the end is another object than one that was renamed before.
      const isAsked = asked.has(node), isFirst = onward !== undefined && asked.has(nodes[onward]!);
      const isPassed = onward !== undefined && (isAsked && !isFirst ||
        isAsked === isFirst && !context.from.objects.has(subject(change)));
      if (isPassed) edge(i, onward);
      else edge(onward, i);
      if (change.op === "create" || change.op === "rename") {
        for (const name of taken(change, dialect)) {
          for (const free of frees.get(name) ?? []) {
            // What is renamed and then dropped takes and frees one name in this order.
            const itself = change.op === "rename" && free.object.id === change.to.id &&
              free.object.parent === change.to.parent;
            if (!itself) edge(free.node, i);
          }
        }
      }
    }
  });
  return edges;
}

/** What goes and stands in the way of a rename for as long as it is there. */
function blocking(
  change: Rename,
  drops: ReadonlyMap<ObjectId, number>,
  context: OrderContext,
  dialect: Dialect,
): readonly ObjectId[] {
  const kind = kindOf<Kind>(dialect, change.kind);
  if (kind === "unsupported" || !kind.blocksRename) return [];
  return [...drops.keys()].filter((id) => {
    const object = context.from.objects.get(id);
    return object !== undefined && kind.blocksRename!(change, object, context);
  });
}

/** Names that are free after the change: a rename keeps those that did not change, such as the index names of a renamed table. */
function freed(change: Drop | Rename, dialect: Dialect): readonly string[] {
  const names = dialect.names(change.from);
  return change.op === "drop" ? names : without(names, dialect.names(change.to));
}

function taken(change: Create | Rename, dialect: Dialect): readonly string[] {
  const names = dialect.names(change.to);
  return change.op === "create" ? names : without(names, dialect.names(change.from));
}

function without(names: readonly string[], others: readonly string[]): readonly string[] {
  return names.filter((name) => !others.includes(name));
}

/** Everything that must exist for an object to exist: its refs and all that it lives in. */
function needs(object: SchemaObject, graph: SchemaGraph, dialect: Dialect): readonly ObjectId[] {
  return [...ancestors(object, graph), ...refsOf(object, dialect)];
}

/** What it refers to, as far as that orders anything. */
function refsOf(object: SchemaObject, dialect: Dialect): readonly ObjectId[] {
  return dialect.looseForeignKeys && object.kind === "foreign_key" ? [] : object.refs;
}

/** Its refs less those whose drop it survives: these order what is made, not what goes. */
function firmRefs(
  object: SchemaObject,
  context: Pick<RenderContext, "from" | "to" | "madeAnew">,
  dialect: Dialect,
): readonly ObjectId[] {
  const kind = kindOf<Kind>(dialect, object.kind);
  const refs = refsOf(object, dialect);
  if (kind === "unsupported" || !kind.survives) return refs;
  return refs.filter((id) => {
    const other = context.from.objects.get(id);
    return !other || !kind.survives!(object, other, context);
  });
}

function ancestors(object: SchemaObject, graph: SchemaGraph): ObjectId[] {
  const found: ObjectId[] = [];
  for (let id = object.parent; id !== null; id = graph.objects.get(id)?.parent ?? null) found.push(id);
  return found;
}

/** Kahn's algorithm; among the changes that are free, the one that comes first in `nodes`. */
function sorted(nodes: readonly Change[], edges: Edges): Ordered {
  const waiting = nodes.map(() => 0);
  for (const targets of edges) for (const target of targets) waiting[target]!++;
  const free = new Heap();
  waiting.forEach((count, i) => count === 0 && free.push(i));
  const result: Change[] = [];
  for (let i = free.pop(); i !== undefined; i = free.pop()) {
    result.push(nodes[i]!);
    for (const target of edges[i]!) if (--waiting[target]! === 0) free.push(target);
  }
  return result.length === nodes.length
    ? { changes: result, cycle: null }
    : { changes: null, cycle: cycleAmong(nodes, edges, waiting) };
}

/** A binary heap of numbers, smallest first. */
class Heap {
  private readonly items: number[] = [];
  push(item: number) {
    const { items } = this;
    let i = items.push(item) - 1;
    for (let up = (i - 1) >> 1; i > 0 && items[up]! > item; i = up, up = (i - 1) >> 1) items[i] = items[up]!;
    items[i] = item;
  }
  pop(): number | undefined {
    const { items } = this;
    const top = items[0], last = items.pop();
    if (items.length && last !== undefined) {
      let i = 0;
      for (let child = 1; child < items.length; child = 2 * i + 1) {
        if (child + 1 < items.length && items[child + 1]! < items[child]!) child++;
        if (items[child]! >= last) break;
        items[i] = items[child]!, i = child;
      }
      items[i] = last;
    }
    return top;
  }
}

/** One cycle among the changes that could not be placed. */
function cycleAmong(nodes: readonly Change[], edges: Edges, waiting: readonly number[]): readonly Change[] {
  const stuck = new Set(nodes.map((_, i) => i).filter((i) => waiting[i]! > 0));
  const next = (i: number) => [...edges[i]!].find((each) => stuck.has(each));
  // What only waits behind a cycle leads nowhere; without it every way on ends in a cycle.
  for (let size = -1; size !== stuck.size;) {
    size = stuck.size;
    for (const i of stuck) if (next(i) === undefined) stuck.delete(i);
  }
  const path: number[] = [];
  let at = Math.min(...stuck);
  while (!path.includes(at)) path.push(at), at = next(at)!;
  return [...path.slice(path.indexOf(at)), at].map((i) => nodes[i]!);
}

/** SQA-310: no order exists. */
export function cycleError(cycle: readonly Change[]): SqaError {
  return new SqaError("SQA-310", `these changes wait for each other: ${cycle.map(describe).join(" -> ")}`, {
    hint: "split the change into two migrations: make the new objects first, then drop the old ones",
  });
}

function describe(change: Change): string {
  const object = after(change) ?? before(change)!;
  return `${change.op} ${factsOf(object).label} "${labelOfId(object.id)}"`;
}

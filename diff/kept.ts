/**
 * What everything has, whoever says so or not (`KindFacts.given`: an owner): where nobody says it, it stays what it was, and what is made anew
 * gets it back. Pure.
 */
import { deferRefs, makeGraph, ofKind, type SchemaGraph, withoutRefs } from "../schema/graph.ts";
import { isKept } from "../schema/hash.ts";
import { factsOf } from "../schema/kinds/facts_of.ts";
import type { ObjectId, SchemaObject } from "../schema/object.ts";

type Owner = SchemaObject<"owner">;

interface Options {
  /** "made": what is new gets also what `to` only knows of it. Absent: that is for the server to say. */
  readonly news?: "made" | undefined;
  /** Where `from` comes from, when something was taken out of that to be made again. */
  readonly earlier?: { readonly whole: SchemaGraph; readonly cleared: SchemaGraph };
}

/** `to` in which everything of `from` has what it had, where `to` does not say otherwise. What is new gets what `to` says. */
export function withKept(from: SchemaGraph, to: SchemaGraph, { news, earlier }: Options = {}): SchemaGraph {
  const before = withoutRefs(from), after = withoutRefs(to);
  const had = new Map(ofKind(before, "owner").map((owner) => [owner.id, owner]));
  for (const owner of earlier ? takenOut(earlier) : []) {
    if (!before.objects.has(owner.parent!)) had.set(owner.id, owner);
  }
  const kept = new Map<ObjectId, Owner>(), gone = new Set<ObjectId>();
  for (const owner of had.values()) {
    const said = after.objects.get(owner.id);
    const same = said?.kind === "owner" && (!said.kept || said.role === owner.role);
    const parent = after.objects.get(owner.parent!);
    if (parent && !factsOf(parent).goesWithOwned?.(parent) && !same) kept.set(owner.id, { ...owner, kept: true });
  }
  for (const { id, kept: known } of ofKind(after, "owner")) if (known && !had.has(id) && news !== "made") gone.add(id);
  return kept.size === 0 && gone.size === 0 ? to : replaced(to, kept, gone);
}

function takenOut({ whole, cleared }: NonNullable<Options["earlier"]>): readonly Owner[] {
  if (whole === cleared) return [];
  return ofKind(withoutRefs(whole), "owner").filter(({ id }) => !withoutRefs(cleared).objects.has(id));
}

/** What a database has, as far as `said` says it: what that only knows of is kept, and the rest is left out. */
export function asSaidBy(said: SchemaGraph, graph: SchemaGraph): SchemaGraph {
  const known = withoutRefs(said).objects, kept = new Map<ObjectId, Owner>(), gone = new Set<ObjectId>();
  for (const owner of ofKind(withoutRefs(graph), "owner")) {
    const other = known.get(owner.id);
    if (!other) gone.add(owner.id);
    else if (isKept(other) && !owner.kept) kept.set(owner.id, { ...owner, kept: true });
  }
  return kept.size === 0 && gone.size === 0 ? graph : replaced(graph, kept, gone);
}

/** The graph with these in their places, and without those. */
function replaced(graph: SchemaGraph, kept: ReadonlyMap<ObjectId, Owner>, gone: ReadonlySet<ObjectId>): SchemaGraph {
  const added = [...kept.values()] as unknown as readonly SchemaObject[];
  const changed = ({ objects }: SchemaGraph): readonly SchemaObject[] => {
    const isThere = (id: ObjectId) => objects.has(id);
    const rest = [...objects.values()].filter(({ id }) => !kept.has(id) && !gone.has(id));
    return [...rest, ...added.map((owner) => ({ ...owner, refs: owner.refs.filter(isThere) } as SchemaObject))];
  };
  return deferRefs(makeGraph(graph.dialect, changed(withoutRefs(graph)), graph.notes), () => changed(graph));
}

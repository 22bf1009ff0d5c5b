/** What differs between two graphs of one dialect in normal form: one change an object, in id order. Pure. */
import type { Dialect } from "../dialects/dialect.ts";
import { kindOf } from "../dialects/dialect.ts";
import { children, type Note, type SchemaGraph, withoutRefs } from "../schema/graph.ts";
import { inOrder } from "../schema/kinds/column.ts";
import { fieldsThatDiffer } from "../schema/differing.ts";
import { factsOf } from "../schema/kinds/facts_of.ts";
import type { ObjectId, SchemaObject } from "../schema/object.ts";
import { alter, type Change, create, drop, rename, subject } from "./change.ts";
import { heirAfter } from "./rename.ts";

export interface DiffOptions {
  /** "strict": columns must stand in the order of `to`, where the dialect can place them. */
  readonly columnOrder: "lax" | "strict";
}

export interface Differences {
  readonly changes: readonly Change[];
  /** What could not be compared. */
  readonly notes: readonly Note[];
}

/** The changes that turn `from` into `to`: missing on the left is a create, missing on the right a drop, else fields are compared. */
export function diff(from: SchemaGraph, to: SchemaGraph, dialect: Dialect, options: DiffOptions): Differences {
  const changes: Change[] = [];
  const notes: Note[] = [];
  if (from === to) return { changes, notes };
  const before = withoutRefs(from), after = withoutRefs(to);
  // Only what differs is looked up with its refs: to work them out is the dearest part of a graph.
  const whole = (graph: SchemaGraph, { id }: SchemaObject): SchemaObject => graph.objects.get(id)!;
  for (const [left, right] of pairs(before, after)) {
    if (left === null) changes.push(create(whole(to, right!)));
    else if (right === null) {
      if (!dialect.permanent?.(left) && !factsOf(left).given) changes.push(drop(whole(from, left)));
    } else if (left.parent !== right.parent) {
      // One name in a space that tables share, on another table now: an index cannot move.
      changes.push(drop(whole(from, left)), create(whole(to, right)));
    } else if (left !== right) {
      const fields = differingFields(left, right, notes);
      if (
        options.columnOrder === "strict" && left.kind === "table" && dialect.placesColumns &&
        misplaced(before, after, left.id)
      ) {
        fields.push("order");
      }
      if (fields.length) changes.push(alter(whole(from, left), whole(to, right), fields));
    }
  }
  return { changes: sameUnderOtherName(changes, { from, to }, dialect), notes };
}

/** Objects of the same id side by side, in id order: both graphs are sorted, so one walk does. */
function* pairs(from: SchemaGraph, to: SchemaGraph): Generator<readonly [SchemaObject | null, SchemaObject | null]> {
  const lefts = from.objects.values(), rights = to.objects.values();
  let left = lefts.next().value ?? null, right = rights.next().value ?? null;
  while (left !== null || right !== null) {
    if (right === null || (left !== null && left.id < right.id)) {
      yield [left, null];
      left = lefts.next().value ?? null;
    } else if (left === null || right.id < left.id) {
      yield [null, right];
      right = rights.next().value ?? null;
    } else {
      yield [left, right];
      left = lefts.next().value ?? null;
      right = rights.next().value ?? null;
    }
  }
}

/** The fields in which two objects of one kind differ; opaque expressions are noted instead of compared. */
function differingFields(left: SchemaObject, right: SchemaObject, notes: Note[]): string[] {
  const fields = fieldsThatDiffer(left, right);
  if (fields.length === 0) return fields;
  const opaque = new Set(
    [...factsOf(left).expressions(left), ...factsOf(right).expressions(right)]
      .filter(({ expression }) => expression.opaque)
      .map(({ field }) => field.split(".")[0]!),
  );
  return fields.filter((field) => {
    if (!opaque.has(field)) return true;
    const what = `${factsOf(left).label} "${left.name.join(".")}"`;
    notes.push({ code: "not-compared", object: left.id, message: `the ${field} of ${what} is not compared` });
    return false;
  });
}

/** Would the columns stand in another order than in `to`, with the dropped ones gone and the new ones at the end? */
function misplaced(from: SchemaGraph, to: SchemaGraph, table: ObjectId): boolean {
  const before = inOrder(children(from, table, "column")).map((column) => column.id);
  const wanted = inOrder(children(to, table, "column")).map((column) => column.id);
  const kept = before.filter((id) => to.objects.has(id));
  const added = wanted.filter((id) => !from.objects.has(id));
  return [...kept, ...added].some((id, i) => id !== wanted[i]);
}

/**
 * A drop and a create with equal fields under one parent become a rename, where the dialect can rename: an index or a constraint is
 * nothing but its fields, so this is no guess and spares its rebuilding. What heirs have of it is renamed along, or all of it is made again.
 */
function sameUnderOtherName(
  changes: readonly Change[],
  { from, to }: { readonly from: SchemaGraph; readonly to: SchemaGraph },
  dialect: Dialect,
): readonly Change[] {
  const pairs = likeDropped(changes, dialect);
  if (pairs.size === 0) return changes;
  // One id can be dropped here and made there: an index cannot go to another table.
  const renames = new Map<ObjectId, Change>(), gone = new Set<ObjectId>(), made = new Set<ObjectId>();
  const pairAfter = new Map([...pairs.values()].map((pair) => [pair.from.id, pair]));
  const holders = new Map<string, ObjectId[]>();
  for (const object of from.objects.values()) {
    for (const name of dialect.names(object)) holders.set(name, [...holders.get(name) ?? [], object.id]);
  }
  // The name must be free, or be given up for one that is: names that go round, or that a drop frees, are given to new ones.
  const heldBy = (pair: Pair): readonly ObjectId[] => {
    const named = dialect.names(pair.to).flatMap((name) => holders.get(name) ?? []);
    const others = dialect.holders?.(rename(pair.from, pair.to), { from, to }) ?? [];
    return [pair.to.id, ...named, ...others].filter((id) => id !== pair.from.id && from.objects.has(id));
  };
  const isHeld = (pair: Pair): boolean =>
    heldBy(pair).some((id) => {
      const next = pairAfter.get(id);
      return next === undefined || heldBy(next).length > 0;
    });
  for (const pair of pairs.values()) {
    const now = pair.to.name, heirs = dialect.heirs?.(pair.from, from) ?? [];
    if (dialect.keepsName?.(pair.from, now.at(-1)!, from) || isHeld(pair)) continue;
    const parts = heirs.flatMap((heir) => pairs.get(heirAfter(heir, now)) ?? []);
    const left = new Set(dialect.heirs?.(pair.to, to).map(({ id }) => id));
    if (parts.length < heirs.length || parts.some((part, i) => part.from !== heirs[i] || !left.has(part.to.id))) {
      continue;
    }
    renames.set(pair.to.id, rename(pair.from, pair.to, parts.map((part) => rename(part.from, part.to))));
    for (const each of [pair, ...parts]) gone.add(each.from.id), made.add(each.to.id);
  }
  return changes.flatMap((change) => {
    const renamed = change.op === "create" ? renames.get(change.to.id) : undefined;
    if (renamed) return [renamed];
    const settled = change.op === "drop" ? gone : change.op === "create" ? made : null;
    return settled?.has(subject(change)) ? [] : [change];
  });
}

/** One object under the name that it has and the one that it gets. */
interface Pair {
  readonly from: SchemaObject;
  readonly to: SchemaObject;
}

/** Drops and creates of equal fields under one parent, by what is created. */
function likeDropped(
  changes: readonly Change[],
  dialect: Dialect,
): ReadonlyMap<ObjectId, Pair> {
  const dropped = new Map<string, SchemaObject[]>();
  for (const change of changes) {
    if (change.op !== "drop" || !interchangeable(change.from, dialect)) continue;
    const key = `${change.kind} ${change.from.parent}`, list = dropped.get(key);
    if (list) list.push(change.from);
    else dropped.set(key, [change.from]);
  }
  const pairs = new Map<ObjectId, Pair>();
  if (dropped.size === 0) return pairs;
  for (const change of changes) {
    if (change.op !== "create" || change.to.unnamed) continue;
    const list = dropped.get(`${change.kind} ${change.to.parent}`) ?? [];
    const at = list.findIndex((each) => differingFields(each, change.to, []).length === 0);
    if (at >= 0) pairs.set(change.to.id, { from: list.splice(at, 1)[0]!, to: change.to });
  }
  return pairs;
}

function interchangeable(object: SchemaObject, dialect: Dialect): boolean {
  const kind = kindOf(dialect, object.kind);
  return !object.unnamed && factsOf(object).sameByShape && kind !== "unsupported" && kind.renames;
}

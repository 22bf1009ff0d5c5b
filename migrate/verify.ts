/**
 * Is the database what a snapshot says? Compares only what the run touched, so that somebody's unrelated change is no failure of ours.
 * Expressions that read differently are put to the database before they count as different.
 */
import type { Connection, Driver } from "../dialects/driver.ts";
import { type Change, subject } from "../diff/change.ts";
import { diff } from "../diff/diff.ts";
import { answered, openQuestions } from "../diff/expressions.ts";
import { normalize } from "../diff/normalize.ts";
import { withKept } from "../diff/kept.ts";
import { introspect, type IntrospectOptions } from "../introspect/introspect.ts";
import { sameJson } from "../schema/canonical.ts";
import type { SchemaGraph } from "../schema/graph.ts";
import { comparable, isKept } from "../schema/hash.ts";
import { factsOf } from "../schema/kinds/facts_of.ts";
import type { ObjectId, SchemaObject } from "../schema/object.ts";

/** What differs between two snapshots: made, removed or changed on the way. */
export function touchedBetween(from: SchemaGraph, to: SchemaGraph): ReadonlySet<ObjectId> {
  const touched = new Set<ObjectId>();
  for (const object of to.objects.values()) {
    if (isKept(object)) continue;
    const before = from.objects.get(object.id);
    if (!before || !sameJson(comparable(before), comparable(object))) touched.add(object.id);
  }
  for (const [id, object] of from.objects) if (!to.objects.has(id) && !isKept(object)) touched.add(id);
  return touched;
}

export interface CompareOptions extends IntrospectOptions {
  /** Only these count. Null: everything that `expected` holds; what the database has beside it does not count. */
  readonly touched: ReadonlySet<ObjectId> | null;
}

/** What would still have to change to make the database what is expected; empty when it is. */
export async function differencesFrom(
  connection: Connection,
  driver: Pick<Driver, "dialect" | "canonicalize">,
  expected: SchemaGraph,
  options: CompareOptions,
): Promise<readonly Change[]> {
  const live = await introspect(connection, driver.dialect, options);
  return await differencesBetween(connection, driver, live, expected, options.touched);
}

/**
 * The same, with the database read already. `connection` is asked only when expressions read differently. `kept`: shall what nobody
 * compares (whom a view belongs to) be what is expected all the same, because that was read from this very database?
 */
export async function differencesBetween(
  connection: Connection | null,
  driver: Pick<Driver, "dialect" | "canonicalize">,
  live: SchemaGraph,
  expected: SchemaGraph,
  touched: ReadonlySet<ObjectId> | null,
  kept: "left" | "expected" = "left",
): Promise<readonly Change[]> {
  const { dialect } = driver;
  const sameKept = (graph: SchemaGraph) => kept === "left" ? withKept(live, graph) : graph;
  const wanted = sameKept(normalize(expected, dialect));
  const stays = (change: Change) => change.op === "drop" && dialect.shared?.stays && dialect.shared.object(change.from);
  const counts = (change: Change) =>
    stays(change)
      ? false
      : touched === null
      ? change.op !== "drop"
      : touched.has(subject(change)) || (change.op === "rename" && touched.has(change.from.id));
  const first = diff(live, wanted, dialect, { columnOrder: "lax" }).changes.filter(counts);
  if (first.length === 0 || !connection) return first;
  const about = new Set(first.map(subject));
  const questions = openQuestions(live, wanted, dialect).filter((question) => about.has(question.object));
  if (questions.length === 0) return first;
  const answers = await driver.canonicalize(connection, wanted, questions);
  const settled = sameKept(normalize(answered(wanted, questions, answers), dialect));
  return diff(live, settled, dialect, { columnOrder: "lax" }).changes.filter(counts);
}

/** One line a difference, in the words of "expected" and "found". */
export function describeDifferences(changes: readonly Change[]): string {
  return changes.map(describe).join("\n");
}

function describe(change: Change): string {
  if (change.op === "create") return `missing: ${nameOf(change.to)}`;
  if (change.op === "drop") return `still there: ${nameOf(change.from)}`;
  if (change.op === "rename") return `named otherwise: ${nameOf(change.from)} instead of ${nameOf(change.to)}`;
  const fields = change.fields.map((field) => {
    const value = (object: SchemaObject) => short((object as unknown as Record<string, unknown>)[field]);
    return `${field} is ${value(change.from)} instead of ${value(change.to)}`;
  });
  return `different: ${nameOf(change.to)}: ${fields.join(", ")}`;
}

function nameOf(object: SchemaObject): string {
  return `${factsOf(object).label} ${object.name.join(".")}`;
}

function short(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 160 ? `${text.slice(0, 159)}…` : text;
}

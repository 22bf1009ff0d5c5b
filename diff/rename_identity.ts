/**
 * Identities under other names: the values of a column that say of which kind a row is. A hint for one has the column's id with the value as
 * one more part of its path, so that it travels with all other hints: "column:files.kind.image" -> "column:files.kind.picture". The schema
 * knows nothing of these values, so rows are written anew. Pure.
 */
import type { Dialect } from "../dialects/dialect.ts";
import { SqaError } from "../schema/error.ts";
import { makeGraph, type SchemaGraph } from "../schema/graph.ts";
import { idWithin, kindOfId, labelOfId, objectId, pathOfId } from "../schema/id.ts";
import type { ObjectId, SchemaObject } from "../schema/object.ts";
import { type Change, rename, type RenameHint } from "./change.ts";
import { makeRoom } from "./make_room.ts";
import { noEffects, type Statement } from "./plan_types.ts";
import { rename as renameObjects } from "./rename.ts";

type Column = SchemaObject<"column">;

/** The column and the value that an id means, when it is no object but a value. */
export function identityIn(
  graph: SchemaGraph,
  id: ObjectId,
): { readonly column: Column; readonly value: string } | null {
  if (kindOfId(id) !== "column" || graph.objects.has(id)) return null;
  const path = pathOfId(id), column = graph.objects.get(objectId("column", path.slice(0, -1)));
  return column?.kind === "column" ? { column: column as Column, value: path.at(-1)! } : null;
}

/** Is a change about a value of a column instead of the column? */
export function isOfIdentity(change: Change): change is Extract<Change, { op: "rename"; kind: "column" }> {
  return change.op === "rename" && change.kind === "column" &&
    change.to.name.length - pathOfId(change.to.parent!).length > 1;
}

/** Hints for values of one column, with that column as it is when its rows are written. */
export interface IdentityStep {
  readonly column: Column;
  readonly values: readonly (readonly [from: string, to: string])[];
}

/**
 * The hints `ofRows` by the column that holds the values in `from`, where `others`, which rename objects, have not been followed yet. Tables that
 * are not there yet have no rows. SQA-306 where the column is of an enum type that lacks the new value.
 */
export function identitySteps(
  from: SchemaGraph,
  ofRows: readonly RenameHint[],
  others: readonly RenameHint[],
  dialect: Dialect,
): readonly IdentityStep[] {
  const { moved } = renameObjects(makeRoom(from, others, dialect), others, dialect);
  const before = new Map([...moved].map(([old, now]) => [now, old]));
  const steps = new Map<ObjectId, { column: Column; values: (readonly [string, string])[] }>();
  for (const { from: old, to: now } of [...ofRows].sort((a, b) => a.from < b.from ? -1 : 1)) {
    const id = objectId("column", pathOfId(now).slice(0, -1));
    const column = from.objects.get(before.get(id) ?? id);
    if (column?.kind !== "column") continue;
    const [value, fresh] = [pathOfId(old).at(-1)!, pathOfId(now).at(-1)!];
    if (!takes(column as Column, value, fresh, from, others)) continue;
    const step = steps.get(column.id) ?? { column: column as Column, values: [] };
    step.values.push([value, fresh]);
    steps.set(column.id, step);
  }
  return [...steps.values()];
}

/** Are rows to be written? Not where a label of the column's type gets the new name: the database changes the rows with it. */
function takes(
  column: Column,
  value: string,
  fresh: string,
  graph: SchemaGraph,
  hints: readonly RenameHint[],
): boolean {
  const type = column.type.of === null ? undefined : graph.objects.get(column.type.of);
  const labels = type?.kind === "enum" ? type.values : column.type.family === "enum" ? column.type.args : null;
  if (labels === null || labels.includes(fresh)) return true;
  if (type && hints.some(({ from }) => from === idWithin("enum", type.id, value))) return false;
  throw new SqaError("SQA-306", `"${labelOfId(column.id)}" has no value "${fresh}", which "${value}" is to become`, {
    object: column.id,
    hint:
      "add the value to the enum in a migration of its own first, or say it with renamedValues where the enum is a type of its own",
  });
}

/** The steps back, over the columns as they are in `target`. */
export function stepsBack(
  steps: readonly IdentityStep[],
  target: SchemaGraph,
  moved: ReadonlyMap<ObjectId, ObjectId>,
): readonly IdentityStep[] {
  return steps.flatMap(({ column, values }): readonly IdentityStep[] => {
    const now = target.objects.get(moved.get(column.id) ?? column.id);
    return now?.kind === "column" ? [{ column: now as Column, values: values.map(([a, b]) => [b, a] as const) }] : [];
  });
}

/**
 * The graph without the checks that would refuse the new values: those that name an old one and not the new one, unless `wanted` has them as they
 * are. They go before the rows are written; what the models say instead comes after.
 */
export function withoutRefusals(
  graph: SchemaGraph,
  steps: readonly IdentityStep[],
  wanted: SchemaGraph,
  dialect: Dialect,
): SchemaGraph {
  // Graphs are looked through, with all their refs, for something only.
  if (steps.length === 0) return graph;
  const refuses = (object: SchemaObject): boolean => {
    if (object.kind !== "check") return false;
    const { sql } = object.expression, stays = wanted.objects.get(object.id);
    if (stays?.kind === "check" && stays.expression.sql === sql) return false;
    return steps.some(({ column, values }) =>
      column.parent === object.parent &&
      values.some(([old, now]) => sql.includes(dialect.quoteText(old)) && !sql.includes(dialect.quoteText(now)))
    );
  };
  const gone = new Set([...graph.objects.values()].filter(refuses).map(({ id }) => id));
  if (gone.size === 0) return graph;
  return makeGraph(graph.dialect, [...graph.objects.values()].filter(({ id }) => !gone.has(id)), graph.notes);
}

/** One statement a value; one for all values of a column where one becomes what another was. */
export function identityStatements(steps: readonly IdentityStep[], dialect: Dialect): readonly Statement[] {
  const alone = ({ column, values }: IdentityStep): readonly IdentityStep[] =>
    values.some(([, now]) => values.some(([old]) => old === now))
      ? [{ column, values }]
      : values.map((each) => ({ column, values: [each] }));
  return steps.flatMap(alone).map(({ column, values }): Statement => {
    const name = dialect.quote(column.name.at(-1)!), text = (value: string) => dialect.quoteText(value);
    const [[old, now]] = values as readonly [readonly [string, string]];
    const [set, which] = values.length === 1 ? [text(now), `= ${text(old)}`] : [
      `CASE ${name} ${values.map(([from, to]) => `WHEN ${text(from)} THEN ${text(to)}`).join(" ")} END`,
      `IN (${values.map(([from]) => text(from)).join(", ")})`,
    ];
    const sql = `UPDATE ${dialect.quotePath(pathOfId(column.parent!))} SET ${name} = ${set} WHERE ${name} ${which}`;
    const effects = { ...noEffects, scans: [column.parent!], sets: [column.parent!] };
    return { sql, change: changesOf([{ column, values }])[0]!, effects, transaction: "allowed" };
  });
}

/** What the statements are there for: one change a value, under ids that no object has. */
export function changesOf(steps: readonly IdentityStep[]): readonly Change[] {
  return steps.flatMap(({ column, values }) =>
    values.map(([from, to]) => {
      const of = (value: string): SchemaObject =>
        ({ ...column, id: idWithin("column", column.id, value), name: [...column.name, value] }) as SchemaObject;
      return rename(of(from), of(to));
    })
  );
}

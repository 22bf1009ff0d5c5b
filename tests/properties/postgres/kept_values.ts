/**
 * The values that a change must keep: which columns are there before and after, and what is in them. For tests only.
 */
import type { RenameHint } from "../../../diff/change.ts";
import { makeRoom } from "../../../diff/make_room.ts";
import { rename } from "../../../diff/rename.ts";
import { postgresDriver } from "../../../dialects/postgres/driver.ts";
import type { Connection } from "../../../dialects/driver.ts";
import { canonicalJson } from "../../../schema/canonical.ts";
import { ofKind, type SchemaGraph } from "../../../schema/graph.ts";
import { comparable as comparableObject } from "../../../schema/hash.ts";
import { kindOfId, objectId, pathOfId } from "../../../schema/id.ts";
import type { DataType, ObjectId, SchemaObject } from "../../../schema/object.ts";
import { q } from "./world.ts";

const { dialect } = postgresDriver;

/** A column under its old and its new name. */
export interface Kept {
  readonly before: ObjectId;
  readonly after: ObjectId;
}

/**
 * Columns of tables that are there before and after under whatever names, with values that must not change. The server has no statement that
 * cuts a table in (other) partitions, nor one that makes it whole: only such may be lost, and only where the plan says so.
 */
export function keptColumns(
  from: SchemaGraph,
  to: SchemaGraph,
  hints: readonly RenameHint[],
  lost: ReadonlySet<ObjectId>,
): readonly Kept[] {
  return columnsOnBothSides(from, to, hints, lost)
    .filter(({ old, now, graph }) => sameText(old, now) && sameInside(now.type.of, graph, to));
}

/**
 * Columns whose values must be what they were when the way back has been gone, whatever type they had in between: all but those of which a
 * plan says that it loses something, and those whose text another type has read and written again ('01' as a number is '1').
 */
export function returningColumns(
  from: SchemaGraph,
  to: SchemaGraph,
  hints: readonly RenameHint[],
  lost: ReadonlySet<ObjectId>,
): readonly Kept[] {
  return columnsOnBothSides(from, to, hints, lost).filter(({ before, after, old, now, graph }) =>
    !isLost(before, from, lost) && !isLost(after, to, lost) && !readsText(old.type, now.type, graph, to)
  );
}

/** An heir's values are lost with its parent's. */
function isLost(column: ObjectId, graph: SchemaGraph, lost: ReadonlySet<ObjectId>): boolean {
  const path = pathOfId(column), table = graph.objects.get(objectId("table", path.slice(0, -1)));
  return lost.has(column) ||
    table?.kind === "table" &&
      table.inherits.some((each) => isLost(objectId("column", [...pathOfId(each), path.at(-1)!]), graph, lost));
}

interface OnBothSides extends Kept {
  readonly old: SchemaObject<"column">;
  readonly now: SchemaObject<"column">;
  /** What `from` is with the renames. */
  readonly graph: SchemaGraph;
}

/** Columns of tables that hold what was written to them. */
function columnsOnBothSides(
  from: SchemaGraph,
  to: SchemaGraph,
  hints: readonly RenameHint[],
  lost: ReadonlySet<ObjectId>,
): readonly OnBothSides[] {
  const cleared = makeRoom(from, hints, dialect, to);
  const { moved, graph } = rename(cleared, hints, dialect);
  return ofKind(cleared, "column").flatMap(({ id: before }) => {
    const after = moved.get(before) ?? before, old = graph.objects.get(after), now = to.objects.get(after);
    if (old?.kind !== "column" || now?.kind !== "column" || !from.objects.has(before)) return [];
    const [table, other] = [graph.objects.get(old.parent!), to.objects.get(now.parent!)];
    if (lost.has(old.parent!) && (isPartition(table) || isCut(table) !== isCut(other))) return [];
    if (!old.parent?.startsWith("table:") || old.generated || now.generated) return [];
    return [{ before, after, old, now, graph }];
  });
}

/** Is a text, or one inside of a value, read by another type? */
function readsText(old: DataType, now: DataType, before: SchemaGraph, after: SchemaGraph): boolean {
  if (old.family === "text") return now.family !== "text" && now.name !== "bytea";
  const was = old.of && before.objects.get(old.of), is = now.of && after.objects.get(now.of);
  if (!was || !is || was.kind !== "composite_type" || is.kind !== "composite_type") return false;
  return was.attributes.some(({ name, type }) => {
    const other = is.attributes.find((each) => each.name === name);
    return other !== undefined && readsText(type, other.type, before, after);
  });
}

function isPartition(table: SchemaObject | undefined): boolean {
  return table?.kind === "table" && typeof table.options.bound === "string";
}

function isCut(table: SchemaObject | undefined): boolean {
  return table?.kind === "table" && typeof table.options.partition_by === "string";
}

/** Is a type of the user's own still what it was, with all that it is made of? Labels of enums keep their text. */
function sameInside(id: ObjectId | null, before: SchemaGraph, after: SchemaGraph): boolean {
  if (id === null) return true;
  const old = before.objects.get(id), now = after.objects.get(id);
  if (!old || !now) return false;
  if (old.kind === "enum") return true;
  return canonicalJson(comparableObject(old)) === canonicalJson(comparableObject(now)) &&
    now.refs.every((each) => kindOfId(each) === "schema" || sameInside(each, before, after));
}

/** Does a value keep its text: the type stays, or numbers and texts become one another? */
function sameText(old: SchemaObject<"column">, now: SchemaObject<"column">): boolean {
  const written = ({ type }: SchemaObject<"column">) => `${type.name}(${type.args})${type.dimensions}`;
  const plain = ({ type }: SchemaObject<"column">) =>
    type.dimensions === 0 && ["integer", "bigint", "smallint", "text", "character varying"].includes(type.name);
  return written(old) === written(now) || plain(old) && plain(now);
}

/** The values of these columns as text, each column's sorted. */
export async function rowsOf(connection: Connection, columns: readonly ObjectId[]): Promise<readonly string[]> {
  const paths = columns.map((id) => ({ id, path: pathOfId(id) }));
  const parts = paths.map(({ path }, i) =>
    `select ${i} as at, (select coalesce(json_agg(v order by v), '[]')::text from (select ${
      q(path.at(-1)!)
    }::text as v from only ${path.slice(0, -1).map(q).join(".")}) as t) as list`
  );
  if (parts.length === 0) return [];
  const rows = await connection.query<{ at: number; list: string }>(parts.join(" union all "));
  return rows.toSorted((a, b) => a.at - b.at).map(({ list }, i) => `${i} ${list}`);
}

/** The order of each table's columns, which the descriptions leave out. */
export async function columnOrder(connection: Connection): Promise<string> {
  const [row] = await connection.query<{ columns: string }>(
    `select coalesce(json_agg(attrelid::regclass || ' ' || attname order by attrelid::regclass::text, attnum), '[]')::text as columns
      from pg_attribute join pg_class c on c.oid = attrelid
      where attrelid >= 16384 and attnum > 0 and not attisdropped and relkind in ('r', 'p', 'f', 'c')`,
  );
  return row!.columns;
}

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
import { kindOfId, pathOfId } from "../../../schema/id.ts";
import type { ObjectId, SchemaObject } from "../../../schema/object.ts";
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
  const cleared = makeRoom(from, hints, dialect, to);
  const { moved, graph } = rename(cleared, hints, dialect);
  return ofKind(cleared, "column").map(({ id }) => ({ before: id, after: moved.get(id) ?? id }))
    .filter(({ before, after }) => {
      const old = graph.objects.get(after), now = to.objects.get(after);
      if (old?.kind !== "column" || now?.kind !== "column" || !from.objects.has(before)) return false;
      const [table, other] = [graph.objects.get(old.parent!), to.objects.get(now.parent!)];
      if (lost.has(old.parent!) && (isPartition(table) || isCut(table) !== isCut(other))) return false;
      if (!old.parent?.startsWith("table:") || old.generated || now.generated || !sameText(old, now)) return false;
      return sameInside(now.type.of, graph, to);
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

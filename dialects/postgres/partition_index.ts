/** The parts of partitioned indexes and keys: made with their table or by themselves, then attached to the whole. Pure. */
import type { RenderContext } from "../dialect.ts";
import { after, type Change } from "../../diff/change.ts";
import type { Statement } from "../../diff/plan_types.ts";
import { sameJson } from "../../schema/canonical.ts";
import { children, type SchemaGraph } from "../../schema/graph.ts";
import type { Json, ObjectId, SchemaObject } from "../../schema/object.ts";
import { isAttached, isPartition, joins, tableIn, wholeOf } from "./inheritance.ts";
import { quote, quotePath } from "./sql.ts";
import { accessExclusive, statement } from "./statement.ts";

/** Does the CREATE TABLE of a new partition, or the ATTACH of an old table, make the part? */
export function isMadeByTable(object: SchemaObject, context: RenderContext): boolean {
  const isNew = tableIn(context.from, object.parent) === undefined;
  return isNew || joins(context, object.parent) && !context.from.objects.has(object.id);
}

/** ALTER INDEX … ATTACH PARTITION for a made or altered part. It does nothing where ATTACH of the table has done it already. */
export function attachPart(change: Change, context: RenderContext): readonly Statement[] {
  const part = after(change);
  if (!part || !("options" in part) || !isAttached(part)) return [];
  const whole = wholeOf(context.to, part);
  if (!whole) return [];
  const schema = whole.name[0]!, own = quotePath([part.name[0]!, part.name.at(-1)!]);
  const sql = `ALTER INDEX ${quote(schema)}.${quote(whole.name.at(-1)!)} ATTACH PARTITION ${own}`;
  return [statement(change, sql, { locks: [accessExclusive(part.parent!)] })];
}

/**
 * Is the part surely in its place when its new table has been attached? Where the parent has other indexes that the server takes for alike,
 * it is put there by name as well: an error then says what would else be silently wrong.
 */
export function isAttachedWithTable(part: SchemaObject<"index">, context: RenderContext): boolean {
  if (tableIn(context.from, part.parent) !== undefined) return false;
  const whole = wholeOf(context.to, part);
  return whole !== undefined && context.to.objects.has(whole.id) &&
    children(context.to, whole.parent!, "index").filter((each) => sameJson(asDemanded(each), asDemanded(part))).length <
      2;
}

type Part = SchemaObject<"index">;

/**
 * Indexes that are made before their table is attached, in the order in which the server takes them: it goes through the parent's from the
 * oldest on and gives each the first part that fits, and (a, b) fits (a DESC, b) (CompareIndexInfo in index.c does not look at directions).
 */
export function inOrderOfWholes(parts: readonly Part[], context: Pick<RenderContext, "from" | "to">): readonly Part[] {
  const place = (part: Part): readonly [number, string] => {
    const whole = wholeOf(context.to, part), old = whole && context.from.objects.get(whole.id);
    // What is made along with its parts is made in id order, after what is there.
    const position = old?.kind === "index" ? old.position ?? 0 : Infinity;
    return [position, whole?.id ?? part.id];
  };
  const places = new Map(parts.map((part) => [part, place(part)] as const));
  return [...parts].sort((a, b) => {
    const [[i, left], [j, right]] = [places.get(a)!, places.get(b)!];
    return i < j ? -1 : i > j ? 1 : left < right ? -1 : left > right ? 1 : 0;
  });
}

/**
 * The wholes of parts that only say that they are attached, as models do: the index or key of the parent that is like them, first in all,
 * then in what the server demands. By id of the part.
 */
export function wholesByShape(graph: SchemaGraph): ReadonlyMap<ObjectId, ObjectId> {
  const found = new Map<ObjectId, ObjectId>();
  for (const table of graph.objects.values()) {
    const partition = tableIn(graph, table.id);
    if (!partition || !isPartition(partition)) continue;
    for (const kind of ["index", "primary_key", "unique"] as const) {
      const parts = children(graph, table.id, kind).filter(isAttached);
      const open = parts.filter((part) => !wholeOf(graph, part));
      if (open.length === 0) continue;
      const taken = new Set(parts.flatMap((part) => wholeOf(graph, part)?.id ?? []));
      const wholes = children(graph, partition.inherits[0]!, kind);
      for (const shape of [inAll, asDemanded]) {
        for (const part of open) {
          if (found.has(part.id)) continue;
          const whole = wholes.find((each) => !taken.has(each.id) && sameJson(shape(each), shape(part)));
          if (whole) found.set(part.id, whole.id), taken.add(whole.id);
        }
      }
    }
  }
  return found;
}

function inAll(object: SchemaObject): Json {
  if (object.kind !== "index") return asDemanded(object);
  const { unique, nullsDistinct, method, keys, include, where } = object;
  return { unique, nullsDistinct, method, keys, include, where } as unknown as Json;
}

/** Columns and methods alone: texts may be spelled in more than one way, directions may differ. */
function asDemanded(object: SchemaObject): Json {
  if (object.kind === "primary_key" || object.kind === "unique") return object.columns;
  if (object.kind !== "index") return null;
  const { unique, nullsDistinct, method, keys, include, where } = object;
  return { unique, nullsDistinct, method, include, keys: keys.map((key) => key.column), where: where === null };
}

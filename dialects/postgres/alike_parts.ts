/**
 * Indexes and keys that the server takes for alike when a partition is attached: it goes through those of the whole from the oldest on and gives
 * each the oldest of the partition's that fits (AttachPartitionEnsureIndexes in tablecmds.c). So parts are made in the order of their wholes. Pure.
 */
import type { RenderContext } from "../dialect.ts";
import { sameJson } from "../../schema/canonical.ts";
import type { Json, SchemaObject } from "../../schema/object.ts";
import { isAttached, isThere, tableIn, wholeOf } from "./inheritance.ts";
import { isApart, type Part, partsOn } from "./made_apart.ts";
import { asDemanded, isIncomplete, isMadeByTable } from "./partition_index.ts";

/**
 * Is the part surely in its place when its new table has been attached? Where the parent has other indexes or keys that the server takes for
 * alike, it is put there by name as well: an error then says what would else be silently wrong.
 */
export function isAttachedWithTable(part: SchemaObject<"index">, context: RenderContext): boolean {
  if (tableIn(context.from, part.parent) !== undefined) return false;
  const whole = wholeOf(context.to, part);
  return whole !== undefined && !isIncomplete(whole) && context.to.objects.has(whole.id) &&
    partsOn(whole.parent!, context.to).filter((each) => sameJson(asIndex(each), asIndex(part))).length < 2;
}

/** What the server compares, a key as the index that it has; not directions: (a, b) fits (a DESC, b) (CompareIndexInfo in index.c). */
function asIndex(object: Part): Json {
  if (object.kind === "index") return asDemanded(object);
  const { columns, options } = object, nullsDistinct = object.kind === "primary_key" || object.nullsDistinct;
  return { unique: true, nullsDistinct, method: "btree", include: options.include ?? [], keys: columns, where: true };
}

/** Indexes and keys that are made before their table is attached, in the order in which the server takes them. */
export function inOrderOfWholes(parts: readonly Part[], context: RenderContext): readonly Part[] {
  const places = new Map(parts.map((part) => [part, placeOf(wholeOf(context.to, part) ?? part, context)] as const));
  return [...parts].sort((a, b) => compared(places.get(a)!, places.get(b)!));
}

type Place = readonly (number | string)[];

/**
 * When it is made: what is there by its position, then what is made before its table is attached, in the order of its own wholes, then what stands
 * in CREATE TABLE, then the rest, which is ordered by id.
 */
function placeOf(object: SchemaObject, context: RenderContext): Place {
  const old = isThere(context, object.id) ? context.from.objects.get(object.id) : undefined;
  if (old) return [0, "position" in old ? old.position ?? 0 : 0, object.id];
  const whole = "options" in object && isAttached(object) ? wholeOf(context.to, object) : undefined;
  if (whole && isMadeByTable(object, context)) return [1, ...placeOf(whole, context)];
  const isInside = object.kind !== "index" && !tableIn(context.from, object.parent) && !isApart(object, context.to);
  return [isInside ? 2 : 3, object.id];
}

function compared(one: Place, other: Place): number {
  const at = one.findIndex((each, i) => each !== other[i]);
  if (at < 0 || other[at] === undefined) return one.length - other.length;
  return one[at]! < other[at]! ? -1 : 1;
}

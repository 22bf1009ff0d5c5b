/** Keys and checks that do not stand in the CREATE TABLE of their table, for they need something that comes after it. Pure. */
import { sameJson } from "../../schema/canonical.ts";
import { children, type SchemaGraph } from "../../schema/graph.ts";
import type { ObjectId, SchemaObject } from "../../schema/object.ts";
import { isAttached, isInherited, isPartition, tableIn, wholeOf } from "./inheritance.ts";
import { isLater } from "./partition_index.ts";
import { isUncheckedHere } from "./unchecked.ts";

/** What can be a part of what the parent has: an index or a key. */
export type Part = SchemaObject<"index"> | SchemaObject<"primary_key"> | SchemaObject<"unique">;

/** Is it a key or check that cannot be made with its table? */
export function isApart(object: SchemaObject, graph: SchemaGraph): boolean {
  if (!("options" in object)) return false;
  return isBesideAnother(object, graph) || isRival(object, graph) || isLater(object, graph) ||
    isUncheckedHere(object, graph) ||
    object.kind === "check" && !isInherited(object) && needsItsTable(object, graph);
}

/** Is it a check with a function that needs the check's own table, for its rows or in its body? It can only be made when both are there. */
function needsItsTable(check: SchemaObject, graph: SchemaGraph): boolean {
  const isOwn = (id: ObjectId) => id === check.parent || graph.objects.get(id)?.parent === check.parent;
  const seen = new Set<ObjectId>(), open = check.refs.filter((id) => !isOwn(id));
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    for (const ref of graph.objects.get(id)?.refs ?? []) {
      if (isOwn(ref)) return true;
      open.push(ref);
    }
  }
  return false;
}

/** The indexes and keys of a table. */
export function partsOn(table: ObjectId, graph: SchemaGraph): readonly Part[] {
  return [
    ...children(graph, table, "primary_key"),
    ...children(graph, table, "unique"),
    ...children(graph, table, "index"),
  ];
}

/**
 * Is it a key that does not stand in CREATE TABLE, for another of the table's keys or unique indexes is over the same columns? CREATE TABLE would
 * make one of two keys (transformIndexConstraints in parse_utilcmd.c), and all of them before the first index.
 */
export function isBesideAnother(object: SchemaObject, graph: SchemaGraph): boolean {
  if (object.kind === "exclusion") {
    return children(graph, object.parent!, "exclusion").some((each) =>
      each.id < object.id && each.definition.sql === object.definition.sql
    );
  }
  if (object.kind !== "primary_key" && object.kind !== "unique") return false;
  const others = partsOn(object.parent!, graph).filter((each) =>
    each.id !== object.id && sameJson(uniqueOver(each), object.columns)
  );
  if (isAttached(object)) return others.some(isAttached);
  return object.kind === "unique" &&
    others.some((each) => each.kind === "primary_key" || each.kind === "unique" && each.id < object.id);
}

/**
 * Is it a partition's own key over the columns of a part? The server takes one for the part of an index when the partition is attached, and up to
 * 16 a primary key for that of a UNIQUE: the key comes after that.
 */
function isRival(object: SchemaObject, graph: SchemaGraph): boolean {
  if (object.kind !== "primary_key" && object.kind !== "unique") return false;
  if (isAttached(object) || wholeOf(graph, object) || !isPartition(tableIn(graph, object.parent))) return false;
  return partsOn(object.parent!, graph).some((each) => isAttached(each) && sameJson(uniqueOver(each), object.columns));
}

function uniqueOver(object: Part): readonly (string | null)[] | null {
  if (object.kind !== "index") return object.columns;
  return object.unique ? object.keys.map(({ column }) => column) : null;
}

/** The steps of the normal form that look at more than one object. Pure, idempotent. */
import { makeGraph, type SchemaGraph } from "../../schema/graph.ts";
import { objectId, pathOfId } from "../../schema/id.ts";
import { factsOf } from "../../schema/kinds/facts_of.ts";
import type { ObjectId, SchemaObject } from "../../schema/object.ts";
import { dotted } from "./sql.ts";

/**
 * - A column whose type is named like an enum of the graph is of that enum.
 * - Columns of a primary key and identity columns are NOT NULL, as the server makes them.
 * - A column that a table inherits needs the one that it comes from, and so does who needs it.
 * - Who needs a column of an enum needs the enum, so that all of them step aside when the type is made anew.
 */
export function normalizeGraph(graph: SchemaGraph): SchemaGraph {
  const enums = new Map<string, ObjectId>();
  const keyed = new Set<ObjectId>();
  for (const object of graph.objects.values()) {
    if (object.kind === "enum") enums.set(dotted(object.name), object.id);
    if (object.kind === "primary_key") {
      for (const name of object.columns) keyed.add(columnId(object.parent!, name));
    }
  }
  const enumOf = new Map<ObjectId, ObjectId>();
  const typed = [...graph.objects.values()].map((object) => {
    if (object.kind !== "column") return object;
    const of = object.type.of ?? enums.get(object.type.name) ?? null;
    if (of) enumOf.set(object.id, of);
    const known = of !== null && (object.type.of !== of || object.type.family !== "enum");
    const type = known ? { ...object.type, of, family: "enum" as const } : object.type;
    const nullable = object.nullable && object.identity === null && !keyed.has(object.id);
    return type === object.type && nullable === object.nullable ? object : { ...object, type, nullable };
  });
  const origins = originsOf(graph);
  const whole = typed.map((object) =>
    withOrigins(withEnums(withIncluded(object as SchemaObject), enumOf), graph, origins)
  );
  return makeGraph(graph.dialect, whole, graph.notes);
}

/** The tables that each table inherits from, directly or not. */
function originsOf(graph: SchemaGraph): ReadonlyMap<ObjectId, readonly ObjectId[]> {
  const found = new Map<ObjectId, readonly ObjectId[]>();
  const of = (id: ObjectId): readonly ObjectId[] => {
    const known = found.get(id);
    if (known) return known;
    const object = graph.objects.get(id);
    const parents = object?.kind === "table" || object?.kind === "foreign_table" ? object.inherits ?? [] : [];
    const all = [...new Set(parents.flatMap((parent) => [parent, ...of(parent)]))];
    found.set(id, all);
    return all;
  };
  for (const object of graph.objects.values()) {
    if ((object.kind === "table" || object.kind === "foreign_table") && object.inherits?.length) of(object.id);
  }
  return found;
}

function withOrigins(
  object: SchemaObject,
  graph: SchemaGraph,
  origins: ReadonlyMap<ObjectId, readonly ObjectId[]>,
): SchemaObject {
  if (origins.size === 0) return object;
  const used = factsOf(object).columnsUsed(object).flatMap(({ table, columns }) =>
    columns.map((name) => columnId(table, name))
  );
  const needed = [object.id, ...object.refs, ...used].flatMap((id) => {
    const column = graph.objects.get(id);
    if (column?.kind !== "column") return [];
    return (origins.get(column.parent!) ?? []).map((table) => columnId(table, column.name.at(-1)!))
      .filter((origin) => graph.objects.has(origin));
  });
  return needed.length ? withRefs(object, needed) : object;
}

function columnId(table: ObjectId, name: string): ObjectId {
  return objectId("column", [...pathOfId(table), name]);
}

/** A key's INCLUDE columns stand in its options; they are refs all the same. */
function withIncluded(object: SchemaObject): SchemaObject {
  if (object.kind !== "primary_key" && object.kind !== "unique") return object;
  const include = object.options.include;
  if (!Array.isArray(include) || !object.parent) return object;
  return withRefs(object, (include as string[]).map((name) => columnId(object.parent!, name)));
}

function withEnums(object: SchemaObject, enumOf: ReadonlyMap<ObjectId, ObjectId>): SchemaObject {
  if (enumOf.size === 0) return object;
  const used = factsOf(object).columnsUsed(object).flatMap(({ table, columns }) =>
    columns.map((name) => columnId(table, name))
  );
  const needed = [...object.refs, ...used].flatMap((id) => enumOf.get(id) ?? []);
  return needed.length ? withRefs(object, needed) : object;
}

function withRefs(object: SchemaObject, more: readonly ObjectId[]): SchemaObject {
  const refs = [...new Set([...object.refs, ...more])].sort();
  return refs.length === object.refs.length ? object : { ...object, refs };
}

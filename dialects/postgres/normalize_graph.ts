/** The steps of the normal form that look at more than one object. Pure, idempotent. */
import { makeGraph, type SchemaGraph } from "../../schema/graph.ts";
import { objectId, pathOfId } from "../../schema/id.ts";
import { factsOf } from "../../schema/kinds/facts_of.ts";
import type { DataType, Kind, ObjectId, SchemaObject } from "../../schema/object.ts";
import { includesColumns } from "./included_columns.ts";
import { withWholePath } from "./names_on.ts";
import { wholesByShape } from "./partition_index.ts";
import { withRefs, withRefsFromTexts } from "./refs_from_texts.ts";
import { dotted, undotted } from "./sql.ts";
import { isNamedType } from "./swap_needed.ts";

/**
 * - A column, a domain and so on whose type is named like a type of the graph is of that type.
 * - Columns of a primary key and identity columns are NOT NULL, as the server makes them.
 * - A grant and an owner have the path of what they are about.
 */
export function normalizeGraph(graph: SchemaGraph): SchemaGraph {
  const types = namedTypes(graph);
  const keyed = new Set<ObjectId>();
  for (const object of graph.objects.values()) {
    if (object.kind !== "primary_key") continue;
    for (const name of object.columns) keyed.add(columnId(object.parent!, name));
  }
  const typed = [...graph.objects.values()].map((object) => {
    const known = withWholePath(withTypes(object, types));
    if (known.kind !== "column") return known;
    const nullable = known.nullable && known.identity === null && !keyed.has(known.id);
    return nullable === known.nullable ? known : { ...known, nullable } as SchemaObject;
  });
  return makeGraph(graph.dialect, typed, graph.notes);
}

/**
 * - A column that a table inherits needs the one that it comes from, and so does who needs it.
 * - Who needs a column or a type needs the types that it is made of, so that all of them step aside when one is made anew.
 * - What stands in the way of an ALTER of a column needs the column's collation, so that it steps aside when that one is made anew.
 * - A part of a partitioned index or key needs its whole.
 * - What only texts say is needed: a sequence by its column, functions by expressions, tables by function bodies.
 */
export function completeRefs(graph: SchemaGraph): SchemaGraph {
  const objects = [...graph.objects.values()];
  const typesOf = typesBelow(objects), origins = originsOf(graph);
  const whole = objects.map((object) =>
    withOrigins(withCollations(withTypesBelow(withIncluded(object), typesOf), graph), graph, origins)
  );
  const named = withRefsFromTexts(makeGraph(graph.dialect, whole, graph.notes));
  return withWholes(makeGraph(graph.dialect, withRefsOfChecks([...named.objects.values()]), graph.notes));
}

/** Types of the graph by their dotted path. */
function namedTypes(graph: SchemaGraph): ReadonlyMap<string, ObjectId> {
  const found = new Map<string, ObjectId>();
  for (const object of graph.objects.values()) if (isNamedType(object)) found.set(dotted(object.name), object.id);
  return found;
}

/** The object with its types tied to the types of the graph that they name. */
function withTypes(object: SchemaObject, types: ReadonlyMap<string, ObjectId>): SchemaObject {
  const { mapIds, typesUsed } = factsOf(object);
  if (!mapIds || !typesUsed) return object;
  const tied = (type: DataType): DataType => {
    const of = type.of ?? types.get(type.name) ?? null;
    if (of === null) return type;
    const family = of.startsWith("enum:") ? "enum" : "other";
    return type.of === of && type.family === family ? type : { ...type, of, family };
  };
  if (typesUsed(object).every((type) => tied(type) === type)) return object;
  return mapIds(object, { type: tied, id: (id) => id });
}

/** For each column and each type the types that it is made of, directly or not. */
function typesBelow(objects: readonly SchemaObject[]): ReadonlyMap<ObjectId, readonly ObjectId[]> {
  const direct = new Map<ObjectId, readonly ObjectId[]>();
  for (const object of objects) {
    const used = factsOf(object).typesUsed?.(object).flatMap(({ of }) => of ?? []);
    if (used?.length) direct.set(object.id, used);
  }
  const found = new Map<ObjectId, readonly ObjectId[]>();
  const below = (id: ObjectId, above: readonly ObjectId[]): readonly ObjectId[] => {
    const known = found.get(id);
    if (known) return known;
    if (above.includes(id)) return [];
    const all = (direct.get(id) ?? []).flatMap((each) => [each, ...below(each, [...above, id])]);
    found.set(id, [...new Set(all)]);
    return found.get(id)!;
  };
  for (const id of direct.keys()) below(id, []);
  return found;
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
  const domain = object.kind === "domain_check" && object.parent ? [object.parent] : [];
  const needed = [object.id, ...domain, ...object.refs, ...used].flatMap((id) => {
    const column = graph.objects.get(id);
    if (column?.kind !== "column") return [];
    return (origins.get(column.parent!) ?? []).map((table) => columnId(table, column.name.at(-1)!))
      .filter((origin) => graph.objects.has(origin));
  });
  return needed.length ? withRefs(object, needed) : object;
}

/** A domain is made with its checks, so it needs what they need. */
function withRefsOfChecks(objects: readonly SchemaObject[]): readonly SchemaObject[] {
  const needed = new Map<ObjectId, ObjectId[]>();
  for (const { kind, parent, refs } of objects) {
    if (kind === "domain_check" && parent) needed.set(parent, [...needed.get(parent) ?? [], ...refs]);
  }
  return needed.size ? objects.map((object) => withRefs(object, needed.get(object.id) ?? [])) : objects;
}

/** Parts of partitioned indexes and keys with the wholes that they belong to. */
function withWholes(graph: SchemaGraph): SchemaGraph {
  const wholes = wholesByShape(graph);
  if (wholes.size === 0) return graph;
  const objects = [...graph.objects.values()].map((object) => {
    const whole = wholes.get(object.id);
    return whole ? withRefs(object, [whole]) : object;
  });
  return makeGraph(graph.dialect, objects, graph.notes);
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

/** "cannot alter type of a column used by …" (RememberAllDependentForRebuilding in tablecmds.c). Keys with other columns beside are, too. */
const inTheWay: ReadonlySet<Kind> = new Set([
  "view",
  "materialized_view",
  "function",
  "trigger",
  "rule",
  "policy",
  "publication",
  "column",
]);

function withCollations(object: SchemaObject, graph: SchemaGraph): SchemaObject {
  const isKey = object.kind === "primary_key" || object.kind === "unique";
  if (!inTheWay.has(object.kind) && !(isKey && includesColumns(object))) return object;
  const needed = object.refs.flatMap((id) => {
    const column = graph.objects.get(id);
    if (column?.kind !== "column" || column.collation === null) return [];
    const collation = objectId("collation", undotted(column.collation));
    return graph.objects.has(collation) ? [collation] : [];
  });
  return needed.length ? withRefs(object, needed) : object;
}

function withTypesBelow(object: SchemaObject, typesOf: ReadonlyMap<ObjectId, readonly ObjectId[]>): SchemaObject {
  if (typesOf.size === 0) return object;
  const used = factsOf(object).columnsUsed(object).flatMap(({ table, columns }) =>
    columns.map((name) => columnId(table, name))
  );
  // What was given on a type, and whose it is, go with it when a type that it is made of is made anew.
  const within = object.parent && (object.kind === "grant" || object.kind === "owner") ? [object.parent] : [];
  const needed = [object.id, ...object.refs, ...used, ...within].flatMap((id) => typesOf.get(id) ?? []);
  return needed.length ? withRefs(object, needed) : object;
}

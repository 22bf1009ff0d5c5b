/**
 * What functions with a text body name. The server does not track it, but it checks the body when the function is made, so what it names
 * comes first, as far as that does not go round in a circle. Pure.
 */
import type { SchemaGraph } from "../../schema/graph.ts";
import type { ObjectId, SchemaObject } from "../../schema/object.ts";
import { mentions } from "./expression.ts";
import { namedInLiterals } from "./literal_names.ts";
import { bodyMentions, checkedBody, hasSqlBody, looksUpNames, partsOf, routineName } from "./routine.ts";

/** Kinds that a body may name. */
const nameable = new Set([
  "table",
  "foreign_table",
  "view",
  "materialized_view",
  "function",
  "aggregate",
  "enum",
  "domain",
  "composite_type",
  "range_type",
  "sequence",
  "column",
]);

interface Names {
  /** Last name to objects, columns aside. */
  readonly byName: ReadonlyMap<string, readonly SchemaObject[]>;
  /** Columns by the id of their table. */
  readonly columns: ReadonlyMap<ObjectId, readonly SchemaObject[]>;
}

const indexes = new WeakMap<SchemaGraph, Names>();

function namesOf(graph: SchemaGraph): Names {
  let index = indexes.get(graph);
  if (!index) {
    const byName = new Map<string, SchemaObject[]>(), columns = new Map<ObjectId, SchemaObject[]>();
    const add = <Key>(map: Map<Key, SchemaObject[]>, key: Key, object: SchemaObject) => {
      const list = map.get(key);
      if (list) list.push(object);
      else map.set(key, [object]);
    };
    for (const object of graph.objects.values()) {
      if (!nameable.has(object.kind)) continue;
      if (object.kind === "column") add(columns, object.parent!, object);
      else add(byName, isRoutine(object) ? routineName(object.name) : object.name.at(-1)!, object);
    }
    indexes.set(graph, index = { byName, columns });
  }
  return index;
}

function isRoutine(object: SchemaObject): boolean {
  return object.kind === "function" || object.kind === "aggregate";
}

/** Everything that the text of a function names: the types in its head and, where the server checks it, what is in its body. */
function named(object: SchemaObject<"function">, graph: SchemaGraph): readonly ObjectId[] {
  const { sql } = object.definition;
  if (hasSqlBody(sql)) return [];
  const { byName, columns } = namesOf(graph);
  const body = bodyMentions(sql), found = new Set<ObjectId>();
  const words = new Set(body.flat());
  for (const id of namedInLiterals(checkedBody(sql) ?? "", graph)) if (id !== object.id) found.add(id);
  for (const path of [...mentions(partsOf(sql).head), ...body]) {
    for (let i = 0; i < path.length; i++) {
      for (const each of byName.get(path[i]!) ?? []) {
        const schema = path[i - 1];
        // Without a schema it is one of the search_path, which only the caller knows: any of that name.
        if (each.id === object.id || schema !== undefined && i > 0 && each.name[0] !== schema) continue;
        found.add(each.id);
        for (const column of columns.get(each.id) ?? []) if (words.has(column.name.at(-1)!)) found.add(column.id);
      }
    }
  }
  return [...found].sort();
}

/** The refs to add to each function, none of them closing a circle. */
export function routineRefs(graph: SchemaGraph): ReadonlyMap<ObjectId, readonly ObjectId[]> {
  const result = new Map<ObjectId, readonly ObjectId[]>();
  const functions = [...graph.objects.values()].filter((object) =>
    object.kind === "function"
  ) as unknown as readonly SchemaObject<
    "function"
  >[];
  if (functions.length === 0) return result;
  const dependents = new Map<ObjectId, Set<ObjectId>>();
  const add = (id: ObjectId, dependent: ObjectId) => {
    const known = dependents.get(id);
    if (known) known.add(dependent);
    else dependents.set(id, new Set([dependent]));
  };
  for (const object of graph.objects.values()) {
    for (const ref of object.refs) add(ref, object.id);
    if (!object.parent) continue;
    add(object.parent, object.id);
    // What is written inside CREATE TABLE makes its table wait too.
    if (inline.has(object.kind)) add(object.id, object.parent);
  }
  for (const object of functions) {
    const wanted = named(object, graph).filter((id) => !object.refs.includes(id));
    if (wanted.length === 0) continue;
    const above = reachable(object.id, dependents);
    const refs = wanted.filter((id) => !above.has(id));
    for (const ref of refs) add(ref, object.id);
    if (refs.length) result.set(object.id, refs);
  }
  return result;
}

const inline = new Set(["column", "check", "primary_key", "unique", "exclusion", "domain_check"]);

function reachable(start: ObjectId, dependents: ReadonlyMap<ObjectId, ReadonlySet<ObjectId>>): ReadonlySet<ObjectId> {
  const seen = new Set<ObjectId>([start]), queue = [start];
  while (queue.length) {
    for (const next of dependents.get(queue.pop()!) ?? []) {
      if (!seen.has(next)) seen.add(next), queue.push(next);
    }
  }
  return seen;
}

/**
 * May the server not find something that the body names when the function is made? What has to wait for the function itself is not there
 * yet, and a bare name of another schema than public is found only under the search_path of its callers. What a function of a database
 * names may be gone since it was made: no server keeps track of that. A model's function is the author's word, which the server shall check.
 */
export function namesWhatIsNotFound(object: SchemaObject<"function">, graph: SchemaGraph): boolean {
  return !object.origin && looksUpNames(object.definition.sql) ||
    named(object, graph).some((id) => !object.refs.includes(id) && id !== object.parent) ||
    namesBareOfOtherSchemas(object, graph);
}

/** Migrations run with this search_path. */
const migrationSchema = "public";

function namesBareOfOtherSchemas(object: SchemaObject<"function">, graph: SchemaGraph): boolean {
  const { sql } = object.definition;
  if (checksUnderOwnPath(sql)) return false;
  const { byName } = namesOf(graph);
  return bodyMentions(sql).some((path) => {
    const known = path.length === 1 ? byName.get(path[0]!) : undefined;
    return known !== undefined && known.every((each) => each.name[0] !== migrationSchema);
  });
}

/** The server checks a body under the settings that the function itself brings along. */
function checksUnderOwnPath(sql: string): boolean {
  return mentions(partsOf(sql).head).some((path) => path[0] === "search_path");
}

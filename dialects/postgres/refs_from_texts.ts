/**
 * Refs that stand in texts only: the sequence of a default, the functions of an expression, the schema of an extension, what a function's
 * body names. A live database says most of them itself; models say them in SQL. Pure, idempotent.
 */
import { makeGraph, type SchemaGraph } from "../../schema/graph.ts";
import { objectId } from "../../schema/id.ts";
import { factsOf } from "../../schema/kinds/facts_of.ts";
import type { ObjectId, SchemaObject } from "../../schema/object.ts";
import { is, significant } from "./lexer.ts";
import { namedInLiterals } from "./literal_names.ts";
import { nextvalOf } from "./owned_sequences.ts";
import { routineName } from "./routine.ts";
import { routineRefs } from "./routine_refs.ts";
import { undotted } from "./sql.ts";

/** The object with more refs. */
export function withRefs(object: SchemaObject, more: readonly ObjectId[]): SchemaObject {
  const refs = [...new Set([...object.refs, ...more])].filter((id) => id !== object.id && id !== object.parent).sort();
  return refs.length === object.refs.length ? object : { ...object, refs };
}

/** The graph with these refs. */
export function withRefsFromTexts(graph: SchemaGraph): SchemaGraph {
  const owned = new Map<ObjectId, ObjectId[]>(), routines = new Map<string, ObjectId[]>();
  for (const object of graph.objects.values()) {
    if (object.kind === "sequence" && object.ownedBy) {
      owned.set(object.ownedBy, [...owned.get(object.ownedBy) ?? [], object.id]);
    } else if (object.kind === "function" || object.kind === "aggregate") {
      const name = routineName(object.name);
      routines.set(name, [...routines.get(name) ?? [], object.id]);
    }
  }
  const objects = [...graph.objects.values()].map((object) =>
    withRefs(object, [
      ...owned.get(object.id) ?? [],
      ...ofKind(object, graph),
      ...functionsNamed(object, routines),
      ...literalsOf(object, graph),
      ...rolesNamed(object).map((role) => objectId("role", [role])),
    ])
  );
  const first = makeGraph(graph.dialect, objects, graph.notes);
  const bodies = routineRefs(first);
  if (bodies.size === 0) return first;
  return makeGraph(
    graph.dialect,
    objects.map((object) => withRefs(object, bodies.get(object.id) ?? [])),
    graph.notes,
  );
}

function ofKind(object: SchemaObject, graph: SchemaGraph): readonly ObjectId[] {
  if (object.kind === "extension" && object.schema !== null) {
    const schema = objectId("schema", [object.schema]);
    return graph.objects.has(schema) ? [schema] : [];
  }
  if (object.kind === "column" && object.default) {
    const path = nextvalOf(object.default.sql);
    if (path === null) return [];
    const parts = undotted(path);
    const id = objectId("sequence", parts.length === 1 ? ["public", parts[0]!] : parts);
    return graph.objects.has(id) ? [id] : [];
  }
  return [];
}

/** Roles that the object names, of the graph or not: those of the graph come before it and go after it. */
function rolesNamed(object: SchemaObject): readonly string[] {
  switch (object.kind) {
    case "role":
      return object.memberships.map(({ role }) => role);
    case "owner":
      return [object.role];
    case "policy":
      return object.roles;
    case "grant":
    case "user_mapping":
      return object.name.slice(-1);
    case "default_privilege":
      return [object.name.at(-3)!, object.name.at(-1)!];
    default:
      return [];
  }
}

/** What literals in the object's expressions name. A text body is the business of routine_refs.ts. */
function literalsOf(object: SchemaObject, graph: SchemaGraph): readonly ObjectId[] {
  if (object.kind === "function" || object.kind === "column" && object.default && nextvalOf(object.default.sql)) {
    return [];
  }
  return factsOf(object).expressions(object)
    .flatMap(({ expression }) => expression.opaque ? [] : namedInLiterals(expression.sql, graph));
}

/** Functions of the graph that the object's expressions name, unless one of that name is a ref already. */
function functionsNamed(object: SchemaObject, routines: ReadonlyMap<string, readonly ObjectId[]>): readonly ObjectId[] {
  if (routines.size === 0 || object.kind === "function" || object.kind === "aggregate") return [];
  const found: ObjectId[] = [];
  for (const { expression } of factsOf(object).expressions(object)) {
    if (expression.opaque || !expression.sql.includes("(")) continue;
    for (const name of callsIn(expression.sql)) {
      const known = routines.get(name);
      if (!known || known.some((id) => object.refs.includes(id) || found.includes(id))) continue;
      found.push(...known);
    }
  }
  return found;
}

/** Names right before a parenthesis. */
function callsIn(sql: string): readonly string[] {
  const all = significant(sql);
  return all.flatMap((token, i) =>
    (token.type === "word" || token.type === "quoted") && is(all[i + 1], "(") ? [token.value] : []
  );
}

/**
 * To the dialect's normal form: the definition of equality. Both sides of every diff go through this one function. Pure; it knows no
 * dialect by name.
 */
import { type Dialect, kindOf } from "../dialects/dialect.ts";
import { factsOf } from "../schema/kinds/facts_of.ts";
import { deferRefs, makeGraph, type Note, type SchemaGraph, withoutRefs } from "../schema/graph.ts";
import type { SchemaObject } from "../schema/object.ts";
import { withRefs } from "../schema/refs.ts";

/**
 * The graph in the dialect's normal form, idempotent; its refs are worked out when somebody asks for them. Objects of a kind that the dialect
 * does not support become notes, and with them what lives in them.
 */
export function normalize(graph: SchemaGraph, dialect: Dialect): SchemaGraph {
  let known = normalForms.get(dialect);
  if (!known) normalForms.set(dialect, known = new WeakMap());
  let normal = known.get(graph);
  if (!normal) {
    normal = normalized(graph, dialect);
    known.set(graph, normal);
    known.set(normal, normal);
  }
  return normal;
}

/** Models in normal form, with what their tables have from others without saying so on a server of that version. */
export function completed(graph: SchemaGraph, dialect: Dialect, version: number | null): SchemaGraph {
  const normal = normalize(graph, dialect), whole = dialect.withInherited?.(normal, version) ?? normal;
  return whole === normal ? graph : normalize(whole, dialect);
}

/** Graphs never change, so each is worked on once; what came out is its own normal form. */
const normalForms = new WeakMap<Dialect, WeakMap<SchemaGraph, SchemaGraph>>();

function normalized(graph: SchemaGraph, dialect: Dialect): SchemaGraph {
  const notes: Note[] = [...graph.notes];
  const objects: SchemaObject[] = [];
  for (const object of withoutRefs(graph).objects.values()) {
    const kind = kindOf(dialect, object.kind);
    if (kind === "unsupported" || (dialect.leavesOne?.(object) ?? null) !== null) {
      const { plural } = factsOf(object), left = kind !== "unsupported" || dialect.leaves?.[object.kind] !== undefined;
      const why = left ? `${plural} of ${dialect.label} are left alone here` : `${dialect.label} has no ${plural}`;
      const message = `${why}: "${object.name.join(".")}" is left out`;
      notes.push({ code: "unsupported-kind", object: object.id, message });
    } else objects.push(kind.normalize(object));
  }
  const bare = dialect.normalizeGraph(makeGraph(dialect.name, objects, notes));
  return deferRefs(bare, () => {
    const given = withRefsOf(bare, graph);
    const whole = dialect.completeRefs?.(given) ?? given;
    return withRefs([...whole.objects.values()]);
  });
}

/** The objects with the refs that the graph they come from had in store for them. */
function withRefsOf(bare: SchemaGraph, source: SchemaGraph): SchemaGraph {
  if (withoutRefs(source) === source) return bare;
  const objects = [...bare.objects.values()].map((object) => {
    const refs = source.objects.get(object.id)?.refs ?? object.refs;
    return refs === object.refs ? object : { ...object, refs };
  });
  return makeGraph(bare.dialect, objects, bare.notes);
}

/**
 * To the dialect's normal form: the definition of equality. Both sides of every diff go through this one function. Pure; it knows no
 * dialect by name.
 */
import { type Dialect, kindOf } from "../dialects/dialect.ts";
import { factsOf } from "../schema/kinds/facts_of.ts";
import { makeGraph, type Note, type SchemaGraph } from "../schema/graph.ts";
import type { SchemaObject } from "../schema/object.ts";
import { withRefs } from "../schema/refs.ts";

/**
 * The graph in the dialect's normal form, idempotent. Objects of a kind that the dialect does not support become notes, and with
 * them what lives in them.
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

/** Graphs never change, so each is worked on once; what came out is its own normal form. */
const normalForms = new WeakMap<Dialect, WeakMap<SchemaGraph, SchemaGraph>>();

function normalized(graph: SchemaGraph, dialect: Dialect): SchemaGraph {
  const notes: Note[] = [...graph.notes];
  const objects: SchemaObject[] = [];
  for (const object of graph.objects.values()) {
    const kind = kindOf(dialect, object.kind);
    if (kind === "unsupported") {
      const message = `${dialect.label} has no ${factsOf(object).plural}: "${object.name.join(".")}" is left out`;
      notes.push({ code: "unsupported-kind", object: object.id, message });
    } else objects.push(kind.normalize(object));
  }
  const whole = dialect.normalizeGraph(makeGraph(dialect.name, objects, notes));
  return makeGraph(dialect.name, withRefs([...whole.objects.values()]), whole.notes);
}

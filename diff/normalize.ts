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

/** Recognises a column that counts by a sequence of its own, so that it is written as `serial()` and not as a default and a sequence. Pure. */
import { type Dialect, kindOf, type SerialOptions } from "../../dialects/dialect.ts";
import { sameJson } from "../../schema/canonical.ts";
import { ofKind, type SchemaGraph } from "../../schema/graph.ts";
import { comparable } from "../../schema/hash.ts";
import type { SchemaObject } from "../../schema/object.ts";

/** The sequence and what has to be said of it, or null where `serial()` would not give the very same. */
export function serialColumn(
  column: SchemaObject<"column">,
  graph: SchemaGraph,
  dialect: Dialect,
): { readonly sequence: SchemaObject<"sequence">; readonly options: SerialOptions } | null {
  const [id, more] = column.refs.filter((ref) => ref.startsWith("sequence:"));
  const kind = kindOf(dialect, "column");
  if (!dialect.serial || id === undefined || more !== undefined || kind === "unsupported") return null;
  const sequence = graph.objects.get(id);
  if (sequence?.kind !== "sequence" || users(graph).get(id) !== 1) return null;
  const plain = dialect.serial(column.name, column.type, {}).sequence;
  const differs = <T>(own: T, usual: T): boolean => own !== usual;
  const { name, dataType, start, increment, min, max, cache, cycle, ownedBy } = sequence;
  const said: SerialOptions = {
    ...(differs(dataType, plain.dataType) ? { as: dataType } : {}),
    ...(differs(name.at(-1), plain.name.at(-1)) ? { sequence: name.at(-1)! } : {}),
    ...(differs(increment, plain.increment) ? { increment } : {}),
  };
  // The usual bounds and start follow from the type and the direction.
  const usual = dialect.serial(column.name, column.type, said).sequence;
  const bounds: SerialOptions = {
    ...said,
    ...(differs(min, usual.min) ? { min } : {}),
    ...(differs(max, usual.max) ? { max } : {}),
  };
  const bounded = dialect.serial(column.name, column.type, bounds).sequence;
  const options: SerialOptions = {
    ...bounds,
    ...(differs(start, bounded.start) ? { start } : {}),
    ...(differs(cache, bounded.cache) ? { cache } : {}),
    ...(cycle ? { cycle } : {}),
    ...(ownedBy === null ? { owned: false } : {}),
  };
  const made = dialect.serial(column.name, column.type, options);
  const same = sameJson(comparable(made.sequence), comparable(sequence)) &&
    kind.normalize({ ...column, default: made.default }).default?.sql === column.default?.sql;
  return same ? { sequence, options } : null;
}

const counts = new WeakMap<SchemaGraph, ReadonlyMap<string, number>>();

/** How many objects refer to each sequence. */
function users(graph: SchemaGraph): ReadonlyMap<string, number> {
  const known = counts.get(graph);
  if (known) return known;
  const made = new Map<string, number>();
  if (ofKind(graph, "sequence").length > 0) {
    for (const object of graph.objects.values()) {
      for (const ref of object.refs) if (ref.startsWith("sequence:")) made.set(ref, (made.get(ref) ?? 0) + 1);
    }
  }
  counts.set(graph, made);
  return made;
}

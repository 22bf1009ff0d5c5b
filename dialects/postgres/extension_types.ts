/**
 * Types that an extension brings. A live database says which objects need it; models only name the type, so what has a type that nothing in the
 * graph makes waits for every extension that comes, and goes before every one that goes.
 */
import type { SchemaGraph } from "../../schema/graph.ts";
import { factsOf } from "../../schema/kinds/facts_of.ts";
import type { ObjectId } from "../../schema/object.ts";
import type { Change } from "../../diff/change.ts";
import type { Around, RenderContext } from "../dialect.ts";
import { renderType } from "./types.ts";

/** An extension is made before what has a foreign type, and dropped after that. What has it on both sides orders nothing. */
export function aroundExtensionTypes(change: Change, { from, to }: Pick<RenderContext, "from" | "to">): Around {
  if (change.kind !== "extension") return { before: [], after: [] };
  return {
    before: change.op === "drop" ? onlyIn(from, to) : [],
    after: change.op === "create" ? onlyIn(to, from) : [],
  };
}

function onlyIn(graph: SchemaGraph, other: SchemaGraph): readonly ObjectId[] {
  const known = foreignTypes(other);
  return [...foreignTypes(graph)].flatMap(([id, type]) => known.get(id) === type ? [] : [id]);
}

/** What has types in a schema that no object of the graph is, by id. */
function foreignTypes(graph: SchemaGraph): ReadonlyMap<ObjectId, string> {
  const found = new Map<ObjectId, string>();
  for (const object of graph.objects.values()) {
    const types = factsOf(object).typesUsed?.(object).filter(({ of, family, name }) =>
      of === null && family === "other" && name.includes(".")
    );
    if (types && types.length > 0) found.set(object.id, types.map(renderType).join());
  }
  return found;
}

/**
 * Works out `refs`, the objects that must exist before each object, from what its fields name. Readers add what only they know
 * (a view's tables); this adds what every dialect has in common, and drops ids that are not in the graph.
 */
import { factsOf } from "./kinds/facts_of.ts";
import { idWithin } from "./id.ts";
import type { ObjectId, SchemaObject } from "./object.ts";

/**
 * The same objects with complete, sorted refs: what was there, the columns that keys and indexes use, the type of a column, the
 * table and the key that a foreign key points to. Ids that no object has are left out.
 */
export function withRefs(objects: readonly SchemaObject[]): readonly SchemaObject[] {
  const ids = new Set(objects.map((object) => object.id));
  const keys = uniqueKeys(objects);
  return objects.map((object) => {
    const facts = factsOf(object), refs = new Set<ObjectId>(object.refs);
    for (const { table, columns } of facts.columnsUsed(object)) {
      refs.add(table);
      for (const column of columns) refs.add(idWithin("column", table, column));
    }
    for (const type of facts.typesUsed?.(object) ?? []) if (type.of) refs.add(type.of);
    if (object.kind === "table" || object.kind === "foreign_table") {
      for (const parent of object.inherits ?? []) refs.add(parent);
    }
    if (object.kind === "foreign_key") {
      const wanted = columnSet(object.references.columns);
      for (const key of keys.get(object.references.table) ?? []) if (key.columns === wanted) refs.add(key.id);
    }
    refs.delete(object.id);
    if (object.parent) refs.delete(object.parent);
    if (refs.size === 0) return object.refs.length === 0 ? object : { ...object, refs: [] };
    const known = [...refs].filter((id) => ids.has(id)).sort();
    return known.length === object.refs.length && known.every((id, i) => id === object.refs[i])
      ? object
      : { ...object, refs: known };
  });
}

/** The keys that a foreign key may rest on, by table: primary keys, unique constraints and plain unique indexes. */
function uniqueKeys(objects: readonly SchemaObject[]): ReadonlyMap<ObjectId, { id: ObjectId; columns: string }[]> {
  const found = new Map<ObjectId, { id: ObjectId; columns: string }[]>();
  for (const object of objects) {
    const columns = object.kind === "primary_key" || object.kind === "unique"
      ? object.columns
      : object.kind === "index" && object.unique && !object.where && object.keys.every((key) => key.column !== null)
      ? object.keys.map((key) => key.column!)
      : null;
    if (!columns || !object.parent) continue;
    const list = found.get(object.parent) ?? [];
    list.push({ id: object.id, columns: columnSet(columns) });
    found.set(object.parent, list);
  }
  return found;
}

/** A key's columns whatever their order: a foreign key may name them in another. */
function columnSet(columns: readonly string[]): string {
  return columns.length === 1 ? JSON.stringify(columns) : JSON.stringify([...columns].sort());
}

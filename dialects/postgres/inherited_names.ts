/**
 * Names that tables have from the tables that they inherit from. RENAME COLUMN and RENAME CONSTRAINT reach every heir, and are refused where one
 * of these has the column or check from elsewhere, too (renameatt_internal and rename_constraint_internal in tablecmds.c). Pure.
 */
import type { NameKept } from "../dialect.ts";
import type { SchemaGraph } from "../../schema/graph.ts";
import { objectId } from "../../schema/id.ts";
import type { ObjectId, SchemaObject } from "../../schema/object.ts";
import { heirsOf, inParents } from "./inheritance.ts";

/** The columns or checks that heirs, and theirs, have from this one, whether as their own or not; none for other kinds. */
export function heirsWith(object: SchemaObject, graph: SchemaGraph): readonly SchemaObject[] {
  if (!isHandedDown(object)) return [];
  const found = new Map<ObjectId, SchemaObject>(), open = [object];
  for (let each = open.pop(); each; each = open.pop()) {
    for (const table of heirsOf(graph, each.parent!)) {
      const heir = graph.objects.get(objectId(object.kind, [...table.name, object.name.at(-1)!]));
      if (heir && !found.has(heir.id)) found.set(heir.id, heir), open.push(heir);
    }
  }
  return [...found.values()];
}

/** The table's column or check that is inherited from elsewhere, too, or in whose table a check that is called `now` is inherited; null: none. */
export function keepsName(object: SchemaObject, now: string, graph: SchemaGraph): NameKept | null {
  if (!isHandedDown(object)) return null;
  const heirs = heirsWith(object, graph), all = [object, ...heirs], ids = new Set(all.map(({ id }) => id));
  const above = (each: SchemaObject) => inParents(graph, each).filter(isHandedDown);
  for (const heir of all) {
    const from = above(heir).find(({ id }) => !ids.has(id));
    if (from) return { heir, from };
  }
  // A column of that name is there in the heir as well, and in the way as any other.
  for (const heir of object.kind === "check" ? heirs : []) {
    const [from] = above({ ...heir, name: [...heir.name.slice(0, -1), now] });
    if (from) return { heir, from };
  }
  return null;
}

/** Does what inherits from its table have it? */
function isHandedDown(object: SchemaObject): boolean {
  return object.kind === "column" || object.kind === "check" && !object.options.no_inherit;
}

/**
 * Names that tables have from the tables that they inherit from. RENAME COLUMN and RENAME CONSTRAINT reach every heir, and are refused where one
 * of these has the column or check from elsewhere, too (renameatt_internal and rename_constraint_internal in tablecmds.c). Pure.
 */
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

/** Does a table that has this check inherit it from elsewhere, too, or a check that is called `now`? Then it goes and comes instead. */
export function keepsName(object: SchemaObject, now: string, graph: SchemaGraph): boolean {
  if (object.kind !== "check" || !isHandedDown(object)) return false;
  const heirs = heirsWith(object, graph), all = [object, ...heirs], ids = new Set(all.map(({ id }) => id));
  const from = (each: SchemaObject) => inParents(graph, each).filter(isHandedDown);
  return all.some((each) => from(each).some(({ id }) => !ids.has(id))) ||
    heirs.some((each) => from({ ...each, name: [...each.name.slice(0, -1), now] }).length > 0);
}

/** Does what inherits from its table have it? */
function isHandedDown(object: SchemaObject): boolean {
  return object.kind === "column" || object.kind === "check" && !object.options.no_inherit;
}

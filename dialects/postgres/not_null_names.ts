/**
 * Names of NOT NULL constraints (18): the server gives a column's "table_column_not_null", but with a number when a constraint in the schema is
 * called so already (ChooseConstraintName in pg_constraint.c), as one of a table made by LIKE may be. Then the name is said. Pure.
 */
import type { RenderContext } from "../dialect.ts";
import type { SchemaGraph } from "../../schema/graph.ts";
import type { SchemaObject } from "../../schema/object.ts";
import { nameOf } from "./constraint_names.ts";
import { objectName } from "./names.ts";
import { dotted } from "./sql.ts";

/** The name to say for a column's NOT NULL that has none of its own; null where the server finds it by itself. */
export function notNullToSay(
  column: SchemaObject<"column">,
  { from, to, version }: Pick<RenderContext, "from" | "to" | "version">,
): string | null {
  if ((version ?? 0) < 180000 || column.nullable) return null;
  const [schema, table, name] = column.name as [string, string, string];
  const own = objectName(table, name, "not_null"), path = dotted([schema, own]);
  return [from, to].some((graph) => namesIn(graph).has(path)) ? own : null;
}

const found = new WeakMap<SchemaGraph, ReadonlySet<string>>();

/** The constraints of a graph that are called like a NOT NULL, with their schema. */
function namesIn(graph: SchemaGraph): ReadonlySet<string> {
  const known = found.get(graph);
  if (known) return known;
  const names = new Set<string>();
  for (const object of graph.objects.values()) {
    const name = object.kind === "domain_check" ? object.name.at(-1)! : nameOf(object);
    if (name?.includes("_not_null")) names.add(dotted([object.name[0]!, name]));
  }
  found.set(graph, names);
  return names;
}

/**
 * Names of NOT NULL constraints (18): the server gives a column's "table_column_not_null", but with a number when a constraint in the schema is
 * called so already (ChooseConstraintName in pg_constraint.c), as one of a table made by LIKE may be. Then the name is said. Pure.
 */
import type { Around, RenderContext } from "../dialect.ts";
import type { Change } from "../../diff/change.ts";
import { children, type SchemaGraph } from "../../schema/graph.ts";
import type { Options, SchemaObject } from "../../schema/object.ts";
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

/** A column's NOT NULL gets the name that another column's gives up: only after that. */
export function aroundNotNullNames(change: Change, { from, to }: Pick<RenderContext, "from" | "to">): Around {
  const none: Around = { before: [], after: [] };
  if (change.kind !== "column" || change.op !== "alter" && change.op !== "create") return none;
  const taken = change.to.nullable ? null : nameOf(change.to as unknown as SchemaObject);
  if (taken === null || change.op === "alter" && nameOf(change.from as unknown as SchemaObject) === taken) return none;
  const given = children(from, change.to.parent!, "column").filter((other) =>
    other.id !== change.to.id && !other.nullable && nameOf(other as unknown as SchemaObject) === taken
  );
  const still = new Set(
    children(to, change.to.parent!, "column")
      .filter((other) => !other.nullable && from.objects.get(other.id) && isNotNull(from.objects.get(other.id)!))
      .map(({ id }) => id),
  );
  // Where both keep a NOT NULL and only its name changes, one of the changes speaks for all of them (exchangedNames).
  const before = given.map(({ id }) => id)
    .filter((id) => !still.has(id) || change.op === "create" || !still.has(change.to.id));
  return { before, after: [] };
}

function isNotNull(object: SchemaObject): boolean {
  return object.kind === "column" && !object.nullable;
}

const found = new WeakMap<SchemaGraph, ReadonlySet<string>>();

/** The constraints of a graph that are called like a NOT NULL, with their schema. */
function namesIn(graph: SchemaGraph): ReadonlySet<string> {
  const known = found.get(graph);
  if (known) return known;
  const names = new Set<string>();
  for (const object of graph.objects.values()) {
    const name = nameOf(object);
    if (name?.includes("_not_null")) names.add(dotted([object.name[0]!, name]));
  }
  found.set(graph, names);
  return names;
}

function nameOf(object: SchemaObject): string | null {
  switch (object.kind) {
    case "column": {
      const { name } = (object.options.not_null ?? {}) as Options;
      return typeof name === "string" ? name : null;
    }
    case "check":
    case "domain_check":
    case "unique":
    case "primary_key":
    case "foreign_key":
    case "exclusion":
      return object.name.at(-1)!;
    default:
      return null;
  }
}

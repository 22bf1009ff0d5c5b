/** Routines are called by their argument types, casts by both of theirs: a type or a table that gets another name renames them along. Pure. */
import type { SchemaObject } from "../../schema/object.ts";
import { splitSignature } from "./routine.ts";
import { quote, quotePath } from "./sql.ts";

/**
 * The routine or cast with the new path of `moved` wherever its name, its arguments and its result name it, as the server will write them; the same id, to be
 * changed by the caller. Null for what is neither.
 */
export function follow(object: SchemaObject, moved: SchemaObject, path: readonly string[]): SchemaObject | null {
  if (object.kind !== "function" && object.kind !== "aggregate" && object.kind !== "cast") return null;
  const whole = moved.kind === "schema";
  if (!whole && !isType(moved)) return null;
  const old = whole ? `${quote(moved.name[0]!)}.` : quotePath(moved.name);
  const now = whole ? `${quote(path[0]!)}.` : quotePath(path);
  const escaped = old.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
  const named = new RegExp(`(?<![\\w$".])${escaped}${whole ? "" : '(?![\\w$"])'}`, "gu");
  const replaced = (text: string) => text.replace(named, () => now);
  if (object.kind === "cast") {
    return { ...object, name: object.name.map(replaced), definition: { sql: replaced(object.definition.sql) } };
  }
  const [own, types] = splitSignature(object.name.at(-1)!);
  const name = [...object.name.slice(0, -1), own + replaced(types)];
  return object.kind === "function"
    ? {
      ...object,
      name,
      arguments: replaced(object.arguments),
      returns: object.returns === null ? null : replaced(object.returns),
    }
    : { ...object, name, definition: { ...object.definition, sql: replaced(object.definition.sql) } };
}

function isType(object: SchemaObject): boolean {
  return ["table", "view", "materialized_view", "foreign_table", "enum", "domain", "composite_type", "range_type"]
    .includes(object.kind);
}

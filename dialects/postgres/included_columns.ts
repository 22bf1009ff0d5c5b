/**
 * Keys with columns beside their own (INCLUDE). The server makes a key again when one of these gets another type or collation, but not what
 * points to its other columns (ATPostAlterTypeCleanup in tablecmds.c). Pure.
 */
import type { RenderContext } from "../dialect.ts";
import { ofKind } from "../../schema/graph.ts";
import type { ObjectId, SchemaObject } from "../../schema/object.ts";

/** Is it a key that has the column, or any, beside its own? */
export function includesColumns(
  key: SchemaObject<"primary_key"> | SchemaObject<"unique">,
  column: string | null = null,
): boolean {
  const { include } = key.options;
  return Array.isArray(include) && (column === null ? include.length > 0 : include.includes(column));
}

/** Does a foreign key point to it? */
export function isReferenced(key: ObjectId, { from }: Pick<RenderContext, "from">): boolean {
  return ofKind(from, "foreign_key").some((each) => each.refs.includes(key));
}

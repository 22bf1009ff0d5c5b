/** Does something go with an object when it is dropped? The queries that all databases here take. */
import type { Kind } from "../schema/object.ts";
import type { Dialect } from "./dialect.ts";

/** The query of `Dialect.holds` for rows of a table and values of a column; null for other kinds. */
export function heldRows(
  kind: Kind,
  path: readonly string[],
  { quote, quotePath }: Pick<Dialect, "quote" | "quotePath">,
): string | null {
  if (kind === "table") return `SELECT 1 AS held FROM ${quotePath(path)} LIMIT 1`;
  if (kind !== "column") return null;
  return `SELECT 1 AS held FROM ${quotePath(path.slice(0, -1))} WHERE ${quote(path.at(-1)!)} IS NOT NULL LIMIT 1`;
}

/** What is lost with a table, a column, a sequence or a role. */
import type { Kind } from "../../schema/object.ts";
import { heldRows } from "../held_rows.ts";
import { quote, quotePath, quoteText } from "./sql.ts";

/**
 * The query of `Dialect.holds`. Where policies hide rows from this role nobody can say that there are none (row_security_active, since 9.5).
 * A sequence that has given no number yet has no counter to lose. Of a role nobody may see whether it has a password; nothing brings that back,
 * nor its settings and its rights in other databases.
 */
export function holds(kind: Kind, path: readonly string[]): string | null {
  if (kind === "sequence") return `SELECT 1 AS held FROM ${quotePath(path)} WHERE is_called`;
  if (kind === "role") return `SELECT 1 AS held FROM pg_catalog.pg_roles WHERE rolname = ${quoteText(path[0]!)}`;
  const rows = heldRows(kind, path, { quote, quotePath });
  if (rows === null) return null;
  const table = quotePath(kind === "column" ? path.slice(0, -1) : path);
  return `SELECT 1 AS held WHERE pg_catalog.row_security_active(${
    quoteText(table)
  }::pg_catalog.regclass) OR EXISTS (${rows})`;
}

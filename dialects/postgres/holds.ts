/** What is lost with a table, a column or a sequence. */
import type { Kind } from "../../schema/object.ts";
import { heldRows } from "../held_rows.ts";
import { quote, quotePath, quoteText } from "./sql.ts";

/**
 * The query of `Dialect.holds`. Where policies hide rows from this role nobody can say that there are none (row_security_active, since 9.5).
 * A sequence that has given no number yet has no counter to lose.
 */
export function holds(kind: Kind, path: readonly string[]): string | null {
  if (kind === "sequence") return `SELECT 1 AS held FROM ${quotePath(path)} WHERE is_called`;
  const rows = heldRows(kind, path, { quote, quotePath });
  if (rows === null) return null;
  const table = quotePath(kind === "column" ? path.slice(0, -1) : path);
  return `SELECT 1 AS held WHERE pg_catalog.row_security_active(${
    quoteText(table)
  }::pg_catalog.regclass) OR EXISTS (${rows})`;
}

/**
 * Values of many megabytes go to SQLite beside the statement instead of within it. As a part of the text each would be there four times more
 * (the driver's two copies of the text, SQLite's own, and its literal: 191 MB for a value of 50 MB, beside it 95; measured). A function gives
 * them, not a parameter: node:sqlite keeps what is bound until the statement is collected.
 */
import type { DatabaseSync } from "node:sqlite";
import { lex } from "../lexer.ts";

/** From so many characters a literal goes by itself; statements that are shorter are not even looked at. */
const large = 4 * 1024 * 1024;

/** Statements that only write rows: others, such as CREATE VIEW, keep their text. */
const writers = new Set(["INSERT", "REPLACE", "UPDATE", "DELETE"]);

type Value = string | Uint8Array;

/** The statement with calls for its large literals, and their values in order; null when it has none. Neither has an affinity (datatype3.html, 3.2). */
export function withoutLargeValues(sql: string): { readonly sql: string; readonly values: readonly Value[] } | null {
  if (sql.length < large || sql.includes("\0")) return null;
  const values: Value[] = [];
  let rest = "", first = true, from = 0;
  for (const { kind, text, value, start, end } of lex(sql)) {
    if (kind === "comment") continue;
    if (kind === "bad" || (first && !writers.has(value))) return null;
    first = false;
    if (end - start < large || (kind !== "string" && kind !== "blob")) continue;
    rest += `${sql.slice(from, start)}sqa_large_value(${values.length})`;
    from = end;
    values.push(kind === "string" ? value : Uint8Array.fromHex(text.slice(2, -1)));
  }
  return values.length === 0 ? null : { sql: rest + sql.slice(from), values };
}

/** The values of the statement that runs, for each connection that had one. */
const current = new WeakMap<DatabaseSync, { values: readonly Value[] }>();

/** Runs what `withoutLargeValues` has made. */
export function runWithValues(db: DatabaseSync, { sql, values }: { sql: string; values: readonly Value[] }): void {
  let held = current.get(db);
  if (!held) {
    const made: { values: readonly Value[] } = { values: [] };
    db.function("sqa_large_value", { deterministic: true }, (i) => made.values[Number(i)]!);
    current.set(db, held = made);
  }
  held.values = values;
  try {
    db.exec(sql);
  } finally {
    held.values = [];
  }
}

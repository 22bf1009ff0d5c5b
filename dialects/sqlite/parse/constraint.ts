/** Constraints of columns and tables: the parts of CREATE TABLE that both share (parse.y ccons, tcons, refargs, onconf). */
import type { Action, Deferrable } from "../../../schema/object.ts";
import type { CheckClause, Conflict, ForeignKeyClause, KeyPart } from "./ast.ts";
import {
  accept,
  type Cursor,
  expect,
  name,
  parenthesized,
  peek,
  sees,
  skipTo,
  textBetween,
  unexpected,
} from "./cursor.ts";
import { isName, nameOf, type Token } from "../lexer.ts";
import { closing, withoutParens } from "../expression.ts";

/** ON CONFLICT …, or null. */
export function conflictClause(cursor: Cursor): Conflict | null {
  if (!accept(cursor, "ON", "CONFLICT")) return null;
  const word = peek(cursor)?.value ?? "";
  if (!["ROLLBACK", "ABORT", "FAIL", "IGNORE", "REPLACE"].includes(word)) throw unexpected(cursor, "a conflict action");
  cursor.at++;
  return word as Conflict;
}

/** Behind CHECK. A conflict clause is allowed here and does nothing (build.c sqlite3AddCheckConstraint). */
export function checkClause(cursor: Cursor, constraint: string | null): CheckClause {
  const sql = parenthesized(cursor);
  return { kind: "check", name: constraint, sql, conflict: conflictClause(cursor) };
}

/** "(a, b DESC, lower(c) COLLATE nocase)": the keys of an index or of a table constraint. AUTOINCREMENT may end a primary key's. */
export function keyList(cursor: Cursor): { readonly keys: readonly KeyPart[]; readonly autoincrement: boolean } {
  expect(cursor, "(");
  const keys: KeyPart[] = [];
  let autoincrement = false;
  do {
    const from = cursor.at;
    skipTo(cursor, ",", ")", "AUTOINCREMENT");
    keys.push(keyPart(cursor, from, cursor.at));
    autoincrement = accept(cursor, "AUTOINCREMENT");
  } while (accept(cursor, ","));
  expect(cursor, ")");
  return { keys, autoincrement };
}

function keyPart(cursor: Cursor, from: number, to: number): KeyPart {
  let end = to;
  const word = (i: number): string => cursor.tokens[i]?.kind === "word" ? cursor.tokens[i]!.value : "";
  if (end - from > 2 && word(end - 2) === "NULLS" && (word(end - 1) === "FIRST" || word(end - 1) === "LAST")) end -= 2;
  let desc = false;
  if (end - from > 1 && (word(end - 1) === "ASC" || word(end - 1) === "DESC")) desc = word(--end) === "DESC";
  let collation: string | null = null;
  // COLLATE binds closer than any operator: in `a || b COLLATE x` it is b's, not the key's.
  while (end - from > 2 && word(end - 2) === "COLLATE" && isPrimary(cursor.tokens.slice(from, end - 2))) {
    collation ??= nameOf(cursor.tokens[end - 1]!);
    end -= 2;
  }
  if (end <= from) throw unexpected(cursor, "a key");
  // Parentheses leave no trace in SQLite's parse tree: "(a)" is the column a.
  const inner = withoutParens(cursor.tokens.slice(from, end));
  const first = inner[0]!;
  const single = inner.length === 1 && (isName(first) || first.kind === "string");
  return {
    name: single ? nameOf(first) : null,
    sql: textBetween(cursor, from, end),
    collation,
    desc,
  };
}

/** One operand without operators: a name, a literal, a call, or parentheses; or that with further COLLATEs. */
function isPrimary(tokens: readonly Token[]): boolean {
  if (tokens.length > 2 && tokens.at(-2)!.value === "COLLATE") return isPrimary(tokens.slice(0, -2));
  if (tokens.length === 1) return true;
  const open = tokens.findIndex((token) => token.text === "(");
  return (open === 0 || open === 1) && closing(tokens, open) === tokens.length - 1;
}

/** Behind REFERENCES. */
export function referencesClause(
  cursor: Cursor,
  constraint: string | null,
  columns: readonly string[],
): ForeignKeyClause {
  const table = name(cursor);
  const references = sees(cursor, "(") ? nameList(cursor) : [];
  let onDelete: Action = "no action", onUpdate: Action = "no action", match: string | null = null;
  for (;;) {
    if (accept(cursor, "ON", "DELETE")) onDelete = action(cursor);
    else if (accept(cursor, "ON", "UPDATE")) onUpdate = action(cursor);
    // The grammar has it, SQLite does nothing with it.
    else if (accept(cursor, "ON", "INSERT")) action(cursor);
    else if (accept(cursor, "MATCH")) match = name(cursor);
    else break;
  }
  const deferrable = deferrableClause(cursor) ?? "no";
  return { kind: "foreign_key", name: constraint, columns, table, references, onDelete, onUpdate, match, deferrable };
}

/** "(a, b)": names with the COLLATE and order that the grammar allows and SQLite refuses or ignores (parse.y eidlist). */
export function nameList(cursor: Cursor): readonly string[] {
  expect(cursor, "(");
  const names: string[] = [];
  do {
    names.push(name(cursor));
    if (accept(cursor, "COLLATE")) name(cursor);
    if (!accept(cursor, "ASC")) accept(cursor, "DESC");
  } while (accept(cursor, ","));
  expect(cursor, ")");
  return names;
}

/** [NOT] DEFERRABLE [INITIALLY …], or null. */
export function deferrableClause(cursor: Cursor): Deferrable | null {
  const not = accept(cursor, "NOT", "DEFERRABLE");
  if (!not && !accept(cursor, "DEFERRABLE")) return null;
  let deferred = false;
  if (accept(cursor, "INITIALLY")) {
    deferred = accept(cursor, "DEFERRED");
    if (!deferred) expect(cursor, "IMMEDIATE");
  }
  return not ? "no" : deferred ? "deferred" : "immediate";
}

function action(cursor: Cursor): Action {
  if (accept(cursor, "SET", "NULL")) return "set null";
  if (accept(cursor, "SET", "DEFAULT")) return "set default";
  if (accept(cursor, "CASCADE")) return "cascade";
  if (accept(cursor, "RESTRICT")) return "restrict";
  expect(cursor, "NO", "ACTION");
  return "no action";
}

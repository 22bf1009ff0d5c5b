/** A place in a list of tokens, with the few questions that a hand-written parser asks. Knows no grammar of its own. */
import { SqaError } from "../../../schema/error.ts";
import { isName, nameOf, type Token, tokenize } from "../lexer.ts";
import { closing } from "../expression.ts";

export interface Cursor {
  readonly sql: string;
  readonly tokens: readonly Token[];
  at: number;
}

export function openCursor(sql: string): Cursor {
  return { sql, tokens: tokenize(sql), at: 0 };
}

/** The token `ahead` places on, or undefined at the end. */
export function peek(cursor: Cursor, ahead = 0): Token | undefined {
  return cursor.tokens[cursor.at + ahead];
}

/** Are the next tokens these keywords or operators, given in capitals? */
export function sees(cursor: Cursor, ...values: readonly string[]): boolean {
  return values.every((value, i) => {
    const token = peek(cursor, i);
    return token !== undefined && (token.kind === "word" || token.kind === "operator") && token.value === value;
  });
}

/** Steps over these keywords when they are next. */
export function accept(cursor: Cursor, ...values: readonly string[]): boolean {
  if (!sees(cursor, ...values)) return false;
  cursor.at += values.length;
  return true;
}

export function expect(cursor: Cursor, ...values: readonly string[]): void {
  if (!accept(cursor, ...values)) throw unexpected(cursor, values.join(" "));
}

/** A name: bare, quoted in any of the three ways, or a string, which SQLite takes for one (parse.y "nm"). */
export function name(cursor: Cursor): string {
  const token = peek(cursor);
  // JOIN words are names too (parse.y "nm ::= JOIN_KW"); isName has them, they are fallback words here.
  if (!token || !(isName(token) || token.kind === "string")) throw unexpected(cursor, "a name");
  cursor.at++;
  return nameOf(token);
}

/** `schema.name` or `name`. */
export function qualifiedName(cursor: Cursor): { readonly schema: string | null; readonly name: string } {
  const first = name(cursor);
  return accept(cursor, ".") ? { schema: first, name: name(cursor) } : { schema: null, name: first };
}

/** The text inside the parentheses that open here; the cursor steps behind them. */
export function parenthesized(cursor: Cursor): string {
  const close = closing(cursor.tokens, cursor.at);
  if (!sees(cursor, "(") || close < 0) throw unexpected(cursor, "(");
  const text = cursor.sql.slice(peek(cursor)!.end, cursor.tokens[close]!.start);
  cursor.at = close + 1;
  return text.trim();
}

/** The raw text from one token up to, not including, another. */
export function textBetween(cursor: Cursor, from: number, to: number): string {
  return from >= to ? "" : cursor.sql.slice(cursor.tokens[from]!.start, cursor.tokens[to - 1]!.end);
}

/** Steps to the next of these operators outside parentheses, or to the end. */
export function skipTo(cursor: Cursor, ...stops: readonly string[]): void {
  let depth = 0;
  for (let token = peek(cursor); token; cursor.at++, token = peek(cursor)) {
    if (depth === 0 && (token.kind === "operator" || token.kind === "word") && stops.includes(token.value)) return;
    if (token.kind !== "operator") continue;
    if (token.text === "(") depth++;
    else if (token.text === ")") depth--;
  }
}

/** The error for a text that is not what SQLite's grammar says. */
export function unexpected(cursor: Cursor, wanted: string): SqaError {
  const token = peek(cursor);
  const line = cursor.sql.slice(0, token?.start ?? cursor.sql.length).split("\n").length;
  return new SqaError("SQA-210", `sqa cannot read the SQL text: ${wanted} expected on line ${line}`, {
    detail: token ? `found ${JSON.stringify(token.text)}` : "found the end of the text",
  });
}

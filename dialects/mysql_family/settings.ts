/** Statements that set something for the rest of the session (manual, SET and USE). */
import { nextToken } from "./lexer.ts";

/** SET and USE, but for what they set beyond the session. */
export function isSetting(sql: string): boolean {
  return /^(SET|USE)$/.test(wordsOf(sql, 1)[0] ?? "") && !isGlobal(sql);
}

/** The first words and names of a statement, upper case. */
export function wordsOf(sql: string, count: number): readonly string[] {
  const words: string[] = [];
  for (let at = 0; words.length < count;) {
    const token = nextToken(sql, at);
    if (!token) break;
    at = token.end;
    if (token.kind !== "comment") words.push(token.value.toUpperCase());
  }
  return words;
}

function isGlobal(sql: string): boolean {
  const [, second = ""] = wordsOf(sql, 2);
  return /^(GLOBAL|PERSIST|PERSIST_ONLY|PASSWORD|DEFAULT|ROLE|STATEMENT|@@(GLOBAL|PERSIST).*)$/.test(second);
}

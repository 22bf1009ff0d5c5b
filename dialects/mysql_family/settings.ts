/** Statements that set something for the rest of the session (manual, SET and USE). */
import { nextToken } from "./lexer.ts";

/** SET and USE, but for what they set beyond the session. */
export function isSetting(sql: string): boolean {
  return /^(SET|USE)$/.test(wordsOf(sql, 1)[0] ?? "") && !isGlobal(sql);
}

/**
 * The statement with the comments that the server runs ("/*!40101 SET … *\/", as mysqldump writes them) as the plain SQL in them. A server that is too
 * old for one does not run it.
 */
export function opened(sql: string): string {
  if (!/\/\*M?!/.test(sql)) return sql;
  let text = "", end = 0;
  for (let at = 0;;) {
    const token = nextToken(sql, at);
    if (!token) return text + sql.slice(end);
    at = token.end;
    if (token.kind !== "run") continue;
    text += sql.slice(end, token.start) + insideOf(token.text);
    end = token.end;
  }
}

function insideOf(comment: string): string {
  return ` ${comment.replace(/^\/\*M?!\d*|\*\/$/g, "").trim()} `;
}

/** The first words and names of a statement, upper case. */
export function wordsOf(sql: string, count: number): readonly string[] {
  const words: string[] = [];
  for (let at = 0; words.length < count;) {
    const token = nextToken(sql, at);
    if (!token) break;
    at = token.end;
    if (token.kind === "run") words.push(...wordsOf(insideOf(token.text), count - words.length));
    else if (token.kind !== "comment") words.push(token.value.toUpperCase());
  }
  return words;
}

function isGlobal(sql: string): boolean {
  const [, second = ""] = wordsOf(sql, 2);
  return /^(GLOBAL|PERSIST|PERSIST_ONLY|PASSWORD|DEFAULT|ROLE|STATEMENT|@@(GLOBAL|PERSIST).*)$/.test(second);
}

/**
 * Options of tables, columns and keys that are seen and not compared: where files lie, what another engine is told, what is kept for NDB. No ALTER
 * sets them all, and some hold passwords, so they are named and left as they are.
 */
import { type Token, tokenize } from "../lexer.ts";

const places = /\b(DATA|INDEX) DIRECTORY=(?:'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*")/gi;

/** CREATE_OPTIONS of the catalog without what is not compared, and the names of that. */
export function withoutPlaces(options: string): { readonly rest: string; readonly unread: readonly string[] } {
  const unread = [...options.matchAll(places)].map(([, which]) => `${which!.toUpperCase()} DIRECTORY`);
  return { rest: unread.length === 0 ? options : options.replace(places, ""), unread };
}

/** Names of such options in one line of SHOW CREATE TABLE: a column, a key, or what stands behind the brackets up to the partitions. */
export function unreadIn(line: string): readonly string[] {
  const tokens = tokenize(line).flatMap((token) =>
    token.kind === "run" ? tokenize(token.text.replace(/^\/\*M?!\d*|\*\/$/g, " ")) : [token]
  );
  const end = tokens.findIndex((token, i) => isWord(token, "PARTITION") && isWord(tokens[i + 1], "BY"));
  return tokens.slice(0, end < 0 ? tokens.length : end).flatMap((token, i, all) => {
    const next = all[i + 1], hasValue = next?.text === "=";
    if (token.kind !== "word") return [];
    if (token.value === "CONNECTION" && hasValue) return ["CONNECTION"];
    if (token.value === "KEY_BLOCK_SIZE" && hasValue && isKey(all[0])) return ["KEY_BLOCK_SIZE of a key"];
    if (token.value === "DIRECTORY" && hasValue) return [`${all[i - 1]!.value} DIRECTORY`];
    if (token.value === "COLUMN_FORMAT" || (token.value === "STORAGE" && next?.kind === "word")) return [token.value];
    return [];
  });
}

function isWord(token: Token | undefined, value: string): boolean {
  return token?.kind === "word" && token.value === value;
}

function isKey(token: Token | undefined): boolean {
  return token?.kind === "word" && /^(KEY|PRIMARY|UNIQUE|FULLTEXT|SPATIAL|VECTOR)$/.test(token.value);
}

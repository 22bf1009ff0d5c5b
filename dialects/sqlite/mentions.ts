/** Finds and replaces the names in a text by its tokens; string literals and comments stay out of it. */
import { isName, nameOf, type Token, tokenize } from "./lexer.ts";
import { isKeywordAt } from "./keyword_use.ts";
import { namePlaces } from "./name_places.ts";
import { quote, quoteAlways } from "./sql.ts";

/** The tables and views that a query or a trigger reads or writes, as written, in order. */
export function tablesIn(sql: string): readonly string[] {
  const tokens = tokenize(sql);
  return [...namePlaces(tokens).tables].sort((a, b) => a - b).map((i) => {
    // schema.table: the part behind the dot is the table's name.
    const last = tokens[i + 1]?.text === "." && tokens[i + 2] ? tokens[i + 2]! : tokens[i]!;
    return nameOf(last);
  });
}

/** Every path of names that the text mentions, in order, as written: ["a"], ["t", "a"]. Names of functions are among them. */
export function mentions(sql: string): readonly (readonly string[])[] {
  const tokens = tokenize(sql);
  const found: string[][] = [];
  for (let i = 0; i < tokens.length; i++) {
    if (!isMention(tokens, i)) continue;
    const path = [nameOf(tokens[i]!)];
    while (tokens[i + 1]?.text === "." && tokens[i + 2] && isPathPart(tokens[i + 2]!)) {
      path.push(nameOf(tokens[i + 2]!));
      i += 2;
    }
    found.push(path);
  }
  return found;
}

/**
 * The text with names replaced. `replace` gets each name as written and what stands before its dot; null keeps it. A name that was
 * in double quotes stays in them, as SQLite's own ALTER TABLE … RENAME does it.
 */
export function replaceIdentifiers(
  sql: string,
  replace: (name: string, qualifier: string | null) => string | null,
): string {
  const tokens = tokenize(sql);
  let text = "", at = 0;
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!;
    if (!isMention(tokens, i) || isFunction(tokens, i)) continue;
    const qualifier = tokens[i - 1]?.text === "." && tokens[i - 2] ? nameOf(tokens[i - 2]!) : null;
    const other = replace(nameOf(token), qualifier);
    if (other === null) continue;
    text += sql.slice(at, token.start) + (token.kind === "word" ? quote : quoteAlways)(other);
    at = token.end;
  }
  return text + sql.slice(at);
}

function isMention(tokens: readonly Token[], i: number): boolean {
  return isName(tokens[i]!) && !isKeywordAt(tokens, i);
}

function isPathPart(token: Token): boolean {
  return token.kind === "word" || isName(token);
}

/** A name before a parenthesis is a function's, unless it stands where a table does. */
function isFunction(tokens: readonly Token[], i: number): boolean {
  return tokens[i + 1]?.text === "(" &&
    !["INTO", "REFERENCES", "TABLE", "ON", "UPDATE"].includes(tokens[i - 1]?.value ?? "");
}

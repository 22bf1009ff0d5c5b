/**
 * Finds the columns of a view that have no name but their text: SQLite calls `SELECT a+b` "a+b", to the letter, spaces and all
 * (select.c sqlite3ColumnsFromExprList; lang_select.html promises no name, programs use it all the same).
 */
import { endsOperandAt, isKeywordAt } from "./keyword_use.ts";
import { isName, type Token } from "./lexer.ts";

const endsList = new Set(["FROM", "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "UNION", "EXCEPT", "INTERSECT"]);
const joinsQueries = new Set(["UNION", "ALL", "EXCEPT", "INTERSECT"]);
/** What stands before the parenthesis of a query whose columns a query around it can name. */
const beforeSource = new Set(["FROM", "JOIN", ",", "(", "AS", "MATERIALIZED"]);

/** By the index of their first token the index behind their last one: the result columns of a query that are named by their text. */
export function namedByText(tokens: readonly Token[]): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  for (let i = 0; i < tokens.length; i++) {
    if (!isKeyword(tokens, i, "SELECT") || !namesColumns(tokens, i)) continue;
    let from = i + 1;
    if (isKeyword(tokens, from, "DISTINCT") || isKeyword(tokens, from, "ALL")) from++;
    for (let at = from, depth = 0;; at++) {
      const { text, kind } = tokens[at] ?? { text: "", kind: "bad" as const };
      const ends = tokens[at] === undefined || depth === 0 && (text === ")" || text === ";" || endsAt(tokens, at));
      if (ends || depth === 0 && text === ",") {
        if (at > from && isNamedByText(tokens, from, at)) found.set(from, at), i = at - 1;
        from = at + 1;
      }
      if (ends) break;
      if (kind === "operator" && text === "(") depth++;
      if (kind === "operator" && text === ")") depth--;
    }
  }
  return found;
}

/** Does the query that begins at `i` give a view its columns, or a query around it? A second one of a UNION does not. */
function namesColumns(tokens: readonly Token[], i: number): boolean {
  const previous = tokens[i - 1];
  if (previous === undefined) return true;
  if (joinsQueries.has(previous.value)) return false;
  // The query behind WITH … AS (…).
  if (previous.text !== "(") return previous.text === ")";
  return i === 1 || beforeSource.has(tokens[i - 2]!.value);
}

function endsAt(tokens: readonly Token[], i: number): boolean {
  // "a IS DISTINCT FROM b" compares two expressions.
  if (tokens[i]!.value === "FROM" && tokens[i - 1]?.value === "DISTINCT") return false;
  return tokens[i]!.kind === "word" && (endsList.has(tokens[i]!.value) || isKeyword(tokens, i, "WINDOW"));
}

function isNamedByText(tokens: readonly Token[], from: number, to: number): boolean {
  const last = tokens[to - 1]!;
  const isStar = last.text === "*" && (to - from === 1 || tokens[to - 2]!.text === ".");
  // A column's own name, perhaps behind its table's and its schema's.
  const isColumn = isWord(tokens, to - 1) &&
    tokens.slice(from, to).every((token, i) => i % 2 === 1 ? token.text === "." : isName(token));
  const hasAlias = to - from > 1 && (isWord(tokens, to - 1) || last.kind === "string") &&
    (tokens[to - 2]!.value === "AS" || endsOperandAt(tokens, to - 2));
  return !isStar && !isColumn && !hasAlias;
}

function isWord(tokens: readonly Token[], i: number): boolean {
  return isName(tokens[i]!) && !isKeywordAt(tokens, i);
}

function isKeyword(tokens: readonly Token[], i: number, word: string): boolean {
  return tokens[i]?.value === word && isKeywordAt(tokens, i);
}

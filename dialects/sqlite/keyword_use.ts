/**
 * Tells a keyword from a name that is spelled like one. SQLite's grammar decides this with a parser (the %fallback rule of parse.y);
 * for the normal form of a text it is enough to know a fallback word's neighbours. A wrong answer changes letter case, never meaning.
 */
import { isFallback, type Token } from "./lexer.ts";
import { reservedWords, valueWords } from "./keywords.ts";

type Neighbours = (previous: string, next: string, before: Token | undefined) => boolean;

const always: Neighbours = () => true;
const nextIs = (...values: string[]): Neighbours => (_, next) => values.includes(next);
const previousIs = (...values: string[]): Neighbours => (previous) => values.includes(previous);
/** Between two operands, or after NOT: LIKE and its kin. */
const infix: Neighbours = (previous, next, before) =>
  (previous === "NOT" || (before !== undefined && endsOperand(before))) &&
  next !== "" && ![",", ")", ".", ";", "="].includes(next);
const joins = ["JOIN", "LEFT", "RIGHT", "FULL", "INNER", "OUTER", "CROSS", "NATURAL"];
const conflict: Neighbours = (previous, next) =>
  (previous === "OR" && next !== ",") || (previous === "(" && (next === "," || next === ")"));

/** Where each fallback word is a keyword, by what stands before and after it. Words that are not here are names in a body. */
const uses: { readonly [word: string]: Neighbours } = {
  ABORT: conflict,
  FAIL: conflict,
  IGNORE: conflict,
  ROLLBACK: conflict,
  REPLACE: (previous, next) => previous === "OR" || next === "INTO",
  AFTER: nextIs("INSERT", "UPDATE", "DELETE"),
  BEFORE: nextIs("INSERT", "UPDATE", "DELETE"),
  INSTEAD: nextIs("OF"),
  OF: previousIs("UPDATE", "INSTEAD"),
  FOR: nextIs("EACH"),
  EACH: nextIs("ROW"),
  ROW: previousIs("EACH", "CURRENT"),
  BEGIN: always,
  END: always,
  ASC: (_, next) => ["", ",", ")", "NULLS", "LIMIT", ";", "ROWS", "RANGE", "GROUPS"].includes(next),
  DESC: (_, next) => ["", ",", ")", "NULLS", "LIMIT", ";", "ROWS", "RANGE", "GROUPS"].includes(next),
  NULLS: nextIs("FIRST", "LAST"),
  FIRST: previousIs("NULLS"),
  LAST: previousIs("NULLS"),
  BY: previousIs("GROUP", "ORDER", "PARTITION", "INDEXED"),
  CAST: nextIs("("),
  RAISE: nextIs("("),
  FILTER: (previous, next) => previous === ")" && next === "(",
  OVER: (previous) => previous === ")",
  PARTITION: nextIs("BY"),
  WINDOW: (_, next) => !["", ",", ")", ".", ";", "="].includes(next),
  RANGE: nextIs("BETWEEN", "UNBOUNDED", "CURRENT"),
  ROWS: nextIs("BETWEEN", "UNBOUNDED", "CURRENT"),
  GROUPS: nextIs("BETWEEN", "UNBOUNDED", "CURRENT"),
  UNBOUNDED: nextIs("PRECEDING", "FOLLOWING"),
  PRECEDING: always,
  FOLLOWING: always,
  CURRENT: nextIs("ROW"),
  EXCLUDE: nextIs("NO", "CURRENT", "GROUP", "TIES"),
  NO: nextIs("OTHERS"),
  OTHERS: previousIs("NO"),
  TIES: previousIs("EXCLUDE"),
  WITH: (previous) => ["", "(", ";", "AS", "BEGIN"].includes(previous),
  RECURSIVE: previousIs("WITH"),
  MATERIALIZED: (previous) => previous === "AS" || previous === "NOT",
  DO: nextIs("NOTHING", "UPDATE"),
  CONFLICT: previousIs("ON"),
  INDEXED: (previous, next) => next === "BY" || previous === "NOT",
  OFFSET: (previous, next) => previous !== "." && !["", ",", ")", "."].includes(next),
  LEFT: nextIs(...joins),
  RIGHT: nextIs(...joins),
  FULL: nextIs(...joins),
  INNER: nextIs(...joins),
  OUTER: nextIs(...joins),
  CROSS: nextIs(...joins),
  NATURAL: nextIs(...joins),
  LIKE: infix,
  GLOB: infix,
  MATCH: infix,
  REGEXP: infix,
  CURRENT_DATE: always,
  CURRENT_TIME: always,
  CURRENT_TIMESTAMP: always,
};

/** Is the word at `i` used as a keyword in an expression, a query or a trigger? */
export function isKeywordAt(tokens: readonly Token[], i: number): boolean {
  const token = tokens[i]!;
  if (token.kind !== "word") return false;
  if (reservedWords.has(token.value)) return true;
  const previous = tokens[i - 1], next = tokens[i + 1];
  if (previous?.text === "." || next?.text === "." || (previous?.value === "AS" && token.value !== "MATERIALIZED")) {
    return false;
  }
  if (valueWords.has(token.value)) return true;
  if (!isFallback(token)) return false;
  return uses[token.value]?.(previous?.value ?? "", next?.value ?? "", previous) ?? false;
}

/** Does an operand end with the token at `i`? A word that is a name there always does. */
export function endsOperandAt(tokens: readonly Token[], i: number): boolean {
  const token = tokens[i];
  if (token === undefined) return false;
  return token.kind === "word" && !isKeywordAt(tokens, i) ? true : endsOperand(token);
}

/** Can an operand end with this token? It tells `a - 1` from `= -1`. */
function endsOperand(token: Token): boolean {
  if (token.kind === "operator") return token.text === ")";
  if (token.kind !== "word") return true;
  if (!reservedWords.has(token.value)) {
    return !["BY", "OFFSET", "LIKE", "GLOB", "MATCH", "REGEXP"].includes(token.value);
  }
  return ["NULL", "ISNULL", "NOTNULL"].includes(token.value);
}

/**
 * Normal forms of SQL expressions that need no server. Only what cannot change the meaning is done: white space, comments, one redundant
 * outer pair of parentheses, the cast of a lone literal to the type of its own column. Texts that differ after that are a question for
 * the server. Pure.
 */
import type { DataType, Expression } from "../../schema/object.ts";
import { reservedWords } from "./keywords.ts";
import { is, significant, type Token, tokens } from "./lexer.ts";
import { selectItems } from "./select_items.ts";
import { parseType } from "./types.ts";

/** One line without comments, double spaces, or a semicolon at the end. */
export function tidy(sql: string): string {
  let text = "", gap = "";
  let last: Token | undefined;
  for (const token of tokens(sql)) {
    if (token.type === "comment") gap ||= " ";
    else if (token.type === "space") gap = token.text.includes("\n") ? "\n" : gap || " ";
    else {
      // Two strings with a line break between them are one string; a blank instead would be a syntax error.
      const between = gap === "\n" && !(last?.type === "string" && token.type === "string") ? " " : gap;
      text += (text === "" ? "" : between) + token.text;
      gap = "", last = token;
    }
  }
  return text.replace(/\s*;$/, "");
}

/** The expression without parentheses that hold all of it. A row, a subquery and a list keep theirs. */
export function withoutOuterParentheses(sql: string): string {
  let text = sql;
  for (;;) {
    const inner = insideParentheses(text);
    if (inner === null) return text;
    text = inner;
  }
}

function insideParentheses(sql: string): string | null {
  const all = significant(sql);
  const first = all[0], last = all.at(-1);
  if (all.length < 3 || !is(first, "(") || !is(last, ")")) return null;
  if (["select", "with", "values", "table"].some((word) => is(all[1], word))) return null;
  let depth = 0;
  for (const token of all) {
    if (is(token, "(") || is(token, "[")) depth++;
    else if (is(token, ")") || is(token, "]")) depth--;
    if (depth === 0 && token !== last) return null;
    if (depth === 1 && is(token, ",")) return null;
  }
  return sql.slice(first!.start + 1, last!.start).trim();
}

/** The expression with this text: itself where that is its text, as the server's mostly is. */
function written(expression: Expression, sql: string): Expression {
  return sql === expression.sql ? expression : { sql };
}

const bareTexts = new Map<string, string>();
/** So many texts are remembered: both sides of a diff have the same ones. */
const mostBare = 50_000;

/** One line without outer parentheses. */
function bare(sql: string): string {
  let text = bareTexts.get(sql);
  if (text === undefined) {
    if (bareTexts.size >= mostBare) bareTexts.clear();
    bareTexts.set(sql, text = withoutOuterParentheses(tidy(sql)));
  }
  return text;
}

/** The normal form of a check, a generated column, an index key or predicate. */
export function normalCondition(expression: Expression): Expression {
  return expression.opaque ? expression : written(expression, bare(expression.sql));
}

/** The normal form of a statement-like text that keeps its lines: a view's query, a trigger. */
export function normalQuery(expression: Expression): Expression {
  return expression.opaque ? expression : { sql: expression.sql.trim().replace(/(?:\s*;)+$/, "") };
}

/** The normal form of a default of a column of this type. */
export function normalDefault(expression: Expression, type: DataType): Expression {
  if (expression.opaque) return expression;
  return written(expression, plainLiteral(bare(expression.sql), type));
}

/**
 * A lone literal without the cast that its column gives it anyway. `'5'::integer` is what the server prints for the number -5 or 5000000000
 * too (get_const_expr in ruleutils.c), so a quoted number goes back to the bare number exactly when the parser would give that number the
 * type of the cast.
 */
function plainLiteral(sql: string, column: DataType): string {
  const all = significant(sql);
  const negative = is(all[0], "-") && all[1]?.type === "number" && all.length === 2;
  if (negative) return `-${all[1]!.text}`;
  const [literal, cast] = all;
  if (all.length < 3 || literal?.type !== "string" || !is(cast, "::")) return sql;
  if (!literal.text.startsWith("'")) return sql;
  const typeText = sql.slice(cast!.start + 2);
  if (all.slice(2).some((token) => is(token, "::") || token.type === "operator" || token.type === "string")) return sql;
  const type = parseType(typeText);
  const value = literal.text.slice(1, -1);
  if (type.dimensions === 0 && numberType(value) === type.name && type.args.length === 0) return value;
  const own = type.dimensions === column.dimensions && type.args.length === 0 &&
    (type.name === column.name || type.name === "bpchar" && column.name === "character");
  return own ? literal.text : sql;
}

/** The type that the parser gives a bare number, or null when the text is not a number as the server prints one. */
function numberType(text: string): string | null {
  if (/^-?\d+$/.test(text)) {
    const value = BigInt(text);
    if (String(value) !== text) return null;
    if (value >= -(2n ** 31n) && value < 2n ** 31n) return "integer";
    return value >= -(2n ** 63n) && value < 2n ** 63n ? "bigint" : "numeric";
  }
  return /^-?\d+\.\d+$/.test(text) ? "numeric" : null;
}

/** Can the text stand after DEFAULT or inside an operator without parentheses? A literal, a bare or cast one, or one function call. */
export function isAtom(sql: string): boolean {
  const all = significant(sql);
  if (all.length === 1) return all[0]!.type !== "operator";
  if (all.length === 2 && is(all[0], "-") && all[1]!.type === "number") return true;
  if (all[0]!.type === "string" || all[0]!.type === "number") {
    return is(all[1], "::") && !all.slice(2).some((token) => token.type === "operator" || token.type === "string") &&
      !all.slice(2).some((token) =>
        ["and", "or", "is", "in", "at", "collate", "like", "between"].some((each) => is(token, each))
      );
  }
  return isCall(sql);
}

/** Is the text one function call and nothing else: `lower(name)`, `public.f(a, b)`? */
export function isCall(sql: string): boolean {
  const all = significant(sql);
  let i = 0;
  for (; i < all.length; i += 2) {
    const token = all[i]!;
    if (token.type !== "quoted" && (token.type !== "word" || reservedWords.has(token.value))) return false;
    if (!is(all[i + 1], ".")) break;
  }
  if (!is(all[i + 1], "(")) return false;
  let depth = 0;
  for (let j = i + 1; j < all.length; j++) {
    if (is(all[j], "(")) depth++;
    else if (is(all[j], ")")) depth--;
    if (depth === 0) return j === all.length - 1 && !notAFunction.has(all[0]!.value);
  }
  return false;
}

/** Words that are written like a call but take part in other grammar where a plain function name is expected. */
const notAFunction = new Set([
  "coalesce",
  "greatest",
  "least",
  "nullif",
  "row",
  "array",
  "cast",
  "extract",
  "case",
  "exists",
  "values",
]);

/** Paths of names that a text mentions, in order. Bare reserved words are grammar and not names. */
export function mentions(sql: string): readonly (readonly string[])[] {
  const found: string[][] = [];
  const all = significant(sql);
  for (let i = 0; i < all.length; i++) {
    if (!isName(all[i]!)) continue;
    const path = [all[i]!.value];
    while (is(all[i + 1], ".") && all[i + 2] && (all[i + 2]!.type === "word" || all[i + 2]!.type === "quoted")) {
      path.push(all[i + 2]!.value);
      i += 2;
    }
    found.push(path);
  }
  return found;
}

/**
 * The text with names replaced: `replace` gets the folded name and the one before its dot, and gives the new name or null. What a query calls its
 * columns stays, as it does in the database (seen on 15 to 18): a name behind AS, and that of an item which is nothing but a column.
 */
export function replaceIdentifiers(
  sql: string,
  quote: (name: string) => string,
  replace: (name: string, qualifier: string | null) => string | null,
): string {
  const all = tokens(sql), isWord = ({ type }: Token) => type !== "space" && type !== "comment";
  const named = new Set(selectItems(all.filter(isWord)).filter(isColumn).map((item) => item.at(-1)!));
  const casts: boolean[] = [];
  let text = "", before: Token | undefined, twoBefore: Token | undefined;
  for (const token of all) {
    const afterDot = is(before, ".");
    const isOutput = is(before, "as") && !casts.at(-1);
    const name = token.type === "quoted" || token.type === "word" && (afterDot || !reservedWords.has(token.value));
    const now = name && !isOutput ? replace(token.value, afterDot ? twoBefore?.value ?? null : null) : null;
    text += now === null ? token.text : quote(now);
    if (now !== null && named.has(token)) text += ` AS ${token.text}`;
    if (is(token, "(")) casts.push(is(before, "cast"));
    if (is(token, ")")) casts.pop();
    if (isWord(token)) twoBefore = before, before = token;
  }
  return text;
}

/** Is the item of a query nothing but a column, with or without the names before it? Behind DISTINCT and ALL, which are none of it. */
function isColumn(item: readonly Token[]): boolean {
  const at = item.findLastIndex((token) => is(token, "distinct") || is(token, "all") || is(token, ")"));
  const own = item.slice(at + 1);
  return own.length % 2 === 1 && own.every((token, i) => i % 2 ? is(token, ".") : isName(token) || i > 0);
}

function isName(token: Token): boolean {
  return token.type === "quoted" || token.type === "word" && !reservedWords.has(token.value);
}

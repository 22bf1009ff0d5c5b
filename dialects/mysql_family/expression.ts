/** SQL texts by their tokens: the names in them, their normal form, and what a default is. Pure. */
import type { DataType } from "../../schema/object.ts";
import type { FamilyFacts } from "./facts.ts";
import { type Token, tokenize } from "./lexer.ts";
import { quote, quoteText } from "./sql.ts";
import { reserved } from "./keywords.ts";

/** Paths of names that a text mentions, in order, as written. Bare reserved words are grammar and not names. */
export function mentions(sql: string): readonly (readonly string[])[] {
  const tokens = tokenize(sql);
  const found: string[][] = [];
  for (let i = 0; i < tokens.length; i++) {
    if (!isName(tokens[i]!)) continue;
    const path = [nameOf(tokens[i]!)];
    while (tokens[i + 1]?.text === "." && isPart(tokens[i + 2])) path.push(nameOf(tokens[i += 2]!));
    found.push(path);
  }
  return found;
}

/** The text with names replaced; `replace` gets each name and the one before its dot, and gives the new name or null. */
export function replaceIdentifiers(
  sql: string,
  replace: (name: string, qualifier: string | null) => string | null,
): string {
  const tokens = tokenize(sql);
  let text = "", at = 0;
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!, behindDot = tokens[i - 1]?.text === "." && tokens[i - 2];
    if (!isName(token) && !(behindDot && isPart(token))) continue;
    const now = replace(nameOf(token), behindDot ? nameOf(behindDot) : null);
    if (now === null) continue;
    text += sql.slice(at, token.start) + quote(now);
    at = token.end;
  }
  return text + sql.slice(at);
}

function isName(token: Token): boolean {
  return token.kind === "name" || (token.kind === "word" && !reserved.has(token.value) && !/^[0-9]/.test(token.text));
}

function isPart(token: Token | undefined): boolean {
  return token?.kind === "name" || token?.kind === "word";
}

export function nameOf(token: Token): string {
  return token.kind === "word" ? token.text : token.value;
}

/** The text without the name of its own database before other names: "`shop`.`orders`" is "`orders`" wherever the schema is put. */
export function withoutDatabase(sql: string, database: string): string {
  const mark = quote(database);
  if (!sql.includes(mark)) return sql;
  const tokens = tokenize(sql);
  // Where a table or an alias has the database's name only a third part tells which of the two it is.
  const isAlias =
    tokens.some((token, i) => token.text === mark && tokens[i + 1]?.text !== "." && tokens[i - 1]?.text !== ".") ||
    tokens.some((token, i) => token.text === mark && tokens[i - 1]?.text === "." && tokens[i - 2]?.text === mark);
  let text = "", at = 0;
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!;
    if (token.text !== mark || tokens[i + 1]?.text !== "." || tokens[i - 1]?.text === ".") continue;
    const long = tokens[i + 3]?.text === ".";
    const source = /^(FROM|JOIN|INTO|UPDATE|STRAIGHT_JOIN|NEXTVAL|LASTVAL)$/.test(wordBefore(tokens, i));
    if (isAlias && !long && !source) continue;
    text += sql.slice(at, token.start);
    at = tokens[i + 2]?.start ?? tokens[i + 1]!.end;
  }
  return text + sql.slice(at);
}

/** The word in front, parentheses aside. */
function wordBefore(tokens: readonly Token[], i: number): string {
  let k = i - 1;
  while (k >= 0 && tokens[k]!.text === "(") k--;
  return tokens[k]?.kind === "word" ? tokens[k]!.value : "";
}

/** The text without white space around it and without parentheses around all of it. */
export function bare(sql: string): string {
  let text = sql.trim();
  for (;;) {
    if (!text.startsWith("(") || !text.endsWith(")")) return text;
    const tokens = tokenize(text);
    if (tokens.length < 3 || closing(tokens, 0) !== tokens.length - 1) return text;
    text = text.slice(tokens[0]!.end, tokens.at(-1)!.start).trim();
  }
}

const introducer = /^_(utf8mb4|utf8mb3|utf8|latin[1257]|ascii|cp125[0167]|koi8[ru])\s*(?=['"])/i;

const binaryIntroducer = /^_binary\s*(?=['"])/i;

/**
 * The text without the character sets in front of literals that are the same bytes in all of them. MySQL writes one that nobody said, and any
 * ALTER TABLE makes _latin1'x' of the _utf8mb4'x' that stands beside a latin1 column (9.7.4). `bytes`: without _binary,
 * which else says something.
 */
export function withoutIntroducers(sql: string, bytes = false): string {
  let text = "", at = 0;
  for (const token of tokenize(sql)) {
    const found = token.kind === "string" && !/[^\0-\x7f]/.test(token.text)
      ? (bytes ? binaryIntroducer : introducer).exec(token.text)
      : null;
    if (!found) continue;
    text += sql.slice(at, token.start);
    at = token.start + found[0].length;
  }
  return text + sql.slice(at);
}

/** The index of the parenthesis that closes the one at `open`, or -1. */
export function closing(tokens: readonly Token[], open: number): number {
  let depth = 0;
  for (let i = open; i < tokens.length; i++) {
    if (tokens[i]!.kind !== "operator") continue;
    if (tokens[i]!.text === "(") depth++;
    else if (tokens[i]!.text === ")" && --depth === 0) return i;
  }
  return -1;
}

/** A text of the catalog in which quotes and backslashes are escaped once more. */
export function unescaped(sql: string): string {
  return sql.replace(
    /\\([^])/g,
    (_, char) => ({ n: "\n", t: "\t", r: "\r", "0": "\0" } as Record<string, string>)[char] ?? char,
  );
}

const now = /^(?:current_timestamp|now|localtime|localtimestamp)\s*(?:\(\s*(\d*)\s*\))?$/i;

/** CURRENT_TIMESTAMP with its precision, or null when the text is something else. */
export function currentTimestamp(sql: string): string | null {
  const found = now.exec(sql.trim());
  return found && `CURRENT_TIMESTAMP${Number(found[1] || 0) > 0 ? `(${found[1]})` : ""}`;
}

/** CURRENT_TIMESTAMP for a column of this type: the servers give one without a precision that of the column, or refuse it. */
export function momentFor(moment: string, type: DataType): string {
  const digits = Number(type.args[0] ?? 0);
  const bare = moment === "CURRENT_TIMESTAMP" && /^(datetime|timestamp)$/.test(type.name);
  return bare && digits > 0 ? `${moment}(${digits})` : moment;
}

/** Can the text stand behind DEFAULT as it is: a literal, NULL, or CURRENT_TIMESTAMP? */
export function isLiteral(sql: string): boolean {
  if (currentTimestamp(sql) !== null) return true;
  const tokens = tokenize(sql);
  const [first, second] = tokens;
  if (tokens.length === 2 && /^[-+]$/.test(first!.text)) return second!.kind === "number";
  if (tokens.length !== 1) return false;
  if (first!.kind === "string") return /^['"]/.test(first!.text);
  return first!.kind === "number" || ["NULL", "TRUE", "FALSE"].includes(first!.value);
}

/** A default in normal form. Null for DEFAULT NULL, which is the same as none. */
export function normalDefault(written: string, type: DataType, facts: FamilyFacts): string | null {
  const sql = facts.introducers ? withoutIntroducers(written) : written;
  const inner = bare(sql);
  const moment = currentTimestamp(inner);
  // MySQL keeps (now()) apart from CURRENT_TIMESTAMP: DEFAULT (now()) is an expression.
  if (moment !== null && facts.defaultsInParentheses && inner !== sql.trim()) {
    return `(${momentFor(moment, type).replace("CURRENT_TIMESTAMP", "now").replace(/^now$/, "now()")})`;
  }
  if (moment !== null) return momentFor(moment, type);
  if (!isLiteral(inner)) return inner;
  // Behind parentheses even a literal is an expression, and MySQL says so.
  if (facts.defaultsInParentheses && (inner !== sql.trim() || needsParentheses(type))) return `(${inner})`;
  const [first] = tokenize(inner);
  if (first!.value === "NULL" && first!.kind === "word") return null;
  if (first!.value === "TRUE" || first!.value === "FALSE") {
    if (first!.kind === "word") return first!.value === "TRUE" ? "1" : "0";
  }
  const text = first!.kind === "string" ? first!.value : null;
  if (isNumeric(type)) {
    const number = text ?? inner.replaceAll(" ", "");
    return /^[-+]?(\d+\.?\d*|\.\d+)$/.test(number) ? scaled(number, type) : text === null ? inner : quoteText(text);
  }
  if (text !== null) return quoteText(text);
  return type.family === "text" || type.family === "enum" ? quoteText(inner) : inner;
}

/** Types whose default MySQL only takes as an expression (manual 8.0.13, "Data Type Default Values"). */
export function needsParentheses({ name, family }: DataType): boolean {
  return /(text|blob)$/.test(name) || family === "json" || ["geometry", "point", "vector"].includes(name);
}

function isNumeric(type: DataType): boolean {
  return ["integer", "decimal", "float", "boolean"].includes(type.family) || type.name === "year";
}

/** 10 is 10.00 for a column with two digits behind the point. */
function scaled(number: string, type: DataType): string {
  const sign = number.startsWith("-") ? "-" : "";
  let [whole = "", part = ""] = number.replace(/^[-+]/, "").split(".");
  whole = whole.replace(/^0+(?=\d)/, "") || "0";
  const scale = type.args[1];
  if (typeof scale !== "number") return sign + (part === "" || type.family === "integer" ? whole : `${whole}.${part}`);
  part = part.slice(0, scale).padEnd(scale, "0");
  return sign + (scale === 0 ? whole : `${whole}.${part}`);
}

/** The text behind DEFAULT. */
export function writtenDefault(sql: string, type: DataType, facts: FamilyFacts): string {
  if (sql.startsWith("(") && bare(sql) !== sql) return sql;
  if (!isLiteral(sql)) return `(${sql})`;
  return facts.defaultsInParentheses && needsParentheses(type) && sql !== "NULL" ? `(${sql})` : sql;
}

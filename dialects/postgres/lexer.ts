/**
 * Cuts Postgres SQL into tokens, by the rules of the server's own scanner (src/backend/parser/scan.l) with standard_conforming_strings on.
 * Splitting, mentions, renames and normal forms all use this one lexer. Pure; it knows no grammar.
 */
import { SqaError } from "../../schema/error.ts";

export type TokenType = "space" | "comment" | "word" | "quoted" | "string" | "number" | "param" | "operator" | "mark";

/** A piece of the text. The pieces put together are the text. */
export interface Token {
  readonly type: TokenType;
  readonly text: string;
  readonly start: number;
  /** The name that a "word" or "quoted" token stands for: folded, unquoted. Else the text. */
  readonly value: string;
}

const space = /[ \t\n\r\f\v]+/y;
const lineComment = /--[^\n\r]*/y;
const word = /[A-Za-z_\u0080-\u{10ffff}][A-Za-z0-9_$\u0080-\u{10ffff}]*/uy;
const number =
  /(?:0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|(?:\d[\d_]*(?:\.(?!\.)[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d+)?)/y;
const param = /\$\d+/y;
const dollarTag = /\$(?:[A-Za-z_\u0080-\u{10ffff}][A-Za-z0-9_\u0080-\u{10ffff}]*)?\$/uy;
/** Letters that a string may begin with: bits, hexadecimal digits, the national character set. */
const prefixes: ReadonlySet<string> = new Set("bBxXnN");
const unicodeString = /[uU]&'/y;
const unicodeName = /[uU]&"/y;
const operator = /(?:(?!--|\/\*)[+\-*\/<>=~!@#%^&|`?])+/y;

/** All tokens of a text. SQA-512, with the line, when it ends inside a quote or a comment. */
export function tokens(sql: string): readonly Token[] {
  const all: Token[] = [];
  for (let at = 0; at < sql.length;) {
    const token = tokenAt(sql, at);
    all.push(token);
    at += token.text.length;
  }
  return all;
}

/** The same one by one: a script of many megabytes has more tokens than memory should hold at once. */
export function* lex(sql: string): Generator<Token, void, undefined> {
  for (let at = 0; at < sql.length;) {
    const token = tokenAt(sql, at);
    yield token;
    at += token.text.length;
  }
}

function tokenAt(sql: string, at: number): Token {
  const char = sql[at]!, next = sql[at + 1];
  let type: TokenType = "mark", text: string | null = null, value: string | null = null;
  // By the first character or two; what a pattern does not take after all is a mark.
  if (char <= " ") {
    if ((text = match(sql, at, space))) type = "space";
  } else if (char === "-" && next === "-") type = "comment", text = match(sql, at, lineComment);
  else if (char === "/" && next === "*") type = "comment", text = blockComment(sql, at);
  else if (next === "'" && (char === "e" || char === "E")) {
    type = "string", text = quotedText(sql, at, at + 2, "'", true) ?? unfinished(sql, at, "string");
  } else if (
    char === "'" || next === "'" && prefixes.has(char) || next === "&" && (text = match(sql, at, unicodeString))
  ) {
    const from = at + (text?.length ?? (char === "'" ? 1 : 2));
    type = "string", text = quotedText(sql, at, from, "'", false) ?? unfinished(sql, at, "string");
  } else if (char === '"' || next === "&" && (text = match(sql, at, unicodeName))) {
    const from = at + (text?.length ?? 1);
    type = "quoted", text = quotedText(sql, at, from, '"', false) ?? unfinished(sql, at, "quoted name");
    value = unquoted(text);
  } else if (char >= "a" && char <= "z" || char >= "A" && char <= "Z" || char === "_" || char >= "\u0080") {
    if ((text = match(sql, at, word))) type = "word", value = fold(text);
  } else if (char >= "0" && char <= "9" || char === ".") {
    if ((text = match(sql, at, number))) type = "number";
  } else if (char === "$") {
    if ((text = match(sql, at, dollarTag))) type = "string", text = dollarString(sql, at, text);
    else if ((text = match(sql, at, param))) type = "param";
  } else if ((text = match(sql, at, operator))) type = "operator";
  text ??= sql.startsWith("::", at) || sql.startsWith(":=", at) ? sql.slice(at, at + 2) : char;
  return { type, text, start: at, value: value ?? text };
}

function match(sql: string, at: number, pattern: RegExp): string | null {
  pattern.lastIndex = at;
  return pattern.exec(sql)?.[0] ?? null;
}

/** The text from `start` to the quote that closes the one before `from`; null when there is none. Not a pattern: those have a stack. */
function quotedText(sql: string, start: number, from: number, quote: string, escapes: boolean): string | null {
  let next = sql.indexOf(quote, from), slash = escapes ? sql.indexOf("\\", from) : -1;
  while (next >= 0) {
    if (slash >= 0 && slash < next) {
      const after = slash + 2;
      if (next < after) next = sql.indexOf(quote, after);
      slash = sql.indexOf("\\", after);
    } else if (sql[next + 1] === quote) next = sql.indexOf(quote, next + 2);
    else return sql.slice(start, next + 1);
  }
  return null;
}

/** Tokens that mean something: no white space, no comments. */
export function significant(sql: string): readonly Token[] {
  return tokens(sql).filter((token) => token.type !== "space" && token.type !== "comment");
}

/** Is the token this keyword, or this mark? Keywords are given in lower case. */
export function is(token: Token | undefined, text: string): boolean {
  if (!token) return false;
  return token.type === "word" ? token.value === text : token.type !== "quoted" && token.text === text;
}

/** Folds an unquoted name as the server does for a multi-byte encoding: A to Z only. */
export function fold(name: string): string {
  return /[A-Z]/.test(name) ? name.replace(/[A-Z]+/g, (upper) => upper.toLowerCase()) : name;
}

function unquoted(text: string): string {
  if (text.startsWith('"')) return text.slice(1, -1).replaceAll('""', '"');
  const body = text.slice(3, -1).replaceAll('""', '"');
  return body.replace(/\\(?:\+([0-9a-fA-F]{6})|([0-9a-fA-F]{4})|\\)/g, (_, long: string, short: string) => {
    const digits = long ?? short;
    return digits === undefined ? "\\" : String.fromCodePoint(parseInt(digits, 16));
  });
}

function blockComment(sql: string, start: number): string {
  let depth = 0;
  for (let i = start; i < sql.length; i++) {
    if (sql.startsWith("/*", i)) depth++, i++;
    else if (sql.startsWith("*/", i)) {
      i++;
      if (--depth === 0) return sql.slice(start, i + 1);
    }
  }
  throw unterminated(sql, start, "comment");
}

function dollarString(sql: string, start: number, tag: string): string {
  const end = sql.indexOf(tag, start + tag.length);
  if (end < 0) throw unterminated(sql, start, `string ${tag}`);
  return sql.slice(start, end + tag.length);
}

/** The 1-based line of a character. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let i = text.indexOf("\n"); i >= 0 && i < offset; i = text.indexOf("\n", i + 1)) line++;
  return line;
}

function unfinished(sql: string, start: number, what: string): never {
  throw unterminated(sql, start, what);
}

function unterminated(sql: string, start: number, what: string): SqaError {
  return new SqaError("SQA-512", `the ${what} that starts on line ${lineAt(sql, start)} has no end`, {
    detail: sql.slice(start, start + 60),
    hint: `close the ${what.split(" ")[0] === "quoted" ? "name" : what.split(" ")[0]}, or restore the rest of the file`,
  });
}

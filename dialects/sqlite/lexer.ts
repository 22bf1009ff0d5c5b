/**
 * SQLite's tokeniser (tokenize.c): the one place that knows how quotes, comments, numbers and blobs are written. Everything that
 * reads SQL text in this dialect starts here. Tokens and the gaps between them make up the input.
 */
import { SqaError } from "../../schema/error.ts";
import { fallbackWords, reservedWords } from "./keywords.ts";

/**
 * "word": a bare word, keyword or not. "quoted": [x] or `x`, a name for certain. "double": "x", a name or, where nothing has that
 * name, a string. "comment": a comment that text ends inside of is one as well (SQLite allows it). "bad": a character or quote that
 * SQLite refuses.
 */
export type TokenKind =
  | "word"
  | "quoted"
  | "double"
  | "string"
  | "blob"
  | "number"
  | "variable"
  | "operator"
  | "comment"
  | "bad";

export interface Token {
  readonly kind: TokenKind;
  /** As written. */
  readonly text: string;
  /** Upper-case for words, the name without its quotes for names and strings, else the text. */
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

const space = /[ \t\n\f\r]+/y;
const blob = /[xX]'(?:[0-9a-fA-F]{2})*'/y;
// Bytes from 0x80 up are letters to SQLite, so every non-ASCII character is one.
const word = /[A-Za-z_\u0080-\uffff][A-Za-z0-9_$\u0080-\uffff]*/y;
// Digit separators ("1_000") since 3.46; a digit sequence that runs into letters is one bad token.
const number =
  /(?:0[xX][0-9a-fA-F](?:_?[0-9a-fA-F])*|(?:[0-9](?:_?[0-9])*(?:\.(?:[0-9](?:_?[0-9])*)?)?|\.[0-9](?:_?[0-9])*)(?:[eE][+-]?[0-9](?:_?[0-9])*)?)(?![A-Za-z_\u0080-\uffff])/y;
const variable = /\?[0-9]*|[@#:$][A-Za-z0-9_$\u0080-\uffff]+(?:::[A-Za-z0-9_$\u0080-\uffff]+)*(?:\([^ )]*\))?/y;
const operator = /->>|->|<<|>>|\|\||<=|>=|==|<>|!=|[-+*/%&|<>=~(),.;]/y;
const quotes: { readonly [open: string]: TokenKind } = { "'": "string", '"': "double", "`": "quoted" };

/** All tokens of a text, comments left out unless asked for. Never throws: what SQLite would refuse is a "bad" token. */
export function tokenize(sql: string, options: { readonly comments?: boolean } = {}): Token[] {
  const tokens: Token[] = [];
  for (const token of lex(sql)) if (token.kind !== "comment" || options.comments) tokens.push(token);
  return tokens;
}

/** The same one by one, comments too: a script of many megabytes has more tokens than memory should hold at once. */
export function* lex(sql: string): Generator<Token, void, undefined> {
  let at = 0;
  const take = (pattern: RegExp): string | null => {
    pattern.lastIndex = at;
    return pattern.exec(sql)?.[0] ?? null;
  };
  const token = (kind: TokenKind, text: string, value: string): Token => {
    const start = at;
    at += text.length;
    return { kind, text, value, start, end: at };
  };
  while (at < sql.length) {
    const char = sql[at]!;
    let text: string | null;
    // Which patterns may take it is told by the first character.
    const letter = char >= "a" && char <= "z" || char >= "A" && char <= "Z" || char === "_" || char >= "\u0080";
    const digits = char >= "0" && char <= "9" || char === ".";
    if (char <= " " && (text = take(space))) at += text.length;
    else if ((char === "-" || char === "/") && (text = commentAt(sql, at))) yield token("comment", text, text);
    else if (letter && sql[at + 1] === "'" && (text = take(blob))) yield token("blob", text, text);
    else if (letter && (text = take(word))) yield token("word", text, upper(text));
    else if (digits && (text = take(number))) yield token("number", text, text);
    else if (quotes[char]) {
      const end = endOfQuote(sql, at, char);
      if (end === null) yield token("bad", sql.slice(at), sql.slice(at));
      else yield token(quotes[char]!, sql.slice(at, end), sql.slice(at + 1, end - 1).replaceAll(char + char, char));
    } else if (char === "[") {
      const end = sql.indexOf("]", at);
      if (end < 0) yield token("bad", sql.slice(at), sql.slice(at));
      else yield token("quoted", sql.slice(at, end + 1), sql.slice(at + 1, end));
    } else if ((text = take(variable))) yield token("variable", text, text);
    else if ((text = take(operator))) yield token("operator", text, text);
    // U+FEFF at the very start is a byte order mark; SQLite skips it there (tokenize.c CC_BOM) and `word` has it elsewhere.
    else yield token("bad", char, char);
  }
}

/** The comment that begins there; one that text ends inside of is one as well. */
function commentAt(sql: string, at: number): string | null {
  if (sql.startsWith("--", at)) {
    const end = sql.indexOf("\n", at);
    return sql.slice(at, end < 0 ? sql.length : end);
  }
  if (!sql.startsWith("/*", at)) return null;
  const end = sql.indexOf("*/", at + 2);
  return sql.slice(at, end < 0 ? sql.length : end + 2);
}

// deno-lint-ignore no-control-regex -- all of ASCII
const ascii = /^[\x00-\x7f]*$/;

/** ASCII upper case: SQLite folds no other letters. */
export function upper(text: string): string {
  return ascii.test(text) ? text.toUpperCase() : text.replace(/[a-z]+/g, (letters) => letters.toUpperCase());
}

/** ASCII lower case: two names are one to SQLite when these are equal. */
export function fold(name: string): string {
  return ascii.test(name) ? name.toLowerCase() : name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** Is this token a name, or can it be one? */
export function isName(token: Token): boolean {
  return token.kind === "quoted" || token.kind === "double" || isBareName(token);
}

/** A word that is not reserved. */
export function isBareName(token: Token): boolean {
  return token.kind === "word" && !reservedWords.has(token.value);
}

/** A word that may be a keyword as well as a name. */
export function isFallback(token: Token): boolean {
  return token.kind === "word" && fallbackWords.has(token.value);
}

/** The name that a token gives: as written, without quotes. */
export function nameOf(token: Token): string {
  return token.kind === "word" ? token.text : token.value;
}

/** Refuses a text that ends inside a quote: SQA-512 with the line. */
export function refuseBad(sql: string, tokens: readonly Token[]): void {
  const bad = tokens.find((token) => token.kind === "bad");
  if (!bad) return;
  const line = sql.slice(0, bad.start).split("\n").length;
  const inQuote = "'\"`[".includes(bad.text[0]!);
  throw new SqaError(
    "SQA-512",
    inQuote ? `the text ends inside a quote that opens on line ${line}` : `unrecognized token on line ${line}`,
    { hint: inQuote ? `close the ${bad.text[0]} that opens there` : `remove ${JSON.stringify(bad.text)}` },
  );
}

function endOfQuote(sql: string, start: number, quote: string): number | null {
  for (let i = start + 1; i < sql.length; i++) {
    if (sql[i] !== quote) continue;
    if (sql[i + 1] !== quote) return i + 1;
    i++;
  }
  return null;
}

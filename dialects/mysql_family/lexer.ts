/**
 * The tokeniser of MySQL and MariaDB (sql_lex.cc): the one place that knows how strings, names, numbers and comments are written. Tokens and
 * the gaps between them make up the input. The rules are those without ANSI_QUOTES and NO_BACKSLASH_ESCAPES, the servers' defaults.
 */

/**
 * "word": a bare word, keyword or not. "name": in backticks. "string": in single or double quotes, with an introducer or N before it
 * (_utf8mb4'x'). "number": also 0x1F, x'1F', 0b1, b'1'. "run": a comment that the server runs, by its whole text. "bad": a quote or
 * comment that the text ends in.
 */
export type TokenKind = "word" | "name" | "string" | "number" | "variable" | "operator" | "comment" | "run" | "bad";

export interface Token {
  readonly kind: TokenKind;
  /** As written. */
  readonly text: string;
  /** Upper case for words; without quotes and escapes for names and strings; else the text. */
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

const space = /[ \t\n\v\f\r\u00a0]+/y;
// "--" is a comment only before white space; else it is two minus signs (manual, "Comments").
const lineComment = /(?:--(?=\s|$)|#)[^\n]*/y;
const number =
  /(?:0x[0-9a-fA-F]+|0b[01]+)(?![A-Za-z0-9_$\u0080-\uffff])|[xX]'[0-9a-fA-F]*'|[bB]'[01]*'|(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?(?![A-Za-z_$\u0080-\uffff])/y;
// A word may begin with a digit if it is no number ("1st").
const word = /[A-Za-z0-9_$\u0080-\uffff]+/y;
const introducer = /(?:_[A-Za-z0-9]+\s*|[nN])(?=['"])/y;
const variable = /@@?(?:[A-Za-z0-9_.$\u0080-\uffff]+|(?=['"`]))|\?/y;
const operator = /<=>|->>|->|<<|>>|<=|>=|<>|!=|:=|\|\||&&|[-+*\/%&|^~<>=!(),.;:{}]/y;

/** All tokens; comments only when asked for. Never throws: what the server would refuse is a "bad" token. */
export function tokenize(sql: string, options: { readonly comments?: boolean } = {}): Token[] {
  const tokens: Token[] = [];
  for (let at = 0;;) {
    const token = nextToken(sql, at, tokens.at(-1), tokens.at(-2));
    if (!token) return tokens;
    if (token.kind !== "comment" || options.comments) tokens.push(token);
    at = token.end;
  }
}

/**
 * The token at or behind `at`, or null at the end; `last` and `before` are the two in front of it. `backslashes` false: they are no escapes
 * (NO_BACKSLASH_ESCAPES).
 */
export function nextToken(sql: string, at: number, last?: Token, before?: Token, backslashes = true): Token | null {
  const take = (pattern: RegExp): string | null => {
    pattern.lastIndex = at;
    return pattern.exec(sql)?.[0] ?? null;
  };
  at += take(space)?.length ?? 0;
  if (at >= sql.length) return null;
  const token = (kind: TokenKind, end: number, value?: string): Token => {
    const text = sql.slice(at, end);
    return { kind, text, value: value ?? text, start: at, end };
  };
  const quoted = (start: number): Token => {
    const end = endOfQuote(sql, start, sql[start]!, backslashes);
    if (end === null) return token("bad", sql.length);
    return token(sql[start] === "`" ? "name" : "string", end, unquote(sql.slice(start, end)));
  };
  const char = sql[at]!;
  let text = take(lineComment);
  if (text !== null) return token("comment", at + text.length);
  if (char === "/" && sql[at + 1] === "*") {
    const end = sql.indexOf("*/", at + 2);
    if (end < 0) return token("bad", sql.length);
    return token(/^\/\*M?!/.test(sql.slice(at, at + 4)) ? "run" : "comment", end + 2);
  }
  if (char === "'" || char === '"' || char === "`") return quoted(at);
  if ((text = take(introducer)) !== null) return quoted(at + text.length);
  // Directly behind the dot that ends a name even digits are a name: t.1a.
  const isPart = last?.text === "." && last.end === at && (before?.kind === "name" || before?.kind === "word");
  if (!isPart && (text = take(number)) !== null) return token("number", at + text.length);
  if ((text = take(word)) !== null) return token("word", at + text.length, upper(text));
  if ((text = take(variable)) !== null) return token("variable", at + text.length);
  if ((text = take(operator)) !== null) return token("operator", at + text.length);
  return token("bad", at + 1);
}

/** Where a quoted text that opens at `start` ends, or null. */
function endOfQuote(sql: string, start: number, quote: string, backslashes: boolean): number | null {
  for (let i = start + 1; i < sql.length; i++) {
    if (sql[i] === "\\" && quote !== "`" && backslashes) i++;
    else if (sql[i] === quote) {
      if (sql[i + 1] !== quote) return i + 1;
      i++;
    }
  }
  return null;
}

const escapes: { readonly [letter: string]: string } = {
  "0": "\0",
  b: "\b",
  n: "\n",
  r: "\r",
  t: "\t",
  Z: "\x1a",
  // These two keep their backslash outside of LIKE (manual, "String Literals").
  "%": "\\%",
  "_": "\\_",
};

/** The content of a quoted text. */
export function unquote(text: string): string {
  const quote = text[0]!, inner = text.slice(1, -1);
  if (quote === "`") return inner.replaceAll("``", "`");
  return inner.replace(
    /\\([^])|''|""/g,
    (pair, letter) => letter === undefined ? (pair[0] === quote ? quote : pair) : escapes[letter] ?? letter,
  );
}

/** ASCII upper case. */
export function upper(text: string): string {
  return text.replace(/[a-z]+/g, (letters) => letters.toUpperCase());
}

/** Names of columns, keys and routines that differ only in case are one to the server. */
export function fold(name: string): string {
  return name.toLowerCase();
}

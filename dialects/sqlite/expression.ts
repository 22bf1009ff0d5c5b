/**
 * The normal form of SQL text, made from tokens alone: comments and white space folded, keywords in capitals, `==` and `!=` written
 * `=` and `<>`, names without quotes where they need none. It never changes what SQLite would make of the text: a name in double
 * quotes is a string to SQLite where nothing has that name, so it keeps them unless its place or its table's columns say otherwise.
 */
import { fold, nameOf, type Token, tokenize } from "./lexer.ts";
import { endsOperandAt, isKeywordAt } from "./keyword_use.ts";
import { quote, quoteAlways } from "./sql.ts";
import { namePlaces } from "./name_places.ts";
import { namedByText } from "./result_columns.ts";

/** What a text belongs to. */
export interface TextScope {
  /** The columns of the one table that an expression of a table can see, by folded name: they are spelled as declared. */
  readonly columns?: ReadonlyMap<string, string>;
  /** The table's own name, folded: a qualifier that says no more than this is left out. */
  readonly table?: string;
}

/** One token of the normal form. */
interface Piece {
  readonly text: string;
  readonly role: "keyword" | "name" | "value" | "operator";
  /** A sign that belongs to what follows it. */
  readonly unary: boolean;
}

/** An expression of a table (default, check, generated, index key) in normal form, without parentheses around the whole. */
export function normalizeExpression(sql: string, scope: TextScope = {}): string {
  return formatPieces(piecesOf(withoutParens(tokenize(sql)), scope));
}

/** A clause in normal form, its outer parentheses kept. */
export function normalizeClause(sql: string, scope: TextScope = {}): string {
  return formatPieces(piecesOf(tokenize(sql), scope));
}

/** The text of a trigger, or of a view whose columns are named apart, in normal form. */
export function normalizeBody(sql: string): string {
  return formatPieces(piecesOf(bodyTokens(sql), {}));
}

/** A view's query in normal form, but for the columns that are called by their text: these stay as written. */
export function normalizeQuery(sql: string): string {
  const tokens = bodyTokens(sql), written = namedByText(tokens);
  const pieces: Piece[] = [];
  let at = 0;
  for (const [from, to] of written) {
    pieces.push(...piecesOf(tokens, {}, at, from));
    const end = tokens[to - 1]!.end, comments = sql.slice(end, tokens[to]?.start).trimEnd();
    // A comment behind it belongs to the name. One that a line ends would take along what stands behind it here.
    const text = sql.slice(tokens[from]!.start, end) +
      (comments.includes("--") || comments.endsWith(";") ? "" : comments);
    pieces.push({ text, role: "value", unary: false });
    at = to;
  }
  return formatPieces([...pieces, ...piecesOf(tokens, {}, at)]);
}

function bodyTokens(sql: string): readonly Token[] {
  const tokens = tokenize(sql);
  while (tokens.at(-1)?.text === ";") tokens.pop();
  return tokens;
}

/** The tokens without parentheses that enclose all of them. */
export function withoutParens(tokens: readonly Token[]): readonly Token[] {
  let inner = tokens;
  while (inner.length > 2 && inner[0]!.text === "(" && closing(inner, 0) === inner.length - 1) {
    inner = inner.slice(1, -1);
  }
  return inner;
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

function piecesOf(tokens: readonly Token[], scope: TextScope, from = 0, to = tokens.length): Piece[] {
  const places = namePlaces(tokens).names;
  const pieces: Piece[] = [];
  for (let i = from; i < to; i++) {
    if (scope.table !== undefined && isOwnQualifier(tokens, i, scope.table)) i++;
    else pieces.push(pieceOf(tokens, i, places, scope));
  }
  return pieces;
}

function pieceOf(tokens: readonly Token[], i: number, places: ReadonlySet<number>, scope: TextScope): Piece {
  const token = tokens[i]!;
  const name = (text: string): Piece => ({ text, role: "name", unary: false });
  switch (token.kind) {
    case "word":
      if (isKeywordAt(tokens, i)) return { text: token.value, role: "keyword", unary: false };
      return name(isCall(tokens, i) ? token.text : declared(token, scope) ?? token.text);
    case "quoted":
      return name(declared(token, scope) ?? (scope.columns || places.has(i) ? quote : quoteAlways)(token.value));
    case "double":
      return name(declared(token, scope) ?? (places.has(i) ? quote : quoteAlways)(token.value));
    case "operator": {
      const unary = /^[-+~]$/.test(token.text) && !endsOperandAt(tokens, i - 1);
      const text = token.text === "==" ? "=" : token.text === "!=" ? "<>" : token.text;
      return { text, role: "operator", unary };
    }
    case "string":
    case "blob":
    case "number":
    case "variable":
    case "comment":
    case "bad":
      return { text: token.text, role: "value", unary: false };
  }
}

/** The column's name as its table declares it, quoted where needed, when the token names one. */
function declared(token: Token, scope: TextScope): string | null {
  const column = scope.columns?.get(fold(nameOf(token)));
  return column === undefined ? null : quote(column);
}

function isCall(tokens: readonly Token[], i: number): boolean {
  return tokens[i + 1]?.text === "(";
}

function isOwnQualifier(tokens: readonly Token[], i: number, table: string): boolean {
  const token = tokens[i]!;
  return tokens[i + 1]?.text === "." && tokens[i - 1]?.text !== "." && token.kind !== "operator" &&
    fold(nameOf(token)) === table;
}

function formatPieces(pieces: readonly Piece[]): string {
  let text = "";
  for (let i = 0; i < pieces.length; i++) {
    const previous = pieces[i - 1];
    text += (previous && spaced(previous, pieces[i]!) ? " " : "") + pieces[i]!.text;
  }
  return text;
}

/** Must there be a space between two tokens? Never joins two into another token: "- -1" is not a comment. */
function spaced(a: Piece, b: Piece): boolean {
  if (a.role === "operator") {
    if (a.text === "(" || a.text === ".") return false;
    if (a.unary) return /^[-+~]/.test(b.text);
  }
  if (b.role === "operator") {
    if (b.text === ")" || b.text === "," || b.text === "." || b.text === ";") return false;
    if (b.text === "(") {
      return !(a.role === "name" || (a.role === "keyword" && (a.text === "CAST" || a.text === "RAISE")));
    }
  }
  return true;
}

/**
 * Finds the places of a query or a trigger where SQLite's grammar takes a name and nothing else, so that "x" there cannot be a string:
 * beside a dot, after AS, where a table is named, in column lists of INSERT, and in the head of a trigger.
 */
import { isName, type Token } from "./lexer.ts";

const beforeTable = new Set(["FROM", "JOIN", "INTO", "TABLE"]);
const endsFrom = new Set([
  "WHERE",
  "GROUP",
  "HAVING",
  "ORDER",
  "LIMIT",
  "WINDOW",
  "UNION",
  "EXCEPT",
  "INTERSECT",
  "SET",
  "RETURNING",
]);

/** Indexes of the tokens that are names for certain, and of those among them that name a table or a view (the first part of a path). */
export function namePlaces(
  tokens: readonly Token[],
): { readonly names: ReadonlySet<number>; readonly tables: ReadonlySet<number> } {
  const places = new Set<number>(), tables = new Set<number>();
  const table = (i: number): void => {
    mark(i);
    if (places.has(i)) tables.add(i);
  };
  const mark = (i: number): void => {
    if (tokens[i] && isName(tokens[i]!)) places.add(i);
  };
  /** One entry per open parenthesis: are we in a FROM clause there? */
  const from: boolean[] = [false];
  for (let i = 0; i < tokens.length; i++) {
    const { text, value, kind } = tokens[i]!;
    if (kind === "operator") {
      if (text === "(") from.push(false);
      else if (text === ")") from.length > 1 && from.pop();
      else if (text === ".") mark(i - 1), mark(i + 1);
      else if (text === ";") from[from.length - 1] = false;
      else if (text === "," && from.at(-1)) table(i + 1);
      continue;
    }
    if (kind !== "word") continue;
    if (endsFrom.has(value)) from[from.length - 1] = false;
    // "a IS DISTINCT FROM b" compares two expressions.
    if (beforeTable.has(value) && tokens[i - 1]?.value !== "DISTINCT") {
      table(i + 1);
      if (value === "FROM" || value === "JOIN") from[from.length - 1] = true;
    }
    if (value === "AS") mark(i + 1);
    if (value === "UPDATE" && tokens[i + 1]?.value !== "OF") table(tokens[i + 1]?.value === "OR" ? i + 3 : i + 1);
    if (value === "IN") table(i + 1);
    if (value === "INTO") columnList(tokens, i + 2, mark);
    if (value === "OF" && tokens[i - 1]?.value === "UPDATE") i = names(tokens, i + 1, mark) - 1;
    // The head of a trigger: "BEFORE INSERT ON t". An upsert's ON CONFLICT names no table.
    if (value === "ON" && isTriggerHead(tokens, i)) table(i + 1);
  }
  return { names: places, tables };
}

/** The columns of "INSERT INTO t (a, b)". */
function columnList(tokens: readonly Token[], start: number, mark: (i: number) => void): void {
  const open = tokens[start]?.text === "." ? start + 2 : start;
  if (tokens[open]?.text === "(") names(tokens, open + 1, mark);
}

/** Marks "a, b, c" from `start`; returns the index after it. */
function names(tokens: readonly Token[], start: number, mark: (i: number) => void): number {
  let i = start;
  for (mark(i++); tokens[i]?.text === ","; i += 2) mark(i + 1);
  return i;
}

function isTriggerHead(tokens: readonly Token[], on: number): boolean {
  for (let i = on - 1; i >= 0 && i > on - 400; i--) {
    const { value, text } = tokens[i]!;
    if (value === "INSERT" || value === "DELETE" || value === "UPDATE") return i <= 2;
    if (text !== "," && value !== "OF" && !isName(tokens[i]!)) return false;
  }
  return false;
}

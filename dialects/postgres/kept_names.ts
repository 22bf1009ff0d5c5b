/**
 * The server leaves AS out of a printed SELECT item whose column is called "?column?" (get_target_list in ruleutils.c). A NULL that a UNION
 * turned into an integer is such an item; it is printed as `NULL::integer`, and that text, read again, is a column called "int4". So what
 * the server prints is kept with the name that it left out, and means the same wherever it is run. Pure.
 */
import { is, significant, type Token } from "./lexer.ts";

const afterItems = ["from", "where", "group", "having", "window", "union", "intersect", "except", "order"];
const afterItemsToo = ["limit", "offset", "fetch", "for"];
const ends = new Set([...afterItems, ...afterItemsToo]);

/** A query as the server printed it, with `AS "?column?"` behind each cast that stands without a name. Idempotent. */
export function withKeptNames(sql: string): string {
  if (!sql.includes("::")) return sql;
  const all = significant(sql), places: number[] = [];
  for (let i = 0; i < all.length; i++) if (is(all[i], "select")) places.push(...namelessCasts(all, i + 1));
  let text = sql;
  for (const at of places.sort((a, b) => b - a)) text = `${text.slice(0, at)} AS "?column?"${text.slice(at)}`;
  return text;
}

/** Where the nameless casts of the list that begins at this token end. */
function namelessCasts(all: readonly Token[], start: number): readonly number[] {
  const found: number[] = [];
  let depth = 0, item: Token[] = [];
  const close = () => {
    const last = item.at(-1);
    if (last && isNamelessCast(item)) found.push(last.start + last.text.length);
    item = [];
  };
  for (let i = start; i < all.length; i++) {
    const token = all[i]!;
    if (depth === 0 && (is(token, ")") || is(token, ";") || isEnd(token, item))) break;
    if (is(token, "(") || is(token, "[")) depth++;
    if (is(token, ")") || is(token, "]")) depth--;
    if (depth === 0 && is(token, ",")) close();
    // What is inside parentheses is another list or no list: only the item's own level counts.
    else if (depth === 0) item.push(token);
  }
  close();
  return found;
}

/** A word that ends the list, unless it is a name (after a dot) or part of an operator (IS DISTINCT FROM). */
function isEnd(token: Token, item: readonly Token[]): boolean {
  const before = item.at(-1);
  return token.type === "word" && ends.has(token.value) && !is(before, ".") && !is(before, "distinct");
}

/** `value::type` with nothing behind the type: neither AS and a name, nor an operator. */
function isNamelessCast(item: readonly Token[]): boolean {
  const cast = item.findLastIndex((token) => is(token, "::"));
  if (cast <= 0) return false;
  const type = item.slice(cast + 1);
  return type.length > 0 &&
    type.every((token) =>
      !is(token, "as") && !is(token, "collate") && !is(token, "at") && !is(token, "or") && !is(token, "and") &&
      (token.type === "word" || token.type === "quoted" || is(token, ".") || is(token, ")") || is(token, "]"))
    );
}

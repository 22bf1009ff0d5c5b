/** The items of all SELECT and RETURNING lists in a text that the server printed. Pure. */
import { is, type Token } from "./lexer.ts";

const afterItems = ["from", "where", "group", "having", "window", "union", "intersect", "except", "order"];
const afterItemsToo = ["limit", "offset", "fetch", "for"];
const ends = new Set([...afterItems, ...afterItemsToo]);

/**
 * One list of tokens for each item, from significant tokens: those of its own level, for what is inside parentheses is another list or no list.
 * Of a pair of parentheses only the closing one is there.
 */
export function selectItems(all: readonly Token[]): readonly (readonly Token[])[] {
  return all.flatMap((token, i) => is(token, "select") || is(token, "returning") ? itemsFrom(all, i + 1) : []);
}

function itemsFrom(all: readonly Token[], start: number): readonly (readonly Token[])[] {
  const found: Token[][] = [];
  let depth = 0, item: Token[] = [];
  for (let i = start; i < all.length; i++) {
    const token = all[i]!;
    if (depth === 0 && (is(token, ")") || is(token, ";") || isEnd(token, item))) break;
    if (is(token, "(") || is(token, "[")) depth++;
    if (is(token, ")") || is(token, "]")) depth--;
    if (depth > 0) continue;
    if (is(token, ",")) found.push(item), item = [];
    else item.push(token);
  }
  return [...found, item];
}

/** A word that ends the list, unless it is a name (after a dot) or part of an operator (IS DISTINCT FROM). */
function isEnd(token: Token, item: readonly Token[]): boolean {
  const before = item.at(-1);
  return token.type === "word" && ends.has(token.value) && !is(before, ".") && !is(before, "distinct");
}

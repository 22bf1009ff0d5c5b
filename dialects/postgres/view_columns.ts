/**
 * May CREATE OR REPLACE VIEW take this text in place of that one? The server demands that the old output columns stay, in name and type, in
 * front. The types are not in the text, so this says yes only where they cannot have changed. Pure.
 */
import { is, significant, type Token } from "./lexer.ts";

interface Select {
  readonly items: readonly string[];
  readonly from: string;
}

/** Is `to` the same SELECT list over the same FROM, with columns added at the end or with other conditions? When unsure, no. */
export function extendsSelect(from: string, to: string): boolean {
  const before = plainSelect(from), after = plainSelect(to);
  if (!before || !after || before.from !== after.from || before.items.length > after.items.length) return false;
  return before.items.every((item, i) => item === after.items[i]);
}

/** The parts of a single SELECT; null for anything with WITH, UNION and the like. */
function plainSelect(sql: string): Select | null {
  const all = significant(sql);
  if (!is(all[0], "select")) return null;
  const items: string[] = [];
  let item: Token[] = [], from: Token[] = [];
  let depth = 0, part: "items" | "from" | "rest" = "items";
  for (const token of all.slice(1)) {
    if (is(token, "(") || is(token, "[")) depth++;
    if (is(token, ")") || is(token, "]")) depth--;
    if (depth === 0 && ["union", "intersect", "except"].some((word) => is(token, word))) return null;
    if (depth === 0 && part === "items" && is(token, ",")) items.push(text(item)), item = [];
    else if (depth === 0 && part === "items" && is(token, "from") && !is(item.at(-1), "distinct")) part = "from";
    else if (depth === 0 && part === "from" && ends.some((word) => is(token, word))) part = "rest";
    else if (part === "items") item.push(token);
    else if (part === "from") from = [...from, token];
  }
  return { items: [...items, text(item)], from: text(from) };
}

const ends = ["where", "group", "having", "window", "order", "limit", "offset", "fetch", "for"];

function text(tokens: readonly Token[]): string {
  return tokens.map((token) => token.type === "word" ? token.value : token.text).join(" ");
}

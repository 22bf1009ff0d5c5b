/**
 * The server leaves AS out of a printed SELECT item whose column is called "?column?" (get_target_list in ruleutils.c). A NULL that a UNION
 * turned into an integer is such an item; it is printed as `NULL::integer`, and that text, read again, is a column called "int4". So what
 * the server prints is kept with the name that it left out, and means the same wherever it is run. Pure.
 */
import { is, significant, type Token } from "./lexer.ts";
import { selectItems } from "./select_items.ts";

/** A query as the server printed it, with `AS "?column?"` behind each cast that stands without a name. Idempotent. */
export function withKeptNames(sql: string): string {
  if (!sql.includes("::")) return sql;
  const places = selectItems(significant(sql)).flatMap((item) => {
    const last = item.at(-1);
    return last && isNamelessCast(item) ? [last.start + last.text.length] : [];
  });
  let text = sql;
  for (const at of places.sort((a, b) => b - a)) text = `${text.slice(0, at)} AS "?column?"${text.slice(at)}`;
  return text;
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

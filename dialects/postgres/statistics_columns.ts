/** The columns of extended statistics, whose order means nothing. Pure. */
import { is, significant } from "./lexer.ts";

/**
 * A CREATE STATISTICS with its columns sorted by name, expressions after them in their order. The server keeps the columns by their number in
 * the table and writes them so (statext_ncols and pg_get_statisticsobj_worker, 15 to 18), which changes when a column is dropped and made again.
 * A text that is not understood comes back as it is.
 */
export function withSortedColumns(sql: string): string {
  const all = significant(sql);
  const on = all.findIndex((token) => is(token, "on"));
  if (on < 0) return sql;
  const columns: string[] = [], expressions: string[] = [];
  let depth = 0, first = on + 1;
  for (let i = on + 1; i < all.length; i++) {
    const token = all[i]!;
    if (is(token, "(") || is(token, "[")) depth++;
    if (is(token, ")") || is(token, "]")) depth--;
    if (depth > 0 || !is(token, ",") && !is(token, "from")) continue;
    if (i === first) return sql;
    const item = all.slice(first, i), last = item.at(-1)!;
    if (item.length === 1) columns.push(last.text);
    else expressions.push(sql.slice(item[0]!.start, last.start + last.text.length));
    first = i + 1;
    if (is(token, ",")) continue;
    const items = [...columns.sort((a, b) => a < b ? -1 : a > b ? 1 : 0), ...expressions];
    return `${sql.slice(0, all[on]!.start)}ON ${items.join(", ")} ${sql.slice(token.start)}`;
  }
  return sql;
}

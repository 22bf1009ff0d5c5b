/**
 * Texts of queries that name a table's columns by their place: `public.t x(a, b)`, `(public.t JOIN public.u USING (a)) j(a, b, c)`. The server
 * writes them so where names have to be told apart (printaliases in ruleutils.c). Where a table's columns stand in another order than in the
 * database that the text comes from, such a query would read other columns. Pure.
 */
import type { RenderContext } from "../dialect.ts";
import { SqaError } from "../../schema/error.ts";
import { children } from "../../schema/graph.ts";
import { labelOfId, objectId } from "../../schema/id.ts";
import { inOrder } from "../../schema/kinds/column.ts";
import type { ObjectId, SchemaObject } from "../../schema/object.ts";
import { isThere } from "./inheritance.ts";
import { reservedWords } from "./keywords.ts";
import { is, significant, type Token } from "./lexer.ts";
import { quote } from "./sql.ts";

type Graphs = Pick<RenderContext, "from" | "to" | "madeAnew">;
type Query = SchemaObject<"view"> | SchemaObject<"materialized_view">;

/**
 * The text of a query with such lists in the order in which the columns will stand. SQA-311 where that is not known: for the list of a join,
 * whose order follows from its tables', and for new columns that need each other.
 */
export function withOwnPlaces(object: Query, context: Graphs): string {
  const { sql } = object.definition, lists = listsByPlace(sql);
  if (lists.length === 0) return sql;
  const tables = object.refs.map((id) => id.startsWith("column:") ? context.to.objects.get(id)?.parent ?? id : id);
  const moved = new Set(tables.filter((id) => id.startsWith("table:") && isReordered(id, context)));
  if (moved.size === 0) return sql;
  let text = "", at = 0;
  for (const { path, names, start, end } of lists) {
    const table = path && objectId("table", path);
    if (table === null) throw refusal(object, [...moved][0]!, "a join's columns");
    if (!moved.has(table)) continue;
    if (isTangled(table, context)) throw refusal(object, table, "columns");
    text += sql.slice(at, start) + permuted(names, table, context).map(quote).join(", ");
    at = end;
  }
  return text + sql.slice(at);
}

function refusal(object: Query, table: ObjectId, what: string): SqaError {
  const view = labelOfId(object.id);
  return new SqaError(
    "SQA-311",
    `"${view}" names ${what} by their place, and those of "${labelOfId(table)}" would stand in another order`,
    { hint: `write the query of "${view}" without a list of columns after a table or a join` },
  );
}

/** The columns as `to` has them, and as they will stand: those that stay as they are, new ones behind them. */
function orders(
  table: ObjectId,
  { from, to }: Graphs,
): { readonly wanted: readonly ObjectId[]; readonly made: readonly ObjectId[] } {
  const wanted = inOrder(children(to, table, "column")).map(({ id }) => id);
  const old = inOrder(children(from, table, "column")).map(({ id }) => id).filter((id) => to.objects.has(id));
  // Columns are added in the order of their ids (order.ts).
  return { wanted, made: [...old, ...wanted.filter((id) => !old.includes(id)).sort()] };
}

/** Do new columns need each other, so that the order in which they come is not known here? */
function isTangled(table: ObjectId, { from, to }: Graphs): boolean {
  const added = children(to, table, "column").filter(({ id }) => !from.objects.has(id));
  return added.some(({ refs }) => added.some(({ id }) => refs.includes(id)));
}

/** Will a table's columns stand in another order than `to` has them in? */
export function isReordered(table: ObjectId, context: Graphs): boolean {
  // A new table has them in the order of its CREATE TABLE.
  if (!isThere(context, table)) return false;
  const { wanted, made } = orders(table, context);
  return made.some((id, i) => id !== wanted[i]);
}

/** The names in the order that the columns will have; what the list left out has its own name where it comes to stand before another. */
function permuted(names: readonly string[], table: ObjectId, context: Graphs): readonly string[] {
  const { wanted, made } = orders(table, context);
  const all = made.map((id) => names[wanted.indexOf(id)] ?? null);
  const last = all.findLastIndex((name) => name !== null);
  return all.slice(0, last + 1).map((name, i) => name ?? context.to.objects.get(made[i]!)!.name.at(-1)!);
}

interface List {
  /** The table's; null for a join. */
  readonly path: readonly string[] | null;
  readonly names: readonly string[];
  /** Where the names stand. */
  readonly start: number;
  readonly end: number;
}

/** The lists of columns after the name of a table, or of a join. One after a function, a subquery or VALUES has its own order. */
export function listsByPlace(sql: string): readonly List[] {
  const all = significant(sql), open: number[] = [], found: List[] = [];
  let closedFrom = -1;
  all.forEach((token, i) => {
    if (is(token, ")")) closedFrom = open.pop() ?? -1;
    if (!is(token, "(")) return;
    open.push(i);
    const end = is(all[i - 2], "as") ? i - 3 : i - 2;
    if (!isName(all[i - 1])) return;
    // schema.table alias ( … ): the server qualifies every table.
    const table = isName(all[end]) && is(all[end - 1], ".") && isName(all[end - 2]) && isAfterFrom(all[end - 3]);
    if (!table && !(is(all[end], ")") && isJoin(all, closedFrom))) return;
    const names: string[] = [];
    let close = i + 1;
    for (; all[close] && !is(all[close], ")"); close++) if (!is(all[close], ",")) names.push(all[close]!.value);
    found.push({
      path: table ? [all[end - 2]!.value, all[end]!.value] : null,
      names,
      start: all[i + 1]!.start,
      end: all[close]?.start ?? sql.length,
    });
  });
  return found;
}

/** Is the group that opens there a join of tables, and no subquery or list of arguments? */
function isJoin(all: readonly Token[], open: number): boolean {
  const inner = all[open + 1], before = all[open - 1];
  const query = ["select", "values", "with"].some((word) => is(inner, word));
  return !query && (isAfterFrom(before) || is(before, "("));
}

/** What may stand before a table in FROM. */
function isAfterFrom(token: Token | undefined): boolean {
  return ["from", "join", ",", "(", "only"].some((word) => is(token, word));
}

function isName(token: Token | undefined): boolean {
  return token?.type === "quoted" || token?.type === "word" && !reservedWords.has(token.value);
}

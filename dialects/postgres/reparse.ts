/**
 * The server's text of an expression is not always a fixed point: what `status IN ('a', 'b')` over a varchar column is printed as,
 *
 *   (status)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[])
 *
 * is parsed into another tree and printed otherwise the next time (the cast of an ARRAY[] goes to its elements, transformArrayExpr in
 * parse_expr.c). Statements are therefore written without the two casts, which the parser puts back exactly as they were. Pure.
 */
import type { Dialect, KindDialect, RenderContext } from "../dialect.ts";
import { after, type Change } from "../../diff/change.ts";
import type { Statement } from "../../diff/plan_types.ts";
import { children } from "../../schema/graph.ts";
import type { Kind, SchemaObject } from "../../schema/object.ts";
import { is, type Token, tokens } from "./lexer.ts";

/** The text as it must be written so that the server prints it again as it is. `isVarchar` answers for columns by name. */
export function reparsable(sql: string, isVarchar: (column: string) => boolean): string {
  if (!sql.includes("])::text[])")) return sql;
  const all = tokens(sql);
  const meaning = all.flatMap((token, i) => token.type === "space" || token.type === "comment" ? [] : [i]);
  const gone = new Set<number>();
  for (let at = 0; at < meaning.length; at++) {
    for (const i of castsAt(meaning.slice(at), all, isVarchar)) gone.add(i);
  }
  return all.map((token, i) => gone.has(i) ? "" : token.text).join("");
}

/** The tokens of the two casts, when the pattern starts here; else none. */
function castsAt(
  places: readonly number[],
  all: readonly Token[],
  isVarchar: (column: string) => boolean,
): readonly number[] {
  let at = 0;
  const take = (...texts: readonly string[]): number[] | null => {
    const taken: number[] = [];
    for (const text of texts) {
      if (!is(all[places[at]!], text)) return null;
      taken.push(places[at++]!);
    }
    return taken;
  };
  const open = take("(");
  let column: Token | undefined;
  for (;; at++) {
    column = all[places[at]!];
    if (column?.type !== "word" && column?.type !== "quoted") return [];
    if (!is(all[places[++at]!], ".")) break;
  }
  const close = take(")", "::", "text");
  if (!open || !close || !isVarchar(column.value) || all[places[at++]!]?.type !== "operator") return [];
  if (!take("any") && !take("all")) return [];
  const openArray = take("(") && take("(");
  if (!openArray || !take("array", "[")) return [];
  do {
    if (all[places[at++]!]?.type !== "string" || !take("::", "character", "varying")) return [];
  } while (take(","));
  if (!take("]")) return [];
  const closeArray = take(")", "::", "text", "[", "]");
  return closeArray && take(")") ? [...open, ...close, ...openArray, ...closeArray] : [];
}

/** Every kind with its statements written so. */
export function withReparsableText(kinds: Dialect["kinds"]): Dialect["kinds"] {
  const entries = Object.entries(kinds).map(([name, kind]) => {
    if (kind === "unsupported") return [name, kind];
    const { render } = kind as unknown as KindDialect<Kind>;
    return [name, {
      ...kind,
      render: (change: Change, context: RenderContext): readonly Statement[] =>
        render(change, context).map((statement) => ({
          ...statement,
          sql: reparsable(statement.sql, (column) => isVarchar(column, change, context)),
        })),
    }];
  });
  return Object.fromEntries(entries) as Dialect["kinds"];
}

/** Are all columns of that name that the change could mean of type varchar? */
function isVarchar(column: string, change: Change, context: RenderContext): boolean {
  const found = [change, ...change.parts].flatMap((each) => after(each as Change) ?? []).flatMap((object) => [
    object,
    ...object.refs.flatMap((id) => context.to.objects.get(id) ?? []),
    ...(object.parent ? children(context.to, object.parent, "column") as readonly SchemaObject[] : []),
  ]);
  const named = found.filter((object) => object.kind === "column" && object.name.at(-1) === column);
  return named.length > 0 &&
    named.every((object) =>
      object.kind === "column" && object.type.name === "character varying" && object.type.dimensions === 0
    );
}

/**
 * USING of a parent's column that reads other columns in heirs and partitions whose columns stand at other places. The server makes the
 * expression again for each of them, from a tree in which it has resolved some arguments for the parent already: transformExprRecurse
 * (parse_expr.c) puts the arguments of NullTest, BooleanTest and NamedArgExpr back where they were, by the parent's places. Seen on 15 to 18:
 * another column's values decide, in silence; where a column was dropped at that place the statement fails ("attribute 1 of type … has been
 * dropped"), and so it does, wherever the columns stand, where the argument is more than a column ("unrecognized node type"). All else is
 * resolved by name. Pure.
 */
import type { Finding, TextRule } from "../../../diff/lint/rule.ts";
import { objectId } from "../../../schema/id.ts";
import { is, significant, type Token } from "../lexer.ts";

/** Which forms in USING mean other columns below a parent. */
export const heirsInUsing: TextRule = {
  code: "heirs-in-using",
  severity: "warning",
  summary: "Postgres: USING with IS NULL, IS TRUE or f(name => …) reads other columns in partitions and heirs",
  problem:
    "Where a partition or an heir has its columns at other places than its parent, because it was attached or made with another order or " +
    "something was dropped, the server looks in its rows for what stands in the parent's place: the values come from another column, in silence. Where more than a column is " +
    'tested, the statement fails ("unrecognized node type").',
  solution:
    "Write IS [NOT] DISTINCT FROM NULL (or TRUE, or FALSE) and arguments without names: these are resolved by name in each table. Where no " +
    "table inherits from this one, nothing is wrong.",
  check: (sql) => {
    const all = significant(sql), table = alteredTable(all);
    if (!table) return [];
    const object = objectId("table", table.path.length > 1 ? table.path : ["public", ...table.path]);
    return actions(all.slice(table.end)).flatMap((action): readonly Finding[] => {
      const using = usingOf(action), form = using === null ? null : formIn(using);
      return form === null ? [] : [{
        object,
        message: `"${
          table.path.join(".")
        }": ${form} in USING means another column in partitions and heirs whose columns stand elsewhere`,
        hint:
          "write IS [NOT] DISTINCT FROM NULL, TRUE or FALSE and arguments without names, or see that none has another order",
      }];
    });
  },
};

/** The table that ALTER TABLE reaches with its heirs, and where its name ends; null for all else, and for ONLY. */
function alteredTable(all: readonly Token[]): { readonly path: readonly string[]; readonly end: number } | null {
  let at = 0;
  const next = (...words: readonly string[]) => words.every((word, i) => is(all[at + i], word)) && (at += words.length);
  if (!next("alter") || !(next("foreign", "table") || next("table"))) return null;
  next("if", "exists");
  if (is(all[at], "only")) return null;
  const path: string[] = [];
  do {
    const token = all[at++];
    if (token?.type !== "word" && token?.type !== "quoted") return null;
    path.push(token.value);
  } while (next("."));
  return { path, end: at };
}

/** What stands between the commas that stand in no parentheses. */
function actions(all: readonly Token[]): readonly (readonly Token[])[] {
  const found: Token[][] = [[]];
  let depth = 0;
  for (const token of all) {
    if (is(token, "(") || is(token, "[")) depth++;
    else if (is(token, ")") || is(token, "]")) depth--;
    if (depth === 0 && is(token, ",")) found.push([]);
    else found.at(-1)!.push(token);
  }
  return found;
}

/** The expression of ALTER [COLUMN] name [SET DATA] TYPE … USING …; null when it is something else. */
function usingOf(action: readonly Token[]): readonly Token[] | null {
  const rest = action.filter((token, i) => !(i === 0 && is(token, "*")));
  if (!is(rest[0], "alter")) return null;
  // A column may be called "column".
  const name = is(rest[1], "column") && !is(rest[2], "type") && !is(rest[2], "set") ? 2 : 1;
  const type = is(rest[name + 1], "set") && is(rest[name + 2], "data") ? name + 3 : name + 1;
  if (!is(rest[type], "type")) return null;
  const using = rest.findIndex((token, i) => i > type && is(token, "using"));
  return using < 0 ? null : rest.slice(using + 1);
}

/** The first form in an expression whose argument the server resolves for the parent alone, as people know it. */
function formIn(expression: readonly Token[]): string | null {
  for (const [i, token] of expression.entries()) {
    if (is(token, "isnull") || is(token, "notnull")) return token.value.toUpperCase();
    if (is(token, "=>") || is(token, ":=")) return "an argument by name";
    if (!is(token, "is")) continue;
    const not = is(expression[i + 1], "not"), tested = expression[not ? i + 2 : i + 1];
    const word = ["null", "true", "false", "unknown"].find((each) => is(tested, each));
    if (word) return `IS ${not ? "NOT " : ""}${word.toUpperCase()}`;
  }
  return null;
}

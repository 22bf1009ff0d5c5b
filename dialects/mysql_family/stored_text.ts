/** The texts of triggers and routines: head and body told apart, whoever wrote them. Pure. */
import type { Expression } from "../../schema/object.ts";
import { nameOf } from "./expression.ts";
import { type Token, tokenize } from "./lexer.ts";
import { quote } from "./sql.ts";

/** The tokens of CREATE with OR REPLACE, DEFINER and IF NOT EXISTS passed over: the index of what is created. */
function afterPreamble(tokens: readonly Token[]): number {
  let i = 0;
  if (tokens[i]?.value === "CREATE") i++;
  if (tokens[i]?.value === "OR" && tokens[i + 1]?.value === "REPLACE") i += 2;
  if (tokens[i]?.value === "DEFINER") {
    i += 2;
    // user, user@host, CURRENT_USER, CURRENT_USER(): whatever stands before the word of the kind.
    while (i < tokens.length && !/^(TRIGGER|FUNCTION|PROCEDURE|AGGREGATE|EVENT|VIEW|SQL)$/.test(wordOf(tokens[i]!))) {
      i++;
    }
  }
  return i;
}

function wordOf(token: Token): string {
  return token.kind === "word" ? token.value : "";
}

/** The statement's text without DEFINER, OR REPLACE and IF NOT EXISTS. */
export function withoutPreamble(sql: string): string {
  const text = sql.trim().replace(/;$/, "");
  const tokens = tokenize(text);
  const i = afterPreamble(tokens);
  if (i === 0 || !tokens[i]) return text;
  const rest = `CREATE ${text.slice(tokens[i]!.start)}`;
  return rest.replace(/^(CREATE \w+ )IF NOT EXISTS /i, "$1");
}

export function normalRoutine(definition: Expression): Expression {
  return { ...definition, sql: withoutPreamble(definition.sql) };
}

/** The trigger as "CREATE TRIGGER `name` BEFORE INSERT ON `table` FOR EACH ROW body" and the one that it follows. */
export function normalTrigger(
  definition: Expression,
  name: string,
): { readonly definition: Expression; readonly follows: string | null } {
  const text = definition.sql.trim().replace(/;$/, "");
  const tokens = tokenize(text);
  let i = tokens.findIndex((token) => wordOf(token) === "BEFORE" || wordOf(token) === "AFTER");
  const row = tokens.findIndex((token, k) => k > i && wordOf(token) === "ROW" && wordOf(tokens[k - 1]!) === "EACH");
  if (i < 0 || row < 0) return { definition: { ...definition, sql: text }, follows: null };
  const timing = `${tokens[i]!.value} ${tokens[i + 1]!.value}`;
  i = tokens.findIndex((token, k) => k > i && wordOf(token) === "ON");
  const table = tokens[i + 2]?.text === "." ? tokens[i + 3]! : tokens[i + 1]!;
  let body = row + 1, follows: string | null = null;
  if (["FOLLOWS", "PRECEDES"].includes(wordOf(tokens[body]!))) {
    if (tokens[body]!.value === "FOLLOWS") follows = nameOf(tokens[body + 1]!);
    body += 2;
  }
  const head = `CREATE TRIGGER ${quote(name)} ${timing} ON ${quote(nameOf(table))} FOR EACH ROW`;
  return { definition: { ...definition, sql: `${head} ${text.slice(tokens[body]!.start)}` }, follows };
}

/** A normal trigger's text before and behind FOR EACH ROW. */
export function triggerParts(sql: string): { readonly head: string; readonly body: string } {
  const tokens = tokenize(sql);
  const row = tokens.findIndex((token, k) => wordOf(token) === "ROW" && k > 0 && wordOf(tokens[k - 1]!) === "EACH");
  if (row < 0) return { head: sql, body: "" };
  return { head: sql.slice(0, tokens[row]!.end), body: sql.slice(tokens[row + 1]?.start ?? sql.length) };
}

/** What a SHOW CREATE EVENT does: the text behind its DO. */
export function eventBody(sql: string): string {
  const tokens = tokenize(sql);
  const at = tokens.find((token) => wordOf(token) === "DO");
  return at ? sql.slice(at.end).trim() : sql;
}

/** The query of a SHOW CREATE VIEW, without WITH CHECK OPTION. */
export function viewQuery(sql: string): string {
  const tokens = tokenize(sql);
  const at = tokens.findIndex((token, i) =>
    wordOf(token) === "AS" && i > 0 && tokens.slice(0, i).some((each) => wordOf(each) === "VIEW")
  );
  const end = /\s+WITH (?:CASCADED|LOCAL) CHECK OPTION\s*$/i;
  return at < 0 ? sql : sql.slice(tokens[at]!.end).replace(end, "").trim();
}

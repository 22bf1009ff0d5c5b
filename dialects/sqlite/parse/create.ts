/**
 * Reads one CREATE statement as SQLite itself reads it. SQLite has accepted the text already, so this checks only as much as it needs
 * to understand it, and says so (SQA-210) when it does not.
 */
import type { CreateIndex, CreateStatement, CreateTrigger, CreateView, CreateVirtualTable } from "./ast.ts";
import {
  accept,
  type Cursor,
  expect,
  name,
  openCursor,
  peek,
  qualifiedName,
  sees,
  textBetween,
  unexpected,
} from "./cursor.ts";
import { keyList, nameList } from "./constraint.ts";
import { tableBody } from "./table.ts";

/** The statement that `sql` holds. SQA-210 when it is none of the five that make schema objects. */
export function parseCreate(sql: string): CreateStatement {
  const cursor = openCursor(sql);
  expect(cursor, "CREATE");
  const temporary = accept(cursor, "TEMP") || accept(cursor, "TEMPORARY");
  const unique = accept(cursor, "UNIQUE");
  const head = (): { name: string; schema: string | null; temporary: boolean } => {
    accept(cursor, "IF", "NOT", "EXISTS");
    return { ...qualifiedName(cursor), temporary };
  };
  const statement = ((): CreateStatement => {
    if (accept(cursor, "TABLE")) return { kind: "table", ...head(), ...tableBody(cursor) };
    if (accept(cursor, "INDEX")) return { kind: "index", ...head(), unique, ...indexBody(cursor) };
    if (accept(cursor, "VIEW")) return { kind: "view", ...head(), ...viewBody(cursor) };
    if (accept(cursor, "TRIGGER")) return { kind: "trigger", ...head(), ...triggerBody(cursor) };
    if (accept(cursor, "VIRTUAL", "TABLE")) return { kind: "virtual_table", ...head(), ...virtualBody(cursor) };
    throw unexpected(cursor, "TABLE, INDEX, VIEW or TRIGGER");
  })();
  while (accept(cursor, ";"));
  if (peek(cursor)) throw unexpected(cursor, "the end of the statement");
  return statement;
}

type Body<T> = Omit<T, "kind" | "name" | "schema" | "temporary">;

function indexBody(cursor: Cursor): Omit<Body<CreateIndex>, "unique"> {
  expect(cursor, "ON");
  const table = name(cursor);
  const { keys } = keyList(cursor);
  const where = accept(cursor, "WHERE") ? rest(cursor) : null;
  return { table, keys, where };
}

function viewBody(cursor: Cursor): Body<CreateView> {
  const columns = sees(cursor, "(") ? nameList(cursor) : null;
  expect(cursor, "AS");
  return { columns, query: rest(cursor) };
}

function triggerBody(cursor: Cursor): Body<CreateTrigger> {
  const from = cursor.at;
  if (!accept(cursor, "BEFORE") && !accept(cursor, "AFTER")) accept(cursor, "INSTEAD", "OF");
  if (accept(cursor, "UPDATE", "OF")) { while (peek(cursor) && !sees(cursor, "ON")) cursor.at++; }
  else if (!["INSERT", "UPDATE", "DELETE"].some((word) => accept(cursor, word))) throw unexpected(cursor, "an event");
  expect(cursor, "ON");
  const { name: table } = qualifiedName(cursor);
  rest(cursor);
  return { table, definition: textBetween(cursor, from, cursor.at) };
}

/** Arguments are split at commas outside parentheses and kept as written: the module reads them, not SQLite (vtab.c). */
function virtualBody(cursor: Cursor): Body<CreateVirtualTable> {
  expect(cursor, "USING");
  const module = name(cursor);
  const args: string[] = [];
  if (accept(cursor, "(")) {
    let from = cursor.at, depth = 0;
    for (; peek(cursor); cursor.at++) {
      const token = peek(cursor)!;
      if (token.kind !== "operator") continue;
      if (depth === 0 && (token.text === "," || token.text === ")")) {
        if (cursor.at > from) args.push(textBetween(cursor, from, cursor.at));
        from = cursor.at + 1;
        if (token.text === ")") break;
      } else if (token.text === "(") depth++;
      else if (token.text === ")") depth--;
    }
    expect(cursor, ")");
  }
  return { module, args };
}

/** Everything up to the end of the statement, without its semicolon. */
function rest(cursor: Cursor): string {
  const from = cursor.at;
  let end = cursor.tokens.length;
  while (end > from && cursor.tokens[end - 1]!.text === ";") end--;
  if (end === from) throw unexpected(cursor, "more text");
  cursor.at = end;
  return textBetween(cursor, from, end);
}

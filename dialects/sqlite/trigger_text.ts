/** A trigger's text as a model may give it: with its CREATE TRIGGER head or from BEFORE/AFTER on. */
import { parseCreate } from "./parse/create.ts";
import { tokenize } from "./lexer.ts";

/** The part after the trigger's name. */
export function triggerText(sql: string): string {
  if (tokenize(sql)[0]?.value !== "CREATE") return sql;
  const statement = parseCreate(sql);
  return statement.kind === "trigger" ? statement.definition : sql;
}

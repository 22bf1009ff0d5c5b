/** May CREATE OR REPLACE take one routine in place of another? The manual page of CREATE FUNCTION says when. Pure. */
import type { SchemaObject } from "../../schema/object.ts";
import { is, significant } from "./lexer.ts";

interface Argument {
  /** Mode, name and type as written. */
  readonly base: string;
  readonly hasDefault: boolean;
}

/** Same kind, same result, same names and types of arguments; a default may be added or changed but not taken away. */
export function replaceable(from: SchemaObject<"function">, to: SchemaObject<"function">): boolean {
  if (from.routine !== to.routine || from.returns !== to.returns) return false;
  if (isWindow(from) !== isWindow(to)) return false;
  if (from.arguments === to.arguments) return true;
  const before = argumentsOf(from.arguments), after = argumentsOf(to.arguments);
  return before.length === after.length &&
    before.every((each, i) => each.base === after[i]!.base && (!each.hasDefault || after[i]!.hasDefault));
}

/** A window function cannot become a plain one. The word stands alone on its line in the server's own text. */
function isWindow(object: SchemaObject<"function">): boolean {
  return /^ WINDOW\b/m.test(object.definition.sql.split("\nAS ")[0]!);
}

function argumentsOf(text: string): readonly Argument[] {
  const found: Argument[] = [];
  let depth = 0, start = 0, end = -1, hasDefault = false;
  const finish = (at: number) => {
    const base = text.slice(start, end < 0 ? at : end).trim();
    if (base !== "") found.push({ base, hasDefault });
    hasDefault = false, end = -1;
  };
  for (const token of significant(text)) {
    if (is(token, "(") || is(token, "[")) depth++;
    else if (is(token, ")") || is(token, "]")) depth--;
    else if (depth === 0 && is(token, ",")) finish(token.start), start = token.start + 1;
    else if (depth === 0 && (is(token, "default") || is(token, "=")) && !hasDefault) {
      hasDefault = true, end = token.start;
    }
  }
  finish(text.length);
  return found;
}

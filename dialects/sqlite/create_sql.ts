/** Writes CREATE INDEX, CREATE VIEW and CREATE TRIGGER. */
import type { SchemaObject } from "../../schema/object.ts";
import { tokenize } from "./lexer.ts";
import { nameOfId } from "./names.ts";
import { quote } from "./sql.ts";

export function createIndex(index: SchemaObject<"index">): string {
  const keys = index.keys.map((key) => {
    const collation = key.collation === null ? "" : ` COLLATE ${quote(key.collation)}`;
    const what = key.column !== null ? quote(key.column) : keyExpression(key.expression!.sql, collation !== "");
    return what + collation + (key.order === "desc" ? " DESC" : "");
  });
  const unique = index.unique ? "UNIQUE " : "";
  const where = index.where === null ? "" : `\n  WHERE ${index.where.sql}`;
  return `CREATE ${unique}INDEX ${quote(index.name.at(-1)!)} ON ${quote(nameOfId(index.parent!))} (${
    keys.join(", ")
  })${where}`;
}

/** COLLATE binds closer than any operator, so an expression that is more than one operand needs parentheses before it. */
function keyExpression(sql: string, collated: boolean): string {
  return collated && !/^[A-Za-z_][A-Za-z0-9_]*\([^()]*\)$/.test(sql) ? `(${sql})` : sql;
}

export function createView(view: SchemaObject<"view">): string {
  const columns = view.columns === null ? "" : ` (${view.columns.map(quote).join(", ")})`;
  return `CREATE VIEW ${quote(view.name.at(-1)!)}${columns} AS\n${inLines(view.definition.sql)}`;
}

export function createTrigger(trigger: SchemaObject<"trigger">): string {
  return `CREATE TRIGGER ${quote(trigger.name.at(-1)!)} ${inLines(trigger.definition.sql)}`;
}

const clauses = new Set([
  "FROM",
  "WHERE",
  "GROUP",
  "HAVING",
  "ORDER",
  "LIMIT",
  "UNION",
  "EXCEPT",
  "INTERSECT",
  "WINDOW",
]);
const joins = new Set(["JOIN", "LEFT", "RIGHT", "FULL", "INNER", "CROSS", "NATURAL"]);

/**
 * The text with line breaks before the clauses of its outermost query and after the statements of a trigger. Only white space between
 * tokens changes, so it reads back to the same normal form.
 */
export function inLines(sql: string): string {
  const tokens = tokenize(sql);
  const isTrigger = tokens.some((token) => token.value === "BEGIN" && token.kind === "word") &&
    tokens.at(-1)?.value === "END";
  const begin = isTrigger ? tokens.findIndex((token) => token.value === "BEGIN" && token.kind === "word") : -1;
  let text = "", at = 0, depth = 0;
  tokens.forEach((token, i) => {
    if (token.kind === "operator" && token.text === "(") depth++;
    if (token.kind === "operator" && token.text === ")") depth--;
    let line: string | null = null;
    if (isTrigger) {
      if (i === begin + 1 || (tokens[i - 1]?.text === ";" && i < tokens.length - 1)) line = "\n  ";
      else if (i === tokens.length - 1) line = "\n";
    } else if (depth === 0 && i > 0 && token.kind === "word" && token.text === token.value) {
      const previous = tokens[i - 1]!;
      const joined = joins.has(token.value) && !joins.has(previous.value) && previous.value !== "OUTER" &&
        tokens[i + 1]?.text !== "(";
      const distinctFrom = token.value === "FROM" && previous.value === "DISTINCT";
      if ((clauses.has(token.value) && !distinctFrom) || joined) line = "\n";
    }
    // A comment may stand in the gap where a column is called by its text.
    text += line === null ? sql.slice(at, token.end) : sql.slice(at, token.start).trimEnd() + line + token.text;
    at = token.end;
  });
  return text;
}

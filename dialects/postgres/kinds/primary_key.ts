/** Primary keys in Postgres. */
import type { SchemaObject } from "../../../schema/object.ts";
import { made } from "../catalog.ts";
import { type ConstraintRow, tableOf } from "../constraint.ts";
import { duplicates, keyBody, keyDialect, keyOfRow } from "../key.ts";
import { quote, quoteList } from "../sql.ts";

export function primaryKeyFromRow(row: ConstraintRow): SchemaObject {
  const { path, table, fields } = keyOfRow(row);
  return made("primary_key", path, table, fields);
}

export function primaryKeyClause(object: SchemaObject<"primary_key">): string {
  return `PRIMARY KEY ${keyBody(object)}`;
}

export const primaryKey = keyDialect<"primary_key">(primaryKeyClause, (key) => {
  const path = tableOf(key), unknown = key.columns.map((name) => `${quote(name)} IS NULL`).join(" OR ");
  return {
    reason: `rows with the same (${quoteList(key.columns)}), or with a NULL in it, are refused`,
    probe: `SELECT (SELECT count(*) FROM ${path} WHERE ${unknown}) + (${duplicates(path, key.columns, false)})`,
  };
});

/** Primary keys in Postgres. */
import type { SchemaObject } from "../../../schema/object.ts";
import { made } from "../catalog.ts";
import type { ConstraintRow } from "../constraint.ts";
import { keyBody, keyDialect, keyOfRow } from "../key.ts";
import { refusesKeyless } from "../row_refusals.ts";

export function primaryKeyFromRow(row: ConstraintRow): SchemaObject {
  const { path, table, fields } = keyOfRow(row);
  return made("primary_key", path, table, fields);
}

export function primaryKeyClause(object: SchemaObject<"primary_key">): string {
  return `PRIMARY KEY ${keyBody(object)}`;
}

export const primaryKey = keyDialect<"primary_key">(primaryKeyClause, refusesKeyless);

/** Unique constraints in Postgres. */
import type { SchemaObject } from "../../../schema/object.ts";
import { made } from "../catalog.ts";
import type { ConstraintRow } from "../constraint.ts";
import { keyBody, keyDialect, keyOfRow } from "../key.ts";
import { refusesTwins } from "../row_refusals.ts";

export function uniqueFromRow(row: ConstraintRow): SchemaObject {
  const { path, table, fields } = keyOfRow(row);
  return made("unique", path, table, { ...fields, nullsDistinct: !row.nulls_not_distinct });
}

export function uniqueClause(object: SchemaObject<"unique">): string {
  return `UNIQUE ${object.nullsDistinct ? "" : "NULLS NOT DISTINCT "}${keyBody(object)}`;
}

export const unique = keyDialect<"unique">(uniqueClause, refusesTwins);

/** Which rows stand in the way of what is put on their table, with a query that counts them. Pure. */
import type { Effects } from "../../diff/plan_types.ts";
import type { SchemaObject } from "../../schema/object.ts";
import { quote, quoteList, quotePath } from "./sql.ts";

type Refusal = NonNullable<Effects["mayFail"]>;

/** Of a new column: rows where it has no value. `isTableThere`: can they be counted before? */
export function refusesEmpty(column: SchemaObject<"column">, isTableThere: boolean): Refusal | null {
  if (column.nullable || column.default || column.identity) return null;
  if (column.generated) {
    const reason = `rows for which (${column.generated.expression.sql}) is NULL are refused`;
    return { reason, probe: null }; // it may name columns that are new as well
  }
  return {
    reason: `existing rows have no value for the new column ${quote(column.name[2]!)}, which is NOT NULL`,
    probe: isTableThere ? `SELECT count(*) FROM ${tableOf(column)}` : null,
  };
}

/** Of a check: rows that break it. */
export function refusesBroken({ name, expression }: SchemaObject<"check">): Refusal {
  return {
    reason: `rows for which (${expression.sql}) is false are refused`,
    probe: `SELECT count(*) FROM ${tableOf({ name })} WHERE NOT (${expression.sql})`,
  };
}

/** Of a primary key: rows without one, or with that of another. */
export function refusesKeyless(key: SchemaObject<"primary_key">): Refusal {
  const path = tableOf(key), unknown = key.columns.map((name) => `${quote(name)} IS NULL`).join(" OR ");
  return {
    reason: `rows with the same (${quoteList(key.columns)}), or with a NULL in it, are refused`,
    probe: `SELECT (SELECT count(*) FROM ${path} WHERE ${unknown}) + (${duplicates(path, key.columns, false)})`,
  };
}

/** Of a unique key: rows with that of another. */
export function refusesTwins(key: SchemaObject<"unique">): Refusal {
  return {
    reason: `rows with the same (${quoteList(key.columns)}) are refused`,
    probe: duplicates(tableOf(key), key.columns, key.nullsDistinct),
  };
}

/** A query that counts the groups of rows that a unique key over these columns would refuse. */
export function duplicates(path: string, columns: readonly string[], nullsDistinct: boolean, where = ""): string {
  const known = nullsDistinct ? columns.map((name) => `${quote(name)} IS NOT NULL`) : [];
  const conditions = [...known, ...(where ? [`(${where})`] : [])];
  const filter = conditions.length ? ` WHERE ${conditions.join(" AND ")}` : "";
  return `SELECT count(*) FROM (SELECT FROM ${path}${filter} GROUP BY ${
    quoteList(columns)
  } HAVING count(*) > 1) AS duplicates`;
}

function tableOf({ name }: Pick<SchemaObject, "name">): string {
  return quotePath(name.slice(0, -1));
}

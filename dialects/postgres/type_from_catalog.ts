/** Reads a type by its oid so that no name has to be taken apart as text: the pieces of a query, and the type from its row. Pure. */
import type { DataType } from "../../schema/object.ts";
import { dotted } from "./sql.ts";
import { parseType } from "./types.ts";

/** What the query's columns hold. */
export interface TypeRow {
  readonly type: string;
  readonly type_path: readonly [string, string] | null;
  readonly is_array: boolean;
}

export const typeFromCatalog = {
  /** Columns type, type_path, is_array; the joins make `b` the type, `e` its element (or itself) and `en` the element's schema. */
  columns: (modifier: string) =>
    `pg_catalog.format_type(e.oid, ${modifier}) AS type, -- of the element, for an array
  CASE WHEN en.nspname <> 'pg_catalog' THEN pg_catalog.json_build_array(en.nspname, e.typname) END AS type_path,
  b.oid <> e.oid AS is_array`,
  joins: (oid: string) =>
    `JOIN pg_catalog.pg_type AS b ON b.oid = ${oid}
JOIN pg_catalog.pg_type AS e ON e.oid = CASE WHEN b.typcategory = 'A' AND b.typelem <> 0 AND b.typlen = -1 AND b.oid NOT IN (22, 30) THEN b.typelem ELSE b.oid END
JOIN pg_catalog.pg_namespace AS en ON en.oid = e.typnamespace`,
  read(row: TypeRow): DataType {
    const parsed = parseType(row.type);
    const type = row.type_path ? { ...parsed, name: dotted(row.type_path), family: "other" as const } : parsed;
    return { ...type, dimensions: row.is_array ? 1 : 0 };
  },
};

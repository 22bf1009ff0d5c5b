/** Reads all constraint kinds with one query, and writes any of them inside CREATE TABLE. */
import type { RenderContext } from "../../dialect.ts";
import type { Change, Create } from "../../../diff/change.ts";
import type { Statement } from "../../../diff/plan_types.ts";
import type { SchemaObject } from "../../../schema/object.ts";
import {
  address,
  columnNames,
  type Found,
  includedColumns,
  placeAmongAlike,
  type Reader,
  reader,
  tablesInScope,
} from "../catalog.ts";
import { constraintComment, type ConstraintRow, named } from "../constraint.ts";
import { checkClause } from "../check_words.ts";
import { isInherited } from "../inheritance.ts";
import { indexMarks } from "../index_marks.ts";
import { addCheck, checkFromRow } from "./check.ts";
import { exclusionClause, exclusionFromRow } from "./exclusion.ts";
import { foreignKeyClause, foreignKeyFromRow } from "./foreign_key.ts";
import { primaryKeyClause, primaryKeyFromRow } from "./primary_key.ts";
import { uniqueClause, uniqueFromRow } from "./unique.ts";

type FromRow = (row: ConstraintRow) => SchemaObject;

const fromRow: Readonly<Record<string, FromRow>> = {
  p: primaryKeyFromRow,
  u: uniqueFromRow,
  c: checkFromRow,
  f: foreignKeyFromRow,
  x: exclusionFromRow,
};

export const constraintReader: Reader = reader<ConstraintRow>({
  many: true,
  columns: {
    oid: true,
    type: true,
    schema: true,
    table_name: true,
    table_kind: true,
    inherited: true,
    attached: true,
    incomplete: true,
    name: true,
    columns: true,
    deferrable: true,
    deferred: true,
    valid: true,
    enforced: true,
    no_inherit: true,
    period: true,
    expression: true,
    definition: true,
    foreign_schema: true,
    foreign_table: true,
    foreign_columns: true,
    on_update: true,
    on_delete: true,
    match: true,
    delete_columns: true,
    copies: true,
    index_oid: true,
    index_comment: true,
    include: true,
    nulls_not_distinct: true,
    parameters: true,
    tablespace: true,
    clustered: true,
    replica_identity: true,
    position: true,
  },
  sql: (version) =>
    `WITH RECURSIVE ${tablesInScope},
copies AS ( -- of foreign keys, on partitions
  SELECT k.oid AS whole, k.conname AS made, k.oid, k.conrelid, k.conname
  FROM pg_catalog.pg_constraint AS k
  JOIN pg_catalog.pg_class AS c ON c.oid = k.conrelid AND c.relkind = 'p'
  WHERE k.contype = 'f' AND k.conparentid = 0
  UNION ALL
  SELECT copies.whole, copies.made, k.oid, k.conrelid, k.conname
  FROM copies
  JOIN pg_catalog.pg_constraint AS k ON k.conparentid = copies.oid AND k.conrelid <> copies.conrelid
),
named AS (
  SELECT copies.whole,
    pg_catalog.json_agg(pg_catalog.json_build_array(s.name, c.relname, copies.conname)) AS copies
  FROM copies
  JOIN pg_catalog.pg_class AS c ON c.oid = copies.conrelid
  JOIN schemas AS s ON s.oid = c.relnamespace
  WHERE copies.conname <> copies.made
  GROUP BY copies.whole
)
SELECT
  k.oid,
  k.contype::pg_catalog.text AS type,
  t.schema,
  t.name AS table_name,
  t.kind AS table_kind,
  NOT k.conislocal AS inherited,
  k.conparentid <> 0 AS attached, -- the part of a partitioned table's key
  COALESCE(ic.relkind = 'I' AND NOT x.indisvalid, false) AS incomplete,
  k.conname AS name,
  ${columnNames("k.conrelid", "k.conkey")} AS columns,
  k.condeferrable AS deferrable,
  k.condeferred AS deferred,
  k.convalidated AS valid,
  ${version >= 180000 ? "k.conenforced" : "true"} AS enforced, -- 18
  k.connoinherit AS no_inherit,
  ${version >= 180000 ? "k.conperiod" : "false"} AS period, -- 18: WITHOUT OVERLAPS, PERIOD
  pg_catalog.pg_get_expr(k.conbin, k.conrelid) AS expression,
  CASE WHEN k.contype = 'x' THEN pg_catalog.pg_get_constraintdef(k.oid) END AS definition,
  fn.nspname AS foreign_schema,
  fc.relname AS foreign_table,
  ${columnNames("k.confrelid", "k.confkey")} AS foreign_columns,
  k.confupdtype::pg_catalog.text AS on_update, -- a no action, r restrict, c cascade, n set null, d set default
  k.confdeltype::pg_catalog.text AS on_delete,
  k.confmatchtype::pg_catalog.text AS match, -- s simple, f full, p partial
  ${columnNames("k.conrelid", "k.confdelsetcols")} AS delete_columns, -- 15: SET NULL (columns)
  named.copies,
  CASE WHEN k.contype IN ('p', 'u', 'x') THEN k.conindid END AS index_oid,
  CASE WHEN k.contype IN ('p', 'u', 'x') THEN id.description END AS index_comment,
  ${includedColumns("x")} AS include,
  COALESCE(x.indnullsnotdistinct, false) AS nulls_not_distinct, -- 15
  pg_catalog.to_json(ic.reloptions) AS parameters,
  space.spcname AS tablespace,
  COALESCE(x.indisclustered, false) AS clustered,
  COALESCE(x.indisreplident, false) AS replica_identity,
  ${placeAmongAlike("x", "ic")} AS position
FROM pg_catalog.pg_constraint AS k
JOIN tables AS t ON t.oid = k.conrelid
LEFT JOIN pg_catalog.pg_class AS fc ON fc.oid = k.confrelid
LEFT JOIN pg_catalog.pg_namespace AS fn ON fn.oid = fc.relnamespace
LEFT JOIN named ON named.whole = k.oid
LEFT JOIN pg_catalog.pg_index AS x ON x.indexrelid = k.conindid AND k.contype IN ('p', 'u', 'x')
LEFT JOIN pg_catalog.pg_description AS id
  ON id.objoid = k.conindid AND id.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND id.objsubid = 0
LEFT JOIN pg_catalog.pg_class AS ic ON ic.oid = x.indexrelid
LEFT JOIN pg_catalog.pg_tablespace AS space ON space.oid = ic.reltablespace
WHERE k.contype IN ('p', 'u', 'c', 'f', 'x')
  AND (k.contype <> 'f' OR k.conparentid = 0) -- a partition's copy of a foreign key differs in its name at most`,
  found: (row): readonly Found[] => {
    const object = fromRow[row.type]!(row);
    // What needs the key depends on its index in the catalogs; both addresses mean the constraint.
    const aliases = row.index_oid ? [address("pg_class", row.index_oid)] : [];
    return [{ object, address: address("pg_constraint", row.oid), aliases }];
  },
});

/** "CONSTRAINT name PRIMARY KEY (…)" for an object of a constraint kind; null for other kinds, and for what must be added afterwards. */
export function constraintDefinition(object: SchemaObject): string | null {
  switch (object.kind) {
    case "primary_key":
      return named(object, primaryKeyClause(object as SchemaObject<"primary_key">));
    case "unique":
      return named(object, uniqueClause(object as SchemaObject<"unique">));
    case "exclusion":
      return named(object, exclusionClause(object as SchemaObject<"exclusion">));
    case "check": {
      // CREATE TABLE would take NOT VALID and forget it: a new table has no rows to be wrong.
      const check = object as SchemaObject<"check">;
      return check.options.not_valid ? null : named(object, checkClause(check));
    }
    case "foreign_key":
      return named(object, foreignKeyClause(object as SchemaObject<"foreign_key">));
    default:
      return null;
  }
}

/** What follows a constraint that was made in CREATE TABLE, or could not be: ADD, the marks on its index, its comment. */
export function constraintExtras(change: Create, context: Pick<RenderContext, "to">): readonly Statement[] {
  const made = change as Change;
  if (made.kind === "check" && made.op === "create" && made.to.options.not_valid && !isInherited(made.to)) {
    return addCheck(made);
  }
  return [...indexMarks(made, context), ...constraintComment(made)];
}

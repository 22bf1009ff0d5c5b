/** What the constraint kinds share beside how they are read: the row of the catalog, and the statements that are the same for all. */
import { type Change, type Drop, type Rename } from "../../diff/change.ts";
import type { Statement } from "../../diff/plan_types.ts";
import type { Deferrable, Options, SchemaObject } from "../../schema/object.ts";
import { options, parameters, type TableKind } from "./catalog.ts";
import { comment, commentOn } from "./comment.ts";
import { quote, quotePath } from "./sql.ts";
import { accessExclusive, quick, statement } from "./statement.ts";

/** A row of pg_constraint with its index, as the kinds read it. */
export interface ConstraintRow {
  readonly oid: string;
  readonly type: string;
  readonly schema: string;
  readonly table_name: string;
  readonly table_kind: TableKind;
  readonly inherited: boolean;
  readonly attached: boolean;
  /** The key of a partitioned table that not all partitions have a part of. */
  readonly incomplete: boolean;
  readonly name: string;
  readonly columns: readonly string[] | null;
  readonly deferrable: boolean;
  readonly deferred: boolean;
  readonly valid: boolean;
  readonly enforced: boolean;
  readonly no_inherit: boolean;
  readonly period: boolean;
  readonly expression: string | null;
  /** The server's text of an exclusion constraint. */
  readonly definition: string | null;
  readonly foreign_schema: string | null;
  readonly foreign_table: string | null;
  readonly foreign_columns: readonly string[] | null;
  readonly on_update: string;
  readonly on_delete: string;
  readonly match: string;
  readonly delete_columns: readonly string[] | null;
  /** A foreign key's copies on partitions that are named otherwise: schema, table and name. */
  readonly copies: readonly (readonly [string, string, string])[] | null;
  readonly index_oid: string | null;
  readonly index_comment: string | null;
  readonly include: readonly string[] | null;
  readonly nulls_not_distinct: boolean;
  readonly parameters: readonly string[] | null;
  readonly tablespace: string | null;
  readonly clustered: boolean;
  readonly replica_identity: boolean;
  readonly position: number | null;
}

/** When a constraint of a row is checked. */
export function deferrableOf(row: ConstraintRow): Deferrable {
  return row.deferrable ? row.deferred ? "deferred" : "immediate" : "no";
}

/** The options of a key's index. */
export function keyOptions(row: ConstraintRow) {
  return options({
    attached: row.attached,
    incomplete: row.incomplete,
    include: row.include,
    without_overlaps: row.period,
    with: parameters(row.parameters),
    tablespace: row.tablespace,
    clustered: row.clustered,
    replica_identity: row.replica_identity,
    index_comment: row.index_comment,
  });
}

/** COMMENT ON INDEX for the index of a key: it has a comment beside the key's. */
function indexComment(change: Change): readonly Statement[] {
  if (change.op === "drop" || change.op === "rename") return [];
  const commentOf = (object: SchemaObject) => String((object as { options?: Options }).options?.index_comment ?? "");
  const was = change.op === "alter" ? commentOf(change.from as SchemaObject) : "",
    text = commentOf(change.to as SchemaObject);
  if (was === text) return [];
  const { name, parent } = change.to;
  return [commentOn(change, `INDEX ${quotePath([name[0]!, name.at(-1)!])}`, text === "" ? null : text, parent)];
}

/** " DEFERRABLE …" or nothing. */
export function deferrableClause(deferrable: Deferrable): string {
  return deferrable === "no" ? "" : deferrable === "deferred" ? " DEFERRABLE INITIALLY DEFERRED" : " DEFERRABLE";
}

type Constraint = "primary_key" | "unique" | "check" | "foreign_key" | "exclusion";

/** "CONSTRAINT name clause", as in CREATE TABLE and after ADD. */
export function named(object: SchemaObject, clause: string): string {
  return `CONSTRAINT ${quote(object.name.at(-1)!)} ${clause}`;
}

/** COMMENT ON CONSTRAINT for a change, and COMMENT ON INDEX where a key's index differs in that. */
export function constraintComment(change: Change): readonly Statement[] {
  const object = change.op === "drop" ? change.from : change.to;
  const target = `CONSTRAINT ${quote(object.name.at(-1)!)} ON ${tableOf(object)}`;
  return [...comment(change, target, object.parent), ...indexComment(change)];
}

/** The quoted path of the table that a constraint is on. */
export function tableOf(object: SchemaObject): string {
  return quotePath(object.name.slice(0, -1));
}

/** DROP CONSTRAINT. */
export function dropConstraint<K extends Constraint>(change: Drop<K>): readonly Statement[] {
  const object = change.from as unknown as SchemaObject;
  const sql = `ALTER TABLE ${tableOf(object)} DROP CONSTRAINT ${quote(object.name.at(-1)!)}`;
  return [statement(change as unknown as Change, sql, { locks: [accessExclusive(object.parent!)] })];
}

/** RENAME CONSTRAINT. */
export function renameConstraint<K extends Constraint>(change: Rename<K>): readonly Statement[] {
  const { from, to } = change as unknown as Rename;
  const sql = `ALTER TABLE ${tableOf(to)} RENAME CONSTRAINT ${quote(from.name.at(-1)!)} TO ${quote(to.name.at(-1)!)}`;
  return [quick(change as unknown as Change, to.parent!, sql)];
}

/** Fields of a change that a kind cannot alter in place. */
export function onlyFields(change: { readonly fields: readonly string[] }, allowed: readonly string[]): boolean {
  return change.fields.every((field) => allowed.includes(field));
}

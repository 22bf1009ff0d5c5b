/** Primary keys in Postgres. */
import type { KindDialect } from "../../dialect.ts";
import { assertNever } from "../../../schema/error.ts";
import { objectId } from "../../../schema/id.ts";
import type { SchemaObject } from "../../../schema/object.ts";
import { made } from "../catalog.ts";
import { differsInMarksOnly, indexMarks } from "../index_marks.ts";
import { hasParts, isAttached, leftParent, losesWhole } from "../inheritance.ts";
import { attachPart, isMadeByTable } from "../partition_index.ts";
import { normalParameters, withClause } from "../parameters.ts";
import { quote, quoteList } from "../sql.ts";
import { accessExclusive, statement } from "../statement.ts";
import {
  constraintComment,
  type ConstraintRow,
  deferrableClause,
  deferrableOf,
  dropConstraint,
  keyOptions,
  named,
  onlyFields,
  renameConstraint,
  tableOf,
} from "../constraint.ts";

/** Names of the options of a key: what a model may set. */
export const keyOptionNames = [
  "include",
  "without_overlaps",
  "with",
  "tablespace",
  "clustered",
  "replica_identity",
  "attached",
] as const;

export function primaryKeyFromRow(row: ConstraintRow): SchemaObject {
  const table = [row.schema, row.table_name];
  return made("primary_key", [...table, row.name], objectId(row.table_kind, table), {
    columns: row.columns ?? [],
    deferrable: deferrableOf(row),
    options: keyOptions(row),
  });
}

/** The columns of a key with what may follow them in a constraint: "(a, b) INCLUDE (c) WITH (…)". */
export function keyBody(object: SchemaObject<"primary_key"> | SchemaObject<"unique">): string {
  const { include, without_overlaps, tablespace } = object.options;
  const columns = quoteList(object.columns) + (without_overlaps ? " WITHOUT OVERLAPS" : "");
  return `(${columns})` + (Array.isArray(include) ? ` INCLUDE (${quoteList(include as string[])})` : "") +
    withClause(object.options) + (tablespace ? ` USING INDEX TABLESPACE ${quote(String(tablespace))}` : "") +
    deferrableClause(object.deferrable);
}

export function primaryKeyClause(object: SchemaObject<"primary_key">): string {
  return `PRIMARY KEY ${keyBody(object)}`;
}

export const primaryKey: KindDialect<"primary_key"> = {
  normalize: (object) => ({ ...object, options: normalParameters(object.options) }),
  alters: (change, context) =>
    !losesWhole(change.from, change.to, context) && onlyFields(change, ["comment", "options"]) &&
      differsInMarksOnly(change.from.options, change.to.options)
      ? "in place"
      : "recreate",
  renames: true,
  survives: (object, dropped, context) => isAttached(object) && leftParent(context, object, dropped),
  render(change, context) {
    switch (change.op) {
      case "create": {
        const { to } = change, path = tableOf(to), columns = quoteList(to.columns);
        const made = isAttached(to) && isMadeByTable(to, context), only = hasParts(context.to, to) ? "ONLY " : "";
        return [
          ...(made ? [] : [statement(change, `ALTER TABLE ${only}${path} ADD ${named(to, primaryKeyClause(to))}`, {
            locks: [accessExclusive(to.parent!)],
            scans: [to.parent!],
            mayFail: {
              reason: `rows with the same (${columns}), or with a NULL in it, are refused`,
              probe: `SELECT (SELECT count(*) FROM ${path} WHERE ${
                to.columns.map((name) => `${quote(name)} IS NULL`).join(" OR ")
              }) + (SELECT count(*) FROM (SELECT FROM ${path} GROUP BY ${columns} HAVING count(*) > 1) AS duplicates)`,
            },
          })]),
          ...attachPart(change, context),
          ...indexMarks(change, context),
          ...constraintComment(change),
        ];
      }
      case "drop":
        return isAttached(change.from) ? [] : dropConstraint(change);
      case "alter":
        return [
          ...(isAttached(change.from) ? [] : attachPart(change, context)),
          ...indexMarks(change, context),
          ...constraintComment(change),
        ];
      case "rename":
        return renameConstraint(change);
      default:
        return assertNever(change, "change");
    }
  },
};

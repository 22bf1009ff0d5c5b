/** Primary keys in Postgres. */
import type { KindDialect } from "../../dialect.ts";
import type { Create } from "../../../diff/change.ts";
import { assertNever } from "../../../schema/error.ts";
import type { SchemaObject } from "../../../schema/object.ts";
import { made, pathWithin } from "../catalog.ts";
import { differsInMarksOnly, giveUpIdentity, indexMarks } from "../index_marks.ts";
import { hasParts, isAttached, leftParent, losesWhole } from "../inheritance.ts";
import {
  attachPart,
  isIncomplete,
  isMadeByTable,
  isServerMade,
  losesParts,
  nameServerMade,
} from "../partition_index.ts";
import { withClause, withNormalParameters } from "../parameters.ts";
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
  "incomplete",
  "index_comment",
] as const;

export function primaryKeyFromRow(row: ConstraintRow): SchemaObject {
  const { id, schema, table } = pathWithin(row.table_kind, row.schema, row.table_name);
  return made("primary_key", [schema, table, row.name], id, {
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
  normalize: withNormalParameters,
  alters: (change, context) =>
    !losesWhole(change.from, change.to, context) && !losesParts(change.from, change.to) &&
      onlyFields(change, ["comment", "options"]) &&
      differsInMarksOnly(change.from.options, change.to.options)
      ? "in place"
      : "recreate",
  renames: true,
  survives: (object, dropped, context) => isAttached(object) && leftParent(context, object, dropped),
  render(change, context) {
    switch (change.op) {
      case "create": {
        const { to } = change, path = tableOf(to), columns = quoteList(to.columns);
        if (isServerMade(to)) return [...nameServerMade(change as Create, context), ...constraintComment(change)];
        const made = isAttached(to) && isMadeByTable(to, context);
        const only = hasParts(context.to, to) || isIncomplete(to) ? "ONLY " : "";
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
        return [
          ...giveUpIdentity(change, context),
          ...(isAttached(change.from) ? [] : dropConstraint(change)),
        ];
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

/** Unique constraints in Postgres. */
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
import { withNormalParameters } from "../parameters.ts";
import { quote, quoteList } from "../sql.ts";
import { accessExclusive, statement } from "../statement.ts";
import {
  constraintComment,
  type ConstraintRow,
  deferrableOf,
  dropConstraint,
  keyOptions,
  named,
  onlyFields,
  renameConstraint,
  tableOf,
} from "../constraint.ts";
import { keyBody } from "./primary_key.ts";

export function uniqueFromRow(row: ConstraintRow): SchemaObject {
  const { id, schema, table } = pathWithin(row.table_kind, row.schema, row.table_name);
  return made("unique", [schema, table, row.name], id, {
    columns: row.columns ?? [],
    nullsDistinct: !row.nulls_not_distinct,
    deferrable: deferrableOf(row),
    options: keyOptions(row),
  });
}

export function uniqueClause(object: SchemaObject<"unique">): string {
  return `UNIQUE ${object.nullsDistinct ? "" : "NULLS NOT DISTINCT "}${keyBody(object)}`;
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

export const unique: KindDialect<"unique"> = {
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
        const { to } = change, path = tableOf(to);
        if (isServerMade(to)) return [...nameServerMade(change as Create, context), ...constraintComment(change)];
        const made = isAttached(to) && isMadeByTable(to, context);
        const only = hasParts(context.to, to) || isIncomplete(to) ? "ONLY " : "";
        return [
          ...(made ? [] : [statement(change, `ALTER TABLE ${only}${path} ADD ${named(to, uniqueClause(to))}`, {
            locks: [accessExclusive(to.parent!)],
            scans: [to.parent!],
            mayFail: {
              reason: `rows with the same (${quoteList(to.columns)}) are refused`,
              probe: duplicates(path, to.columns, to.nullsDistinct),
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

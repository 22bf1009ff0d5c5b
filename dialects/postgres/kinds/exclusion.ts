/** Exclusion constraints in Postgres, kept as the server's text of what follows the name. */
import type { KindDialect } from "../../dialect.ts";
import type { Create } from "../../../diff/change.ts";
import { assertNever } from "../../../schema/error.ts";
import type { SchemaObject } from "../../../schema/object.ts";
import { made, options, pathWithin } from "../catalog.ts";
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
import { normalQuery } from "../expression.ts";
import { isAttached, leftParent, losesWhole } from "../inheritance.ts";
import { isIncomplete, isServerMade, losesParts, nameServerMade } from "../partition_index.ts";
import { differsInMarksOnly, indexMarks, keyMarkOptions } from "../index_marks.ts";
import { normalParameters } from "../parameters.ts";
import { accessExclusive, statement } from "../statement.ts";

/** Names of an exclusion constraint's options: what a model may set. */
export const exclusionOptions = keyMarkOptions;

export function exclusionFromRow(row: ConstraintRow): SchemaObject {
  const { id, schema, table } = pathWithin(row.table_kind, row.schema, row.table_name);
  const { attached, incomplete, clustered, replica_identity, index_comment } = keyOptions(row);
  return made("exclusion", [schema, table, row.name], id, {
    definition: { sql: row.definition ?? "" },
    deferrable: deferrableOf(row),
    options: options({ attached, incomplete, clustered, replica_identity, index_comment }),
  });
}

export function exclusionClause(object: SchemaObject<"exclusion">): string {
  return `${object.definition.sql}${deferrableClause(object.deferrable)}`;
}

export const exclusion: KindDialect<"exclusion"> = {
  normalize(object) {
    const definition = normalQuery(object.definition);
    const sql = definition.sql.replace(/ DEFERRABLE(?: INITIALLY DEFERRED)?$/, "");
    return {
      ...object,
      definition: definition.opaque ? definition : { sql },
      options: normalParameters(object.options),
    };
  },
  alters: (change, context) =>
    !losesWhole(change.from, change.to, context) && !losesParts(change.from, change.to, context) &&
      onlyFields(change, ["comment", "options"]) && differsInMarksOnly(change.from.options, change.to.options)
      ? "in place"
      : "recreate",
  renames: true,
  survives: (object, dropped, context) => isAttached(object) && leftParent(context, object, dropped),
  render(change, context) {
    switch (change.op) {
      case "create": {
        const { to } = change, only = isIncomplete(to) ? "ONLY " : "";
        if (isServerMade(to)) return [...nameServerMade(change as Create, context), ...constraintComment(change)];
        return [
          statement(change, `ALTER TABLE ${only}${tableOf(to)} ADD ${named(to, exclusionClause(to))}`, {
            locks: [accessExclusive(to.parent!)],
            scans: [to.parent!],
            mayFail: { reason: "rows that exclude each other are refused", probe: null },
          }),
          ...indexMarks(change, context),
          ...constraintComment(change),
        ];
      }
      case "drop":
        return isAttached(change.from) ? [] : dropConstraint(change);
      case "alter":
        return [...indexMarks(change, context), ...constraintComment(change)];
      case "rename":
        return renameConstraint(change);
      default:
        return assertNever(change, "change");
    }
  },
};

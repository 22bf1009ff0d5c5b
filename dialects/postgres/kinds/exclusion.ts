/** Exclusion constraints in Postgres, kept as the server's text of what follows the name. */
import type { KindDialect } from "../../dialect.ts";
import { assertNever } from "../../../schema/error.ts";
import { objectId } from "../../../schema/id.ts";
import type { SchemaObject } from "../../../schema/object.ts";
import { made } from "../catalog.ts";
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
import { differsInMarksOnly, indexMarks, markOptions } from "../index_marks.ts";
import { normalParameters } from "../parameters.ts";
import { accessExclusive, statement } from "../statement.ts";

/** Names of an exclusion constraint's options: what a model may set. */
export const exclusionOptions = markOptions;

export function exclusionFromRow(row: ConstraintRow): SchemaObject {
  const table = [row.schema, row.table_name];
  const { clustered, replica_identity } = keyOptions(row);
  return made("exclusion", [...table, row.name], objectId(row.table_kind, table), {
    definition: { sql: row.definition ?? "" },
    deferrable: deferrableOf(row),
    options: { ...(clustered ? { clustered } : {}), ...(replica_identity ? { replica_identity } : {}) },
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
  alters: (change) =>
    onlyFields(change, ["comment", "options"]) && differsInMarksOnly(change.from.options, change.to.options)
      ? "in place"
      : "recreate",
  renames: true,
  render(change, context) {
    switch (change.op) {
      case "create": {
        const { to } = change;
        return [
          statement(change, `ALTER TABLE ${tableOf(to)} ADD ${named(to, exclusionClause(to))}`, {
            locks: [accessExclusive(to.parent!)],
            scans: [to.parent!],
            mayFail: { reason: "rows that exclude each other are refused", probe: null },
          }),
          ...indexMarks(change, context),
          ...constraintComment(change),
        ];
      }
      case "drop":
        return dropConstraint(change);
      case "alter":
        return [...indexMarks(change, context), ...constraintComment(change)];
      case "rename":
        return renameConstraint(change);
      default:
        return assertNever(change, "change");
    }
  },
};

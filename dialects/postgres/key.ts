/** What primary keys and unique constraints share: how they are read, compared and written. Only their clause and what may break them differ. */
import type { KindDialect } from "../dialect.ts";
import type { Change, Create, Drop, Rename } from "../../diff/change.ts";
import type { Effects } from "../../diff/plan_types.ts";
import { assertNever } from "../../schema/error.ts";
import type { SchemaObject } from "../../schema/object.ts";
import { pathWithin } from "./catalog.ts";
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
} from "./constraint.ts";
import { differsInMarksOnly, giveUpIdentity, indexMarks } from "./index_marks.ts";
import { hasParts, isAttached, leftParent, losesWhole } from "./inheritance.ts";
import { withClause, withNormalParameters } from "./parameters.ts";
import {
  attachPart,
  isIncomplete,
  isMadeByTable,
  isServerMade,
  losesParts,
  nameServerMade,
} from "./partition_index.ts";
import { refuseKeyOfIndex } from "./refusals.ts";
import { quote, quoteList } from "./sql.ts";
import { accessExclusive, statement } from "./statement.ts";

/** The two kinds of keys. */
export type KeyKind = "primary_key" | "unique";
type Key = SchemaObject<"primary_key"> | SchemaObject<"unique">;

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

/** Path, table and the fields of a key that both kinds have, from a row of the catalog. */
export function keyOfRow(row: ConstraintRow) {
  const { id, schema, table } = pathWithin(row.table_kind, row.schema, row.table_name);
  return {
    path: [schema, table, row.name],
    table: id,
    fields: {
      columns: row.columns ?? [],
      deferrable: deferrableOf(row),
      options: keyOptions(row),
      ...(row.position === null ? {} : { position: row.position }),
    },
  };
}

/** The columns of a key with what may follow them in a constraint: "(a, b) INCLUDE (c) WITH (…)". */
export function keyBody(object: Key): string {
  const { include, without_overlaps, tablespace } = object.options;
  const columns = quoteList(object.columns) + (without_overlaps ? " WITHOUT OVERLAPS" : "");
  return `(${columns})` + (Array.isArray(include) ? ` INCLUDE (${quoteList(include as string[])})` : "") +
    withClause(object.options) + (tablespace ? ` USING INDEX TABLESPACE ${quote(String(tablespace))}` : "") +
    deferrableClause(object.deferrable);
}

/** The kind, from its clause as it stands behind a constraint's name and the rows that it refuses. */
export function keyDialect<K extends KeyKind>(
  clause: (key: SchemaObject<K>) => string,
  refusal: (key: SchemaObject<K>) => NonNullable<Effects["mayFail"]>,
): KindDialect<K> {
  // Both kinds have the same shape where it counts here; the compiler does not follow a change of one kind or the other.
  const kind: KindDialect<KeyKind> = {
    normalize: withNormalParameters,
    alters: (change, context) =>
      !losesWhole(change.from, change.to, context) && !losesParts(change.from, change.to, context) &&
        onlyFields(change, ["comment", "options"]) &&
        differsInMarksOnly(change.from.options, change.to.options)
        ? "in place"
        : "recreate",
    renames: true,
    survives: (object, dropped, context) => isAttached(object) && leftParent(context, object, dropped),
    render(change: Change<KeyKind>, context) {
      switch (change.op) {
        case "create": {
          const to = change.to as unknown as SchemaObject<K> & Key;
          if (isServerMade(to)) return [...nameServerMade(change as Create, context), ...constraintComment(change)];
          const made = isAttached(to) && isMadeByTable(to, context);
          const only = hasParts(context.to, to) || isIncomplete(to) ? "ONLY " : "";
          return [
            ...(made ? [] : [statement(change, `ALTER TABLE ${only}${tableOf(to)} ADD ${named(to, clause(to))}`, {
              locks: [accessExclusive(to.parent!)],
              scans: [to.parent!],
              mayFail: refusal(to),
            })]),
            ...attachPart(change, context),
            ...indexMarks(change, context),
            ...constraintComment(change),
          ];
        }
        case "drop":
          if (!isAttached(change.from)) refuseKeyOfIndex(change.from as unknown as SchemaObject, context);
          return [
            ...giveUpIdentity(change, context),
            ...(isAttached(change.from) ? [] : dropConstraint(change as Drop<KeyKind>)),
          ];
        case "alter":
          return [
            ...(isAttached(change.from) ? [] : attachPart(change, context)),
            ...indexMarks(change, context),
            ...constraintComment(change),
          ];
        case "rename":
          return renameConstraint(change as Rename<KeyKind>);
        default:
          return assertNever(change, "change");
      }
    },
  };
  return kind as unknown as KindDialect<K>;
}

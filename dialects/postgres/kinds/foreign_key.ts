/** Foreign keys in Postgres: always added by a statement of their own, so that tables may point at each other. */
import type { KindDialect, RenderContext } from "../../dialect.ts";
import type { Alter } from "../../../diff/change.ts";
import type { Effects, Statement } from "../../../diff/plan_types.ts";
import { sameJson } from "../../../schema/canonical.ts";
import { assertNever } from "../../../schema/error.ts";
import { objectId } from "../../../schema/id.ts";
import type { Action, Json, ObjectId, SchemaObject } from "../../../schema/object.ts";
import { made, options, pathWithin } from "../catalog.ts";
import { isThere, joins } from "../inheritance.ts";
import { isCopiedKey, isKeptCopy, nameCopies, renameCopies, withoutCopies } from "../key_copies.ts";
import { withNormalParameters } from "../parameters.ts";
import { refusesOrphans } from "../row_refusals.ts";
import { dotted, quote, quoteId, quoteList } from "../sql.ts";
import { accessExclusive, quick, rowShare, shareRowExclusive, shareUpdateExclusive, statement } from "../statement.ts";
import { becomesValid } from "./check.ts";
import {
  constraintComment,
  type ConstraintRow,
  deferrableClause,
  deferrableOf,
  dropConstraint,
  named,
  onlyFields,
  renameConstraint,
  tableOf,
} from "../constraint.ts";

/** Names of a foreign key's options: what a model may set. `not_enforced` and `period` need Postgres 18. */
export const foreignKeyOptions = ["not_valid", "not_enforced", "on_delete_columns", "period", "copies"] as const;

const actions: Readonly<Record<string, Action>> = {
  a: "no action",
  r: "restrict",
  c: "cascade",
  n: "set null",
  d: "set default",
};
const matches = { s: "simple", f: "full", p: "partial" } as const;

export function foreignKeyFromRow(row: ConstraintRow): SchemaObject {
  const { id, schema, table } = pathWithin(row.table_kind, row.schema, row.table_name);
  return made("foreign_key", [schema, table, row.name], id, {
    columns: row.columns ?? [],
    references: {
      table: objectId("table", [row.foreign_schema!, row.foreign_table!]),
      columns: row.foreign_columns ?? [],
    },
    onDelete: actions[row.on_delete] ?? "no action",
    onUpdate: actions[row.on_update] ?? "no action",
    match: matches[row.match as keyof typeof matches] ?? "simple",
    deferrable: deferrableOf(row),
    options: options<Json>({
      not_valid: !row.valid && row.enforced,
      not_enforced: !row.enforced,
      on_delete_columns: row.delete_columns,
      period: row.period,
      copies: row.copies && Object.fromEntries(
        row.copies.map(([schema, table, name]) => [dotted([schema, table]), name] as const)
          .sort(([a], [b]) => a < b ? -1 : 1),
      ),
    }),
  });
}

export function foreignKeyClause(object: SchemaObject<"foreign_key">): string {
  const { columns, references, match, onDelete, onUpdate, deferrable, options } = object;
  const list = (names: readonly string[]) =>
    options.period ? `${quoteList(names.slice(0, -1))}, PERIOD ${quote(names.at(-1)!)}` : quoteList(names);
  const only = Array.isArray(options.on_delete_columns) ? ` (${quoteList(options.on_delete_columns as string[])})` : "";
  return [
    `FOREIGN KEY (${list(columns)}) REFERENCES ${quoteId(references.table)} (${list(references.columns)})`,
    match === "simple" ? "" : ` MATCH ${match.toUpperCase()}`,
    onUpdate === "no action" ? "" : ` ON UPDATE ${onUpdate.toUpperCase()}`,
    onDelete === "no action" ? "" : ` ON DELETE ${onDelete.toUpperCase()}${only}`,
    deferrableClause(deferrable),
    options.not_enforced ? " NOT ENFORCED" : "",
    options.not_valid ? " NOT VALID" : "",
  ].join("");
}

export const foreignKey: KindDialect<"foreign_key"> = {
  normalize: withNormalParameters,
  alters: (change) => {
    const from = withoutCopies(change.from.options), to = withoutCopies(change.to.options);
    const validated = !change.fields.includes("options") || sameJson(from, to) || becomesValid(from, to);
    return onlyFields(change, ["comment", "deferrable", "options"]) && validated ? "in place" : "recreate";
  },
  renames: true,
  render(change, context) {
    switch (change.op) {
      case "create": {
        const { to } = change, checked = !to.options.not_valid && !to.options.not_enforced;
        // A detached partition keeps the copies of its table's foreign keys.
        if (isKeptCopy(context, to)) return constraintComment(change);
        return [
          statement(change, `ALTER TABLE ${tableOf(to)} ADD ${named(to, foreignKeyClause(to))}`, {
            locks: bothTables(to),
            // A table that is made just now has no rows to look for in the other.
            scans: checked && isThere(context, to.parent!) ? read(to) : [],
            mayFail: checked ? refusesOrphans(to, context.to) : null,
          }),
          ...nameCopies(change, context),
          ...constraintComment(change),
        ];
      }
      case "drop": {
        if (joins(context, change.from.parent) && isCopiedKey(context, change.from)) return [];
        const [{ effects, ...rest }] = dropConstraint(change) as [Statement];
        const other = change.from.references.table;
        const locks = other === change.from.parent ? effects.locks : [...effects.locks, accessExclusive(other)];
        return [{ ...rest, effects: { ...effects, locks } }];
      }
      case "alter":
        return [...alterForeignKey(change, context), ...nameCopies(change, context), ...constraintComment(change)];
      case "rename":
        return [...renameConstraint(change), ...renameCopies(change, context)];
      default:
        return assertNever(change, "change");
    }
  },
};

function alterForeignKey(change: Alter<"foreign_key">, context: RenderContext): readonly Statement[] {
  const { to } = change, name = quote(to.name.at(-1)!), path = tableOf(to);
  const statements: Statement[] = [];
  if (change.fields.includes("deferrable")) {
    const mode = {
      no: "NOT DEFERRABLE",
      immediate: "DEFERRABLE INITIALLY IMMEDIATE",
      deferred: "DEFERRABLE INITIALLY DEFERRED",
    };
    const sql = `ALTER TABLE ${path} ALTER CONSTRAINT ${name} ${mode[to.deferrable]}`;
    statements.push(quick(change, to.parent!, sql));
  }
  if (change.from.options.not_valid && !to.options.not_valid) {
    statements.push(statement(change, `ALTER TABLE ${path} VALIDATE CONSTRAINT ${name}`, {
      locks: [
        shareUpdateExclusive(to.parent!),
        ...(to.references.table === to.parent ? [] : [rowShare(to.references.table)]),
      ],
      scans: read(to),
      mayFail: refusesOrphans(to, context.to),
    }));
  }
  return statements;
}

function bothTables(object: SchemaObject<"foreign_key">): Effects["locks"] {
  const own = shareRowExclusive(object.parent!);
  return object.references.table === object.parent ? [own] : [own, shareRowExclusive(object.references.table)];
}

/** Tables that the check reads: it joins the two. */
function read(object: SchemaObject<"foreign_key">): readonly ObjectId[] {
  return [...new Set([object.parent!, object.references.table])];
}

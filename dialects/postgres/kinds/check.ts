/** Check constraints in Postgres. The columns and functions that one uses come from pg_depend. */
import type { KindDialect } from "../../dialect.ts";
import type { Create } from "../../../diff/change.ts";
import type { Statement } from "../../../diff/plan_types.ts";
import { comesFromAnother } from "../between_parents.ts";
import { sameJson } from "../../../schema/canonical.ts";
import { assertNever } from "../../../schema/error.ts";
import type { Options, SchemaObject } from "../../../schema/object.ts";
import { made, options, pathWithin } from "../catalog.ts";
import { addedCheck } from "../check_words.ts";
import { normalCondition } from "../expression.ts";
import { followsParent, inParents, isInherited, isMadeToJoin, leftParent } from "../inheritance.ts";
import { isLeftBehind } from "../left_behind.ts";
import { normalParameters } from "../parameters.ts";
import { refusesBroken } from "../row_refusals.ts";
import { accessExclusive, statement } from "../statement.ts";
import { addAgain, isNotValid, isUncheckedHere, validateCheck, validateUnder } from "../unchecked.ts";
import {
  constraintComment,
  type ConstraintRow,
  dropConstraint,
  onlyFields,
  renameConstraint,
  tableOf,
} from "../constraint.ts";

/** Names of a check's options: what a model may set. `not_enforced` needs Postgres 18. */
export const checkOptions = ["inherited", "no_inherit", "not_valid", "not_enforced"] as const;

export function checkFromRow(row: ConstraintRow): SchemaObject {
  const { id, schema, table } = pathWithin(row.table_kind, row.schema, row.table_name);
  return made("check", [schema, table, row.name], id, {
    expression: { sql: row.expression ?? "" },
    options: options({
      inherited: row.inherited,
      no_inherit: row.no_inherit,
      not_valid: !row.valid && row.enforced,
      not_enforced: !row.enforced,
    }),
  });
}

/** Is the only difference that a constraint's rows are checked now? */
export function becomesValid(from: Options, to: Options): boolean {
  const { not_valid: before, ...left } = from, { not_valid: after, ...right } = to;
  return Boolean(before) && !after && sameJson(left, right);
}

export const check: KindDialect<"check"> = {
  normalize(object) {
    const expression = normalCondition(object.expression), options = normalParameters(object.options);
    const isNormal = expression === object.expression && options === object.options;
    return isNormal ? object : { ...object, expression, options };
  },
  alters: (change) =>
    onlyFields(change, ["comment"]) ||
      onlyFields(change, ["comment", "options"]) &&
        (differsInPlaceOnly(change.from.options, change.to.options) ||
          becomesValid(withoutPlace(change.from.options), withoutPlace(change.to.options)))
      ? "in place"
      : "recreate",
  renames: true,
  survives: (object, dropped, context) =>
    isInherited(object) && leftParent(context, object, dropped) || comesFromAnother(context, object, dropped) ||
    // It names its parent's columns, too, by way of its own.
    object.refs.some((id) => {
      const column = context.from.objects.get(id);
      return column?.kind === "column" && column.parent === object.parent &&
        comesFromAnother(context, column as unknown as SchemaObject<"column">, dropped);
    }),
  render(change, context) {
    switch (change.op) {
      case "create":
        if (isMadeToJoin(context, change.to)) return constraintComment(change);
        if (isUncheckedHere(change.to, context.to)) {
          return [...addAgain(change, context), ...constraintComment(change)];
        }
        if (!isInherited(change.to) || !followsParent(context, change.to)) {
          return [...addCheck(change), ...validateUnder(change, context)];
        }
        return [
          // The parent's came NOT VALID to all tables that were there.
          ...(inParents(context.to, change.to).some(isNotValid) && !isNotValid(change.to)
            ? [validateCheck(change, change.to)]
            : []),
          ...constraintComment(change),
        ];
      case "drop":
        return isLeftBehind(context, change.from) || isInherited(change.from) && followsParent(context, change.from)
          ? []
          : dropConstraint(change);
      case "alter":
        return [
          ...(change.from.options.not_valid && !change.to.options.not_valid &&
              (!isInherited(change.to) || inParents(context.to, change.to).some(isNotValid))
            ? [validateCheck(change, change.to)]
            : []),
          ...constraintComment(change),
        ];
      case "rename":
        return renameConstraint(change);
      default:
        return assertNever(change, "change");
    }
  },
};

/** ADD CONSTRAINT, and what belongs to it. */
export function addCheck(change: Create<"check">): readonly Statement[] {
  const { to } = change, checked = !to.options.not_valid && !to.options.not_enforced;
  return [
    statement(change, `ALTER TABLE ${tableOf(to)} ADD ${addedCheck(to)}`, {
      locks: [accessExclusive(to.parent!)],
      scans: checked ? [to.parent!] : [],
      mayFail: checked ? refusesBroken(to) : null,
    }),
    ...constraintComment(change),
  ];
}

/** Options without the one that says where a check comes from. */
function withoutPlace({ inherited: _place, ...rest }: Options): Options {
  return rest;
}

function differsInPlaceOnly(from: Options, to: Options): boolean {
  return sameJson(withoutPlace(from), withoutPlace(to));
}

/**
 * The list of rules and their application. A new rule is a file in rules/ and a line here; one that reads the text of statements is its
 * database's.
 */
import type { Change } from "../change.ts";
import type { Hazard, Statement } from "../plan_types.ts";
import type { Finding, Rule, RuleContext, RuleWords, TextRule } from "./rule.ts";
import { blockingScan } from "./rules/blocking_scan.ts";
import { dropColumn } from "./rules/drop_column.ts";
import { dropRole } from "./rules/drop_role.ts";
import { dropTable } from "./rules/drop_table.ts";
import { mayFail } from "./rules/may_fail.ts";
import { narrowType } from "./rules/narrow_type.ts";
import { renameObject } from "./rules/rename_object.ts";
import { rewrite } from "./rules/rewrite.ts";

/** All rules, gravest first. */
export const rules: readonly Rule[] = [
  dropTable,
  dropColumn,
  dropRole,
  narrowType,
  mayFail,
  rewrite,
  blockingScan,
  renameObject,
];

/** The hazards of these statements, in statement order. */
export function lint(statements: readonly Statement[], context: RuleContext): readonly Hazard[] {
  const begun = new Set<Change>();
  return statements.flatMap((statement, i) => {
    const isFirst = !begun.has(statement.change);
    begun.add(statement.change);
    return rules.flatMap((rule) =>
      rule.once && !isFirst ? [] : rule.check(statement, context).map((finding) => hazard(rule, i, finding))
    );
  });
}

/** What a dialect's rules say of a statement that nobody planned, the one of this index. */
export function lintText(sql: string, statement: number, of: readonly TextRule[]): readonly Hazard[] {
  return of.flatMap((rule) => rule.check(sql).map((finding) => hazard(rule, statement, finding)));
}

function hazard({ code, severity }: RuleWords, statement: number, finding: Finding): Hazard {
  return { code, severity, statement, ...finding };
}

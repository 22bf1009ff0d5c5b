/** A check constraint of a domain: the domain is its parent. */
import type { Expression, Options } from "../object.ts";
import type { KindFacts } from "./facts.ts";

export interface DomainCheckShape {
  expression: Expression;
  options: Options;
}

export const domainCheckFacts: KindFacts<"domain_check"> = {
  label: "domain constraint",
  plural: "domain constraints",
  fields: ["expression", "options"],
  holdsData: false,
  sameByShape: true,
  expressions: (object) => [{ field: "expression", expression: object.expression }],
  mapExpressions: (object, map) => ({ ...object, expression: map(object.expression, "expression") }),
  renameColumn: (object, rename) =>
    object.parent === rename.table || object.refs.includes(rename.table)
      ? { ...object, expression: rename.expression(object.expression) }
      : object,
  columnsUsed: () => [],
};

/** Who may see and change which rows of its table. */
import type { Expression, Options } from "../object.ts";
import type { KindFacts } from "./facts.ts";

export interface PolicyShape {
  command: "all" | "select" | "insert" | "update" | "delete";
  permissive: boolean;
  /** Sorted; "public" is everybody. */
  roles: readonly string[];
  using: Expression | null;
  check: Expression | null;
  options: Options;
}

export const policyFacts: KindFacts<"policy"> = {
  label: "row-security policy",
  plural: "row-security policies",
  fields: ["command", "permissive", "roles", "using", "check", "options"],
  holdsData: false,
  sameByShape: false,
  expressions: (
    object,
  ) => [
    ...(object.using ? [{ field: "using", expression: object.using }] : []),
    ...(object.check ? [{ field: "check", expression: object.check }] : []),
  ],
  mapExpressions: (object, map) => ({
    ...object,
    using: object.using && map(object.using, "using"),
    check: object.check && map(object.check, "check"),
  }),
  renameColumn: (object, rename) =>
    object.parent === rename.table || object.refs.includes(rename.table)
      ? {
        ...object,
        using: object.using && rename.expression(object.using),
        check: object.check && rename.expression(object.check),
      }
      : object,
  columnsUsed: () => [],
};

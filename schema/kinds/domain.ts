/** A type made of another with a default and checks; the checks are objects of their own. */
import type { DataType, Expression, Options } from "../object.ts";
import type { KindFacts } from "./facts.ts";

export interface DomainShape {
  type: DataType;
  nullable: boolean;
  default: Expression | null;
  collation: string | null;
  options: Options;
}

export const domainFacts: KindFacts<"domain"> = {
  label: "domain",
  plural: "domains",
  fields: ["type", "nullable", "default", "collation", "options"],
  holdsData: false,
  sameByShape: false,
  expressions: (object) => [...(object.default ? [{ field: "default", expression: object.default }] : [])],
  mapExpressions: (object, map) => ({ ...object, default: object.default && map(object.default, "default") }),
  renameColumn: (object, rename) =>
    object.parent === rename.table || object.refs.includes(rename.table)
      ? { ...object, default: object.default && rename.expression(object.default) }
      : object,
  columnsUsed: () => [],
  typesUsed: (object) => [object.type],
  mapIds: (object, map) => ({ ...object, type: map.type(object.type) }),
};

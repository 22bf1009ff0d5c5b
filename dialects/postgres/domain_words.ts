/** CREATE DOMAIN and the texts of its constraints. Pure. */
import type { SchemaObject } from "../../schema/object.ts";
import { quote, quotePath, undotted } from "./sql.ts";
import { renderType } from "./types.ts";

/** CREATE DOMAIN with these checks; those that are not valid yet must be added by themselves. */
export function createDomain(
  object: SchemaObject<"domain">,
  checks: readonly SchemaObject<"domain_check">[],
): string {
  const words = [
    `CREATE DOMAIN ${quotePath(object.name)} AS ${renderType(object.type)}`,
    object.collation ? `COLLATE ${quotePath(undotted(object.collation))}` : "",
    object.default ? `DEFAULT ${object.default.sql}` : "",
    object.nullable ? "" : "NOT NULL",
    ...checks.filter((check) => !check.options.not_valid).map(domainConstraint),
  ];
  return words.filter((word) => word !== "").join(" ");
}

/** "CONSTRAINT name CHECK (…)". */
export function domainConstraint(object: SchemaObject<"domain_check">): string {
  return `CONSTRAINT ${quote(object.name.at(-1)!)} CHECK (${object.expression.sql})`;
}

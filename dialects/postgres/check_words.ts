/** The texts of check constraints. Pure. */
import type { SchemaObject } from "../../schema/object.ts";
import { named } from "./constraint.ts";

/** "CHECK (…)" and what CREATE TABLE takes behind it. */
export function checkClause(object: SchemaObject<"check">): string {
  const { no_inherit, not_enforced } = object.options;
  return `CHECK (${object.expression.sql})${no_inherit ? " NO INHERIT" : ""}${not_enforced ? " NOT ENFORCED" : ""}`;
}

/** "CONSTRAINT name CHECK (…) NOT VALID" as it stands after ADD; CREATE TABLE would take NOT VALID and forget it. */
export function addedCheck(object: SchemaObject<"check">): string {
  return `${named(object, checkClause(object))}${object.options.not_valid ? " NOT VALID" : ""}`;
}

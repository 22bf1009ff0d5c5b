/** Changes of what is there and only not used: a check that is not enforced, an index that the optimizer does not see. */
import type { Alter } from "../../diff/change.ts";
import type { SchemaObject } from "../../schema/object.ts";
import type { FamilyFacts } from "./facts.ts";
import { quote } from "./sql.ts";

/** Only whether it is used changes: the check's enforcement, the index's visibility. */
export function rests(part: Alter): boolean {
  return part.fields.length > 0 && part.fields.every((field) => field === "options") &&
    (part.kind === "check" || part.kind === "index");
}

/** The clause of ALTER TABLE that does it. */
export function restClause(part: Alter, facts: FamilyFacts): string {
  const object = part.to as SchemaObject;
  const name = quote(object.name.at(-1)!);
  if (object.kind === "check") {
    return `ALTER CHECK ${name} ${object.options.enforced === false ? "NOT ENFORCED" : "ENFORCED"}`;
  }
  const hidden = object.kind === "index" && object.options.hidden === true;
  return `ALTER INDEX ${name} ${hidden ? facts.hiddenIndex.hide : facts.hiddenIndex.show}`;
}

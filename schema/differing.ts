/** By which fields two objects of one kind differ: the one definition, for plans and for models that are brought up to date. Pure. */
import { sameJson } from "./canonical.ts";
import { factsOf } from "./kinds/facts_of.ts";
import type { SchemaObject } from "./object.ts";

/** The names of the fields, the comment first. What one side leaves unsaid does not differ. */
export function fieldsThatDiffer(left: SchemaObject, right: SchemaObject): string[] {
  const facts = factsOf(left), unsaid: readonly string[] = facts.unsaid ?? [];
  return ["comment", ...facts.fields].filter((field) => {
    const before = valueOf(left, field), after = valueOf(right, field);
    return !sameJson(before, after) && !(unsaid.includes(field) && (before === null || after === null));
  });
}

function valueOf(object: SchemaObject, field: string): unknown {
  return (object as unknown as Record<string, unknown>)[field];
}

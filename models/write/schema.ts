/** Schemas of the database as TypeScript. Pure. */
import type { SchemaObject } from "../../schema/object.ts";
import { fitted } from "./fitted.ts";
import type { WritePlan } from "./plan.ts";
import { commentProperty, onProperty, optional, type Property, withOwner } from "./table.ts";
import { call, source } from "./text.ts";

/** What stands behind the name. */
export function schemaOptions(made: SchemaObject<"schema">, plan: WritePlan): readonly Property[] {
  return [...commentProperty(made.comment), ...onProperty(withOwner(made.options, made, plan), plan)];
}

/** `export const audit = schema("audit");` */
export function schemaSource(made: SchemaObject<"schema">, constant: string, plan: WritePlan): string {
  const options = optional(schemaOptions(made, plan));
  return fitted(`export const ${constant} = ${call("schema", [source(made.name[0]), options])};`);
}

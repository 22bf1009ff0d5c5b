/** Enum types as TypeScript. Pure. */
import type { SchemaObject } from "../../schema/object.ts";
import { fitted } from "./fitted.ts";
import type { WritePlan } from "./plan.ts";
import { commentProperty, makerOf, onProperty, optional, type Property, schemaProperty, withOwner } from "./table.ts";
import { listLines, source } from "./text.ts";

/** What stands behind the values. */
export function enumOptions(made: SchemaObject<"enum">, plan: WritePlan): readonly Property[] {
  return [
    ...schemaProperty(made, plan),
    ...commentProperty(made.comment),
    ...onProperty(withOwner({}, made, plan), plan),
  ];
}

/** `export const mood = enumType("mood", ["sad", "ok"]);` */
export function enumSource(made: SchemaObject<"enum">, constant: string, plan: WritePlan): string {
  const options = optional(enumOptions(made, plan));
  const begin = `export const ${constant} = ${makerOf(made, plan)}enumType(${source(made.name.at(-1))}, `;
  const end = `${options === null ? "" : `, ${options}`});`;
  const text = `${begin}${listLines(made.values.map(source), "", begin.length, end.length)}${end}`;
  const last = text.lastIndexOf("\n") + 1;
  return text.slice(0, last) + fitted(text.slice(last));
}

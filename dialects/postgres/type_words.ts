/** CREATE TYPE for the kinds of types. Pure. */
import type { SchemaObject } from "../../schema/object.ts";
import { quote, quotePath, quoteText, undotted } from "./sql.ts";
import { renderType } from "./types.ts";

/** CREATE TYPE … AS ENUM. */
export function createEnum(object: SchemaObject<"enum">): string {
  return `CREATE TYPE ${quotePath(object.name)} AS ENUM (${object.values.map(quoteText).join(", ")})`;
}

export type Attribute = SchemaObject<"composite_type">["attributes"][number];

/** "name type COLLATE c" as in CREATE TYPE and after ADD ATTRIBUTE. */
export function attributeText({ name, type, collation }: Attribute): string {
  return `${quote(name)} ${renderType(type)}${collation ? ` COLLATE ${quotePath(undotted(collation))}` : ""}`;
}

/** CREATE TYPE … AS (…). */
export function createComposite(object: SchemaObject<"composite_type">): string {
  const lines = object.attributes.map(attributeText);
  return `CREATE TYPE ${quotePath(object.name)} AS (${lines.length ? `\n  ${lines.join(",\n  ")}\n` : ""})`;
}

/** The words of CREATE TYPE … AS RANGE by the name of the option. All but the multirange's name are dotted paths. */
const rangeWords = {
  opclass: "subtype_opclass",
  collation: "collation",
  canonical: "canonical",
  diff: "subtype_diff",
  multirange: "multirange_type_name",
} as const;

/** Names of a range type's options. */
export const rangeOptions = Object.keys(rangeWords);

/** CREATE TYPE … AS RANGE. */
export function createRange(object: SchemaObject<"range_type">): string {
  const words = [`subtype = ${renderType(object.subtype)}`];
  for (const [option, word] of Object.entries(rangeWords)) {
    const value = object.options[option];
    if (value !== undefined && value !== null) words.push(`${word} = ${quotePath(undotted(String(value)))}`);
  }
  return `CREATE TYPE ${quotePath(object.name)} AS RANGE (${words.join(", ")})`;
}

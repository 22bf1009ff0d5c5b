/** An object without a builder as `raw(kind, path, { … })`: every field that is compared, SQL and types in the models' terms. */
import { factsOf } from "../../schema/kinds/facts_of.ts";
import { objectId } from "../../schema/id.ts";
import type { DataType, SchemaObject } from "../../schema/object.ts";
import { callLines, fitted } from "./fitted.ts";
import type { WritePlan } from "./plan.ts";
import type { Argument } from "./merge_call.ts";
import { commentProperty, optional, type Property } from "./table.ts";
import { call, lineWidth, object, propertyKey, source, sqlSource } from "./text.ts";

/** What stands between the brackets of `raw(…)`: the kind, the path, the fields, the options. */
export function rawArguments(made: SchemaObject, plan: WritePlan): readonly Argument[] {
  const facts = factsOf(made);
  const fields = made as unknown as Readonly<Record<string, unknown>>;
  const names: readonly string[] = [...facts.fields, ...(made.kind === "column" ? ["position"] : [])];
  const written = names.filter((field) => field !== "options" || Object.keys(fields[field] as object).length > 0)
    .map((field): Property => [field, fieldSource(fields[field], plan)]);
  const schema = made.name.length > 1 && (plan.dialect.defaultSchema !== null || made.parent?.startsWith("schema:"))
    ? objectId("schema", [made.name[0]!])
    : null;
  const inside = made.parent === schema ? [] : [["in", source(made.parent)] as const];
  const read = new Set(textsIn(names.map((field) => fields[field])).flatMap((text) => plan.mentions(text)));
  const refs = plan.unfound(made).filter((id) => !read.has(id));
  const depends = refs.length === 0 ? [] : [["dependsOn", source(refs)] as const];
  // Another database's settings would have other words.
  const only = plan.dialect.permanent?.(made) ? [["only", source([plan.dialect.name])] as const] : [];
  const path = made.name.length === 1 && plan.dialect.defaultSchema === null ? source(made.name[0]) : source(made.name);
  const owner = plan.owners.get(made.id), owned = owner === undefined ? [] : [["owner", source(owner)] as const];
  const options = [...commentProperty(made.comment), ...owned, ...only, ...inside, ...depends];
  return [source(made.kind), path, written, options];
}

/** `export const touch = raw("function", ["public", "touch()"], { … });` */
export function rawSource(made: SchemaObject, constant: string, plan: WritePlan): string {
  const [kind, path, fields, properties] = rawArguments(made, plan) as readonly [
    string,
    string,
    readonly Property[],
    readonly Property[],
  ];
  const written = fields.map(([key, value]) => fitted(`  ${propertyKey(key)}: ${value},`));
  const options = optional(properties), begin = `export const ${constant} = `;
  const body = written.length ? `{\n${written.join("\n")}\n}` : "{}";
  const text = call("raw", [kind, path, body, options]);
  if (begin.length + text.indexOf("\n") > lineWidth && text.includes("\n")) {
    const deeper = written.map((field) => `  ${field.includes("`\n") ? field : field.replaceAll("\n", "\n  ")}\n`).join(
      "",
    );
    return begin + callLines("raw", [kind, path, `{\n${deeper}  }`, options], "", begin) + ";";
  }
  const whole = `${begin}${text};`, last = whole.lastIndexOf("\n") + 1;
  return whole.slice(0, last) + fitted(whole.slice(last));
}

/** The texts that the models' side reads for itself, to find what they name. */
function textsIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (value === null || typeof value !== "object") return [];
  if ("sql" in value && typeof value.sql === "string") return [value.sql];
  return Object.values(value).flatMap(textsIn);
}

function fieldSource(value: unknown, plan: WritePlan): string {
  if (Array.isArray(value)) return `[${value.map((item) => fieldSource(item, plan)).join(", ")}]`;
  if (value === null || typeof value !== "object") return source(value);
  if (isDataType(value)) return plan.writeType(value).call;
  const keys = Object.keys(value);
  if ("sql" in value && keys.every((key) => key === "sql" || key === "opaque")) return sqlSource(String(value.sql));
  return object(Object.entries(value).map(([key, item]) => [key, fieldSource(item, plan)]));
}

function isDataType(value: object): value is DataType {
  return "family" in value && "dimensions" in value && "of" in value;
}

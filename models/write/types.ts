/** A column type of the database as a call on `t`: the inverse of `Dialect.typeOf`, found by trying. */
import type { Dialect } from "../../dialects/dialect.ts";
import { sameJson } from "../../schema/canonical.ts";
import type { DataType, TypeFamily } from "../../schema/object.ts";
import type { PortableType } from "../../schema/portable_type.ts";
import { listLines, source } from "./text.ts";

/** How a type is written, and its name in the models (`t.varchar` is "varchar"). */
export interface WrittenType {
  readonly call: string;
  readonly type: string;
  /** The values of an enum. */
  readonly values: readonly string[];
}

interface Candidate {
  readonly portable: PortableType;
  readonly call: string;
}

/** In the order of preference: where a database has one type for two, the first is what a person would write. */
const plain = [
  "int",
  "bigint",
  "smallint",
  "text",
  "boolean",
  "double",
  "real",
  "uuid",
  "date",
  "jsonb",
  "json",
  "bytes",
  "inet",
  "cidr",
  "macaddr",
  "xml",
] as const;
const timed = ["timestamptz", "timestamp", "time", "interval"] as const;

function candidates(args: readonly (string | number)[]): readonly Candidate[] {
  const [first = null, second = null] = args.map((arg) => typeof arg === "number" ? arg : null);
  const call = (type: string) => `t.${type}(${args.length ? args.join(", ") : ""})`;
  return [
    ...plain.map((type) => ({ portable: { type }, call: `t.${type}()` })),
    ...timed.map((type) => ({ portable: { type, precision: first }, call: call(type) })),
    // Where nothing is said, some databases mean no fraction of a second, and the models mean microseconds.
    ...(first === null ? timed.map((type) => ({ portable: { type, precision: 0 }, call: `t.${type}(0)` })) : []),
    { portable: { type: "varchar", length: first }, call: call("varchar") },
    { portable: { type: "char", length: first }, call: call("char") },
    { portable: { type: "decimal", precision: first, scale: second }, call: call("decimal") },
    ...(first === null ? [] : [{ portable: { type: "vector" as const, dimensions: first }, call: call("vector") }]),
  ];
}

/** What TypeScript makes of the values of a type that only SQL can name. */
const valueTypes: { readonly [F in TypeFamily]: string | null } = {
  integer: "number",
  decimal: "string",
  float: "number",
  text: "string",
  binary: "Uint8Array",
  boolean: "boolean",
  temporal: "string",
  json: null,
  uuid: "string",
  enum: "string",
  other: null,
};

/**
 * How types of one graph are written; `enums` gives the constant and the values of an enum of the graph, `shared` the constant of a list of values
 * that stands in several columns. `name` is for an enum that has none of its own; `schema` is the table's, where enums are written in columns.
 */
export function makeTypeWriter(
  dialect: Dialect,
  enums: ReadonlyMap<
    string,
    { readonly constant: string; readonly values: readonly string[]; readonly path: readonly string[] }
  >,
  domains: ReadonlyMap<string, TypeFamily> = new Map(),
  shared: readonly { readonly constant: string; readonly name: string; readonly values: readonly string[] }[] = [],
): (type: DataType, name?: string, schema?: string | null) => WrittenType {
  const known = new Map<string, WrittenType>();
  const constants = new Map(shared.map((each) => [valuesKey(each.values), each.constant]));
  const named = new Map(shared.map((each) => [each.name, valuesKey(each.values)]));
  /** The name, or one with a number where it already stands for other values. */
  const nameFor = (name: string, values: readonly string[], n = 1): string => {
    const wish = n === 1 ? name : `${name}_${n}`, key = valuesKey(values);
    if ((named.get(wish) ?? key) !== key) return nameFor(name, values, n + 1);
    named.set(wish, key);
    return wish;
  };
  const written = (type: DataType, name?: string, schema: string | null = null): WrittenType => {
    const values = valuesIn(type, dialect);
    const constant = values && constants.get(valuesKey(values));
    if (values && (constant !== undefined || name !== undefined)) {
      const list = () => listLines(values.map(source), "  ", name!.length + 40, 20);
      return { call: `t.enum(${constant ?? `${source(nameFor(name!, values))}, ${list()}`})`, type: "enum", values };
    }
    const key = JSON.stringify([type, schema]);
    const found = known.get(key) ?? ofEnum(type, schema) ?? portable(type) ?? array(type) ?? bySql(type);
    known.set(key, found);
    return found;
  };

  const ofEnum = (type: DataType, schema: string | null): WrittenType | null => {
    const found = type.of === null ? undefined : enums.get(type.of);
    // An enum that is written in a column lives in the schema of its table.
    if (!found || schema !== null && found.path[0] !== schema) return null;
    const made = { type: "enum", name: found.path, values: found.values } as const;
    const call = `t.enum(${found.constant})`;
    if (sameJson(dialect.typeOf(made), type)) return { call, type: "enum", values: found.values };
    const many = dialect.typeOf({ type: "array", of: made, dimensions: type.dimensions || 1 });
    return sameJson(many, type) ? { call: arrayCall(call, type.dimensions), type: "array", values: [] } : null;
  };

  const portable = (type: DataType): WrittenType | null => {
    const found = candidates(type.args).find((each) => sameJson(dialect.typeOf(each.portable), type));
    return found ? { call: found.call, type: found.portable.type, values: [] } : null;
  };

  const array = (type: DataType): WrittenType | null => {
    if (type.dimensions === 0) return null;
    const inner = { ...type, dimensions: 0 };
    const found = candidates(type.args).find((each) => sameJson(dialect.typeOf(each.portable), inner));
    if (!found) return null;
    const many = dialect.typeOf({ type: "array", of: found.portable, dimensions: type.dimensions });
    return sameJson(many, type) ? { call: arrayCall(found.call, type.dimensions), type: "array", values: [] } : null;
  };

  const bySql = (type: DataType): WrittenType => {
    const value = valueTypes[(type.of === null ? undefined : domains.get(type.of)) ?? type.family];
    const parameter = value === null ? "" : `<${value}${"[]".repeat(type.dimensions)}>`;
    return { call: `t.sql${parameter}(${source(dialect.renderType(type))})`, type: "sql", values: [] };
  };

  return written;
}

/** The values of an enum that lives in its column, as MySQL has them; null for every other type. */
export function valuesIn(type: DataType, dialect: Dialect): readonly string[] | null {
  if (type.family !== "enum" || type.of !== null || type.dimensions !== 0) return null;
  const values = type.args.map(String);
  return values.length > 0 && sameJson(dialect.typeOf({ type: "enum", name: ["any"], values }), type) ? values : null;
}

export function valuesKey(values: readonly string[]): string {
  return JSON.stringify(values);
}

function arrayCall(inner: string, dimensions: number): string {
  return dimensions <= 0 ? inner : arrayCall(`t.array(${inner})`, dimensions - 1);
}

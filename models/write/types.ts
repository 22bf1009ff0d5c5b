/** A column type of the database as a call on `t`: the inverse of `Dialect.typeOf`, found by trying. */
import type { Dialect } from "../../dialects/dialect.ts";
import { sameJson } from "../../schema/canonical.ts";
import type { DataType, TypeFamily } from "../../schema/object.ts";
import type { PortableType } from "../../schema/portable_type.ts";
import { source } from "./text.ts";

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

/** How types of one graph are written; `enums` gives the constant and the values of an enum of the graph. */
export function makeTypeWriter(
  dialect: Dialect,
  enums: ReadonlyMap<
    string,
    { readonly constant: string; readonly values: readonly string[]; readonly path: readonly string[] }
  >,
  domains: ReadonlyMap<string, TypeFamily> = new Map(),
): (type: DataType) => WrittenType {
  const known = new Map<string, WrittenType>();
  const written = (type: DataType): WrittenType => {
    const key = JSON.stringify(type);
    const found = known.get(key) ?? ofEnum(type) ?? portable(type) ?? array(type) ?? bySql(type);
    known.set(key, found);
    return found;
  };

  const ofEnum = (type: DataType): WrittenType | null => {
    const found = type.of === null ? undefined : enums.get(type.of);
    if (!found) return null;
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

function arrayCall(inner: string, dimensions: number): string {
  return dimensions <= 0 ? inner : arrayCall(`t.array(${inner})`, dimensions - 1);
}

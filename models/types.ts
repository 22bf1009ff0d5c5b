/** `t`: the column types, one set for all databases. What each becomes is the dialect's business. */
import { model } from "./contract.ts";
import type { ColumnType, EnumMeta, PerDatabase } from "./contract.ts";
import { type AnyColumn, type Column, makeColumn } from "./column.ts";
import { type EnumType, inlineEnum } from "./enum_type.ts";

/** A value that JSON can hold. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };

type Plain<Value, Default = Value> = Column<Value, false, "required", Default>;

function plain<Value, Default = Value>(type: ColumnType): Plain<Value, Default> {
  return makeColumn<Value, Default>(type);
}

function enumColumn<const Values extends readonly string[]>(name: string, values: Values): Plain<Values[number]>;
function enumColumn<const Values extends readonly string[]>(type: EnumType<Values>): Plain<Values[number]>;
function enumColumn(nameOrType: string | EnumType<readonly string[]>, values: readonly string[] = []): Plain<string> {
  const meta: EnumMeta = typeof nameOrType === "string" ? inlineEnum(nameOrType, values) : nameOrType[model];
  return plain({ type: "enum", enum: meta });
}

function arrayColumn<Value>(of: AnyColumn & { readonly $types: { readonly value: Value } }): Plain<Value[]> {
  const inner = of[model].state.type;
  return plain(
    inner.type === "array"
      ? { type: "array", of: inner.of, dimensions: inner.dimensions + 1 }
      : { type: "array", of: inner, dimensions: 1 },
  );
}

/**
 * The column types. TypeScript types of the values: `bigint` for bigint, `string` for decimal (no digit is lost), date, time and interval,
 * `Date` for timestamps, `Uint8Array` for bytes.
 *
 * @example
 * ```ts
 * import { table, t } from "sqa";
 *
 * export const books = table("books", {
 *   id: t.bigint().identity().primaryKey(),
 *   title: t.varchar(200),
 *   price: t.decimal(10, 2).nullable(),
 *   state: t.enum("book_state", ["draft", "printed"]).default("draft"),
 *   details: t.jsonb<{ pages: number }>().nullable(),
 * });
 * const book: typeof books.$insert = { title: "Emma" };
 * ```
 */
export const t = {
  smallint: (): Plain<number> => plain({ type: "smallint" }),
  int: (): Plain<number> => plain({ type: "int" }),
  bigint: (): Plain<bigint, bigint | number> => plain({ type: "bigint" }),
  boolean: (): Plain<boolean> => plain({ type: "boolean" }),
  text: (): Plain<string> => plain({ type: "text" }),
  varchar: (length?: number): Plain<string> => plain({ type: "varchar", length: length ?? null }),
  char: (length?: number): Plain<string> => plain({ type: "char", length: length ?? null }),
  /** Exact numbers: `precision` digits, `scale` of them after the point. */
  decimal: (precision?: number, scale?: number): Plain<string, string | number> =>
    plain({ type: "decimal", precision: precision ?? null, scale: scale ?? null }),
  real: (): Plain<number> => plain({ type: "real" }),
  double: (): Plain<number> => plain({ type: "double" }),
  uuid: (): Plain<string> => plain({ type: "uuid" }),
  date: (): Plain<string> => plain({ type: "date" }),
  time: (precision?: number): Plain<string> => plain({ type: "time", precision: precision ?? null }),
  /** Without a time zone. */
  timestamp: (precision?: number): Plain<Date, Date | string> =>
    plain({ type: "timestamp", precision: precision ?? null }),
  /** A moment: with a time zone where the database has such a type. */
  timestamptz: (precision?: number): Plain<Date, Date | string> =>
    plain({ type: "timestamptz", precision: precision ?? null }),
  interval: (precision?: number): Plain<string> => plain({ type: "interval", precision: precision ?? null }),
  json: <Value = JsonValue>(): Plain<Value> => plain({ type: "json" }),
  jsonb: <Value = JsonValue>(): Plain<Value> => plain({ type: "jsonb" }),
  bytes: (): Plain<Uint8Array, never> => plain({ type: "bytes" }),
  inet: (): Plain<string> => plain({ type: "inet" }),
  cidr: (): Plain<string> => plain({ type: "cidr" }),
  macaddr: (): Plain<string> => plain({ type: "macaddr" }),
  xml: (): Plain<string> => plain({ type: "xml" }),
  vector: (dimensions: number): Plain<number[], string> => plain({ type: "vector", dimensions }),
  /** An array of what another column type holds: `t.array(t.text())`. */
  array: arrayColumn,
  /** One of some texts: `t.enum("status", ["new", "paid"])`, or an `enumType` that several tables share. */
  enum: enumColumn,
  /** A type in the database's own words, for all databases or by database: `t.sql<string>({ postgres: "citext", sqlite: "TEXT" })`. */
  sql: <Value = unknown>(type: string | PerDatabase<string>): Plain<Value> => plain({ type: "sql", sql: type }),
} as const;

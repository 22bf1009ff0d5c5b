/** `t`: the column types, one set for all databases. What each becomes is the dialect's business. */
import { model } from "./contract.ts";
import type { ColumnType, EnumMeta, PerDatabase, TextFormat } from "./contract.ts";
import type { Column } from "./column.ts";
import type { AnyColumn } from "./column/any_column.ts";
import { makeColumn, withState } from "./column/build.ts";
import { type EnumType, inlineEnum } from "./enum_type.ts";
import { selfColumn, sql } from "./sql.ts";

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

/** What an array or a vector may say. */
export interface ElsewhereOptions {
  /** Where the database has no such type, it is JSON; without this, such a database is an error. */
  readonly elsewhere?: "json";
}

function arrayColumn<Value>(
  of: AnyColumn & { readonly $types: { readonly value: Value } },
  options: ElsewhereOptions = {},
): Plain<Value[]> {
  const inner = of[model].state.type;
  return plain(
    inner.type === "array"
      ? { type: "array", of: inner.of, dimensions: inner.dimensions + 1, ...options }
      : { type: "array", of: inner, dimensions: 1, ...options },
  );
}

function bigintColumn(options: { readonly mode: "number" }): Plain<number>;
function bigintColumn(options?: { readonly mode?: "bigint" }): Plain<bigint, bigint | number>;
function bigintColumn(options: { readonly mode?: "bigint" | "number" } = {}): AnyColumn {
  const column = plain<bigint, bigint | number>({ type: "bigint" });
  return options.mode === "number" ? withState(column, { limits: { asNumber: true } }) : column;
}

/** A text of up to so many characters with a form that `parse` checks. */
function formatted(format: TextFormat, length: number): Plain<string> {
  return withState(plain<string>({ type: "varchar", length }), { limits: { format } });
}

/** JSON; `maxLength` limits the characters of its text, in the database as well. */
function jsonColumn<Value>(type: "json" | "jsonb", options: { readonly maxLength?: number } = {}): Plain<Value> {
  const column = plain<JsonValue>({ type });
  return (options.maxLength === undefined ? column : column.maxLength(options.maxLength as never)) as unknown as Plain<
    Value
  >;
}

/** Kinds of geometry that spatial types can be limited to. */
export type GeometryKind =
  | "geometry"
  | "point"
  | "linestring"
  | "polygon"
  | "multipoint"
  | "multilinestring"
  | "multipolygon"
  | "geometrycollection";

/** PostGIS's geometry on Postgres, the type of its own on MySQL and MariaDB; SQLite has none. */
function geometryColumn<Value = unknown>(
  kind: GeometryKind = "geometry",
  options: { readonly srid?: number } = {},
): Plain<Value> {
  const { srid } = options;
  const args = srid === undefined ? (kind === "geometry" ? "" : `(${kind})`) : `(${kind},${srid})`;
  const column = plain<Value>({
    type: "sql",
    name: kind,
    sql: { postgres: `public.geometry${args}`, mysql: kind, mariadb: kind },
  });
  if (srid === undefined) return column;
  const on = { mysql: { srid: String(srid) }, mariadb: { srid: String(srid) } };
  return withState(column, { on });
}

const ranges = {
  int4: "int4range",
  int8: "int8range",
  num: "numrange",
  date: "daterange",
  ts: "tsrange",
  tstz: "tstzrange",
} as const;

/** What a type of the user's own is. */
export interface CustomTypeOptions<Value> {
  /** The type as SQL text, one for all databases or one for each; a database that is not named is an error. */
  readonly sql: string | PerDatabase<string>;
  /** For messages. */
  readonly name?: string;
  /** For `parse`: gives the value, or throws an Error that says what is wrong with it. */
  readonly parse?: (value: unknown) => Value;
}

/**
 * A column type of one's own, for use like those of `t`. Its text is taken as it is and always wins.
 *
 * @example
 * ```ts
 * import { customType, t, table } from "sqa";
 *
 * const citext = customType<string>({
 *   sql: { postgres: "citext", mysql: "varchar(255)", mariadb: "varchar(255)", sqlite: "TEXT" },
 * });
 * export const tags = table("tags", { id: t.int().primaryKey(), label: citext().unique() });
 * ```
 */
export function customType<Value = unknown>(options: CustomTypeOptions<Value>): () => Plain<Value> {
  const { sql: text, name, parse } = options;
  const type: ColumnType = { type: "sql", sql: text, ...(name === undefined ? {} : { name }) };
  return () => {
    const column = plain<Value>(type);
    return parse ? withState(column, { limits: { parse } }) : column;
  };
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
  /** `{ mode: "number" }`: programs read it as a number and keep within 2^53. */
  bigint: bigintColumn,
  boolean: (): Plain<boolean> => plain({ type: "boolean" }),
  /** Text of any length, or with a check of up to `maxLength` characters. */
  text: (maxLength?: number): Plain<string> =>
    maxLength === undefined ? plain({ type: "text" }) : plain<string>({ type: "text" }).maxLength(maxLength),
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
  json: <Value = JsonValue>(options?: { readonly maxLength?: number }): Plain<Value> => jsonColumn("json", options),
  jsonb: <Value = JsonValue>(options?: { readonly maxLength?: number }): Plain<Value> => jsonColumn("jsonb", options),
  bytes: (): Plain<Uint8Array, never> => plain({ type: "bytes" }),
  inet: (): Plain<string> => plain({ type: "inet" }),
  cidr: (): Plain<string> => plain({ type: "cidr" }),
  macaddr: (): Plain<string> => plain({ type: "macaddr" }),
  xml: (): Plain<string> => plain({ type: "xml" }),
  /** pgvector's type on Postgres (model the extension as well), MySQL's and MariaDB's own. */
  vector: (dimensions: number, options: ElsewhereOptions = {}): Plain<number[], string> =>
    plain({ type: "vector", dimensions, ...options }),
  geometry: geometryColumn,
  /** A range of Postgres: `t.range("tstz")`. */
  range: (of: keyof typeof ranges): Plain<string> =>
    plain({ type: "sql", name: "range", sql: { postgres: ranges[of] } }),
  /** A text that is not empty, with a check. */
  nonEmpty: (length?: number): Plain<string> =>
    (length === undefined ? plain<string>({ type: "text" }) : plain<string>({ type: "varchar", length })).minLength(1),
  /** 64 lower-case hex digits, with a check. */
  sha256: (): Plain<string> =>
    withState(plain<string>({ type: "char", length: 64 }), { limits: { format: "sha256" } }).check(sql.by({
      postgres: sql`${selfColumn} ~ '^[0-9a-f]{64}$'`,
      sqlite: sql`length(${selfColumn}) = 64 AND ${selfColumn} NOT GLOB '*[^0-9a-f]*'`,
      otherwise: sql`${selfColumn} REGEXP '^[0-9a-f]{64}$'`,
    })),
  /** A tag of BCP 47, such as "en" or "zh-Hant-TW"; `parse` checks its form. */
  languageTag: (): Plain<string> => formatted("language_tag", 35),
  email: (length = 320): Plain<string> => formatted("email", length),
  /** An absolute URL; `parse` checks it. */
  url: (length = 2048): Plain<string> => formatted("url", length),
  httpUrl: (length = 2048): Plain<string> => formatted("http_url", length),
  webSocketUrl: (length = 2048): Plain<string> => formatted("websocket_url", length),
  /** An address of IPv4 or IPv6: inet where the database has it, else text. */
  ip: (): Plain<string> => withState(plain<string>({ type: "inet" }), { limits: { format: "ip" } }),
  /** A path of a file or a folder. */
  path: (length = 4096): Plain<string> => formatted("path", length),
  /** 1 to 65535, with a check. */
  port: (): Plain<number> => plain<number>({ type: "int" }).between(1, 65535),
  /** 0 to 100, with a check. */
  percentage: (): Plain<number> => plain<number>({ type: "int" }).between(0, 100),
  /** An array of what another column type holds: `t.array(t.text())`. */
  array: arrayColumn,
  /** One of some texts: `t.enum("status", ["new", "paid"])`, or an `enumType` that several tables share. */
  enum: enumColumn,
  /** A type in the database's own words, for all databases or by database: `t.sql<string>({ postgres: "citext", sqlite: "TEXT" })`. */
  sql: <Value = unknown>(type: string | PerDatabase<string>): Plain<Value> => plain({ type: "sql", sql: type }),
} as const;

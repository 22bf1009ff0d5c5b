/**
 * Rows from outside, checked against the models: no dependency, no I/O. It checks what can be said without the database: types, NULL, lengths,
 * ranges, enums and forms; SQL checks and uniqueness are the database's own business.
 */
import { model } from "./contract.ts";
import type { ColumnMeta, TableMeta } from "./contract.ts";
import { lineage } from "./relations.ts";
import { identities, identityOf } from "./subtypes.ts";
import type { AnyTable } from "./table.ts";
import { t } from "./types.ts";
import { columnValue } from "./validate/column_value.ts";
import { parsedBy } from "./validate/defaults.ts";

/** What is wrong with one value, and where. The shape is that of Standard Schema (version 1). */
export interface Issue {
  readonly message: string;
  readonly path: readonly (string | number)[];
}

/** What `parse` throws: a list of everything that is wrong. */
export class ParseError extends Error {
  override readonly name = "ParseError";
  constructor(readonly issues: readonly Issue[], what: string) {
    const shown = issues.slice(0, 5).map(({ path, message }) => `${path.join(".") || "the row"} ${message}`);
    const more = issues.length > 5 ? [`and ${issues.length - 5} more`] : [];
    super(`${what}: ${[...shown, ...more].join("; ")}`);
  }
}

/** Which row it is: one to be inserted (default), a part of one to be changed, or one as it is read. */
export type ParseMode = "insert" | "update" | "row";

/** How strict the checking is. */
export interface ParseOptions<Mode extends ParseMode = ParseMode> {
  readonly mode?: Mode;
  /** Keys that are no columns: an issue (default, see `parseDefaults`), told to `warn` and left out, or left out. */
  readonly unknownKeys?: "error" | "warn" | "ignore";
  /** Is told of unknown keys with "warn"; without it, they are left out in silence. */
  readonly warn?: (message: string) => void;
}

/** Anything with the types of rows. */
interface Rows {
  readonly $row: unknown;
  readonly $insert: unknown;
}

/** The type that a mode gives. */
export type Parsed<T extends Rows, Mode extends ParseMode> = Mode extends "row" ? T["$row"]
  : Mode extends "update" ? Partial<T["$insert"]>
  : T["$insert"];

export type ParseResult<T> =
  | { readonly value: T; readonly issues?: undefined }
  | { readonly issues: readonly Issue[]; readonly value?: undefined };

/**
 * A row that fits the table's model, or ParseError with everything that is wrong. Texts of dates become dates, whole numbers become bigint and
 * numbers become decimals where the column has them; nothing else is converted. The input is never changed.
 *
 * @example
 * ```ts
 * import { parse, ParseError, t, table } from "sqa";
 * import { deepEqual, throws } from "node:assert/strict";
 *
 * const users = table("users", { id: t.bigint().identity().primaryKey(), name: t.nonEmpty(80), age: t.int().between(0, 150) });
 * deepEqual(parse(users, { name: "Ann", age: 30 }), { name: "Ann", age: 30 });
 * throws(() => parse(users, { name: "", age: 200, email: "x" }), ParseError);
 * ```
 */
export function parse<T extends AnyTable & Rows, const Mode extends ParseMode = "insert">(
  table: T,
  input: unknown,
  options: ParseOptions<Mode> = {},
): Parsed<T, Mode> {
  const result = safeParse(table, input, options);
  if (result.issues) throw new ParseError(result.issues, table[model].name);
  return result.value;
}

/** As `parse`, with the issues as a value instead of an error. */
export function safeParse<T extends AnyTable & Rows, const Mode extends ParseMode = "insert">(
  table: T,
  input: unknown,
  options: ParseOptions<Mode> = {},
): ParseResult<Parsed<T, Mode>> {
  if (input === null || typeof input !== "object" || Array.isArray(input)) {
    return { issues: [{ message: "is no object of columns", path: [] }] };
  }
  const mode = options.mode ?? "insert", strictness = { ...parsedBy(), ...options };
  const columns = columnsOf(table[model]);
  const given = input as Readonly<Record<string, unknown>>;
  const row: Record<string, unknown> = {}, issues: Issue[] = [];
  for (const [key, column] of columns) {
    const present = Object.hasOwn(given, key) && given[key] !== undefined;
    const problem = present ? excluded(column, mode) : missing(column, mode);
    if (problem) issues.push({ message: problem, path: [key] });
    else if (present) put(key, columnValue(given[key], column.state), row, issues);
  }
  for (const key of Object.keys(given)) {
    if (columns.has(key) || (given[key] === undefined && !(key in row))) continue;
    const message = `is no column of "${table[model].name}"`;
    if ((strictness.unknownKeys ?? "error") === "error") issues.push({ message, path: [key] });
    else if (strictness.unknownKeys === "warn") strictness.warn?.(`"${key}" ${message}`);
  }
  return issues.length > 0 ? { issues } : { value: row as Parsed<T, Mode> };
}

function put(key: string, result: ReturnType<typeof columnValue>, row: Record<string, unknown>, issues: Issue[]): void {
  if (!("problem" in result)) {
    // "__proto__" as a key would set the prototype.
    Object.defineProperty(row, key, { value: result.value, enumerable: true, writable: true, configurable: true });
  } else issues.push({ message: result.problem, path: [key, ...(result.path ?? [])] });
}

/** Why a column cannot be given a value. */
function excluded({ state }: ColumnMeta, mode: ParseMode): string | null {
  if (mode === "row") return null;
  if (state.generated) return "is computed by the database and takes no value";
  return state.identity?.mode === "always" ? "is numbered by the database and takes no value" : null;
}

/** Why a column cannot be left out. */
function missing({ state }: ColumnMeta, mode: ParseMode): string | null {
  if (mode === "update") return null;
  if (mode === "row") return "is missing";
  return state.nullable || state.default || state.identity || state.generated ? null : "is missing";
}

/** The columns of a row by key: the table's and those of its parents, with the discriminator at the value of its kind. */
function columnsOf(meta: TableMeta): ReadonlyMap<string, ColumnMeta> {
  const known = cache.get(meta);
  if (known) return known;
  const columns = new Map<string, ColumnMeta>();
  for (const each of meta.inherits?.as === "concrete" ? [meta] : lineage(meta)) {
    for (const [key, column] of each.columns) {
      // A joined table's key is its parent's: what says how it is made stands there.
      if (!columns.has(key) || each.inherits?.as !== "joined") columns.set(key, column);
    }
  }
  const key = meta.discriminator?.column ?? (hasSingle(meta) ? "kind" : null);
  if (key !== null) {
    const known = columns.get(key);
    const isKind = meta.inherits !== null && meta.inherits.as !== "concrete";
    const values = isKind && !meta.abstract ? [identityOf(meta)] : [...identities({ [model]: meta }).keys()];
    if (isKind || !known) columns.set(key, kindColumn(key, values, isKind, meta));
  }
  cache.set(meta, columns);
  return columns;
}

const cache = new WeakMap<TableMeta, ReadonlyMap<string, ColumnMeta>>();

function hasSingle(meta: TableMeta): boolean {
  return meta.inherits?.as === "single" ||
    (meta.children as readonly AnyTable[]).some((child) => child[model].inherits?.as === "single");
}

/** The discriminator, which takes only these values; in a row of a kind it has to be there. */
function kindColumn(key: string, values: readonly string[], needed: boolean, meta: TableMeta): ColumnMeta {
  const parse = (value: unknown) => {
    if (typeof value === "string" && values.includes(value)) return value;
    throw new Error(`must be ${values.map((each) => `"${each}"`).join(" or ")}`);
  };
  const { state } = t.varchar(64)[model];
  return { kind: "column", key, table: meta, state: { ...state, limits: { parse }, nullable: !needed } };
}

/** What a validator of a table is to libraries that know Standard Schema (https://standardschema.dev, version 1). */
export interface StandardSchema<Input, Output> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: "sqa";
    readonly validate: (value: unknown) => ParseResult<Output>;
    readonly types?: { readonly input: Input; readonly output: Output };
  };
}

/**
 * The table's model as a Standard Schema, for form libraries, routers and the like.
 *
 * @example
 * ```ts
 * import { standardSchema, t, table } from "sqa";
 * import { deepEqual } from "node:assert/strict";
 *
 * const users = table("users", { id: t.int().primaryKey(), name: t.varchar(3) });
 * const schema = standardSchema(users, { unknownKeys: "ignore" });
 * deepEqual(schema["~standard"].validate({ id: 1, name: "Anna" }).issues, [
 *   { message: "has more than 3 characters", path: ["name"] },
 * ]);
 * ```
 */
export function standardSchema<T extends AnyTable & Rows, const Mode extends ParseMode = "insert">(
  table: T,
  options: ParseOptions<Mode> = {},
): StandardSchema<Parsed<T, Mode>, Parsed<T, Mode>> {
  return Object.freeze({
    "~standard": Object.freeze({
      version: 1 as const,
      vendor: "sqa" as const,
      validate: (value: unknown) => safeParse(table, value, options),
    }),
  });
}

/**
 * The `sql` tag: SQL text with models, columns and values in it. It only gathers the parts; `graph/sql_text.ts` writes them out for one
 * database, names quoted and values as literals, so nothing that is embedded can become SQL by accident.
 */
import { metaOf, model, modelOf } from "./contract.ts";
import type { ColumnMeta, PerDatabase, SqlMeta, SqlPart } from "./contract.ts";

/** SQL text for a default, a check, a generated column, an index expression, a view or a trigger. */
export interface Sql {
  readonly [model]: SqlMeta;
}

/** Stands for the column itself in the text of its check; see `selfText`. */
const selfMark = "\u0001self\u0002";

/** What `check((c) => …)` gets: the column itself, for both `sql` and plain template strings. */
export interface SelfColumn {
  readonly [model]: { readonly kind: "self" };
  toString(): string;
}

export const selfColumn: SelfColumn = Object.freeze({ [model]: { kind: "self" as const }, toString: () => selfMark });

function makeSql(parts: readonly SqlPart[], by: PerDatabase<SqlMeta> | null = null): Sql {
  return Object.freeze({ [model]: { kind: "sql" as const, parts, by } });
}

/**
 * SQL text. Embedded tables, views, enums and columns become quoted names, embedded `sql` becomes part of the text, and every other value
 * becomes a literal. A backslash stays as it is written (`'\d+'`); write `\\`, `` \` `` and `\${` for those characters themselves.
 *
 * @example
 * ```ts
 * import { sql, table, t, view } from "sqa";
 *
 * const users = table("users", { id: t.bigint().identity().primaryKey(), active: t.boolean().default(true) });
 * export const activeUsers = view("active_users", sql`select ${users.columns.id} from ${users} where active = ${true}`);
 * ```
 */
function tag(strings: TemplateStringsArray, ...values: readonly unknown[]): Sql {
  const parts: SqlPart[] = [];
  strings.raw.forEach((raw, i) => {
    let text = raw.replace(/\\(\\|`|\$(?=\{))/g, "$1");
    if (i === 0) text = text.trimStart();
    if (i === strings.raw.length - 1) text = text.trimEnd();
    if (text !== "") parts.push({ text });
    if (i < values.length) parts.push(...partsOf(values[i]));
  });
  return makeSql(parts);
}

/** A value between the texts. */
function partsOf(value: unknown): readonly SqlPart[] {
  if (value === selfColumn) return [{ self: true }];
  const meta = metaOf(value);
  if (meta === null) return [{ value }];
  if (meta.kind === "sql") return meta.by ? [{ value }] : meta.parts;
  const known = meta.kind === "column" ? meta as ColumnMeta : modelOf(value);
  if (known) return [{ model: known }];
  return [{ value }];
}

/** A plain text as `Sql`, with the marks of `selfColumn` in it understood. */
export function textToSql(text: string): Sql {
  const parts: SqlPart[] = [];
  text.split(selfMark).forEach((piece, i) => {
    if (i > 0) parts.push({ self: true });
    if (piece !== "") parts.push({ text: piece });
  });
  return makeSql(parts);
}

/** A text or an `Sql` as metadata. */
export function sqlMeta(value: Sql | string): SqlMeta {
  return (typeof value === "string" ? textToSql(value) : value)[model];
}

/** Whether a value came from `sql`. */
export function isSql(value: unknown): value is Sql {
  return metaOf(value)?.kind === "sql";
}

/** SQL text: the tag itself and its three other forms. */
export interface SqlTag {
  (strings: TemplateStringsArray, ...values: readonly unknown[]): Sql;
  /** Text exactly as given, white space at the ends included. Never put input from outside into it. */
  raw(text: string): Sql;
  /** A name, quoted as the database quotes it: `sql.identifier("Order Details")`, `sql.identifier("audit", "log")`. */
  identifier(...path: readonly string[]): Sql;
  /** Another text for each database. `otherwise` is for those that are not named; without it they are an error. */
  by(texts: PerDatabase<Sql | string> & { readonly otherwise?: Sql | string }): Sql;
}

/**
 * SQL text: `` sql`now()` ``; see {@link SqlTag} for `sql.raw`, `sql.identifier` and `sql.by`.
 *
 * @example
 * ```ts
 * import { sql, t } from "sqa";
 *
 * t.text().default(sql.by({ postgres: sql`gen_random_uuid()::text`, sqlite: sql`(lower(hex(randomblob(16))))` }));
 * ```
 */
export const sql: SqlTag = Object.assign(tag, {
  raw: (text: string): Sql => makeSql(text === "" ? [] : [{ text }]),
  identifier: (...path: readonly string[]): Sql => makeSql([{ name: path }]),
  by: (texts: PerDatabase<Sql | string> & { readonly otherwise?: Sql | string }): Sql => {
    const { otherwise, ...rest } = texts;
    const by = Object.fromEntries(
      Object.entries(rest).map(([database, text]) => [database, sqlMeta(text as Sql | string)]),
    );
    return makeSql(otherwise === undefined ? [] : sqlMeta(otherwise).parts, by);
  },
});

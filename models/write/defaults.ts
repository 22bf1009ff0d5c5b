/** A default of the database as a literal in the model where the model would give the same text, else as SQL. */
import type { Dialect } from "../../dialects/dialect.ts";
import type { DataType, Expression } from "../../schema/object.ts";
import { defaultLiteral, defaultProblem } from "../graph/defaults.ts";
import { source, sqlSource } from "./text.ts";
import type { WrittenType } from "./types.ts";

/** The argument of `default(…)`. */
export function defaultSource(expression: Expression, written: WrittenType, type: DataType, dialect: Dialect): string {
  for (const value of readings(expression.sql, written.type === "sql" ? ownType(written) : written.type)) {
    if (defaultProblem(value, written.type, written.values) !== null) continue;
    if (defaultLiteral(value, written.type, type, dialect).sql === expression.sql) return source(value);
  }
  return sqlSource(expression.sql);
}

/** What `t.sql<number>("…")` takes. */
function ownType({ call }: WrittenType): string {
  return call.startsWith("t.sql<number>") ? "double" : call.startsWith("t.sql<string>") ? "text" : "sql";
}

/** Types that take a JavaScript number as a default. */
const numbers: ReadonlySet<string> = new Set(["smallint", "int", "bigint", "real", "double", "decimal"]);
const texts: ReadonlySet<string> = new Set(
  [
    "text",
    "varchar",
    "char",
    "uuid",
    "date",
    "time",
    "timestamp",
    "timestamptz",
    "interval",
    "inet",
    "cidr",
    "macaddr",
    "xml",
    "enum",
  ],
);

/** What the text may mean as a value of that type; the caller tries each. */
function* readings(sql: string, type: string): Iterable<unknown> {
  if (type === "boolean") yield* [true, false];
  const quoted = /^'((?:[^']|'')*)'/.exec(sql)?.[1]?.replaceAll("''", "'");
  if (numbers.has(type)) {
    const digits = /^\(?'?([+-]?\d+)'?\)?(?:::.*)?$/.exec(sql)?.[1];
    if (digits !== undefined) {
      yield Number.isSafeInteger(Number(digits)) ? Number(digits) : type === "bigint" ? BigInt(digits) : NaN;
    }
    const decimal = /^\(?'?([+-]?\d*\.\d+)'?\)?(?:::.*)?$/.exec(sql)?.[1];
    if (decimal !== undefined) yield type === "decimal" ? decimal : Number(decimal);
    if (decimal !== undefined && String(Number(decimal)) === decimal) yield Number(decimal);
  }
  if (quoted === undefined) return;
  if (texts.has(type) || type === "decimal") yield quoted;
  if (type === "json" || type === "jsonb") {
    try {
      yield JSON.parse(quoted);
    } catch {
      return;
    }
  }
}

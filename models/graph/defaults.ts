/** Literal defaults: is a value right for its column, and how does the database write it? Pure. */
import type { Dialect } from "../../dialects/dialect.ts";
import type { DataType, Expression } from "../../schema/object.ts";

const jsonTypes: ReadonlySet<string> = new Set(["json", "jsonb"]);
const numberTypes: ReadonlySet<string> = new Set(["smallint", "int", "bigint", "decimal", "real", "double"]);
const wholeTypes: ReadonlySet<string> = new Set(["smallint", "int", "bigint"]);
const timeTypes: ReadonlySet<string> = new Set(["date", "time", "timestamp", "timestamptz", "interval"]);

/** Why a value is no default of a column type, or null when it is one. `type` is the model's name for it. */
export function defaultProblem(value: unknown, type: string, values: readonly string[]): string | null {
  if (jsonTypes.has(type)) return value === undefined ? "undefined is not JSON" : null;
  if (type === "array" || type === "bytes") return `write it as SQL: sql\`…\``;
  if (type === "sql") return isLiteral(value) ? null : "it must be a text, a number or a boolean, or sql`…`";
  if (type === "boolean") return typeof value === "boolean" ? null : "it must be true or false";
  if (wholeTypes.has(type)) {
    return typeof value === "bigint" || Number.isSafeInteger(value)
      ? null
      : "it must be a whole number (bigint beyond 2^53)";
  }
  if (type === "decimal" && typeof value === "string") {
    return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value.trim()) ? null : "it must be a number";
  }
  if (numberTypes.has(type)) {
    return typeof value === "bigint" || (typeof value === "number" && Number.isFinite(value))
      ? null
      : "it must be a number";
  }
  if (timeTypes.has(type) && value instanceof Date) return Number.isNaN(value.getTime()) ? "it is no valid date" : null;
  if (typeof value !== "string") return timeTypes.has(type) ? "it must be a text or a Date" : "it must be a text";
  return type === "enum" && !values.includes(value) ? `its values are ${values.map((v) => `"${v}"`).join(", ")}` : null;
}

function isLiteral(value: unknown): boolean {
  return typeof value === "string" || typeof value === "bigint" || typeof value === "boolean" ||
    (typeof value === "number" && Number.isFinite(value));
}

/** A default that passed `defaultProblem`, as the database writes it. */
export function defaultLiteral(value: unknown, type: string, data: DataType, dialect: Dialect): Expression {
  if (jsonTypes.has(type)) return dialect.literal(JSON.stringify(value), data);
  if (value instanceof Date) {
    const iso = value.toISOString();
    return dialect.literal(type === "date" ? iso.slice(0, 10) : iso, data);
  }
  return dialect.literal(value as string | number | bigint | boolean, data);
}

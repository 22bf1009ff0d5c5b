/** One value against one column: the value as the row's type has it, or what is wrong with it. Pure. */
import type { ColumnState, ColumnType, Limits } from "../contract.ts";
import { formatProblem } from "./format.ts";

/** The value, or a problem in words that follow the column's name ("is no text"). */
export type Checked =
  | { readonly value: unknown }
  | { readonly problem: string; readonly path?: readonly (string | number)[] };

const integerBounds: { readonly [type: string]: readonly [bigint, bigint] } = {
  smallint: [-32768n, 32767n],
  int: [-2147483648n, 2147483647n],
  bigint: [-9223372036854775808n, 9223372036854775807n],
};

/** Checks NULL, the type, and the column's limits. */
export function columnValue(value: unknown, state: Pick<ColumnState, "nullable" | "type" | "limits">): Checked {
  if (value === null) return state.nullable ? { value } : { problem: "must not be null" };
  if (state.limits.parse) {
    try {
      return { value: state.limits.parse(value) };
    } catch (error) {
      return { problem: error instanceof Error ? error.message : "is not right" };
    }
  }
  const checked = typed(value, state.type, state.limits);
  if ("problem" in checked) return checked;
  const problem = rangeProblem(checked.value, state.limits) ?? lengthProblem(checked.value, state) ??
    (state.limits.format ? formatProblem(checked.value, state.limits.format) : null);
  return problem === null ? checked : { problem };
}

function typed(value: unknown, type: ColumnType, limits: Limits): Checked {
  switch (type.type) {
    case "smallint":
    case "int":
    case "bigint":
      return whole(value, type.type, limits);
    case "real":
    case "double":
      return typeof value === "number" && Number.isFinite(value) ? { value } : { problem: "is no number" };
    case "decimal":
      return decimal(value, type.precision, type.scale);
    case "boolean":
      return typeof value === "boolean" ? { value } : { problem: "is neither true nor false" };
    case "timestamp":
    case "timestamptz":
      return moment(value);
    case "date":
      return text(value, /^\d{4,6}-(0\d|1[0-2])-([0-2]\d|3[01])$/, "is no date like 2026-01-31", isDate);
    case "time":
      return text(value, /^([01]\d|2[0-4]):[0-5]\d(:[0-5]\d(\.\d+)?)?$/, "is no time like 13:30:00");
    case "uuid":
      return text(value, /^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$/i, "is no UUID");
    case "json":
    case "jsonb":
      return isJson(value, new Set()) ? { value } : { problem: "is nothing that JSON can say" };
    case "bytes":
      return value instanceof Uint8Array ? { value } : { problem: "is no Uint8Array" };
    case "enum":
      return type.enum.values.includes(value as string)
        ? { value }
        : { problem: `is none of ${type.enum.values.map((each) => `"${each}"`).join(", ")}` };
    case "array":
      return list(value, type.of, type.dimensions);
    case "vector": {
      const numbers = Array.isArray(value) && value.every((each) => typeof each === "number" && Number.isFinite(each));
      return numbers && value.length === type.dimensions
        ? { value }
        : { problem: `is no list of ${type.dimensions} numbers` };
    }
    case "sql":
      return { value };
    case "text":
    case "varchar":
    case "char":
    case "inet":
    case "cidr":
    case "macaddr":
    case "interval":
    case "xml":
      return text(value, null, "");
  }
}

function whole(value: unknown, type: string, { asNumber }: Limits): Checked {
  const number = typeof value === "bigint" ? value : Number.isSafeInteger(value) ? BigInt(value as number) : null;
  if (number === null) return { problem: "is no whole number" };
  const [low, high] = integerBounds[type]!;
  if (number < low || number > high) return { problem: `is beyond what ${type} holds` };
  if (type === "bigint" && !asNumber) return { value: number };
  return Number.isSafeInteger(Number(number)) ? { value: Number(number) } : { problem: "is beyond 2^53" };
}

function decimal(value: unknown, precision: number | null, scale: number | null): Checked {
  const plain = typeof value === "bigint" || (typeof value === "number" && Number.isFinite(value))
    ? String(value)
    : value;
  const match = typeof plain === "string" ? /^[+-]?0*(\d*)(?:\.(\d*))?$/.exec(plain) : null;
  if (!match || !/\d/.test(plain as string)) return { problem: "is no decimal number" };
  const [before, after] = [match[1]!, (match[2] ?? "").replace(/0+$/, "")];
  if (precision !== null) {
    if (after.length > (scale ?? 0)) return { problem: `has more than ${scale ?? 0} digits after the point` };
    if (before.length > precision - (scale ?? 0)) {
      return { problem: `has more than ${precision - (scale ?? 0)} digits before the point` };
    }
  }
  return { value: plain };
}

function moment(value: unknown): Checked {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? { problem: "is no valid date" } : { value };
  if (typeof value !== "string" || !/^\d{4}-\d\d-\d\d([T ]\d\d:\d\d|$)/.test(value)) {
    return { problem: "is neither a Date nor a text like 2026-01-31T12:00:00Z" };
  }
  const date = new Date(value);
  return Number.isNaN(date.getTime()) ? { problem: "is no valid date" } : { value: date };
}

function text(
  value: unknown,
  form: RegExp | null,
  problem: string,
  more: (text: string) => boolean = () => true,
): Checked {
  if (typeof value !== "string") return { problem: "is no text" };
  if (value.includes("\0")) return { problem: "has a NUL character, which databases cannot store" };
  if (!value.isWellFormed()) return { problem: "has half a character (a lone surrogate)" };
  return (form === null || form.test(value)) && more(value) ? { value } : { problem };
}

/** Is there such a day? */
function isDate(value: string): boolean {
  const [year, month, day] = value.split("-").map(Number) as [number, number, number];
  return day >= 1 && month >= 1 && day <= new Date(Date.UTC(year % 400 + 400, month, 0)).getUTCDate();
}

function isJson(value: unknown, above: Set<object>): boolean {
  if (value === null || typeof value === "string" || typeof value === "boolean") return true;
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value !== "object" || above.has(value)) return false;
  const prototype = Object.getPrototypeOf(value);
  if (!Array.isArray(value) && prototype !== Object.prototype && prototype !== null) return false;
  above.add(value);
  const fine = Object.values(value).every((item) => isJson(item, above));
  above.delete(value);
  return fine;
}

function list(value: unknown, of: ColumnType, dimensions: number): Checked {
  if (!Array.isArray(value)) return { problem: "is no list" };
  const values: unknown[] = [];
  for (const [i, item] of value.entries()) {
    const checked = dimensions > 1
      ? list(item, of, dimensions - 1)
      : columnValue(item, { nullable: false, type: of, limits: {} });
    if ("problem" in checked) return { problem: checked.problem, path: [i, ...(checked.path ?? [])] };
    values.push(checked.value);
  }
  return { value: values };
}

function rangeProblem(value: unknown, { min, max, above }: Limits): string | null {
  if (min !== undefined && compare(value, min) < 0) return `is below ${min}`;
  if (above && min !== undefined && compare(value, min) === 0) return `is not above ${min}`;
  return max !== undefined && compare(value, max) > 0 ? `is above ${max}` : null;
}

/** Compares numbers in any of their forms without losing a digit. */
function compare(a: unknown, b: number | bigint | string): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  const left = scaled(String(a)), right = scaled(String(b));
  if (left === null || right === null) return Number(a) - Number(b);
  const digits = Math.max(left.scale, right.scale);
  const difference = left.digits * 10n ** BigInt(digits - left.scale) -
    right.digits * 10n ** BigInt(digits - right.scale);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

function scaled(text: string): { readonly digits: bigint; readonly scale: number } | null {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?$/.exec(text);
  if (!match || !/\d/.test(text)) return null;
  const after = match[3] ?? "";
  return { digits: BigInt(`${match[1] === "-" ? "-" : ""}${match[2]}${after}` || "0"), scale: after.length };
}

/** Length of a value, in what its type counts in. */
function lengthOf(value: unknown, { type }: ColumnType): readonly [number, string] | null {
  if (value instanceof Uint8Array) return [value.length, "bytes"];
  if (type === "json" || type === "jsonb") return [[...JSON.stringify(value)].length, "characters"];
  return typeof value === "string" ? [[...value].length, "characters"] : null;
}

function lengthProblem(value: unknown, { type, limits }: Pick<ColumnState, "type" | "limits">): string | null {
  const found = lengthOf(value, type);
  if (!found) return null;
  const [length, unit] = found;
  const declared = type.type === "varchar" || type.type === "char" ? type.length ?? Infinity : Infinity;
  const longest = Math.min(declared, limits.maxLength ?? Infinity);
  if (length > longest) return `has more than ${longest} ${unit}`;
  const shortest = limits.minLength ?? 0;
  if (length >= shortest) return null;
  return length === 0 ? "is empty" : `has fewer than ${shortest} ${unit}`;
}

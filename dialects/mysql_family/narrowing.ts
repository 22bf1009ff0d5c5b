/**
 * Can every value of a column be a value of its new type? Else what does not fit, with a query that counts it. In strict mode the server stops
 * at such a value; without it, and for digits behind the point at all times, the value is cut (manual, "Server SQL Modes").
 */
import type { Effects } from "../../diff/plan_types.ts";
import type { DataType, SchemaObject } from "../../schema/object.ts";
import { quote, quoteText } from "./sql.ts";

type Column = SchemaObject<"column">;
export type Risk = NonNullable<Effects["mayFail"]>;

/** `table` is the quoted name. The collations are those in force, also where they are the table's. */
export interface Narrowing {
  readonly from: Column;
  readonly to: Column;
  readonly table: string;
  readonly collations: readonly [string | null, string | null];
}

/** Null when everything fits. */
export function narrowing({ from, to, table, collations }: Narrowing): Risk | null {
  const name = quote(to.name.at(-1)!);
  const because = (reason: string, condition: string | null): Risk => ({
    reason,
    probe: condition === null ? null : `SELECT count(*) FROM ${table} WHERE ${condition}`,
  });
  const types = changeOf(from.type, to.type, name);
  if (types !== null) return because(types.reason, types.condition);
  // Where others refuse a NULL, it is not kept (MySQL 9.7.4 with a default that is the moment, MariaDB 10.11.19 with any).
  if (from.nullable && !to.nullable && to.type.name === "timestamp") {
    return because("NULL may become the moment of the change", `${name} IS NULL`);
  }
  const [before, after] = collations.map(charsetOf);
  if (!before || !after || before === after || !holdsText(from.type) || !holdsText(to.type)) return null;
  if (after === "utf8mb4" || before === "ascii") return null;
  return because(
    `characters may be missing in ${after}`,
    `CONVERT(CONVERT(${name} USING ${after}) USING ${before}) <> ${name}`,
  );
}

interface Misfit {
  readonly reason: string;
  /** Of the rows that do not fit; null where only a trial tells. */
  readonly condition: string | null;
}

const unknown: Misfit = { reason: "values may not fit the new type", condition: null };

function changeOf(from: DataType, to: DataType, name: string): Misfit | null {
  if (from.name === to.name && JSON.stringify(from.args) === JSON.stringify(to.args)) return null;
  const [a, b] = [shapeOf(from), shapeOf(to)];
  switch (b.is) {
    case "number":
      return toNumber(a, b, name);
    case "text":
      return toText(a, b, name);
    case "bytes":
      if (a.is === "bytes") return tooLong(a.bytes, b.bytes, `LENGTH(${name})`);
      return a.is === "text" ? tooLong(a.bytes, b.bytes, `LENGTH(${name})`) : unknown;
    case "labels":
      return toLabels(a, b, name);
    case "moment":
      return toMoment(a, b, name);
    case "json":
      return a.is === "json"
        ? null
        : a.is === "text"
        ? { reason: "texts may be no JSON", condition: `NOT JSON_VALID(${name})` }
        : unknown;
    case "float":
      if (a.is === "float") return a.double && !b.double ? { ...unknown, reason: "digits may be lost" } : null;
      return a.is === "number" && a.digits + a.scale <= (b.double ? 15 : 6) ? null : unknown;
    case "other":
      return unknown;
  }
}

type Shape =
  /** Whole numbers have no scale; `low` and `high` are the ends of what fits. */
  | {
    readonly is: "number";
    readonly digits: number;
    readonly scale: number;
    readonly low: string;
    readonly high: string;
    readonly whole: boolean;
  }
  | { readonly is: "float"; readonly double: boolean }
  /** `characters` is null where bytes are what counts; `padded` cuts spaces at the end. */
  | { readonly is: "text"; readonly characters: number | null; readonly bytes: number; readonly padded: boolean }
  | { readonly is: "bytes"; readonly bytes: number }
  | { readonly is: "labels"; readonly set: boolean; readonly labels: readonly string[] }
  | { readonly is: "moment"; readonly name: string; readonly digits: number }
  | { readonly is: "json" }
  | { readonly is: "other" };

const integerBytes: Readonly<Record<string, bigint>> = {
  tinyint: 1n,
  smallint: 2n,
  mediumint: 3n,
  int: 4n,
  bigint: 8n,
};
const textBytes: Readonly<Record<string, number>> = {
  tinytext: 255,
  text: 65_535,
  mediumtext: 16_777_215,
  longtext: 4_294_967_295,
};

function shapeOf(type: DataType): Shape {
  const [base = "", ...words] = type.name.split(" ");
  const unsigned = words.includes("unsigned");
  const first = Number(type.args[0] ?? 0);
  const bytes = integerBytes[base];
  if (bytes !== undefined) {
    const all = 1n << (bytes * 8n);
    const [low, high] = unsigned ? [0n, all - 1n] : [-all / 2n, all / 2n - 1n];
    return { is: "number", digits: String(high).length, scale: 0, low: `${low}`, high: `${high}`, whole: true };
  }
  if (base in textBytes) return { is: "text", characters: null, bytes: textBytes[base]!, padded: false };
  switch (base) {
    case "decimal": {
      const scale = Number(type.args[1] ?? 0), digits = first - scale;
      const high = `${"9".repeat(digits) || "0"}${scale ? `.${"9".repeat(scale)}` : ""}`;
      return { is: "number", digits, scale, low: unsigned ? "0" : `-${high}`, high, whole: false };
    }
    case "float":
    case "double":
      return type.args.length || unsigned ? { is: "other" } : { is: "float", double: base === "double" };
    case "char":
    case "varchar":
      return { is: "text", characters: first, bytes: first * 4, padded: base === "char" };
    case "binary":
      // Padded with zero bytes, so that a value changes with the length.
      return { is: "other" };
    case "varbinary":
      return { is: "bytes", bytes: first };
    case "tinyblob":
    case "blob":
    case "mediumblob":
    case "longblob":
      return { is: "bytes", bytes: textBytes[base.replace("blob", "text")]! };
    case "enum":
    case "set":
      return { is: "labels", set: base === "set", labels: type.args.map(String) };
    case "date":
    case "datetime":
    case "timestamp":
    case "time":
      return { is: "moment", name: base, digits: first };
    case "json":
      return { is: "json" };
    default:
      return { is: "other" };
  }
}

function toNumber(a: Shape, b: Shape & { is: "number" }, name: string): Misfit | null {
  const outside = `${name} NOT BETWEEN ${b.low} AND ${b.high}`;
  if (a.is === "number") {
    const fits = Number(a.low) >= Number(b.low) && a.digits <= b.digits && isLess(a.high, b.high);
    if (fits && a.scale <= b.scale) return null;
    const cut = a.scale > b.scale ? `${name} <> ROUND(${name}, ${b.scale})` : null;
    return {
      reason: fits ? "digits behind the point may be cut" : "numbers may be out of range",
      condition: [fits ? null : outside, cut].filter((each) => each !== null).join(" OR "),
    };
  }
  if (a.is === "float") {
    return {
      reason: "numbers may be cut or out of range",
      condition: `${outside} OR ${name} <> ROUND(${name}, ${b.scale})`,
    };
  }
  if (a.is === "text") {
    const pattern = b.whole ? "^ *[-+]?[0-9]+ *$" : "^ *[-+]?[0-9]*[.]?[0-9]+ *$";
    return { reason: "texts may be no numbers that fit", condition: `${name} NOT REGEXP '${pattern}' OR ${outside}` };
  }
  return a.is === "labels" ? { reason: "labels become their numbers", condition: `${name} IS NOT NULL` } : unknown;
}

/** Whole numbers and decimals without a sign, by value. */
function isLess(a: string, b: string): boolean {
  const [left = "", right = ""] = [a, b].map((text) => text.split(".")[0]!);
  return left.length < right.length || (left.length === right.length && left <= right);
}

function toText(a: Shape, b: Shape & { is: "text" }, name: string): Misfit | null {
  if (a.is === "text") {
    if (b.padded && !a.padded) {
      const limit = `CHAR_LENGTH(${name}) > ${b.characters}`;
      return {
        reason: "texts may be too long, and spaces at their end go",
        condition: `${limit} OR ${name} LIKE '% '`,
      };
    }
    if (b.characters !== null) {
      if (a.characters !== null && a.characters <= b.characters) return null;
      return { reason: "texts may be too long", condition: `CHAR_LENGTH(${name}) > ${b.characters}` };
    }
    return tooLong(a.bytes, b.bytes, `LENGTH(${name})`);
  }
  if (a.is === "json") return b.characters === null && b.bytes > 4_000_000_000 ? null : unknown;
  const longest = longestText(a);
  const room = b.characters ?? b.bytes;
  if (longest !== null && longest <= room) return null;
  return a.is === "bytes" || a.is === "other" || a.is === "float"
    ? unknown
    : { reason: "values may be too long as text", condition: `CHAR_LENGTH(${name}) > ${room}` };
}

/** How many characters a value takes when it is written, at most. */
function longestText(a: Shape): number | null {
  switch (a.is) {
    case "number":
      return a.digits + (a.scale ? a.scale + 1 : 0) + (a.low.startsWith("-") ? 1 : 0) + (a.digits === 0 ? 1 : 0);
    case "labels":
      return a.set
        ? a.labels.reduce((sum, label) => sum + label.length + 1, 0)
        : Math.max(0, ...a.labels.map((label) => label.length));
    case "moment":
      return 19 + (a.digits ? a.digits + 1 : 0);
    default:
      return null;
  }
}

function tooLong(from: number, to: number, length: string): Misfit | null {
  return from <= to ? null : { reason: "values may be too long", condition: `${length} > ${to}` };
}

/** Values go by their labels, whatever order these are in. */
function toLabels(a: Shape, b: Shape & { is: "labels" }, name: string): Misfit | null {
  const list = b.labels.map(quoteText).join(", ");
  if (a.is === "text") {
    return { reason: "texts may be none of the labels", condition: b.set ? null : `${name} NOT IN (${list})` };
  }
  if (a.is !== "labels" || (a.set && !b.set)) return unknown;
  const gone = a.labels.filter((label) => !b.labels.includes(label));
  if (gone.length === 0) return null;
  const labels = `rows may hold ${gone.map((label) => JSON.stringify(label)).join(", ")}`;
  return {
    reason: labels,
    condition: a.set
      ? gone.map((label) => `FIND_IN_SET(${quoteText(label)}, ${name})`).join(" OR ")
      : `${name} IN (${gone.map(quoteText).join(", ")})`,
  };
}

function toMoment(a: Shape, b: Shape & { is: "moment" }, name: string): Misfit | null {
  if (a.is === "text") return { reason: "texts may be no dates or times", condition: null };
  if (a.is !== "moment") return unknown;
  if (a.name === "date" && b.name === "datetime") return null;
  const sameKind = a.name === b.name || (a.name === "timestamp" && b.name === "datetime");
  if (sameKind) {
    if (a.digits <= b.digits) return null;
    return {
      reason: "fractions of seconds are rounded",
      condition: `MICROSECOND(${name}) MOD ${10 ** (6 - b.digits)} <> 0`,
    };
  }
  if (a.name !== "time" && b.name === "timestamp") {
    const range = `'1970-01-02 00:00:00' AND '2038-01-18 00:00:00'`;
    return { reason: "moments may be out of the range of TIMESTAMP", condition: `${name} NOT BETWEEN ${range}` };
  }
  if (b.name === "date" && a.name !== "time") {
    return { reason: "the time of day is cut", condition: `TIME(${name}) <> '00:00:00'` };
  }
  return unknown;
}

function holdsText({ family, name }: DataType): boolean {
  return family === "text" || family === "enum" || name === "set";
}

/** The character set that a collation belongs to: what stands before the first underscore. */
export function charsetOf(collation: string | null): string | null {
  return collation === null ? null : collation.split("_")[0]!.replace(/^utf8$/, "utf8mb3");
}

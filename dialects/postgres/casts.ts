/**
 * What it takes to turn a column of one type into another: an expression for USING, whether the table is rewritten, what can fail and what
 * is lost. The rewrite facts were measured on Postgres 15 to 18 (file node before and after); the cast facts are those of pg_cast. Pure.
 */
import type { RenderContext } from "../dialect.ts";
import type { Effects } from "../../diff/plan_types.ts";
import { sameJson } from "../../schema/canonical.ts";
import { find } from "../../schema/graph.ts";
import type { DataType, SchemaObject } from "../../schema/object.ts";
import { quote, quoteText } from "./sql.ts";
import { renderType } from "./types.ts";

const strings = new Set(["text", "character varying", "character", "bpchar"]);
const numbers = new Set(["integer", "decimal", "float"]);

/** Pairs of non-string types that have an assignment or implicit cast in pg_cast beside numbers: no USING is needed. */
const assigned = new Set([
  "date>timestamp without time zone",
  "date>timestamp with time zone",
  "timestamp without time zone>date",
  "timestamp without time zone>timestamp with time zone",
  "timestamp without time zone>time without time zone",
  "timestamp with time zone>date",
  "timestamp with time zone>timestamp without time zone",
  "timestamp with time zone>time without time zone",
  "timestamp with time zone>time with time zone",
  "time without time zone>time with time zone",
  "time without time zone>interval",
  "time with time zone>time without time zone",
  "interval>time without time zone",
  "json>jsonb",
  "jsonb>json",
  "cidr>inet",
  "inet>cidr",
  "bit>bit varying",
  "bit varying>bit",
  "macaddr>macaddr8",
  "macaddr8>macaddr",
]);

/** Pairs that have an explicit cast in pg_cast: `column::type` is enough. */
const explicit = new Set([
  "integer>boolean",
  "boolean>integer",
  "jsonb>boolean",
  "jsonb>numeric",
  "jsonb>smallint",
  "jsonb>integer",
  "jsonb>bigint",
  "jsonb>real",
  "jsonb>double precision",
  "integer>bit",
  "bigint>bit",
  "bit>integer",
  "bit>bigint",
]);

/**
 * How the values are turned: `using` is the expression, null when the server needs none. On the way back it is the opposite of what the way
 * there does.
 */
export function castOf(
  from: DataType,
  to: DataType,
  column: string,
  wayBack = false,
): { readonly using: string | null } {
  if (from.name === to.name && from.dimensions === to.dimensions) return { using: null };
  const type = renderType(to);
  if (holdsText(from, to, wayBack)) {
    const using = to.name === "bytea" && to.dimensions === 0
      ? `pg_catalog.convert_to(${column}::text, 'UTF8')`
      : `pg_catalog.convert_from(${column}, 'UTF8')::${type}`;
    return { using };
  }
  if (from.dimensions === 0 && to.dimensions > 0 && !wayBack) {
    const element = castOf(from, { ...to, dimensions: 0 }, column).using ?? column;
    // Not IS NULL: in USING, the server looks for its column in the parent's place in an heir's rows, and finds another one (seen on 15 to 18);
    // and a composite's row of nulls would be none.
    return { using: `CASE WHEN ${column} IS NOT DISTINCT FROM NULL THEN NULL ELSE ARRAY[${element}]::${type} END` };
  }
  if (wayBack && isOnlyElement(from, to)) {
    const element = `(${column})[1]`;
    return { using: castOf({ ...from, dimensions: 0 }, to, element, wayBack).using ?? element };
  }
  if (strings.has(to.name) && to.dimensions === 0) return { using: null };
  if (from.dimensions !== to.dimensions) return { using: `${column}::text::${type}` };
  const pair = `${from.name}>${to.name}`;
  if (numbers.has(from.family) && numbers.has(to.family) && from.name !== "money" && to.name !== "money") {
    return { using: null };
  }
  if (assigned.has(pair)) return { using: null };
  if (strings.has(from.name) || explicit.has(pair)) return { using: `${column}::${type}` };
  return { using: `${column}::text${"[]".repeat(from.dimensions)}::${type}` };
}

/**
 * Do the bytes, on one of the two sides, hold the other type's text in UTF-8? Postgres's own cast of bytes to a string writes them in
 * hexadecimal, which any bytes have, and its opposite reads that; but the same cast of other strings is none that could be undone
 * (`'1'` and `'\\x31'` are the same byte). So a string goes to its UTF-8, and comes back from it.
 */
function holdsText(from: DataType, to: DataType, wayBack: boolean): boolean {
  // An array becomes bytes as its text; bytes become an array as its one element.
  if (from.dimensions > 0) return to.name === "bytea" && to.dimensions === 0 && !wayBack;
  if (to.dimensions > 0) return from.name === "bytea" && wayBack;
  if (to.name === "bytea") return !strings.has(from.name) || !wayBack;
  return from.name === "bytea" && (!strings.has(to.name) || wayBack);
}

/** An array that may give way to its one element, as it was before. */
function isOnlyElement(from: DataType, to: DataType): boolean {
  return from.dimensions > 0 && to.dimensions === 0;
}

/** Is the table written anew? False only where that was measured. */
export function isRewrite(from: DataType, to: DataType): boolean {
  if (sameJson(from, to)) return false;
  if (from.dimensions !== to.dimensions) return true;
  const [before, after] = [from.args[0], to.args[0]] as [number | undefined, number | undefined];
  const pair = `${from.name}>${to.name}`;
  switch (pair) {
    case "character varying>character varying":
    case "bit varying>bit varying":
    case "timestamp without time zone>timestamp without time zone":
    case "timestamp with time zone>timestamp with time zone":
    case "time without time zone>time without time zone":
    case "time with time zone>time with time zone":
    case "interval>interval":
      return after !== undefined && (before === undefined || after < before);
    case "numeric>numeric":
      return to.args.length > 0 &&
        (from.args.length === 0 || from.args[1] !== to.args[1] || Number(after) < Number(before));
    case "character varying>text":
    case "cidr>inet":
      return false;
    case "text>character varying":
      return after !== undefined;
    default:
      return true;
  }
}

/**
 * Are values changed so that the way back does not bring them back? Rounding, cutting, forgetting a time zone's or a day's part, or all
 * elements but the first.
 */
export function losesOnCast(from: DataType, to: DataType, wayBack = false): boolean {
  if (wayBack && isOnlyElement(from, to)) return true;
  if (numbers.has(from.family) && numbers.has(to.family)) {
    const scale = (type: DataType) =>
      type.family === "integer"
        ? 0
        : type.family === "float" || type.args.length === 0
        ? Infinity
        : Number(type.args[1] ?? 0);
    return scale(to) < scale(from) || to.name === "real" && from.name !== "real" && from.name !== "smallint" ||
      to.family === "float" && from.family !== "float" && from.name !== "smallint" && from.name !== "integer";
  }
  if (from.family === "temporal" && to.family === "temporal") {
    if (from.name !== to.name) return !/^(date|timestamp without time zone)>timestamp/.test(`${from.name}>${to.name}`);
    return to.args.length > 0 && (from.args.length === 0 || Number(to.args[0]) < Number(from.args[0]));
  }
  if (from.name === "json" && to.name === "jsonb") return true;
  return from.family === "integer" && to.family === "boolean";
}

type MayFail = Effects["mayFail"];

/** Why existing values may refuse the new type, with a query that counts those that would; null when all fit. */
export function typeMayFail(
  from: SchemaObject<"column">,
  to: SchemaObject<"column">,
  path: string,
  context: RenderContext,
): MayFail {
  const column = quote(to.name[2]!), wanted = renderType(to.type);
  const where = (condition: string | null): MayFail => ({
    reason: `values of ${column} that are not a valid ${wanted} are refused`,
    probe: condition && `SELECT count(*) FROM ${path} WHERE ${condition}`,
  });
  const a = from.type, b = to.type;
  if (a.dimensions !== b.dimensions) {
    const asText = strings.has(b.name) && b.args.length === 0 && (b.dimensions === 0 || !context.wayBack);
    // What was an array's text on the way there is read as one on the way back.
    const elements = context.wayBack ? isOnlyElement(a, b) : b.dimensions > a.dimensions;
    return asText || elements && a.name === b.name && fits(a, b) ? null : where(null);
  }
  if (a.dimensions > 0) return a.name === b.name && fits(a, b) || b.name === "text" ? null : where(null);
  if (a.name !== b.name && holdsText(a, b, context.wayBack ?? false)) return b.name === "bytea" ? null : where(null);
  if (strings.has(b.name)) {
    const limit = b.args[0], before = a.args[0];
    if (limit === undefined) return null;
    if (strings.has(a.name) && before !== undefined && Number(before) <= Number(limit)) return null;
    return where(`pg_catalog.char_length(${column}::text) > ${Number(limit)}`);
  }
  if (a.name === b.name && fits(a, b)) return null;
  const range = ranges[b.name];
  if (range && numbers.has(a.family)) {
    if (ranges[a.name] && BigInt(ranges[a.name]![1]) <= BigInt(range[1])) return null;
    return where(`${column} < ${range[0]} OR ${column} > ${range[1]}`);
  }
  if (b.name === "numeric" && numbers.has(a.family)) {
    if (b.args.length === 0) return null;
    const digits = Number(b.args[0]) - Number(b.args[1] ?? 0);
    return where(
      `pg_catalog.abs(pg_catalog.round(${column}::numeric, ${Number(b.args[1] ?? 0)})) >= 1e${digits}::numeric`,
    );
  }
  if (b.family === "float" && numbers.has(a.family)) return null;
  if (b.of && (a.of || a.family === "text")) {
    const labels = find(context.to, "enum", b.of)?.values;
    if (labels) return where(`${column}::text <> ALL (ARRAY[${labels.map(quoteText).join(", ")}]::text[])`);
  }
  if (assigned.has(`${a.name}>${b.name}`) && a.family === "temporal") return null;
  if (a.family === "text" && (context.version ?? 0) >= 160000) {
    return where(`${column} IS NOT NULL AND NOT pg_catalog.pg_input_is_valid(${column}::text, ${quoteText(wanted)})`);
  }
  return a.family === "text" || a.of !== null ? where(null) : where(`${column} IS NOT NULL`);
}

const ranges: Readonly<Record<string, readonly [string, string]>> = {
  smallint: ["-32768", "32767"],
  integer: ["-2147483648", "2147483647"],
  bigint: ["-9223372036854775808", "9223372036854775807"],
};

/** Do all values of one length or precision fit another of the same type? */
function fits(from: DataType, to: DataType): boolean {
  if (to.family === "temporal" || to.args.length === 0) return true;
  if (from.args.length === 0) return false;
  if (to.name === "numeric") {
    return Number(to.args[0]) - Number(to.args[1] ?? 0) >= Number(from.args[0]) - Number(from.args[1] ?? 0);
  }
  return sameJson(from.args, to.args) || Number(to.args[0]) >= Number(from.args[0]);
}

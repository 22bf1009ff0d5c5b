/** Column types: parsed from the catalog or from a model, written back, and made from the portable ones. Pure. */
import type { DataType, Expression, TypeFamily } from "../../schema/object.ts";
import type { PortableType } from "../../schema/portable_type.ts";
import type { FamilyFacts } from "./facts.ts";
import { tokenize } from "./lexer.ts";
import { quoteText } from "./sql.ts";

/** Other spellings of a type, by the one that the catalog has. */
const aliases: Readonly<Record<string, string>> = {
  integer: "int",
  int1: "tinyint",
  int2: "smallint",
  int3: "mediumint",
  middleint: "mediumint",
  int4: "int",
  int8: "bigint",
  dec: "decimal",
  numeric: "decimal",
  fixed: "decimal",
  "double precision": "double",
  real: "double",
  float4: "float",
  float8: "double",
  character: "char",
  "character varying": "varchar",
  varcharacter: "varchar",
  nchar: "char",
  nvarchar: "varchar",
  "national char": "char",
  "national varchar": "varchar",
  "long varchar": "mediumtext",
  long: "mediumtext",
  "long varbinary": "mediumblob",
};

/** Widths that MariaDB shows where none is given, signed and unsigned. */
const widths: Readonly<Record<string, readonly [number, number]>> = {
  tinyint: [4, 3],
  smallint: [6, 5],
  mediumint: [9, 8],
  int: [11, 10],
  bigint: [20, 20],
};

const families: Readonly<Partial<Record<TypeFamily, readonly string[]>>> = {
  integer: Object.keys(widths),
  decimal: ["decimal"],
  float: ["float", "double"],
  text: ["char", "varchar", "tinytext", "text", "mediumtext", "longtext"],
  binary: ["binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob", "bit"],
  temporal: ["date", "time", "datetime", "timestamp", "year"],
  json: ["json"],
  uuid: ["uuid"],
  enum: ["enum"],
};
const familyByName: ReadonlyMap<string, TypeFamily> = new Map(
  Object.entries(families).flatMap(([family, names]) => names.map((name) => [name, family as TypeFamily] as const)),
);

/**
 * A type as the normal form has it. `name` holds unsigned and zerofill; the labels of ENUM and SET are args, without quotes. Display
 * widths that say nothing are left out.
 */
export function parseType(sql: string, facts: FamilyFacts): DataType {
  const words: string[] = [], args: (string | number)[] = [];
  let unsigned = false, zerofill = false;
  const tokens = tokenize(sql);
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!;
    if (token.text === "(") {
      for (i++; i < tokens.length && tokens[i]!.text !== ")"; i++) {
        const arg = tokens[i]!;
        if (arg.kind === "string") args.push(arg.value);
        else if (arg.kind === "number") args.push(Number(arg.text));
      }
    } else if (token.value === "UNSIGNED") unsigned = true;
    else if (token.value === "ZEROFILL") unsigned = zerofill = true;
    else if (token.value !== "SIGNED" && token.kind === "word") words.push(token.text.toLowerCase());
  }
  const spelled = words.join(" ");
  if (spelled === "bool" || spelled === "boolean") return made("tinyint", [1], facts);
  if (spelled === "serial") return made("bigint unsigned", [], facts);
  const name = aliases[spelled] ?? spelled;
  return made(name + (unsigned ? " unsigned" : "") + (zerofill ? " zerofill" : ""), args, facts);
}

function made(name: string, args: readonly (string | number)[], facts: FamilyFacts): DataType {
  const base = name.split(" ")[0]!;
  if (base === "json" && facts.jsonIsText) return { name: "json", args: [], dimensions: 0, family: "json", of: null };
  return { name, args: normalArgs(base, name, args, facts), dimensions: 0, family: familyOf(name), of: null };
}

function normalArgs(
  base: string,
  name: string,
  args: readonly (string | number)[],
  facts: FamilyFacts,
): readonly (string | number)[] {
  const width = widths[base];
  if (width) {
    if (name.endsWith("zerofill")) return args;
    // Without ZEROFILL MySQL shows one width only, that of TINYINT(1) (release notes 8.0.19).
    if (!facts.integerWidths) return base === "tinyint" && args[0] === 1 && !name.includes("unsigned") ? args : [];
    return args[0] === width[name.includes("unsigned") ? 1 : 0] ? [] : args;
  }
  switch (base) {
    case "decimal":
      return args.length === 0 ? [10, 0] : args.length === 1 ? [args[0]!, 0] : args;
    case "char":
    case "binary":
    case "bit":
      return args.length === 0 ? [1] : args;
    case "year":
      return [];
    case "time":
    case "datetime":
    case "timestamp":
      return args[0] === 0 ? [] : args;
    case "float":
      // A precision alone only says whether it is a FLOAT or a DOUBLE.
      return args.length === 1 ? [] : args;
    case "blob":
    case "text":
      return [];
    default:
      return args;
  }
}

export function familyOf(name: string): TypeFamily {
  return familyByName.get(name.split(" ")[0]!) ?? "other";
}

/** The type as SQL text. */
export function renderType(type: DataType): string {
  const [base, ...attributes] = type.name.split(" ");
  const labels = base === "enum" || base === "set";
  const args = type.args.map((arg) => labels || typeof arg === "string" ? quoteText(String(arg)) : String(arg));
  return [base + (args.length || labels ? `(${args.join(",")})` : ""), ...attributes].join(" ");
}

/** Are a column's values bytes and not text? */
export function isBytes({ type }: { readonly type: DataType }): boolean {
  return type.family === "binary" || isShape(type);
}

/** Is it a spatial type, whose values are bytes without a text? */
export function isShape({ name }: DataType): boolean {
  return /^(multi)?(point|linestring|polygon)$|^geom(etry)?(collection)?$/.test(name);
}

/** Does a column of this type have a character set? */
export function hasCharset({ name, family }: DataType): boolean {
  return family === "text" || family === "enum" || name === "set";
}

const simple: Readonly<Record<string, string>> = {
  smallint: "smallint",
  int: "int",
  bigint: "bigint",
  boolean: "tinyint(1)",
  text: "longtext",
  date: "date",
  json: "json",
  jsonb: "json",
  bytes: "longblob",
  real: "float",
  double: "double",
};

/** A portable type; null where the server has none. Times keep microseconds, numbers without a precision all that fit. */
export function typeOf(type: PortableType, facts: FamilyFacts): DataType | null {
  switch (type.type) {
    case "uuid":
      return facts.uuid;
    case "inet":
      return facts.inet;
    case "varchar":
      return made("varchar", [type.length ?? 255], facts);
    case "char":
      return made("char", [type.length ?? 1], facts);
    case "decimal":
      return made("decimal", type.precision === null ? [65, 30] : [type.precision, type.scale ?? 0], facts);
    case "time":
      return made("time", [type.precision ?? 6], facts);
    case "timestamp":
      return made("datetime", [type.precision ?? 6], facts);
    case "timestamptz":
      return made("timestamp", [type.precision ?? 6], facts);
    case "vector":
      return made("vector", [type.dimensions], facts);
    case "enum":
      return made("enum", type.values, facts);
    case "sql": {
      const text = type.sql[facts.name];
      return text === undefined ? null : parseType(text, facts);
    }
    case "interval":
    case "cidr":
    case "macaddr":
    case "xml":
    case "array":
      return null;
    default:
      return parseType(simple[type.type]!, facts);
  }
}

/** A literal as a default. Instants are written as the server reads them: without the T and the zone of ISO 8601. */
export function literal(value: string | number | bigint | boolean | null, type: DataType): Expression {
  if (value === null) return { sql: "NULL" };
  if (typeof value === "boolean") return { sql: value ? "1" : "0" };
  if (typeof value !== "string") return { sql: String(value) };
  const numeric = ["integer", "decimal", "float"].includes(type.family);
  if (numeric && /^-?\d+(\.\d+)?$/.test(value)) return { sql: value };
  const instant = type.family === "temporal" && /^(\d{4}-\d\d-\d\d)T([\d:.]+)Z$/.exec(value);
  return { sql: quoteText(instant ? `${instant[1]} ${instant[2]}` : value) };
}

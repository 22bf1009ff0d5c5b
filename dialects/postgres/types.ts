/** Column types of Postgres: parsed from SQL, written as `format_type` writes them, and made from the portable ones. Pure. */
import type { PortableType } from "../../schema/portable_type.ts";
import type { DataType, ObjectId, TypeFamily } from "../../schema/object.ts";
import { objectId, pathOfId } from "../../schema/id.ts";
import { significant } from "./lexer.ts";
import { dotted, quotePath, undotted } from "./sql.ts";

/** Other spellings of a built-in type, by the spelling that `format_type` reports. */
const aliases: Readonly<Record<string, string>> = {
  int: "integer",
  int4: "integer",
  int2: "smallint",
  int8: "bigint",
  bool: "boolean",
  varchar: "character varying",
  char: "character",
  nchar: "character",
  "national character": "character",
  "national char": "character",
  "char varying": "character varying",
  "national character varying": "character varying",
  dec: "numeric",
  decimal: "numeric",
  float: "double precision",
  float4: "real",
  float8: "double precision",
  timestamp: "timestamp without time zone",
  timestamptz: "timestamp with time zone",
  time: "time without time zone",
  timetz: "time with time zone",
  varbit: "bit varying",
};

const families: Readonly<Partial<Record<TypeFamily, readonly string[]>>> = {
  integer: ["smallint", "integer", "bigint"],
  decimal: ["numeric", "money"],
  float: ["real", "double precision"],
  text: ["text", "character", "character varying", "bpchar", "name", '"char"'],
  binary: ["bytea", "bit", "bit varying"],
  boolean: ["boolean"],
  temporal: [
    "date",
    "interval",
    "timestamp without time zone",
    "timestamp with time zone",
    "time without time zone",
    "time with time zone",
  ],
  json: ["json", "jsonb"],
  uuid: ["uuid"],
};
const familyByName: ReadonlyMap<string, TypeFamily> = new Map(
  Object.entries(families).flatMap(([family, names]) => names.map((name) => [name, family as TypeFamily] as const)),
);

/** Built-in types that no family names; what is neither here nor there and has no schema lives in "public". */
const otherBuiltIns = new Set(
  ("inet cidr macaddr macaddr8 xml tsvector tsquery point line lseg box path polygon circle oid regclass regproc regprocedure regoper " +
    "regoperator regtype regrole regnamespace regconfig regdictionary regcollation pg_lsn pg_snapshot txid_snapshot xid xid8 cid tid " +
    "int4range int8range numrange tsrange tstzrange daterange int4multirange int8multirange nummultirange tsmultirange " +
    "tstzmultirange datemultirange jsonpath refcursor int2vector oidvector aclitem unknown pg_node_tree pg_ndistinct pg_dependencies " +
    "pg_mcv_list pg_brin_bloom_summary pg_brin_minmax_multi_summary gtsvector cstring record void trigger event_trigger")
    .split(" "),
);

/**
 * A type as `format_type` would report it. A user-defined type keeps its dotted path as its name; without a schema it is taken to be in
 * "public". `of` is null: the graph's normal form fills it in.
 */
export function parseType(sql: string): DataType {
  const all = significant(sql);
  let at = 0, setof = "";
  const words: string[] = [];
  const args: (string | number)[] = [];
  let dimensions = 0, path: string[] | null = null;
  if (all[0]?.value === "setof") setof = "setof ", at = 1;
  for (; at < all.length; at++) {
    const token = all[at]!;
    if (token.text === "(") {
      for (at++; at < all.length && all[at]!.text !== ")"; at++) {
        const arg = all[at]!;
        if (arg.text === ",") continue;
        const negative = arg.text === "-" && all[at + 1]?.type === "number";
        if (negative) at++;
        args.push(arg.type === "number" || negative ? Number((negative ? "-" : "") + all[at]!.text) : arg.text);
      }
    } else if (token.text === "[") dimensions = 1;
    else if (token.text === "]" || token.type === "number") continue;
    else if (token.type === "word" && token.value === "array") dimensions = 1;
    else if (token.text === ".") path = [...(path ?? [words.pop() ?? ""]), all[++at]?.value ?? ""];
    else words.push(token.type === "quoted" && quotedBuiltIn(token.value) ? token.text : token.value);
  }
  if (path?.length === 2 && path[0] === "pg_catalog") words.push(path[1] === "char" ? '"char"' : path[1]!), path = null;
  // float(p) is real up to 24 bits and double precision above; neither has arguments.
  const float = words.length === 1 && ["float", "float4", "float8"].includes(words[0]!) && path === null;
  if (float && args.length) words[0] = Number(args.pop()) <= 24 ? "real" : "double precision";
  const name = path ? dotted(path) : builtInName(words, all.length === 1 && all[0]!.type === "quoted");
  return { name: setof + name, ...arguments_(name, args), dimensions, family: familyOf(name), of: null };
}

function quotedBuiltIn(name: string): boolean {
  return name === "char";
}

function builtInName(words: readonly string[], quoted: boolean): string {
  const text = words.join(" ");
  if (text === '"char"') return text;
  const name = quoted ? text : aliases[text] ?? text;
  if (familyByName.has(name) || otherBuiltIns.has(name) || /^interval /.test(name)) return name;
  return dotted(["public", text]);
}

/** What the server makes of missing arguments: char is char(1), numeric(5) is numeric(5,0). Returns the args and a changed name. */
function arguments_(name: string, args: readonly (string | number)[]): Pick<DataType, "args"> {
  if ((name === "character" || name === "bit") && args.length === 0) return { args: [1] };
  if (name === "numeric" && args.length === 1) return { args: [args[0]!, 0] };
  return { args };
}

/** The family of a built-in type; "other" for the rest. */
export function familyOf(name: string): TypeFamily {
  return /^interval /.test(name) ? "temporal" : familyByName.get(name) ?? "other";
}

/** The type as SQL text, qualified and quoted. */
export function renderType(type: DataType): string {
  const brackets = "[]".repeat(type.dimensions);
  const args = type.args.length ? `(${type.args.join(",")})` : "";
  if (type.of) return quotePath(pathOfId(type.of)) + args + brackets;
  if (familyOf(type.name) === "other" && !otherBuiltIns.has(type.name) && type.name.includes(".")) {
    return quotePath(undotted(type.name)) + args + brackets;
  }
  const zone = /^(timestamp|time)( with(?:out)? time zone)$/.exec(type.name);
  return (zone ? zone[1]! + args + zone[2]! : type.name + args) + brackets;
}

/** The spellings of types of the server, by what they were parsed from: a schema has thousands of columns and a dozen of types. */
const spellings = new Map<string, DataType>();

function spellingOf(type: DataType): DataType {
  const text = renderType(type);
  let known = spellings.get(text);
  if (!known) {
    if (spellings.size > 10_000) spellings.clear();
    spellings.set(text, known = { ...parseType(text), of: null });
  }
  return known;
}

/** The normal form of a type from anywhere: dimensions are 0 or 1, for the server does not keep more. Equal built-in types are one object. */
export function normalType(type: DataType): DataType {
  const named = type.of !== null || type.name.includes(".");
  if (!named && normalForms.has(type)) return type;
  const spelling = named ? type : spellingOf(type);
  if (!named && normalForms.has(spelling)) return spelling;
  const normal = {
    name: type.of ? dotted(pathOfId(type.of)) : spelling.name,
    args: spelling.args,
    dimensions: Math.min(type.dimensions, 1),
    family: type.of ? type.family : spelling.family,
    of: type.of,
  };
  if (!named) normalForms.add(normal), spellings.set(renderType(type), normal);
  return normal;
}

/** Built-in types that are in normal form. */
const normalForms = new WeakSet<DataType>();

/** A built-in type, as the catalogs write it, in normal form. */
export function builtInType(sql: string): DataType {
  const known = builtIns.get(sql);
  if (known) return known;
  if (builtIns.size > 10_000) builtIns.clear();
  const type = normalType(parseType(sql));
  builtIns.set(sql, type);
  return type;
}

const builtIns = new Map<string, DataType>();

const simple: Readonly<Record<string, string>> = {
  smallint: "smallint",
  int: "integer",
  bigint: "bigint",
  boolean: "boolean",
  text: "text",
  uuid: "uuid",
  date: "date",
  json: "json",
  jsonb: "jsonb",
  bytes: "bytea",
  real: "real",
  double: "double precision",
  inet: "inet",
  cidr: "cidr",
  macaddr: "macaddr",
  xml: "xml",
  varchar: "character varying",
  char: "character",
  decimal: "numeric",
  time: "time without time zone",
  timestamp: "timestamp without time zone",
  timestamptz: "timestamp with time zone",
  interval: "interval",
};

/** A portable type in Postgres; null where the model wrote the type for other databases only. */
export function typeOf(type: PortableType): DataType | null {
  switch (type.type) {
    case "varchar":
    case "char":
      return builtIn(simple[type.type]!, type.length === null ? [] : [type.length]);
    case "decimal":
      return builtIn("numeric", type.precision === null ? [] : [type.precision, type.scale ?? 0]);
    case "time":
    case "timestamp":
    case "timestamptz":
    case "interval":
      return builtIn(simple[type.type]!, type.precision === null ? [] : [type.precision]);
    case "array": {
      const element = typeOf(type.of);
      return element && { ...element, dimensions: 1 };
    }
    case "vector":
      return { name: "public.vector", args: [type.dimensions], dimensions: 0, family: "other", of: null };
    case "enum":
      return enumType(objectId("enum", type.name));
    case "sql":
      return type.sql.postgres === undefined ? null : parseType(type.sql.postgres);
    default:
      return builtIn(simple[type.type]!, []);
  }
}

/** The type of a column of an enum of the graph. */
export function enumType(id: ObjectId, dimensions = 0): DataType {
  return { name: dotted(pathOfId(id)), args: [], dimensions, family: "enum", of: id };
}

function builtIn(name: string, args: readonly (string | number)[]): DataType {
  return { name, ...arguments_(name, args), dimensions: 0, family: familyOf(name), of: null };
}

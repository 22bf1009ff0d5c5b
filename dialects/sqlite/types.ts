/**
 * Declared types. SQLite keeps whatever words a column's type has and derives only an affinity from them (datatype3.html 3.1), so the
 * normal form is the text in capitals and the family is what the words and the affinity say.
 */
import type { DataType, Expression, TypeFamily } from "../../schema/object.ts";
import type { PortableType } from "../../schema/portable_type.ts";
import { isBareName, tokenize, upper } from "./lexer.ts";
import { quoteAlways, quoteText } from "./sql.ts";

export type Affinity = "integer" | "text" | "blob" | "real" | "numeric";

/** The rules of datatype3.html 3.1, in their order. */
export function affinityOf(name: string): Affinity {
  if (name.includes("INT")) return "integer";
  if (/CHAR|CLOB|TEXT/.test(name)) return "text";
  if (name.includes("BLOB") || name === "") return "blob";
  if (/REAL|FLOA|DOUB/.test(name)) return "real";
  return "numeric";
}

/** The only types that a STRICT table takes (stricttables.html). */
export const strictTypes: ReadonlySet<string> = new Set(["INT", "INTEGER", "REAL", "TEXT", "BLOB", "ANY"]);

const byWord: readonly (readonly [RegExp, TypeFamily])[] = [
  [/\bBOOL(EAN)?\b/, "boolean"],
  [/\b(DATE|TIME|DATETIME|TIMESTAMP|TIMESTAMPTZ)\b/, "temporal"],
  [/\bJSONB?\b/, "json"],
  [/\b(UUID|GUID)\b/, "uuid"],
  [/\b(DECIMAL|NUMERIC|DEC|MONEY)\b/, "decimal"],
];

const byAffinity: { readonly [A in Affinity]: TypeFamily } = {
  integer: "integer",
  text: "text",
  blob: "binary",
  real: "float",
  numeric: "other",
};

/**
 * A declared type in normal form. An empty text is a column without a type; what is no run of words was in quotes. Comments within it go,
 * unless SQLite, which reads them with the rest, makes something else of the type with them than without.
 */
export function parseType(sql: string): DataType {
  const tokens = tokenize(sql);
  const open = tokens.findIndex((token) => token.text === "(" && token.kind === "operator");
  const words = open < 0 ? tokens : tokens.slice(0, open);
  const plain = words.every(isBareName) && (open < 0 || (open > 0 && tokens.at(-1)!.text === ")"));
  const asWritten = (): DataType => {
    const name = upper(sql.trim());
    return { name, args: [], dimensions: 0, family: familyOf(name), of: null };
  };
  if (!plain) return asWritten();
  const name = words.map((token) => token.value).join(" ");
  const args: (string | number)[] = [];
  if (open >= 0) {
    let arg = "";
    for (const token of tokens.slice(open + 1)) {
      if (token.text === ")" || token.text === ",") args.push(argument(arg)), arg = "";
      else arg += upper(token.text);
    }
  }
  const same = affinityOf(upper(sql)) === affinityOf(name) &&
    (name !== "INTEGER" || open >= 0 || upper(sql.trim()) === name);
  return same ? { name, args, dimensions: 0, family: familyOf(name), of: null } : asWritten();
}

function argument(text: string): string | number {
  return /^(0|[1-9][0-9]{0,8})$/.test(text) ? Number(text) : text;
}

export function familyOf(name: string): TypeFamily {
  return byWord.find(([pattern]) => pattern.test(name))?.[1] ?? byAffinity[affinityOf(name)];
}

export function renderType(type: DataType): string {
  // SQLite takes a last word ALWAYS for a part of GENERATED ALWAYS and cuts it off (build.c sqlite3AddColumn).
  const plain = tokenize(type.name, { comments: true }).every(isBareName) && !/ALWAYS$/.test(type.name);
  if (!plain) return quoteAlways(type.name);
  return type.name + (type.args.length ? `(${type.args.join(", ")})` : "");
}

/**
 * The declared type for a portable one. The words keep the meaning readable, and each gives an affinity that stores the values as
 * they are: JSON and UUID say TEXT too, because without it SQLite turns a value of digits alone into a number, and INTERVAL would
 * have the affinity of its INT.
 */
export function typeOf(type: PortableType): DataType | null {
  const of = (name: string, ...args: readonly (string | number)[]): DataType => ({
    name,
    args,
    dimensions: 0,
    family: familyOf(name),
    of: null,
  });
  switch (type.type) {
    case "smallint":
    case "int":
    case "bigint":
      return of("INTEGER");
    case "boolean":
      return of("BOOLEAN");
    case "text":
    case "interval":
    case "xml":
      return of("TEXT");
    case "enum":
      return of("TEXT");
    case "uuid":
      return of("UUID TEXT");
    case "date":
      return of("DATE");
    case "time":
      return of("TIME");
    case "timestamp":
      return of("DATETIME");
    case "timestamptz":
      return of("TIMESTAMP");
    case "json":
    case "jsonb":
      return of("JSON TEXT");
    case "bytes":
      return of("BLOB");
    case "real":
    case "double":
      return of("REAL");
    case "varchar":
      return type.length === null ? of("TEXT") : of("VARCHAR", type.length);
    case "char":
      return type.length === null ? of("CHAR") : of("CHAR", type.length);
    case "decimal":
      if (type.precision === null) return of("DECIMAL");
      return type.scale === null ? of("DECIMAL", type.precision) : of("DECIMAL", type.precision, type.scale);
    case "sql":
      return type.sql.sqlite === undefined ? null : parseType(type.sql.sqlite);
    case "inet":
    case "cidr":
    case "macaddr":
    case "array":
    case "vector":
      return null;
  }
}

/** The type that a STRICT table stores the same values in. */
export function strictType(type: DataType): DataType {
  if (strictTypes.has(type.name) && type.args.length === 0) return type;
  const names: { readonly [A in Affinity]: string } = {
    integer: "INTEGER",
    text: "TEXT",
    blob: "BLOB",
    real: "REAL",
    numeric: { boolean: "INTEGER", temporal: "TEXT", json: "TEXT", uuid: "TEXT" }[type.family as string] ?? "ANY",
  };
  return { ...type, name: names[affinityOf(type.name)], args: [] };
}

/** A literal default. */
export function literal(value: string | number | bigint | boolean | null, _type: DataType): Expression {
  if (value === null) return { sql: "NULL" };
  if (typeof value === "boolean") return { sql: value ? "TRUE" : "FALSE" };
  return { sql: typeof value === "string" ? quoteText(value) : String(value) };
}

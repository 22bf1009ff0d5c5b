/** An imaginary database for the tests of this folder: schemas, enum types, short names. It renders nothing and reads nothing. */
import type { Dialect } from "../dialects/dialect.ts";
import { objectId } from "../schema/id.ts";
import { kinds } from "../schema/kinds/mod.ts";
import type { DataType, SchemaObject, TypeFamily } from "../schema/object.ts";
import type { PortableType } from "../schema/portable_type.ts";

const families: { readonly [type: string]: TypeFamily } = {
  smallint: "integer",
  int: "integer",
  bigint: "integer",
  decimal: "decimal",
  text: "text",
  varchar: "text",
  boolean: "boolean",
  timestamptz: "temporal",
  date: "temporal",
  json: "json",
  jsonb: "json",
  uuid: "uuid",
};

function dataType(name: string, args: readonly (string | number)[] = []): DataType {
  return { name, args, dimensions: 0, family: families[name] ?? "other", of: null };
}

function typeOf(type: PortableType): DataType | null {
  switch (type.type) {
    case "varchar":
      return dataType("varchar", type.length === null ? [] : [type.length]);
    case "decimal":
      return dataType("decimal", type.precision === null ? [] : [type.precision, type.scale ?? 0]);
    case "enum":
      return { ...dataType(type.name.join(".")), family: "enum", of: objectId("enum", type.name) };
    case "array": {
      const of = typeOf(type.of);
      return of && { ...of, dimensions: type.dimensions };
    }
    case "sql":
      return dataType(type.sql["testing"] ?? type.sql["postgres"] ?? "?");
    case "vector":
    case "xml":
      return null;
    default:
      return dataType(type.type);
  }
}

const identity = {
  normalize: <T>(object: T) => object,
  alters: () => "in place" as const,
  renames: true,
  render: () => [],
};

const publicSchema: SchemaObject<"schema"> = {
  kind: "schema",
  id: objectId("schema", ["public"]),
  name: ["public"],
  parent: null,
  refs: [],
  comment: null,
  options: {},
};

/** The names that objects of the testing database take: tables and indexes share a space, constraints have one per table. */
function names(object: SchemaObject): readonly string[] {
  if (["table", "view", "index", "unique", "primary_key"].includes(object.kind)) {
    return [`relation:${object.name[0]}.${object.name.at(-1)}`];
  }
  return object.kind === "column" ? [] : [`${object.kind}:${object.name.join(".")}`];
}

const labels = { primary_key: "pkey", unique: "key", check: "check", foreign_key: "fkey", index: "idx" };

/** It goes by the name "postgres", because models name the databases that they have overrides for. */
export const testingDialect: Dialect = {
  name: "postgres",
  label: "Testing",
  kinds: Object.fromEntries(kinds.map((kind) => [kind, identity])) as unknown as Dialect["kinds"],
  inline: { create: [], drop: [], alter: [], rebuild: [] },
  rebuilds: () => false,
  placesColumns: false,
  names,
  looseForeignKeys: false,
  transactionalDdl: true,
  maxIdentifierBytes: 40,
  initial: [publicSchema],
  defaultSchema: "public",
  enums: "type",
  history: {
    placeholder: () => "?",
    now: "now()",
    text: "text",
    integer: "int",
    schema: null,
    exists: () => ({ sql: "", params: [] }),
  },
  quote: (name) => `"${name.replaceAll('"', '""')}"`,
  quoteText: (text) => `'${text.replaceAll("'", "''")}'`,
  quotePath: (path) => path.map((name) => `"${name}"`).join("."),
  typeOf,
  parseType: (text) => dataType(text),
  renderType: (type) => type.name + (type.args.length ? `(${type.args.join(",")})` : ""),
  literal: (value) => ({ sql: typeof value === "string" ? `'${value.replaceAll("'", "''")}'` : String(value) }),
  defaultName(kind, table, columns, taken) {
    const base = kind === "primary_key" ? [table.at(-1), "pkey"] : [table.at(-1), ...columns, labels[kind]];
    for (let n = 0;; n++) {
      const name = base.join("_") + (n === 0 ? "" : n);
      if (!taken(name)) return name;
    }
  },
  mentions: (sql) =>
    [...sql.replace(/'[^']*'/g, "''").matchAll(/"?[\p{L}_]\w*"?(?:\."?\w+"?)*/gu)].map((match) =>
      match[0].replaceAll('"', "").split(".")
    ),
  replaceIdentifiers: (sql) => sql,
  knownOptions: { table: ["fillfactor"], column: ["storage"], index: ["fillfactor", "opclass"] },
  split: () => [],
  read: () => Promise.resolve(() => ({ objects: [], notes: [] })),
  holds: () => null,
  normalizeGraph: (graph) => graph,
};

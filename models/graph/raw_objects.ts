/** Raw models as objects: their fields as they are, SQL and types in the database's spelling. */
import { kindOfId, objectId, pathOfId } from "../../schema/id.ts";
import { kindFacts, kinds } from "../../schema/kinds/mod.ts";
import type { Json, ObjectId, SchemaObject } from "../../schema/object.ts";
import { type ColumnMeta, type ColumnType, metaOf, type RawMeta, type SqlMeta } from "../contract.ts";
import { nearest } from "../nearest.ts";
import { sqlMeta } from "../sql.ts";
import { type Build, originOf } from "./build.ts";
import type { EnumEntry } from "./catalog.ts";
import { json, lacked, leftAlone, optionsFor, supported } from "./options.ts";
import { ownerOf } from "./owners.ts";
import { sqlText } from "./sql_text.ts";
import { dataType } from "./types.ts";

/** All raw objects of the catalog. */
export function rawObjects(build: Build): readonly SchemaObject[] {
  return build.catalog.raws.flatMap((meta) => {
    const object = rawObject(meta, build);
    return object ? [object, ...ownerOf(meta.owner, object, meta.place, build)] : [];
  });
}

function rawObject(meta: RawMeta, build: Build): SchemaObject | null {
  const { dialect, report } = build;
  const { objectKind: kind, place } = meta;
  const facts = kindFacts[kind];
  if (!facts) return null;
  const what = `${facts.label} "${meta.path.join(".")}"`;
  if (!supported(kind, dialect, what, place, report)) return null;
  const known: readonly string[] = facts.fields;
  const texts: string[] = [];
  const fields: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(meta.fields)) {
    if (known.includes(field) || field === "position") fields[field] = fieldValue(value, field, `${field} of ${what}`);
    else {
      const guess = nearest(field, known);
      report.add(
        "SQA-102",
        `unknown field "${field}" of ${what}`,
        place,
        guess ? `did you mean "${guess}"?` : `known are: ${known.join(", ")}`,
      );
    }
  }
  for (const field of known) {
    if (field in fields) continue;
    if (field === "options") fields["options"] = {};
    else report.add("SQA-103", `${what} lacks the field "${field}"`, place);
  }
  if (fields["options"]) {
    optionsFor({ [dialect.name]: fields["options"] as object }, kind, dialect, what, place, report);
  }
  const { defaultSchema } = dialect;
  const path = meta.path.length === 1 && defaultSchema !== null && meta.parent === undefined && inSchema(kind)
    ? [defaultSchema, ...meta.path]
    : meta.path;
  const inAttached = dialect.attaches === true && inSchema(kind);
  const schema = path.length > 1 && (defaultSchema !== null || inAttached) ? objectId("schema", [path[0]!]) : null;
  const parent = meta.parent ? wholeId(meta.parent, "in") : meta.parent === undefined ? schema : null;
  const id = objectId(kind, path);
  const found = texts.flatMap((text) => build.mentions.everything(text));
  const refs: readonly ObjectId[] = [...new Set([...meta.refs.map((ref) => wholeId(ref, "dependsOn")), ...found])]
    .filter((ref) => ref !== id && ref !== parent);
  const origin = originOf({ meta }, place);
  const given = {
    kind,
    id,
    name: path,
    parent,
    refs,
    comment: meta.comment,
    origin,
    ...fields,
  } as unknown as SchemaObject;
  const object = dialect.withWholePath?.(given) ?? given;
  const left = dialect.leavesOne?.(object) ?? null;
  if (left !== null) leftAlone(kind, dialect, left, what, place, report);
  const lack = hasAll(fields, known) ? dialect.lacks?.(object) ?? null : null;
  if (lack !== null) lacked(lack, dialect, what, place, report);
  return object;

  /** An id as models may write it: the default schema may be left out, as in names. */
  function wholeId(said: ObjectId, option: string): ObjectId {
    const named = kindOfId(said), names = pathOfId(said);
    if (!kinds.includes(named)) {
      const hint = `an id is a kind and a path, such as "table:${said.includes(":") ? "users" : said}"`;
      report.add("SQA-107", `\`${option}\` of ${what} is "${said}", which is no id of an object`, place, hint);
    }
    return names.length === 1 && defaultSchema !== null && inSchema(named)
      ? objectId(named, [defaultSchema, ...names])
      : said;
  }

  function fieldValue(value: unknown, field: string, label: string): unknown {
    const inner = metaOf(value);
    if (inner?.kind === "sql" || (typeof value === "string" && isExpression(field))) {
      const text = sqlText(inner ? inner as SqlMeta : sqlMeta(value as string), build.text(label, place));
      if (text !== null) texts.push(text);
      return { sql: text ?? "" };
    }
    if (inner?.kind === "column") {
      const { type } = (inner as ColumnMeta).state;
      return dataType(type, enumOf(type), dialect, label, place, report) ?? dialect.parseType("text");
    }
    if (Array.isArray(value)) return value.map((item) => fieldValue(item, "", label));
    if (value !== null && typeof value === "object" && field !== "options") {
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fieldValue(item, key, label)]));
    }
    return json(value) satisfies Json;
  }

  function enumOf(type: ColumnType): EnumEntry | null {
    if (type.type === "array") return enumOf(type.of);
    return type.type === "enum" ? build.catalog.enumOf.get(type.enum) ?? null : null;
  }

  function isExpression(field: string): boolean {
    return ["definition", "default", "expression", "using", "check", "where"].includes(field);
  }
}

function hasAll(fields: Readonly<Record<string, unknown>>, known: readonly string[]): boolean {
  return known.every((field) => fields[field] !== undefined);
}

/** Kinds that live in no schema. */
const global: ReadonlySet<string> = new Set([
  "schema",
  "extension",
  "event_trigger",
  "publication",
  "subscription",
  "foreign_data_wrapper",
  "foreign_server",
  "user_mapping",
  "cast",
  "language",
  "transform",
  "access_method",
  "default_privilege",
  "role",
]);

function inSchema(kind: string): boolean {
  return !global.has(kind);
}

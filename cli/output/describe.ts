/** One line for people about an object or about what changes in it. Names and texts in it are not yet safe for a terminal. */
import type { Dialect } from "../../dialects/dialect.ts";
import { sameJson } from "../../schema/canonical.ts";
import { kindOfId, pathOfId } from "../../schema/id.ts";
import { factsOf } from "../../schema/kinds/facts_of.ts";
import type { DataType, Expression, IndexKey, SchemaObject } from "../../schema/object.ts";

/** "column email": the kind and the object's own name, or its path without the default schema. */
export function titleOf(object: SchemaObject, dialect: Dialect): string {
  const label = factsOf(object).label;
  const own = isOuter(object) ? pathText(object.name, dialect) : object.name.at(-1)!;
  // The line above says whose it is, where there is one.
  if (object.kind === "owner") {
    return isOuter(object) ? `${label} of ${pathText(object.name.slice(0, -1), dialect)}` : label;
  }
  return object.unnamed ? label : `${label} ${own}`;
}

/** What the object is, beside its name: "bigint not null default 1", "(a, b) references users(id)". */
export function bodyOf(object: SchemaObject, dialect: Dialect): string {
  switch (object.kind) {
    case "column":
      return [
        dialect.renderType(object.type),
        object.nullable ? "" : "not null",
        object.default ? `default ${brief(object.default)}` : "",
        object.generated ? `generated as ${brief(object.generated.expression)}` : "",
        object.identity ? "identity" : "",
      ].filter((part) => part !== "").join(" ");
    case "primary_key":
      return columns(object.columns);
    case "unique":
      return columns(object.columns);
    case "check":
      return brief(object.expression);
    case "foreign_key":
      return `${columns(object.columns)} references ${pathText(pathOfId(object.references.table), dialect)}${
        columns(object.references.columns)
      }` +
        (object.onDelete === "no action" ? "" : ` on delete ${object.onDelete}`) +
        (object.onUpdate === "no action" ? "" : ` on update ${object.onUpdate}`);
    case "index":
      return `${object.unique ? "unique " : ""}(${object.keys.map(keyText).join(", ")})` +
        (object.where ? ` where ${brief(object.where)}` : "");
    case "owner":
      return object.role;
    case "enum":
      return object.values.map((value) => `'${value}'`).join(", ");
    default:
      // The name says it: a table's columns have lines of their own, a definition is SQL.
      return "";
  }
}

/** Does it stand by itself, in a schema or in the database, rather than in a table or the like? */
export function isOuter(object: SchemaObject): boolean {
  return object.parent === null || kindOfId(object.parent) === "schema";
}

/** "type integer -> bigint", one for each field that differs. */
export function differencesOf(
  from: SchemaObject,
  to: SchemaObject,
  fields: readonly string[],
  dialect: Dialect,
): readonly string[] {
  const before = from as unknown as Record<string, unknown>, after = to as unknown as Record<string, unknown>;
  return fields.flatMap((field) => {
    if (field === "order") return ["column order"];
    if (field === "nullable") return [after[field] ? "nullable" : "not null"];
    if (sameJson(before[field], after[field])) return [];
    if (field === "definition") return ["definition"];
    return [
      `${fieldLabels[field] ?? field} ${valueText(before[field], dialect)} -> ${valueText(after[field], dialect)}`,
    ];
  });
}

const fieldLabels: Readonly<Record<string, string>> = {
  onDelete: "on delete",
  onUpdate: "on update",
  nullsDistinct: "nulls distinct",
};

function valueText(value: unknown, dialect: Dialect): string {
  if (value === null || value === undefined) return "none";
  if (isType(value)) return dialect.renderType(value);
  if (isExpression(value)) return brief(value);
  if (Array.isArray(value) && value.every((item) => typeof item === "string")) return `(${value.join(", ")})`;
  return typeof value === "string" ? value : shortened(JSON.stringify(value));
}

function isType(value: unknown): value is DataType {
  return typeof value === "object" && value !== null && "family" in value && "args" in value;
}

function isExpression(value: unknown): value is Expression {
  return typeof value === "object" && value !== null && typeof (value as { sql?: unknown }).sql === "string";
}

function keyText(key: IndexKey): string {
  return (key.column ?? (key.expression ? brief(key.expression) : "")) + (key.order === "desc" ? " desc" : "");
}

function columns(names: readonly string[]): string {
  return `(${names.join(", ")})`;
}

/** A dotted path, the default schema left out. */
export function pathText(path: readonly string[], dialect: Dialect): string {
  return (path.length > 1 && path[0] === dialect.defaultSchema ? path.slice(1) : path).join(".");
}

function brief(expression: Expression): string {
  return shortened(expression.sql.replace(/\s+/g, " "));
}

function shortened(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 59)}…`;
}

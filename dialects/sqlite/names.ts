/** Ids and names of SQLite's objects: paths without a schema, and the structural names of constraints that have none of their own. */
import { objectId, pathOfId } from "../../schema/id.ts";
import type { Kind, ObjectId, SchemaObject } from "../../schema/object.ts";
import { fold } from "./lexer.ts";

export function tableId(name: string): ObjectId {
  return objectId("table", [name]);
}

/** A table's or a view's name from its id. */
export function nameOfId(id: ObjectId): string {
  return pathOfId(id).at(-1)!;
}

/** The last part of the path of a constraint without a name: what it says. A second one that says the same gets "#2". */
export function structure(object: SchemaObject<"primary_key" | "unique" | "check" | "foreign_key">): string {
  switch (object.kind) {
    case "primary_key":
    case "unique":
      return `(${object.columns.join(",")})`;
    case "foreign_key":
      return `(${object.columns.join(",")})->${nameOfId(object.references.table)}`;
    case "check":
      return object.expression.sql;
  }
}

/** The names that an object takes: tables, views and indexes share a space, triggers have their own. Names are one when their ASCII letters are, whatever their case. */
export function takenNames(object: SchemaObject): readonly string[] {
  const name = fold(object.name.at(-1)!);
  const space: { readonly [K in Kind]?: string } = {
    table: "relation",
    view: "relation",
    virtual_table: "relation",
    index: "relation",
    trigger: "trigger",
  };
  // Two parts: in the attached file of that name, which has names of its own.
  const file = object.name.length > 1 ? `${fold(object.name[0]!)}.` : "";
  return space[object.kind] ? [`${space[object.kind]}:${file}${name}`] : [];
}

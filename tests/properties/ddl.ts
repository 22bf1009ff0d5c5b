/**
 * The SQL that makes a random schema in a real database, written here and not by sqa, so that what sqa reads was not made by sqa. Names
 * and types are plain words; nothing needs quoting.
 */
import type { SchemaGraph } from "../../schema/graph.ts";
import { children, ofKind } from "../../schema/graph.ts";
import { inOrder } from "../../schema/kinds/column.ts";
import { pathOfId } from "../../schema/id.ts";
import type { SchemaObject } from "../../schema/object.ts";

export interface DdlStyle {
  /** In CREATE TABLE, else added when all tables are there. */
  readonly inlineForeignKeys: boolean;
  /** The statement that comments on a table; absent: COMMENT ON. */
  comment?(table: string, text: string): string;
}

/** Statements in an order that works. */
export function ddlOf(graph: SchemaGraph, options: DdlStyle): readonly string[] {
  const commentOn = options.comment ?? ((table: string, text: string) => `comment on table ${table} is '${text}'`);
  const tables = ofKind(graph, "table");
  const later = options.inlineForeignKeys ? [] : ofKind(graph, "foreign_key");
  return [
    ...ofKind(graph, "schema").filter(({ name }) => name[0] !== "public").map(({ name }) => `create schema ${name[0]}`),
    ...ofKind(graph, "enum").map(({ name, values }) =>
      `create type ${name.join(".")} as enum (${values.map((value) => `'${value}'`).join(", ")})`
    ),
    ...tables.map((table) => createTable(table, graph, options.inlineForeignKeys)),
    ...later.map((key) => `alter table ${pathOfId(key.parent!).join(".")} add ${foreignKey(key)}`),
    ...ofKind(graph, "index").map(createIndex),
    ...tables.filter(({ comment }) => comment !== null).map(({ name, comment }) => commentOn(name.join("."), comment!)),
    ...viewsInOrder(graph).map(({ name, definition }) => `create view ${name.join(".")} as ${definition.sql}`),
  ];
}

function createTable(table: SchemaObject<"table">, graph: SchemaGraph, inlineForeignKeys: boolean): string {
  const columns = inOrder(children(graph, table.id, "column")).map(({ name, type, nullable, default: value }) =>
    `${name.at(-1)} ${type.name}${nullable ? "" : " not null"}${value ? ` default ${value.sql}` : ""}`
  );
  const keys = children(graph, table.id).flatMap((object) => {
    const named = `constraint ${object.name.at(-1)}`;
    if (object.kind === "primary_key") return [`${named} primary key (${object.columns.join(", ")})`];
    if (object.kind === "unique") return [`${named} unique (${object.columns.join(", ")})`];
    if (object.kind === "check") return [`${named} check (${object.expression.sql})`];
    return object.kind === "foreign_key" && inlineForeignKeys ? [foreignKey(object)] : [];
  });
  return `create table ${table.name.join(".")} (${[...columns, ...keys].join(", ")})`;
}

function foreignKey(key: SchemaObject<"foreign_key">): string {
  const { table, columns } = key.references;
  return `constraint ${key.name.at(-1)} foreign key (${key.columns.join(", ")}) ` +
    `references ${pathOfId(table).join(".")} (${columns.join(", ")}) on delete ${key.onDelete}`;
}

function createIndex(index: SchemaObject<"index">): string {
  const columns = index.keys.map((key) => key.column).join(", ");
  const where = index.where ? ` where ${index.where.sql}` : "";
  const unique = index.unique ? "unique " : "";
  return `create ${unique}index ${index.name.at(-1)} on ${pathOfId(index.parent!).join(".")} (${columns})${where}`;
}

/** Each view after the views that it reads. */
function viewsInOrder(graph: SchemaGraph): readonly SchemaObject<"view">[] {
  const left = [...ofKind(graph, "view")], done: SchemaObject<"view">[] = [];
  while (left.length) {
    const i = left.findIndex((view) => view.refs.every((id) => !left.some((other) => other.id === id)));
    done.push(...left.splice(i, 1));
  }
  return done;
}

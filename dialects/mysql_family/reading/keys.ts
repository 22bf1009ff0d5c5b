/** Keys, indexes, checks and foreign keys from their rows. */
import { objectId } from "../../../schema/id.ts";
import type { Action, Json, Options, SchemaObject } from "../../../schema/object.ts";
import { bare } from "../expression.ts";
import type { CreateText } from "./create_text.ts";
import type { CheckRow, ForeignKeyRow, IndexRow } from "./rows.ts";
import { type Reading, textOf } from "./table.ts";

/** All rows of one index, in order, as the primary key, a unique constraint or an index. */
export function keyObject(
  rows: readonly IndexRow[],
  created: CreateText | undefined,
  reading: Reading,
): SchemaObject<"primary_key" | "unique" | "index"> {
  const first = rows[0]!, path = [first.table_name, first.name];
  // ARCHIVE has one kind of index, and no word for it that it takes.
  const method = first.type.toLowerCase().replace("se_specific", "btree"), unique = Number(first.non_unique) === 0;
  const special: Options = created?.indexes.get(first.name) ?? {};
  const period = special.without_overlaps === undefined
    ? []
    : (created!.options.periods as Record<string, readonly string[]>)?.[String(special.without_overlaps)] ?? [];
  const keys = rows.filter((row) => !period.includes(row.column_name ?? ""));
  const common = {
    name: path,
    parent: objectId("table", [first.table_name]),
    refs: [],
    comment: first.comment || null,
  };
  const columns = keys.map((row) => row.column_name!);
  const desc = keys.filter((row) => row.direction === "D").map((row) => row.column_name!);
  const lengths = Object.fromEntries(
    keys.filter((row) => row.length !== null).map((row) => [row.column_name!, Number(row.length)]),
  );
  const options: { [name: string]: Json } = { ...special };
  if (first.name === "PRIMARY") {
    if (Object.keys(lengths).length) options.lengths = lengths;
    if (desc.length) options.desc = desc;
    if (method !== "btree") options.using = method;
    return { kind: "primary_key", id: objectId("primary_key", path), ...common, columns, deferrable: "no", options };
  }
  const plain = unique && keys.every((row) => row.expression === null && row.length === null && row.direction !== "D");
  if (plain && method === "btree" && first.hidden !== "YES") {
    return {
      kind: "unique",
      id: objectId("unique", path),
      ...common,
      columns,
      nullsDistinct: true,
      deferrable: "no",
      options,
    };
  }
  if (first.hidden === "YES") options.hidden = true;
  return {
    kind: "index",
    id: objectId("index", path),
    ...common,
    unique,
    nullsDistinct: true,
    method,
    keys: keys.map((row) => ({
      column: row.expression === null ? row.column_name : null,
      expression: row.expression === null ? null : { sql: bare(textOf(row.expression, reading)) },
      order: row.direction === "D" ? "desc" : "asc",
      nulls: null,
      collation: null,
      // A spatial index covers the box around the value, and its length is always that.
      options: row.length !== null && method !== "spatial" ? { length: Number(row.length) } : {},
    })),
    include: [],
    where: null,
    options,
  };
}

export function checkObject(row: CheckRow, reading: Reading): SchemaObject<"check"> {
  const path = [row.table_name, row.name];
  return {
    kind: "check",
    id: objectId("check", path),
    name: path,
    parent: objectId("table", [row.table_name]),
    refs: [],
    comment: null,
    expression: { sql: bare(textOf(row.clause, reading)) },
    options: row.enforced === "NO" ? { enforced: false } : {},
  };
}

/** All rows of one foreign key, in order. A table of another database has a path of two names. */
export function foreignKeyObject(rows: readonly ForeignKeyRow[], { database }: Reading): SchemaObject<"foreign_key"> {
  const first = rows[0]!, path = [first.table_name, first.name];
  const target = first.target_schema === database ? [first.target_table] : [first.target_schema, first.target_table];
  return {
    kind: "foreign_key",
    id: objectId("foreign_key", path),
    name: path,
    parent: objectId("table", [first.table_name]),
    refs: [],
    comment: null,
    columns: rows.map((row) => row.column_name),
    references: { table: objectId("table", target), columns: rows.map((row) => row.target_column) },
    onDelete: first.on_delete.toLowerCase() as Action,
    onUpdate: first.on_update.toLowerCase() as Action,
    match: "simple",
    deferrable: "no",
    options: {},
  };
}

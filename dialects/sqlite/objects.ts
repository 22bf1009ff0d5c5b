/** A parsed CREATE statement to objects of the graph. Texts are taken over as written; `normalize_graph.ts` brings them to normal form. */
import { objectId } from "../../schema/id.ts";
import type { Expression, IndexKey, Json, ObjectId, Options, SchemaObject } from "../../schema/object.ts";
import { tableId } from "./names.ts";
import type {
  CheckClause,
  ColumnDefinition,
  ConstraintClause,
  CreateIndex,
  CreateTable,
  CreateTrigger,
  CreateView,
  CreateVirtualTable,
  ForeignKeyClause,
  KeyClause,
  KeyPart,
} from "./parse/ast.ts";
import type { Constraint } from "./table_sql.ts";
import { parseType } from "./types.ts";

const none = { refs: [] as readonly ObjectId[], comment: null };

/** The table with its columns and constraints. */
export function tableObjects(table: CreateTable, name = table.name): readonly SchemaObject[] {
  const id = tableId(name);
  const options = optionsOf({ strict: table.strict || null, withoutRowid: table.withoutRowid || null });
  const sameName = (clause: ConstraintClause): boolean =>
    table.constraints.some((each) => each !== clause && each.kind === clause.kind && each.name === clause.name);
  return [
    { kind: "table", id, name: [name], parent: null, ...none, inherits: [], options },
    ...table.columns.map((column, i) => columnObject(name, column, i)),
    ...table.constraints.map((clause, i) =>
      constraintObject(name, clause, i, clause.name !== null && sameName(clause))
    ),
  ];
}

function columnObject(table: string, column: ColumnDefinition, position: number): SchemaObject<"column"> {
  const name = [table, column.name];
  return {
    kind: "column",
    id: objectId("column", name),
    name,
    parent: tableId(table),
    ...none,
    type: parseType(column.type),
    nullable: column.notNull === null,
    default: column.default === null ? null : text(column.default),
    generated: column.generated && { expression: text(column.generated.sql), stored: column.generated.stored },
    identity: null,
    collation: column.collation,
    position,
    options: optionsOf({
      notNullConflict: column.notNull?.conflict ?? null,
      notNullName: column.notNull?.name ?? null,
    }),
  };
}

/**
 * Constraints without a name get one that is only unique here; the normal form gives them what they say. So do those that share theirs with
 * another one of the table, which SQLite allows: `options.name` has it.
 */
function constraintObject(table: string, clause: ConstraintClause, i: number, shared: boolean): Constraint {
  const object = constraintOf(table, clause, clause.name === null || shared ? null : clause.name, i);
  return shared ? { ...object, options: { ...object.options, name: clause.name! } } : object;
}

function constraintOf(table: string, clause: ConstraintClause, named: string | null, i: number): Constraint {
  const name = [table, named ?? `#${i}`];
  const common = { name, parent: tableId(table), ...none, ...(named === null ? { unnamed: true as const } : {}) };
  switch (clause.kind) {
    case "primary_key":
      return {
        kind: "primary_key",
        id: objectId("primary_key", name),
        ...common,
        ...keyShape(clause),
        deferrable: "no",
      };
    case "unique":
      return {
        kind: "unique",
        id: objectId("unique", name),
        ...common,
        ...keyShape(clause),
        nullsDistinct: true,
        deferrable: "no",
      };
    case "check":
      return { kind: "check", id: objectId("check", name), ...common, ...checkShape(clause) };
    case "foreign_key":
      return { kind: "foreign_key", id: objectId("foreign_key", name), ...common, ...foreignKeyShape(clause) };
  }
}

function keyShape(clause: KeyClause): { readonly columns: readonly string[]; readonly options: Options } {
  const desc = clause.keys.filter((key) => key.desc).map(columnOf);
  const collations = clause.keys.filter((key) => key.collation !== null).map((key) => [columnOf(key), key.collation!]);
  return {
    columns: clause.keys.map(columnOf),
    options: optionsOf({
      autoincrement: clause.autoincrement || null,
      conflict: clause.conflict,
      desc: desc.length ? desc : null,
      collations: collations.length ? Object.fromEntries(collations) : null,
      // "INTEGER PRIMARY KEY DESC" is no alias of the rowid, "PRIMARY KEY (id DESC)" is one (lang_createtable.html, "ROWIDs").
      inColumn: clause.kind === "primary_key" && clause.inColumn && desc.length > 0 ? true : null,
    }),
  };
}

function columnOf(key: KeyPart): string {
  return key.name ?? key.sql;
}

function checkShape(clause: CheckClause): { readonly expression: Expression; readonly options: Options } {
  return { expression: text(clause.sql), options: optionsOf({ conflict: clause.conflict }) };
}

function foreignKeyShape(clause: ForeignKeyClause) {
  const words = ["simple", "full", "partial"] as const;
  const match = words.find((word) => word === (clause.match ?? "simple").toLowerCase());
  return {
    columns: clause.columns,
    references: { table: tableId(clause.table), columns: clause.references },
    onDelete: clause.onDelete,
    onUpdate: clause.onUpdate,
    match: match ?? "simple" as const,
    deferrable: clause.deferrable,
    options: optionsOf({
      implicit: clause.references.length === 0 || null,
      // SQLite parses MATCH and enforces nothing (foreignkeys.html 6); any word will do.
      match: clause.match === null || (match !== undefined && match !== "simple") ? null : clause.match,
    }),
  };
}

/** The index. `columns` are its table's, by folded name: a key that none has is a string in double quotes, or a literal such as NULL. */
export function indexObject(
  index: CreateIndex,
  columns: ReadonlySet<string>,
  foldName: (name: string) => string,
): SchemaObject<"index"> {
  const key = (part: KeyPart): IndexKey => {
    const isColumn = part.name !== null && columns.has(foldName(part.name));
    return {
      column: isColumn ? part.name : null,
      expression: isColumn ? null : text(part.sql),
      order: part.desc ? "desc" : "asc",
      nulls: null,
      collation: part.collation,
      options: {},
    };
  };
  return {
    kind: "index",
    id: objectId("index", [index.name]),
    name: [index.name],
    parent: tableId(index.table),
    ...none,
    unique: index.unique,
    nullsDistinct: true,
    method: "btree",
    keys: index.keys.map(key),
    include: [],
    where: index.where === null ? null : text(index.where),
    options: {},
  };
}

export function viewObject(view: CreateView): SchemaObject<"view"> {
  return {
    kind: "view",
    id: objectId("view", [view.name]),
    name: [view.name],
    parent: null,
    ...none,
    definition: text(view.query),
    columns: view.columns,
    options: {},
  };
}

/** The trigger; `parent` is the table or the view that it is on. */
export function triggerObject(trigger: CreateTrigger, parent: ObjectId): SchemaObject<"trigger"> {
  const name = [trigger.name];
  return {
    kind: "trigger",
    id: objectId("trigger", name),
    name,
    parent,
    ...none,
    definition: text(trigger.definition),
    options: {},
  };
}

function text(sql: string): Expression {
  return { sql };
}

export function virtualTableObject(table: CreateVirtualTable): SchemaObject<"virtual_table"> {
  const name = [table.name];
  const { module, args } = table;
  return {
    kind: "virtual_table",
    id: objectId("virtual_table", name),
    name,
    parent: null,
    ...none,
    module,
    args,
    options: {},
  };
}

/** The options that are set; null means the database's default. */
function optionsOf(all: { readonly [name: string]: Json }): Options {
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null));
}

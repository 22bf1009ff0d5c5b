/**
 * The normal form of a whole SQLite graph: what no object can know alone. Names in any letter case become the declared ones, texts are
 * spelled by their table's columns, constraints without a name get one from what they say, and refs are found by what texts mention.
 * Both sides of every diff come through here. Pure and idempotent.
 */
import { canonicalJson } from "../../schema/canonical.ts";
import { makeGraph, type Note, type SchemaGraph } from "../../schema/graph.ts";
import { comparable } from "../../schema/hash.ts";
import { objectId } from "../../schema/id.ts";
import type { Expression, ObjectId, Options, SchemaObject } from "../../schema/object.ts";
import { normalizeBody, normalizeClause, normalizeExpression, normalizeQuery, type TextScope } from "./expression.ts";
import { fold, upper } from "./lexer.ts";
import { columnsIn, relationsIn } from "./graph_refs.ts";
import { contentOf, normalizeArgument } from "./modules.ts";
import { nameOfId, structure } from "./names.ts";
import { familyOf, strictType } from "./types.ts";
import { triggerText } from "./trigger_text.ts";

/** What is known of a table or a view by its folded name. */
export interface Relation {
  readonly id: ObjectId;
  readonly strict: boolean;
  readonly withoutRowid: boolean;
  /** Declared names by folded name. */
  readonly columns: ReadonlyMap<string, string>;
  /** Folded names of the columns whose declared type is INTEGER and nothing else. */
  readonly integers: ReadonlySet<string>;
}

export type Relations = ReadonlyMap<string, Relation>;

/** The graph in normal form, with notes on what SQLite cannot hold. */
export function normalizeGraph(graph: SchemaGraph): SchemaGraph {
  const relations = relationsOf(graph);
  const notes: Note[] = [...graph.notes];
  const note = (object: SchemaObject, what: string): void => {
    const message = `SQLite has no ${what}: left out of "${object.name.join(".")}"`;
    if (!notes.some((each) => each.message === message)) {
      notes.push({ code: "unsupported-option", object: object.id, message });
    }
  };
  const keys = primaryKeys(graph, relations);
  const objects = [...graph.objects.values()].map((object) => normalized(object, relations, keys, note));
  return makeGraph(graph.dialect, withStructuralNames(objects), notes);
}

function relationsOf(graph: SchemaGraph): Relations {
  const relations = new Map<string, Relation & { columns: Map<string, string>; integers: Set<string> }>();
  for (const object of graph.objects.values()) {
    if (object.kind !== "table" && object.kind !== "view" && object.kind !== "virtual_table") continue;
    const options = object.options as { readonly strict?: boolean; readonly withoutRowid?: boolean };
    relations.set(fold(object.name.at(-1)!), {
      id: object.id,
      strict: options.strict === true,
      withoutRowid: options.withoutRowid === true,
      columns: new Map(),
      integers: new Set(),
    });
  }
  for (const object of graph.objects.values()) {
    if (object.kind !== "column") continue;
    const name = object.name.at(-1)!, relation = relations.get(fold(nameOfId(object.parent!)));
    relation?.columns.set(fold(name), name);
    if (object.type.name === "INTEGER" && object.type.args.length === 0) relation?.integers.add(fold(name));
  }
  return relations;
}

type PrimaryKeys = ReadonlyMap<ObjectId, SchemaObject<"primary_key">>;

/** Primary keys by table, their columns as declared. */
function primaryKeys(graph: SchemaGraph, relations: Relations): PrimaryKeys {
  const keys = new Map<ObjectId, SchemaObject<"primary_key">>();
  for (const object of graph.objects.values()) {
    if (object.kind !== "primary_key") continue;
    const columns = declaredIn(object.columns, relations.get(fold(nameOfId(object.parent!))));
    keys.set(object.parent!, { ...object, columns });
  }
  return keys;
}

type Noter = (object: SchemaObject, what: string) => void;

function normalized(object: SchemaObject, relations: Relations, keys: PrimaryKeys, note: Noter): SchemaObject {
  const own = object.parent === null ? undefined : relations.get(fold(nameOfId(object.parent)));
  const scope: TextScope = own && object.parent
    ? { columns: own.columns, table: fold(nameOfId(object.parent)) }
    : { columns: new Map() };
  const parent = own?.id ?? object.parent;
  switch (object.kind) {
    case "schema":
      return { ...object, comment: null };
    case "table":
      if (object.inherits.length) note(object, "table inheritance");
      return { ...object, comment: null, inherits: [], options: setOptions(object.options) };
    case "column":
      return normalColumn({ ...object, parent }, own, keys, scope, note);
    case "primary_key": {
      if (object.deferrable !== "no") note(object, "deferrable primary keys");
      const columns = declaredIn(object.columns, own);
      const options = primaryKeyOptions(keyOptions(object.options, own), columns, own);
      return { ...object, parent, comment: null, columns, deferrable: "no", options };
    }
    case "unique": {
      if (object.deferrable !== "no") note(object, "deferrable unique constraints");
      if (!object.nullsDistinct) note(object, "NULLS NOT DISTINCT");
      const options = keyOptions(object.options, own);
      const columns = declaredIn(object.columns, own);
      return { ...object, parent, comment: null, columns, nullsDistinct: true, deferrable: "no", options };
    }
    case "check": {
      const expression = normal(object.expression, (sql) => normalizeExpression(sql, scope));
      const refs = columnsIn([expression.sql], own);
      return { ...object, parent, comment: null, expression, refs, options: setOptions(object.options) };
    }
    case "foreign_key":
      return normalForeignKey({ ...object, parent }, relations, own, keys);
    case "index":
      return normalIndex({ ...object, parent }, own, scope, note);
    case "view": {
      const definition = normal(object.definition, object.columns === null ? normalizeQuery : normalizeBody);
      const options = setOptions({ ...object.options, columnList: object.columns !== null });
      return { ...object, comment: null, definition, options, refs: relationsIn(definition.sql, relations) };
    }
    case "trigger": {
      const definition = normal(object.definition, (sql) => normalizeBody(triggerText(sql)));
      const refs = relationsIn(definition.sql, relations);
      return { ...object, parent, comment: null, definition, refs, options: setOptions(object.options) };
    }
    case "virtual_table": {
      const module = fold(object.module), args = object.args.map(normalizeArgument);
      const content = contentOf(module, args);
      const source = content.kind === "elsewhere" ? relations.get(fold(content.table)) : undefined;
      const refs = source ? [source.id] : [];
      return { ...object, comment: null, module, args, refs, options: setOptions(object.options) };
    }
    // Kinds that SQLite does not have were turned into notes before the graph came here.
    default:
      return object;
  }
}

function normalColumn(
  column: SchemaObject<"column">,
  own: Relation | undefined,
  keys: PrimaryKeys,
  scope: TextScope,
  note: Noter,
): SchemaObject<"column"> {
  const key = column.parent === null ? undefined : keys.get(column.parent);
  const inKey = key?.columns.includes(column.name.at(-1)!) ?? false;
  const type = own?.strict ? strictType(column.type) : column.type;
  const single = inKey && key!.columns.length === 1;
  if (column.identity && !(single && type.name === "INTEGER")) {
    note(column, "identity columns other than INTEGER PRIMARY KEY");
  }
  // Keys of these tables are NOT NULL whether they say so or not (withoutrowid.html 2.4; stricttables.html 2), but for the rowid.
  const implied = inKey && (own!.withoutRowid || (own!.strict && !(single && type.name === "INTEGER")));
  const generated = column.generated &&
    {
      ...column.generated,
      expression: normal(column.generated.expression, (sql) => normalizeExpression(sql, scope)),
    };
  const collation = column.collation === null ? null : upper(column.collation);
  return {
    ...column,
    comment: null,
    type: { ...type, family: type.of === null ? familyOf(type.name) : type.family },
    nullable: column.nullable && !implied,
    default: column.default && normal(column.default, (sql) => normalizeExpression(sql)),
    generated,
    identity: null,
    collation: collation === "BINARY" ? null : collation,
    refs: generated ? columnsIn([generated.expression.sql], own).filter((id) => id !== column.id) : [],
    options: setOptions(column.options),
  };
}

function normalForeignKey(
  key: SchemaObject<"foreign_key">,
  relations: Relations,
  own: Relation | undefined,
  keys: PrimaryKeys,
): SchemaObject<"foreign_key"> {
  const target = relations.get(fold(nameOfId(key.references.table)));
  const primary = target && keys.get(target.id);
  // "REFERENCES t" means t's primary key, if it has as many columns (foreignkeys.html 3).
  const implicit = key.options.implicit === true || key.references.columns.length === 0;
  const columns = implicit
    ? (primary && primary.columns.length === key.columns.length ? primary.columns : [])
    : declaredIn(key.references.columns, target);
  return {
    ...key,
    comment: null,
    columns: declaredIn(key.columns, own),
    references: { table: target?.id ?? key.references.table, columns },
    // DEFERRABLE INITIALLY IMMEDIATE does the same as nothing: SQLite has no SET CONSTRAINTS (foreignkeys.html 4.2).
    deferrable: key.deferrable === "deferred" ? "deferred" : "no",
    options: setOptions({ ...key.options, implicit }),
  };
}

function normalIndex(
  index: SchemaObject<"index">,
  own: Relation | undefined,
  scope: TextScope,
  note: Noter,
): SchemaObject<"index"> {
  if (!index.nullsDistinct) note(index, "NULLS NOT DISTINCT");
  if (index.include.length) note(index, "INCLUDE columns");
  if (index.method !== "btree" && index.method !== "") note(index, `index method ${index.method}`);
  const keys = index.keys.map((key) => ({
    ...key,
    column: key.column === null ? null : declaredIn([key.column], own)[0]!,
    expression: key.expression && normal(key.expression, (sql) => normalizeExpression(sql, scope)),
    nulls: null,
    collation: key.collation === null ? null : upper(key.collation),
    options: {},
  }));
  const where = index.where && normal(index.where, (sql) => normalizeClause(sql, scope));
  const texts = [...keys.flatMap((key) => key.expression ? [key.expression.sql] : []), ...(where ? [where.sql] : [])];
  return {
    ...index,
    comment: null,
    nullsDistinct: true,
    method: "btree",
    keys,
    include: [],
    where,
    refs: columnsIn(texts, own),
    options: setOptions(index.options),
  };
}

/** Names as their table declares them. */
function declaredIn(names: readonly string[], table: Relation | undefined): readonly string[] {
  return names.map((name) => table?.columns.get(fold(name)) ?? name);
}

/** Options of a key, its columns as declared and its collations in capitals. */
function keyOptions(options: Options, table: Relation | undefined): Options {
  const { desc, collations, ...rest } = options;
  const names = Array.isArray(desc) ? declaredIn(desc as readonly string[], table) : [];
  const pairs = Object.entries((collations ?? {}) as { readonly [column: string]: string })
    .map(([column, collation]) => [declaredIn([column], table)[0]!, upper(collation)] as const);
  return setOptions({
    ...rest,
    desc: names.length ? names : null,
    collations: pairs.length ? Object.fromEntries(pairs) : null,
  });
}

/**
 * A table's INTEGER PRIMARY KEY is its rowid, and the direction of a rowid means nothing. Only "INTEGER PRIMARY KEY DESC" within the
 * column is, by a mistake that SQLite keeps, an index of its own (lang_createtable.html, "ROWIDs and the INTEGER PRIMARY KEY").
 */
function primaryKeyOptions(options: Options, columns: readonly string[], table: Relation | undefined): Options {
  const { desc, inColumn, ...rest } = options;
  const couldBeRowid = columns.length === 1 && table?.withoutRowid === false && table.integers.has(fold(columns[0]!));
  if (!couldBeRowid) return desc === undefined ? rest : { ...rest, desc };
  return desc !== undefined && inColumn === true ? { ...rest, desc, inColumn } : rest;
}

/** The options that say something: null and false are the database's defaults. */
function setOptions(options: Options): Options {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== null && value !== false));
}

function normal(expression: Expression, normalize: (sql: string) => string): Expression {
  return expression.opaque ? expression : { sql: normalize(expression.sql) };
}

type Constraint = SchemaObject<"primary_key" | "unique" | "check" | "foreign_key">;

/** Constraints without a name are known by what they say; among equals the order of their other fields decides. */
function withStructuralNames(objects: readonly SchemaObject[]): readonly SchemaObject[] {
  const result: SchemaObject[] = [];
  const taken = new Set<ObjectId>();
  const groups = new Map<ObjectId, Constraint[]>();
  for (const object of objects) {
    if (!object.unnamed || !isConstraint(object)) {
      result.push(object);
      taken.add(object.id);
      continue;
    }
    const id = objectId(object.kind, [nameOfId(object.parent!), structure(object)]);
    const group = groups.get(id);
    if (group) group.push(object);
    else groups.set(id, [object]);
  }
  const order = (object: SchemaObject) => canonicalJson({ ...comparable(object), id: null, name: null });
  for (const group of groups.values()) {
    const sorted = group.length === 1 ? group : group.map((object) => ({ object, key: order(object) }))
      .sort((a, b) => a.key < b.key ? -1 : a.key > b.key ? 1 : 0).map(({ object }) => object);
    for (const object of sorted) {
      const table = nameOfId(object.parent!), base = structure(object);
      let own = base, id = objectId(object.kind, [table, own]);
      for (let n = 2; taken.has(id); n++) id = objectId(object.kind, [table, own = `${base}#${n}`]);
      taken.add(id);
      result.push({ ...object, id, name: [table, own] });
    }
  }
  return result;
}

function isConstraint(object: SchemaObject): object is Constraint {
  return object.kind === "primary_key" || object.kind === "unique" || object.kind === "check" ||
    object.kind === "foreign_key";
}

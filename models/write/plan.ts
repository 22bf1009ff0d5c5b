/**
 * What the written models will look like before a line is written: constants, keys, which constraint stands on which column, and which names
 * need not be said because the model would give the same ones.
 */
import type { Dialect, SerialOptions } from "../../dialects/dialect.ts";
import { children, find, makeGraph, ofKind, type SchemaGraph } from "../../schema/graph.ts";
import { kindOfId } from "../../schema/id.ts";
import { withRefs } from "../../schema/refs.ts";
import type { DataType, Kind, ObjectId, SchemaObject, TypeFamily } from "../../schema/object.ts";
import { inOrder } from "../../schema/kinds/column.ts";
import { assignNames, expressionName, type NamedKind, type NameSlot } from "../graph/names.ts";
import { makeMentions, type Mentions } from "../graph/mentions.ts";
import { comparableTypes } from "../graph/references.ts";
import type { Group } from "./groups.ts";
import { columnKeys, type Key, makeConstants } from "./identifiers.ts";
import { serialColumn } from "./serial.ts";
import { source } from "./text.ts";
import { makeTypeWriter, valuesIn, valuesKey, type WrittenType } from "./types.ts";

/** A constraint or index and how it will stand in the model. */
export interface Item {
  readonly object: SchemaObject<NamedKind>;
  /** The column whose chain it ends up in, or null for the list beside the columns. */
  readonly on: string | null;
  /** The name when it has to be said. */
  name: string | null;
}

export interface TablePlan {
  readonly object: SchemaObject<"table">;
  readonly constant: string;
  readonly columns: readonly SchemaObject<"column">[];
  readonly keys: ReadonlyMap<string, Key>;
  /** Columns that are written as serial, with what has to be said of their sequences. */
  readonly serials: ReadonlyMap<string, SerialOptions>;
  readonly asWritten: boolean;
  readonly items: readonly Item[];
  readonly triggers: readonly SchemaObject<"trigger">[];
}

export interface EnumPlan {
  readonly object: SchemaObject<"enum">;
  readonly constant: string;
  readonly values: readonly string[];
  readonly path: readonly string[];
}

export interface WritePlan {
  readonly graph: SchemaGraph;
  readonly dialect: Dialect;
  readonly schemas: ReadonlyMap<string, { readonly object: SchemaObject<"schema">; readonly constant: string }>;
  readonly enums: ReadonlyMap<string, EnumPlan>;
  readonly tables: readonly TablePlan[];
  readonly views: readonly { readonly object: SchemaObject<"view">; readonly constant: string }[];
  /** Everything that has no builder, or says more than its builder takes. */
  readonly raws: readonly { readonly object: SchemaObject; readonly constant: string }[];
  /** Whom things belong to, as far as it is said where they are. */
  readonly owners: ReadonlyMap<ObjectId, string>;
  /** `name` is for an enum that has none of its own in this database; `schema` for enums that are said in each table is the table's. */
  writeType(type: DataType, name?: string, schema?: string | null): WrittenType;
  /** Enums without names of their own whose values stand in several columns. */
  readonly sharedValues: readonly {
    readonly constant: string;
    readonly name: string;
    readonly values: readonly string[];
  }[];
  /** What the models' side will find that a text names, without being told. */
  mentions(sql: string): readonly ObjectId[];
  /** What an object without a builder needs that nobody will find who reads it: the rest need not be said. */
  unfound(object: SchemaObject): readonly ObjectId[];
  /** A constant of its own for a name. */
  readonly constant: (name: string, suffix: string) => string;
  /** Groups of columns that tables share. */
  readonly groups: readonly Group[];
  /** Schemas and enums are said in each table, for tables that stand alone. */
  readonly inline: boolean;
}

const draftOrder: readonly NamedKind[] = ["primary_key", "unique", "check", "index", "foreign_key"];

/** Plans the models of a graph. */
export function planModels(
  graph: SchemaGraph,
  dialect: Dialect,
  { inline = false }: { readonly inline?: boolean } = {},
): WritePlan {
  const constant = makeConstants();
  const initial = new Map(dialect.initial.map((object) => [object.id, object]));
  const done = new Set<ObjectId>();
  const take = <T extends SchemaObject>(object: T): T => (done.add(object.id), object);

  const said = ofKind(graph, "owner").filter((owner) => !owner.kept);
  const owned = new Set(said.map(({ parent }) => parent));
  const schemas = new Map(
    // What is the database itself has no builder: it comes last, as a raw object.
    ofKind(graph, "schema").filter((object) =>
      !dialect.permanent?.(object) && (!sameAsInitial(take(object), initial) || owned.has(object.id))
    )
      .map((object) => {
        const name = object.name[0]!;
        return [name, { object, constant: constant(name, "Schema") }] as const;
      }),
  );
  const enums = new Map(
    ofKind(graph, "enum").map((object) => {
      const made = {
        object,
        // `t.enum("mood", ["sad"])` and `t.enum(mood)` mean the same.
        constant: inline
          ? `${source(object.name.at(-1))}, ${source(object.values)}`
          : constant(object.name.at(-1)!, "Enum"),
        values: object.values,
        path: object.name,
      };
      return [take(object).id as string, made] as const;
    }),
  );
  const tables = ofKind(graph, "table").map((object) =>
    planTable(take(object), constant(object.name.at(-1)!, "Table"), graph, dialect, take)
  );
  const views = ofKind(graph, "view").map((object) => {
    const plain = children(graph, object.id, "trigger").filter(({ comment, options }) => !comment && isEmpty(options));
    plain.forEach(take);
    return { object: take(object), constant: constant(object.name.at(-1)!, "View") };
  });
  // A serial column says nothing of its sequence's owner.
  const beside = said.filter(({ parent }) => parent && !(kindOfId(parent) === "sequence" && done.has(parent)));
  const owners = new Map(beside.map(({ parent, role }) => [parent!, role]));
  for (const owner of ofKind(graph, "owner")) if (owner.kept || owners.has(owner.parent!)) take(owner as SchemaObject);
  const raws = [...graph.objects.values()].filter((object) => !done.has(object.id)).map((object) => ({
    object,
    constant: constant(object.name.at(-1)!.replace(/\(.*/s, ""), suffixOf(object.kind)),
  }));
  sayNames(tables, [...tables, ...views, ...enums.values()].map(({ object }) => object), dialect);
  const sharedValues = inline ? [] : valuesOfMany(tables, dialect).map(({ name, values }) => ({
    name,
    values,
    constant: constant(name, "Enum"),
  }));
  const writeType = makeTypeWriter(dialect, enums, domainFamilies(graph), sharedValues);
  let read: Mentions | null = null;
  const mentions = (sql: string) =>
    (read ??= mentionsOf({ tables, views, enums: [...enums.values()] }, dialect)).everything(sql);
  return {
    graph,
    dialect,
    schemas,
    enums,
    sharedValues,
    tables,
    views,
    raws,
    owners,
    writeType,
    mentions,
    unfound: unfoundIn(graph, new Set(raws.map(({ object }) => object.id)), dialect),
    constant,
    groups: [],
    inline,
  };
}

/** The refs that do not come back by themselves, once those of the objects without a builder are taken away. */
function unfoundIn(graph: SchemaGraph, raws: ReadonlySet<ObjectId>, dialect: Dialect): WritePlan["unfound"] {
  const always = new Set<ObjectId>(dialect.initial.map(({ id }) => id));
  let found: ReadonlyMap<ObjectId, SchemaObject> | null = null;
  const read = (): ReadonlyMap<ObjectId, SchemaObject> => {
    const objects = [...graph.objects.values()].map((object) => raws.has(object.id) ? { ...object, refs: [] } : object);
    const bare = makeGraph(graph.dialect, objects), whole = dialect.completeRefs?.(bare) ?? bare;
    return new Map(withRefs([...whole.objects.values()]).map((object) => [object.id, object]));
  };
  return (object) => {
    if (object.refs.length === 0) return [];
    const again = new Set((found ??= read()).get(object.id)?.refs);
    return object.refs.filter((id) => id !== object.parent && !always.has(id) && !again.has(id));
  };
}

function mentionsOf(
  { tables, views, enums }: Pick<WritePlan, "tables" | "views"> & { readonly enums: readonly EnumPlan[] },
  dialect: Dialect,
): Mentions {
  return makeMentions({
    tables: tables.map(({ object: { name, id }, columns }) => ({
      kind: "table",
      path: name,
      id,
      columns: columns.map((column) => ({ name: column.name.at(-1)! })),
    })),
    views: views.map(({ object: { name, id } }) => ({ kind: "view", path: name, id })),
    enums: enums.map(({ object: { name, id } }) => ({ path: name, id })),
  }, dialect);
}

/** Lists of values that several columns have, under the name of their columns, or of the first with its table where that is another list's. */
function valuesOfMany(
  tables: readonly TablePlan[],
  dialect: Dialect,
): readonly { readonly name: string; readonly values: readonly string[] }[] {
  const all = new Map<
    string,
    { readonly values: readonly string[]; readonly columns: (readonly [string, string])[] }
  >();
  for (const { object, columns } of tables) {
    for (const column of columns) {
      const values = valuesIn(column.type, dialect);
      if (!values) continue;
      const known = all.get(valuesKey(values)) ?? { values, columns: [] };
      known.columns.push([object.name.at(-1)!, column.name.at(-1)!]);
      all.set(valuesKey(values), known);
    }
  }
  const many = [...all.values()].filter(({ columns }) => columns.length > 1), taken = new Set<string>();
  return many.map(({ values, columns }) => {
    const [table, column] = columns[0]!;
    const plain = columns.every(([, other]) => other === column) && !taken.has(column) ? column : `${table}_${column}`;
    taken.add(plain);
    return { name: plain, values };
  });
}

/** What the values of a domain are, by its dotted path. */
function domainFamilies(graph: SchemaGraph): ReadonlyMap<string, TypeFamily> {
  return new Map(ofKind(graph, "domain").map((domain) => [domain.id, domain.type.family]));
}

function suffixOf(kind: Kind): string {
  return kind.split("_").map((word) => word[0]!.toUpperCase() + word.slice(1)).join("");
}

export function isEmpty(options: object): boolean {
  return Object.keys(options).length === 0;
}

function sameAsInitial(object: SchemaObject<"schema">, initial: ReadonlyMap<ObjectId, SchemaObject>): boolean {
  const known = initial.get(object.id) as SchemaObject<"schema"> | undefined;
  return known !== undefined && known.comment === object.comment &&
    JSON.stringify(known.options) === JSON.stringify(object.options);
}

function planTable(
  object: SchemaObject<"table">,
  constant: string,
  graph: SchemaGraph,
  dialect: Dialect,
  take: <T extends SchemaObject>(object: T) => T,
): TablePlan {
  const columns = inOrder(children(graph, object.id, "column")).map(take);
  const names = columns.map((column) => column.name.at(-1)!);
  const items = draftOrder.flatMap((kind) => {
    const all = children(graph, object.id, kind).map((each): Item => {
      const on = columnOf(take(each) as SchemaObject<NamedKind>, names, dialect);
      return { object: each as SchemaObject<NamedKind>, on, name: null };
    });
    // As the model will be read: those on columns first, in the columns' order.
    const onColumns = names.flatMap((name) => all.filter((item) => item.on === name));
    return [...onColumns, ...all.filter((item) => item.on === null)];
  });
  const triggers = children(graph, object.id, "trigger").map(take);
  const serials = new Map(columns.flatMap((column) => {
    const found = serialColumn(column, graph, dialect);
    if (found) take(found.sequence);
    return found ? [[column.name.at(-1)!, found.options] as const] : [];
  }));
  return { object, constant, columns, serials, ...columnKeys(names), items, triggers };
}

/** The column in whose chain a constraint can stand. */
function columnOf(object: SchemaObject<NamedKind>, names: readonly string[], dialect: Dialect): string | null {
  const only = (columns: readonly string[]) => columns.length === 1 && names.includes(columns[0]!) ? columns[0]! : null;
  switch (object.kind) {
    case "primary_key":
    case "unique":
      return only(object.columns);
    case "check":
      return only(mentioned(object.expression.sql, names, dialect));
    case "foreign_key":
      return object.references.columns.length === 1 ? only(object.columns) : null;
    case "index": {
      const [key] = object.keys;
      const simple = object.keys.length === 1 && key!.column !== null && key!.order === "asc" && key!.nulls === null &&
        key!.collation === null && isEmpty(key!.options);
      return simple ? only([key!.column!]) : null;
    }
  }
}

/** Columns that a text names; the same answer as the models' side gives. */
export function mentioned(sql: string, names: readonly string[], dialect: Dialect): readonly string[] {
  const found = new Set(dialect.mentions(sql).map((path) => path.at(-1)!));
  return names.filter((name) => found.has(dialect.mentions(dialect.quote(name))[0]?.at(-1) ?? name));
}

/** Says the names that the models would not give by themselves. A name that is said frees or takes others, so it goes on until nothing changes. */
function sayNames(tables: readonly TablePlan[], taken: readonly SchemaObject[], dialect: Dialect): void {
  const items = tables.flatMap((table) => {
    const names = table.columns.map((column) => column.name.at(-1)!);
    return table.items.map((item) => ({ item, table, columns: slotColumns(item.object, names, dialect) }));
  });
  for (let changed = true; changed;) {
    changed = false;
    const slots = items.map(({ item, table, columns }): NameSlot => ({
      kind: item.object.kind,
      table: table.object.name,
      columns,
      referredTable: null,
      naming: {},
      name: item.name,
    }));
    const given = assignNames(slots, taken, dialect);
    items.forEach(({ item }, i) => {
      const wanted = item.object.unnamed ? null : item.object.name.at(-1)!;
      if (given[i] === wanted || item.name !== null || wanted === null) return;
      item.name = wanted;
      changed = true;
    });
  }
}

function slotColumns(object: SchemaObject<NamedKind>, names: readonly string[], dialect: Dialect): readonly string[] {
  if (object.kind === "check") return mentioned(object.expression.sql, names, dialect);
  if (object.kind !== "index") return object.columns;
  return object.keys.map((key) => key.column ?? expressionName(key.expression!.sql));
}

/** Would the models refuse this foreign key without `unchecked`? */
export function needsUnchecked(key: SchemaObject<"foreign_key">, graph: SchemaGraph): boolean {
  const target = find(graph, "table", key.references.table);
  if (!target || key.references.columns.length !== key.columns.length) return true;
  const own = columnsByName(graph, key.parent!), other = columnsByName(graph, target.id);
  const pairs = key.columns.map((name, i) => [own.get(name), other.get(key.references.columns[i]!)] as const);
  if (pairs.some(([a, b]) => !a || !b || !comparableTypes(a.type, b.type))) return true;
  return key.onDelete === "set null" && pairs.every(([a]) => !a!.nullable);
}

function columnsByName(graph: SchemaGraph, table: ObjectId): ReadonlyMap<string, SchemaObject<"column">> {
  return new Map(children(graph, table, "column").map((column) => [column.name.at(-1)!, column]));
}

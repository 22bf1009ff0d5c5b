/**
 * Random schemas for property tests. A `SchemaSpec` is plain numbers, so that fast-check can shrink it; `buildGraph` makes a sound graph
 * of it for one flavour of database, leaving out whatever cannot stand (a key on a missing column, a name that is taken). Names come
 * from one small pool for tables, views, indexes and enums alike, so that two specs share many names and clash on others.
 */
import fc from "fast-check";
import { makeGraph, type SchemaGraph } from "../../schema/graph.ts";
import { objectId } from "../../schema/id.ts";
import type { Action, DataType, Expression, IndexKey, Kind, ObjectId, SchemaObject } from "../../schema/object.ts";
import { withRefs } from "../../schema/refs.ts";

export interface ColumnSpec {
  readonly name: number;
  readonly type: number;
  readonly nullable: boolean;
  readonly default: boolean;
}
/** A relation by its place in the pool of names. */
export interface Place {
  readonly schema: number;
  readonly name: number;
}
export interface TableSpec extends Place {
  readonly comment: number;
  readonly columns: readonly ColumnSpec[];
  readonly key: readonly number[];
  readonly uniques: readonly (readonly number[])[];
  readonly checks: readonly number[];
  readonly foreignKeys: readonly { readonly column: number; readonly to: Place; readonly onDelete: number }[];
  readonly indexes: readonly {
    readonly name: number;
    readonly columns: readonly number[];
    readonly unique: boolean;
    readonly where: boolean;
  }[];
}
export interface EnumSpec extends Place {
  readonly more: number;
}
export interface ViewSpec extends Place {
  readonly reads: readonly { readonly of: Place; readonly column: number }[];
}
export interface SchemaSpec {
  readonly enums: readonly EnumSpec[];
  readonly tables: readonly TableSpec[];
  readonly views: readonly ViewSpec[];
}

/** How one database spells what the specs say. */
export interface Flavor {
  readonly dialect: string;
  /** The first one is there from the start. Empty: paths have no schema. */
  readonly schemas: readonly string[];
  readonly types: readonly DataType[];
  /** The type for an enum object, or null where there are no enum types. */
  enumType(path: readonly string[]): DataType | null;
  defaultOf(type: DataType): Expression;
  check(column: string): Expression;
  where(column: string): Expression;
  view(reads: readonly { readonly path: readonly string[]; readonly column: string | null }[]): Expression;
  names(object: SchemaObject): readonly string[];
  readonly comments: boolean;
  readonly indexMethod: string;
}

const place = { schema: fc.nat(1), name: fc.nat(5) };
const columnName = fc.nat(4);
const columnNames = (maxLength: number) => fc.uniqueArray(columnName, { minLength: 1, maxLength });

const table: fc.Arbitrary<TableSpec> = fc.record({
  ...place,
  comment: fc.nat(2),
  columns: fc.uniqueArray(
    fc.record({ name: columnName, type: fc.nat(5), nullable: fc.boolean(), default: fc.boolean() }),
    { minLength: 1, maxLength: 5, selector: (column) => column.name },
  ),
  key: fc.uniqueArray(columnName, { maxLength: 2 }),
  uniques: fc.array(columnNames(2), { maxLength: 2 }),
  checks: fc.uniqueArray(columnName, { maxLength: 2 }),
  foreignKeys: fc.array(fc.record({ column: columnName, to: fc.record(place), onDelete: fc.nat(4) }), { maxLength: 3 }),
  indexes: fc.array(
    fc.record({ name: fc.nat(5), columns: columnNames(2), unique: fc.boolean(), where: fc.boolean() }),
    { maxLength: 2 },
  ),
});

/** Schemas of up to three enums, five tables and four views. */
export const schemaSpec: fc.Arbitrary<SchemaSpec> = fc.record({
  enums: fc.array(fc.record({ ...place, more: fc.nat(3) }), { maxLength: 3 }),
  tables: fc.array(table, { maxLength: 5 }),
  views: fc.array(
    fc.record({
      ...place,
      reads: fc.array(fc.record({ of: fc.record(place), column: columnName }), { minLength: 1, maxLength: 3 }),
    }),
    { maxLength: 4 },
  ),
});

/** The graph of a spec, sound by construction: every reference holds and every name is free. */
export function buildGraph(spec: SchemaSpec, flavor: Flavor): SchemaGraph {
  const objects = new Map<ObjectId, SchemaObject>();
  const taken = new Set<string>();
  const add = (kind: Kind, path: readonly string[], parent: ObjectId | null, fields: Record<string, unknown>) => {
    const id = objectId(kind, path);
    const object = { kind, id, name: path, parent, refs: [], comment: null, ...fields } as unknown as SchemaObject;
    const names = flavor.names(object);
    if (objects.has(id) || names.some((name) => taken.has(name))) return null;
    for (const name of names) taken.add(name);
    objects.set(id, object);
    return id;
  };
  const schemaOf = ({ schema }: Place): string | null =>
    flavor.schemas[schema % Math.max(1, flavor.schemas.length)] ?? null;
  const pathOf = (at: Place) => schemaOf(at) === null ? [`n${at.name}`] : [schemaOf(at)!, `n${at.name}`];
  const enumPath = (at: Place) => schemaOf(at) === null ? [enumName(at.name)] : [schemaOf(at)!, enumName(at.name)];
  const parentOf = (at: Place) => schemaOf(at) === null ? null : objectId("schema", [schemaOf(at)!]);
  const places = [...spec.enums, ...spec.tables, ...spec.views];
  for (const name of flavor.schemas) {
    if (name === flavor.schemas[0] || places.some((at) => schemaOf(at) === name)) {
      add("schema", [name], null, { options: {} });
    }
  }

  const types = [...flavor.types];
  for (const each of spec.enums) {
    const type = flavor.enumType(enumPath(each));
    const values = ["1", "2", "3", ...["4", "5", "6"].slice(0, each.more)];
    if (type && add("enum", enumPath(each), parentOf(each), { values })) {
      types.push({ ...type, of: objectId("enum", enumPath(each)) });
    }
  }
  const columns = new Map<ObjectId, Map<string, DataType>>();
  const keys = new Map<ObjectId, readonly string[]>();
  const made: { spec: TableSpec; id: ObjectId; path: readonly string[] }[] = [];
  for (const each of spec.tables) {
    const path = pathOf(each);
    const comment = flavor.comments && each.comment ? `comment ${each.comment}` : null;
    const id = add("table", path, parentOf(each), { inherits: [], options: {}, comment });
    if (!id) continue;
    const key = [...new Set(each.key)].filter((name) => each.columns.some((column) => column.name === name))
      .map((name) => `c${name}`);
    const own = new Map<string, DataType>();
    each.columns.forEach((column, position) => {
      const type = types[column.type % types.length]!, name = `c${column.name}`;
      own.set(name, type);
      add("column", [...path, name], id, {
        type,
        nullable: column.nullable && !key.includes(name),
        default: column.default ? flavor.defaultOf(type) : null,
        generated: null,
        identity: null,
        collation: null,
        position,
        options: {},
      });
    });
    columns.set(id, own);
    const keyFields = { deferrable: "no", options: {} };
    if (key.length && add("primary_key", [...path, `${path.at(-1)}_pk`], id, { columns: key, ...keyFields })) {
      keys.set(id, key);
    }
    each.uniques.forEach((names, i) => {
      const list = [...new Set(names.map((name) => `c${name}`))].filter((name) => own.has(name));
      if (list.length) {
        add("unique", [...path, `${path.at(-1)}_u${i}`], id, { columns: list, nullsDistinct: true, ...keyFields });
      }
    });
    for (const name of each.checks) {
      if (own.has(`c${name}`)) {
        add("check", [...path, `check_c${name}`], id, {
          expression: flavor.check(`c${name}`),
          options: {},
          refs: [objectId("column", [...path, `c${name}`])],
        });
      }
    }
    made.push({ spec: each, id, path });
  }
  for (const { spec: each, id, path } of made) {
    each.foreignKeys.forEach(({ column, to, onDelete }, i) => {
      const target = objectId("table", pathOf(to)), key = keys.get(target), own = columns.get(id)!.get(`c${column}`);
      if (!own || key?.length !== 1 || !sameType(columns.get(target)!.get(key[0]!)!, own)) return;
      add("foreign_key", [...path, `fk_${i}`], id, {
        columns: [`c${column}`],
        references: { table: target, columns: key },
        onDelete: actions[onDelete],
        onUpdate: "no action",
        match: "simple",
        deferrable: "no",
        options: {},
      });
    });
    for (const index of each.indexes) {
      const list = [...new Set(index.columns.map((name) => `c${name}`))].filter((name) => columns.get(id)!.has(name));
      if (!list.length) continue;
      add("index", [...path.slice(0, -1), `n${index.name}`], id, {
        unique: index.unique,
        nullsDistinct: true,
        method: flavor.indexMethod,
        keys: list.map(indexKey),
        include: [],
        where: index.where ? flavor.where(list[0]!) : null,
        options: {},
      });
    }
  }
  for (const each of spec.views) {
    const refs = new Set<ObjectId>();
    const reads: { path: readonly string[]; column: string | null }[] = [];
    for (const { of, column } of each.reads) {
      const path = pathOf(of), name = `c${column}`, relation = objectId("table", path), view = objectId("view", path);
      if (reads.some((other) => other.path.join() === path.join())) continue;
      if (columns.get(relation)?.has(name)) {
        reads.push({ path, column: name });
        refs.add(relation).add(objectId("column", [...path, name]));
      } else if (objects.has(view) && path.join() !== pathOf(each).join()) {
        reads.push({ path, column: null });
        refs.add(view);
      }
    }
    if (reads.length) {
      add("view", pathOf(each), parentOf(each), {
        definition: flavor.view(reads),
        columns: null,
        options: {},
        refs: [...refs].sort(),
      });
    }
  }
  return makeGraph(flavor.dialect, withRefs([...objects.values()]));
}

/** Most enums have names of their own; one may be called like a table, which is rare and hard where a table changes its name too. */
export function enumName(name: number): string {
  return name === 5 ? "n5" : `e${name}`;
}

const actions: readonly Action[] = ["no action", "restrict", "cascade", "set null", "no action"];

function indexKey(column: string): IndexKey {
  return { column, expression: null, order: "asc", nulls: null, collation: null, options: {} };
}

function sameType(a: DataType, b: DataType): boolean {
  return a.name.toLowerCase() === b.name.toLowerCase() && a.of === b.of && a.args.join() === b.args.join();
}

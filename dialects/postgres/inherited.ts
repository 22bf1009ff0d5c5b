/**
 * What a partition or an heir has from its parents without saying so: columns, checks, and for a partition the parts of indexes and keys, as
 * the server makes them. Models may leave all of it out; a graph that was read from a database has it already. Pure, idempotent.
 */
import { sameJson } from "../../schema/canonical.ts";
import { SqaError } from "../../schema/error.ts";
import { makeGraph, type SchemaGraph } from "../../schema/graph.ts";
import { kindOfId, objectId, pathOfId } from "../../schema/id.ts";
import type { ObjectId, Options, SchemaObject } from "../../schema/object.ts";
import { type AnyTable, isAttached, isInherited, isPartition } from "./inheritance.ts";
import { isCall, mentions } from "./expression.ts";
import { defaultName, objectName } from "./names.ts";
import { isIncomplete } from "./partition_index.ts";
import { partNames, withoutPartNames } from "./part_names.ts";
import { dotted } from "./sql.ts";

type Column = SchemaObject<"column">;
type Whole = SchemaObject<"index"> | SchemaObject<"primary_key"> | SchemaObject<"unique">;

/** The graph, in normal form, with what its tables inherit. `version` is the server's: from 18 on NOT NULL has a name, which is inherited, too. */
export function withInherited(graph: SchemaGraph, version: number | null): SchemaGraph {
  const tables = [...graph.objects.values()].filter((object): object is AnyTable & SchemaObject =>
    (object.kind === "table" || object.kind === "foreign_table") && (object.inherits ?? []).length > 0
  ) as unknown as readonly AnyTable[];
  if (tables.length === 0) return graph;
  const world: World = { objects: new Map(graph.objects), byTable: new Map(), names: new Set(), version: version ?? 0 };
  for (const object of graph.objects.values()) {
    if (object.parent) put(world.byTable, object.parent, object);
    if (object.name.length > 1) world.names.add(`${object.name[0]}.${object.name.at(-1)}`);
  }
  const done = new Set<ObjectId>(), inheriting = new Map(tables.map((table) => [table.id, table]));
  const complete = (table: AnyTable) => {
    if (done.has(table.id)) return;
    done.add(table.id);
    for (const id of table.inherits) {
      const parent = inheriting.get(id);
      if (parent) complete(parent);
      inherit(table, id, world);
    }
    takeNames(table, world);
  };
  for (const table of tables) complete(table);
  if (
    world.objects.size === graph.objects.size &&
    [...graph.objects].every(([id, each]) => world.objects.get(id) === each)
  ) {
    return graph;
  }
  return makeGraph(graph.dialect, world.objects.values(), graph.notes);
}

interface World {
  readonly objects: Map<ObjectId, SchemaObject>;
  readonly byTable: Map<ObjectId, SchemaObject[]>;
  /** Names in use, with their schema. */
  readonly names: Set<string>;
  readonly version: number;
}

/** The names are those of the parts now; one of no part would be lost. */
function takeNames(table: AnyTable, world: World) {
  const names = partNames(table);
  if (names.size === 0) return;
  const wholes = table.inherits.flatMap((id) => world.byTable.get(id) ?? []).map((each) => each.name.at(-1)!);
  const unknown = [...names.keys()].find((name) => !wholes.includes(name));
  if (unknown !== undefined) {
    throw new SqaError(
      "SQA-102",
      `"${dotted(table.name)}" has a name for its part of "${unknown}", which is no index or key of its parent`,
      {
        hint: "`parts` takes names of the parent's indexes and keys, and for each the name of the partition's own",
      },
    );
  }
  replace(world.objects.get(table.id)!, withoutPartNames(table) as unknown as SchemaObject, world);
}

function put(lists: Map<ObjectId, SchemaObject[]>, id: ObjectId, object: SchemaObject) {
  const list = lists.get(id);
  if (list) list.push(object);
  else lists.set(id, [object]);
}

/** Adds to one table what it has from one parent. */
function inherit(table: AnyTable, parent: ObjectId, world: World) {
  for (const object of [...world.byTable.get(parent) ?? []]) {
    if (object.kind === "column") inheritColumn(table, object as Column, world);
    else if (object.kind === "check" && !object.options.no_inherit) {
      inheritCheck(table, object as SchemaObject<"check">, world);
    } else if (isPartition(table) && !isIncomplete(object)) {
      if (object.kind === "index" || object.kind === "primary_key" || object.kind === "unique") {
        inheritWhole(table, object as unknown as Whole, world);
      }
    }
  }
}

function inheritColumn(table: AnyTable, from: Column, world: World) {
  const id = below(table, "column", from), own = world.objects.get(id) as Column | undefined;
  if (own) {
    // A partition has no column by itself.
    if (isPartition(table) && !isInherited(own)) {
      replace(own, { ...own, options: { ...own.options, ...notNull(from, own, world), inherited: true } }, world);
    }
    return;
  }
  const { statistics: _statistics, with: _with, not_null: _notNull, ...options } = from.options;
  const keepsIdentity = isPartition(table) && world.version >= 170000;
  const identity = keepsIdentity && from.identity ? { mode: from.identity.mode, options: {} } : null;
  const column = {
    ...from,
    ...placed(table, "column", from),
    comment: null,
    identity,
    options: { ...options, inherited: true },
  } as Column;
  add({ ...column, options: { ...column.options, ...notNull(from, column, world) } } as Column, world);
}

/** From 18 on an inherited NOT NULL has the name of the parent's. */
function notNull(from: Column, column: Column, world: World): Options {
  if (world.version < 180000 || column.nullable || from.nullable || column.options.not_null) return {};
  const { name } = (from.options.not_null ?? {}) as Options;
  const inherited = name ?? objectName(from.name[1]!, from.name[2]!, "not_null");
  return inherited === objectName(column.name[1]!, column.name[2]!, "not_null")
    ? {}
    : { not_null: { name: inherited } };
}

function inheritCheck(table: AnyTable, from: SchemaObject<"check">, world: World) {
  const own = world.objects.get(below(table, "check", from)) as SchemaObject<"check"> | undefined;
  if (!own) {
    add(
      { ...from, ...placed(table, "check", from), comment: null, options: { ...from.options, inherited: true } },
      world,
    );
  } else if (isPartition(table) && !isInherited(own)) {
    replace(own, { ...own, options: { ...own.options, inherited: true } }, world);
  }
}

/** The part of an index or key: one that is like it, or one under the name that the server would choose. */
function inheritWhole(table: AnyTable, whole: Whole, world: World) {
  const mine = (world.byTable.get(table.id) ?? []).filter(({ kind }) =>
    kind === whole.kind
  ) as unknown as readonly Whole[];
  const like = mine.filter((each) => sameJson(shape(each), shape(whole)));
  if (like.some((part) => isAttached(part) && (part.refs.includes(whole.id) || !belongs(part, world)))) return;
  const own = like.find((each) => !isAttached(each));
  const { clustered: _c, replica_identity: _r, index_comment: _i, ...options } = whole.options;
  if (own) {
    replace(own as unknown as SchemaObject, {
      ...own,
      refs: [...own.refs, whole.id],
      options: { ...own.options, attached: true },
    } as unknown as SchemaObject, world);
    return;
  }
  const columns = [...whole.kind === "index" ? whole.keys.map(keyName) : whole.columns, ...included(whole)];
  const taken = (name: string) => world.names.has(`${table.name[0]}.${name}`);
  const name = partNames(table).get(whole.name.at(-1)!) ?? defaultName(whole.kind, table.name, columns, taken);
  const path = whole.kind === "index" ? [table.name[0]!, name] : [...table.name, name];
  add({
    ...whole,
    id: objectId(whole.kind, path),
    name: path,
    parent: table.id,
    comment: null,
    refs: [...refsIn(table, whole), whole.id],
    options: { ...options, attached: true },
  } as unknown as SchemaObject, world);
}

/** What a column of an index is called in the index's name: an expression by its function (FigureIndexColname in parse_target.c). */
function keyName({ column, expression }: SchemaObject<"index">["keys"][number]): string {
  if (column !== null) return column;
  const { sql } = expression!;
  return isCall(sql) ? mentions(sql)[0]?.at(-1) ?? "expr" : "expr";
}

function included(whole: Whole): readonly string[] {
  if (whole.kind === "index") return whole.include;
  return whole.kind === "unique" && Array.isArray(whole.options.include) ? whole.options.include as string[] : [];
}

/** Is it said already which whole the part is of? */
function belongs(part: Whole, world: World): boolean {
  return part.refs.some((id) => wholes.has(world.objects.get(id)?.kind ?? ""));
}

function shape(object: Whole) {
  if (object.kind !== "index") return [object.columns, object.deferrable];
  const { unique, nullsDistinct, method, keys, include, where } = object;
  return [unique, nullsDistinct, method, keys, include, where];
}

function below(table: AnyTable, kind: "column" | "check", from: SchemaObject): ObjectId {
  return objectId(kind, [...table.name, from.name.at(-1)!]);
}

function placed(table: AnyTable, kind: "column" | "check", from: SchemaObject) {
  const name = [...table.name, from.name.at(-1)!];
  return { id: below(table, kind, from), name, parent: table.id, refs: refsIn(table, from) };
}

/** What the copy refers to: the same, with the table's own columns for its parent's, and no whole but the one that it is a part of. */
function refsIn(table: AnyTable, from: SchemaObject | Whole): readonly ObjectId[] {
  const columns = objectId("column", [...pathOfId(from.parent!), ""]);
  return from.refs.flatMap((id) => {
    if (id.startsWith(columns)) return [objectId("column", [...table.name, ...pathOfId(id).slice(-1)])];
    return wholes.has(kindOfId(id)) ? [] : [id];
  });
}

const wholes: ReadonlySet<string> = new Set(["index", "primary_key", "unique"]);

function add(object: SchemaObject, world: World) {
  world.objects.set(object.id, object);
  put(world.byTable, object.parent!, object);
  world.names.add(`${object.name[0]}.${object.name.at(-1)}`);
}

function replace(old: SchemaObject, object: SchemaObject, world: World) {
  world.objects.set(object.id, object);
  const list = object.parent === null ? undefined : world.byTable.get(object.parent);
  if (list?.includes(old)) list[list.indexOf(old)] = object;
}

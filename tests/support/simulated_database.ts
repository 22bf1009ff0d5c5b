/**
 * A database in memory for property tests of the pure core. It runs the JSON commands that the simulated dialect renders and refuses,
 * after each one, any state that a real database would not allow: an object whose parent, column, type, key or table is missing, two
 * objects with one name. It works out what depends on what from the fields and the text of objects, never from `refs`, so that it cannot
 * share a mistake with the code under test.
 */
import { comparable } from "../../schema/hash.ts";
import { canonicalJson } from "../../schema/canonical.ts";
import { kindOfId, objectId, pathOfId } from "../../schema/id.ts";
import type { ObjectId, SchemaObject } from "../../schema/object.ts";

/** One statement. What stands in `all` happens at once: only the state after it must be sound. */
export type Command =
  | { readonly do: "create"; readonly object: SchemaObject }
  | { readonly do: "drop"; readonly id: ObjectId }
  | { readonly do: "alter"; readonly object: SchemaObject }
  | { readonly do: "rename"; readonly id: ObjectId; readonly path: readonly string[] }
  | { readonly do: "all"; readonly commands: readonly Command[] };

export interface Rules {
  /** A foreign key may point to what is not there while a plan runs. */
  readonly looseForeignKeys: boolean;
  /** The type of a column may not change while a view reads it. */
  readonly viewsPinTypes: boolean;
  /** Names that an object takes; no two objects may share one. */
  names(object: SchemaObject): readonly string[];
}

export class SimulatedDatabase {
  private objects = new Map<ObjectId, SchemaObject>();

  constructor(private readonly rules: Rules, initial: Iterable<SchemaObject>) {
    for (const object of initial) this.objects.set(object.id, object);
    this.check("the initial state", this.objects);
  }

  /** Runs one statement, or throws and leaves everything as it was. */
  run(sql: string): void {
    const next = new Map(this.objects);
    this.apply(JSON.parse(sql) as Command, next);
    this.check(sql, next);
    this.objects = next;
  }

  /** What is there, one line an object, sorted: everything that is compared and nothing else. */
  lines(): readonly string[] {
    return linesOf(this.objects.values());
  }

  private apply(command: Command, state: Map<ObjectId, SchemaObject>): void {
    switch (command.do) {
      case "all":
        return command.commands.forEach((each) => this.apply(each, state));
      case "create":
        if (state.has(command.object.id)) throw new Error(`${command.object.id} exists already`);
        state.set(command.object.id, command.object);
        return;
      case "drop":
        if (!state.delete(command.id)) throw new Error(`${command.id} does not exist`);
        return;
      case "alter":
        return this.alter(command.object, state);
      case "rename":
        return renameObject(command.id, command.path, state);
      default:
        throw new Error(`unknown command: ${JSON.stringify(command satisfies never)}`);
    }
  }

  private alter(object: SchemaObject, state: Map<ObjectId, SchemaObject>): void {
    const before = state.get(object.id);
    if (!before) throw new Error(`${object.id} does not exist`);
    const retyped = before.kind === "column" && object.kind === "column" &&
      canonicalJson(before.type) !== canonicalJson(object.type);
    if (this.rules.viewsPinTypes && retyped) {
      for (const other of state.values()) {
        if (other.kind === "view" && needs(other, state).some((each) => each.includes(object.id))) {
          throw new Error(`${object.id} cannot change its type: ${other.id} reads it`);
        }
      }
    }
    state.set(object.id, object);
  }

  private check(what: string, state: ReadonlyMap<ObjectId, SchemaObject>): void {
    const taken = new Map<string, ObjectId>();
    for (const object of state.values()) {
      for (const name of this.rules.names(object)) {
        const other = taken.get(name);
        if (other) throw new Error(`${other} and ${object.id} are both named ${name}, after ${what}`);
        taken.set(name, object.id);
      }
      if (object.kind === "foreign_key" && this.rules.looseForeignKeys) continue;
      for (const choices of needs(object, state)) {
        if (choices.some((id) => state.has(id))) continue;
        throw new Error(`${object.id} needs ${choices.join(" or ") || "a key"}, after ${what}`);
      }
    }
  }
}

/** Objects as `SimulatedDatabase.lines` shows them. */
export function linesOf(objects: Iterable<SchemaObject>): readonly string[] {
  return [...objects].map((object) => canonicalJson(comparable(object))).sort();
}

/** Lists of ids; of each list at least one must exist for the object to exist. */
function needs(object: SchemaObject, state: ReadonlyMap<ObjectId, SchemaObject>): readonly (readonly ObjectId[])[] {
  const found: ObjectId[][] = object.parent === null ? [] : [[object.parent]];
  const column = (table: readonly string[], name: string) => found.push([objectId("column", [...table, name])]);
  const table = object.parent === null ? [] : state.get(object.parent)?.name ?? [];
  switch (object.kind) {
    case "column":
      if (object.type.of) found.push([object.type.of]);
      break;
    case "primary_key":
    case "unique":
      for (const name of object.columns) column(table, name);
      break;
    case "index":
      for (const key of object.keys) if (key.column !== null) column(table, key.column);
      if (object.where) { for (const path of pathsIn(object.where.sql)) column(table, path[0]!); }
      break;
    case "check":
      for (const path of pathsIn(object.expression.sql)) column(table, path[0]!);
      break;
    case "view":
      for (const path of pathsIn(object.definition.sql)) {
        found.push([objectId("table", path), objectId("view", path), objectId("column", path)]);
      }
      break;
    case "foreign_key": {
      for (const name of object.columns) column(table, name);
      const wanted = [...object.references.columns].sort().join();
      const target = object.references.table;
      found.push([target]);
      found.push(
        [...state.values()].filter((key) =>
          (key.kind === "primary_key" || key.kind === "unique") && key.parent === target &&
          [...key.columns].sort().join() === wanted
        ).map((key) => key.id),
      );
      break;
    }
    default:
  }
  return found;
}

/** The text of this database's expressions is a list of dotted paths and of numbers. */
export function pathsIn(sql: string): readonly (readonly string[])[] {
  return sql.split(" ").filter((word) => /^[a-z]/.test(word)).map((word) => word.split("."));
}

/** Gives an object another path; what lives in it and what names it follows, as in a database that stores links and not text. */
function renameObject(id: ObjectId, path: readonly string[], state: Map<ObjectId, SchemaObject>): void {
  const object = state.get(id);
  if (!object) throw new Error(`${id} does not exist`);
  const paths = new Map<ObjectId, readonly string[]>([[id, path]]);
  const follow = (parent: ObjectId) => {
    for (const child of state.values()) {
      if (child.parent !== parent) continue;
      const inside = object.name.every((part, i) => child.name[i] === part);
      if (inside) paths.set(child.id, [...path, ...child.name.slice(object.name.length)]);
      else if (path.length > 1) paths.set(child.id, [path[0]!, ...child.name.slice(1)]);
      follow(child.id);
    }
  };
  follow(id);
  const ids = new Map([...paths].map(([old, to]) => [old, objectId(state.get(old)!.kind, to)]));
  const renamedPath = new Map<string, readonly string[]>();
  for (const [old, to] of paths) {
    const each = state.get(old)!;
    if (each.kind === "table" || each.kind === "view" || each.kind === "column") {
      renamedPath.set(each.name.join("."), to);
    }
  }
  const all = [...state.values()];
  state.clear();
  for (const each of all) {
    const moved = relinked(each, object, path, ids, renamedPath);
    const next = { ...moved, id: ids.get(each.id) ?? each.id, name: paths.get(each.id) ?? each.name } as SchemaObject;
    if (state.has(next.id)) throw new Error(`${next.id} exists already`);
    state.set(next.id, next);
  }
}

/** `each` with its links and its text after `object` got `path`. */
function relinked(
  each: SchemaObject,
  object: SchemaObject,
  path: readonly string[],
  ids: ReadonlyMap<ObjectId, ObjectId>,
  paths: ReadonlyMap<string, readonly string[]>,
): SchemaObject {
  const follow = (id: ObjectId) => ids.get(id) ?? id;
  const goes = each === object && each.parent !== null && pathOfId(each.parent).length === path.length - 1;
  const outside = goes ? path.slice(0, -1) : null;
  const parent = each.parent && (outside ? objectId(kindOfId(each.parent), outside) : follow(each.parent));
  const column = (table: ObjectId | null, name: string) =>
    object.kind === "column" && table === object.parent && name === object.name.at(-1) ? path.at(-1)! : name;
  const own = (sql: string) => sql.split(" ").map((word) => column(each.parent, word)).join(" ");
  const full = (sql: string) => sql.split(" ").map((word) => paths.get(word)?.join(".") ?? word).join(" ");
  const columns = (names: readonly string[]) => names.map((name) => column(each.parent, name));
  switch (each.kind) {
    case "column": {
      const of = each.type.of && follow(each.type.of);
      const name = of === each.type.of ? each.type.name : of!.slice(of!.indexOf(":") + 1);
      return { ...each, parent, type: { ...each.type, of, name } };
    }
    case "primary_key":
    case "unique":
      return { ...each, parent, columns: columns(each.columns) };
    case "check":
      return { ...each, parent, expression: { sql: own(each.expression.sql) } };
    case "index":
      return {
        ...each,
        parent,
        keys: each.keys.map((key) => key.column === null ? key : { ...key, column: column(each.parent, key.column) }),
        where: each.where && { sql: own(each.where.sql) },
      };
    case "foreign_key": {
      const { table, columns: keys } = each.references;
      const references = { table: follow(table), columns: keys.map((name) => column(table, name)) };
      return { ...each, parent, columns: columns(each.columns), references };
    }
    case "view":
      return { ...each, parent, definition: { sql: full(each.definition.sql) } };
    default:
      return { ...each, parent };
  }
}

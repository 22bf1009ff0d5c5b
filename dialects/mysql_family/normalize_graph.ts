/** The steps of the normal form that look at more than one object. Pure, idempotent. */
import { makeGraph, type Note, type SchemaGraph } from "../../schema/graph.ts";
import { objectId, pathOfId } from "../../schema/id.ts";
import { factsOf } from "../../schema/kinds/facts_of.ts";
import type { ObjectId, SchemaObject } from "../../schema/object.ts";
import { accountName } from "./accounts.ts";
import { mentions, withoutIntroducers } from "./expression.ts";
import type { FamilyFacts } from "./facts.ts";
import { databaseId, databaseName } from "./kinds/database.ts";
import { covers, impliedIndexes } from "./implied.ts";
import { withoutForeign } from "./left_out.ts";
import { fold } from "./lexer.ts";
import { isBytes } from "./types.ts";

/** What is known of a table: its columns by folded name. */
type Columns = ReadonlyMap<ObjectId, ReadonlyMap<string, ObjectId>>;

/**
 * - What the server has no notion of is left out with a note: keys that are expressions (MariaDB), indexes of some rows only, deferred checks.
 * - Columns of a primary key are NOT NULL. A foreign key without columns means the primary key.
 * - The indexes that foreign keys bring with them are there, and each key needs those that serve it.
 * - Names in any case become the declared ones; refs are found by what texts mention.
 */
export function normalizeGraph(graph: SchemaGraph, facts: FamilyFacts): SchemaGraph {
  const notes: Note[] = [...graph.notes];
  const columns = columnsByTable(graph);
  const primary = new Map<ObjectId, SchemaObject<"primary_key">>();
  for (const object of graph.objects.values()) if (object.kind === "primary_key") primary.set(object.parent!, object);

  const objects: SchemaObject[] = [];
  const unchecked = uncheckable(graph, facts);
  const leavesOut = (object: SchemaObject, what: string) => {
    const message = `${facts.label} has no ${what}: left out of "${object.name.join(".")}"`;
    if (!notes.some((each) => each.message === message)) {
      notes.push({ code: "unsupported-option", object: object.id, message });
    }
  };
  for (const given of graph.objects.values()) {
    const object = withoutForeign(given, leavesOut);
    if (object.kind === "schema" && object.id !== databaseId) {
      const message = `${facts.label} has no schemas but the database itself, "${databaseName}": "${
        object.name.join(".")
      }" is left out`;
      if (!notes.some((each) => each.message === message)) {
        notes.push({ code: "unsupported-option", object: object.id, message });
      }
      continue;
    }
    if (object.kind === "check" && !supportedCheck(object, columns, unchecked, facts, notes)) continue;
    const supported = object.kind === "index"
      ? supportedIndex(object, facts, notes)
      : object.kind === "grant" || object.kind === "role"
      ? named(object, facts)
      : object;
    if (supported) {
      objects.push(besideBytes(declared(supported as SchemaObject, columns, primary), graph, columns, facts));
    }
  }
  objects.push(...impliedIndexes(objects, facts));
  const relations = new Map<string, ObjectId>();
  for (const object of objects) {
    if (["table", "view", "sequence", "function"].includes(object.kind)) relations.set(object.name[0]!, object.id);
  }
  const keys = new Map<ObjectId, SchemaObject[]>();
  for (const object of objects) {
    if (object.kind !== "index" && object.kind !== "unique" && object.kind !== "primary_key") continue;
    const list = keys.get(object.parent!);
    if (list) list.push(object);
    else keys.set(object.parent!, [object]);
  }
  return makeGraph(graph.dialect, objects.map((object) => withRefs(object, columns, relations, keys, facts)), notes);
}

/**
 * Beside a column of bytes any ALTER TABLE of MySQL makes _binary'x' of a plain literal (9.7.4), which there is the same: left out like other
 * character sets that nobody said.
 */
function besideBytes(object: SchemaObject, graph: SchemaGraph, columns: Columns, facts: FamilyFacts): SchemaObject {
  if (!facts.introducers) return object;
  const own = columns.get(object.kind === "table" ? object.id : object.parent ?? object.id);
  return factsOf(object).mapExpressions(object, (expression) => {
    if (!/_binary\s*'/i.test(expression.sql) || object.kind === "view" || object.kind === "trigger") return expression;
    const bytes = mentions(expression.sql).some((path) => {
      const column = graph.objects.get(own?.get(fold(path.at(-1)!)) ?? object.id);
      return column?.kind === "column" && isBytes(column);
    });
    return bytes ? { ...expression, sql: withoutIntroducers(expression.sql, true) } : expression;
  });
}

/** The grant or role under the one spelling of its account. */
function named<K extends "grant" | "role">(object: SchemaObject<K>, facts: FamilyFacts): SchemaObject<K> {
  const account = accountName(object.name.at(-1)!, facts);
  if (account === object.name.at(-1)) return object;
  const name = [...object.name.slice(0, -1), account];
  return { ...object, name, id: objectId(object.kind, name) };
}

function columnsByTable(graph: SchemaGraph): Columns {
  const found = new Map<ObjectId, Map<string, ObjectId>>();
  for (const object of graph.objects.values()) {
    if (object.kind !== "column") continue;
    const own = found.get(object.parent!) ?? new Map<string, ObjectId>();
    found.set(object.parent!, own.set(fold(object.name.at(-1)!), object.id));
  }
  return found;
}

/** Columns that no check may read, by why: the server numbers them, or a foreign key sets them. */
function uncheckable(graph: SchemaGraph, facts: FamilyFacts): ReadonlyMap<ObjectId, string> {
  const found = new Map<ObjectId, string>();
  for (const object of graph.objects.values()) {
    if (object.kind === "column" && object.identity) found.set(object.id, "the server numbers");
    if (object.kind !== "foreign_key" || facts.checksOfSetColumns) continue;
    const sets = /^set /.test(object.onDelete) || /^(set |cascade)/.test(object.onUpdate);
    if (!sets) continue;
    for (const name of object.columns) {
      found.set(objectId("column", [...pathOfId(object.parent!), name]), "a foreign key sets");
    }
  }
  return found;
}

function supportedCheck(
  check: SchemaObject<"check">,
  columns: Columns,
  unchecked: ReadonlyMap<ObjectId, string>,
  facts: FamilyFacts,
  notes: Note[],
): boolean {
  if (unchecked.size === 0) return true;
  const own = columns.get(check.parent!);
  for (const path of mentions(check.expression.sql)) {
    const column = own?.get(fold(path.at(-1)!));
    const why = column && unchecked.get(column);
    if (!why) continue;
    const message = `${facts.label} checks no column that ${why} ("${pathOfId(column).at(-1)}"): "${
      check.name.join(".")
    }" is left out`;
    if (!notes.some((each) => each.message === message)) {
      notes.push({ code: "unsupported-option", object: check.id, message });
    }
    return false;
  }
  return true;
}

function supportedIndex(
  index: SchemaObject<"index">,
  facts: FamilyFacts,
  notes: Note[],
): SchemaObject<"index"> | SchemaObject<"unique"> | null {
  const note = (message: string) => {
    if (!notes.some((each) => each.message === message)) {
      notes.push({ code: "unsupported-option", object: index.id, message });
    }
  };
  const label = `"${index.name.join(".")}"`;
  if (!facts.functionalKeys && index.keys.some((key) => key.column === null)) {
    note(`${facts.label} has no indexes on expressions: ${label} is left out`);
    return null;
  }
  if (index.where) {
    note(
      index.unique
        ? `${facts.label} has no indexes of some rows only, and ${label} would forbid more without its condition: it is left out`
        : `${facts.label} has no indexes of some rows only: ${label} holds all of them`,
    );
    if (index.unique) return null;
  }
  const { where: _where, ...rest } = index;
  const plain = index.unique && index.method === "btree" && !index.options.hidden &&
    index.keys.every((key) => key.column !== null && key.order === "asc" && key.options.length === undefined);
  if (!plain) return { ...rest, where: null } as SchemaObject<"index">;
  const { keys, unique: _unique, method: _method, include: _include, ...common } = rest;
  return {
    ...common,
    kind: "unique",
    id: objectId("unique", index.name),
    columns: keys.map((key) => key.column!),
    nullsDistinct: true,
    deferrable: "no",
  } as SchemaObject<"unique">;
}

/** The object with columns named as they are declared, and with what a primary key implies. */
function declared(
  object: SchemaObject,
  columns: Columns,
  primary: ReadonlyMap<ObjectId, SchemaObject<"primary_key">>,
): SchemaObject {
  const named = (table: ObjectId, names: readonly string[]) =>
    names.map((name) => {
      const id = columns.get(table)?.get(fold(name));
      return id === undefined ? name : pathOfId(id).at(-1)!;
    });
  switch (object.kind) {
    case "column": {
      const key = primary.get(object.parent!);
      const own = fold(object.name.at(-1)!);
      const inKey = key?.columns.some((name) => fold(name) === own) ?? false;
      return inKey && object.nullable ? { ...object, nullable: false } : object;
    }
    case "primary_key":
    case "unique":
      return { ...object, columns: named(object.parent!, object.columns) };
    case "index":
      return {
        ...object,
        keys: object.keys.map((key) =>
          key.column === null ? key : { ...key, column: named(object.parent!, [key.column])[0]! }
        ),
      };
    case "foreign_key": {
      const { table } = object.references;
      const target = object.references.columns.length ? object.references.columns : primary.get(table)?.columns ?? [];
      return {
        ...object,
        columns: named(object.parent!, object.columns),
        references: { table, columns: named(table, target) },
      };
    }
    default:
      return object;
  }
}

function withRefs(
  object: SchemaObject,
  columns: Columns,
  relations: ReadonlyMap<string, ObjectId>,
  keys: ReadonlyMap<ObjectId, readonly SchemaObject[]>,
  facts: FamilyFacts,
): SchemaObject {
  const inTable = (sql: string): ObjectId[] => {
    const own = columns.get(object.parent!);
    return mentions(sql).flatMap((path) => own?.get(fold(path.at(-1)!)) ?? []);
  };
  const elsewhere = (sql: string): ObjectId[] => mentions(sql).flatMap((path) => relations.get(path[0]!) ?? []);
  let refs: readonly ObjectId[];
  switch (object.kind) {
    case "column":
      refs = [
        ...(object.generated ? inTable(object.generated.expression.sql) : []),
        ...(object.default ? [...inTable(object.default.sql), ...elsewhere(object.default.sql)] : []),
      ];
      break;
    case "check":
      refs = inTable(object.expression.sql);
      break;
    case "index":
      refs = object.keys.flatMap((key) => key.expression ? inTable(key.expression.sql) : []);
      break;
    case "foreign_key": {
      const { table, columns: target } = object.references;
      const own = (keys.get(object.parent!) ?? []).filter((key) => covers(key, object.columns, facts));
      const theirs = (keys.get(table) ?? []).filter((key) => covers(key, target, facts));
      refs = [...own, ...theirs].map((key) => key.id);
      break;
    }
    case "view":
      refs = elsewhere(object.definition.sql);
      break;
    case "trigger": {
      // Triggers of one occasion run in the order in which they were made.
      const { follows } = object.options;
      refs = typeof follows === "string" ? [objectId("trigger", [follows])] : [];
      break;
    }
    case "function":
    case "event":
      refs = [];
      break;
    default:
      return object;
  }
  const known = [...new Set(refs)].filter((id) => id !== object.id && id !== object.parent).sort();
  return { ...object, refs: known };
}

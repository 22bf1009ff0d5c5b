/**
 * A dialect whose statements are JSON commands for the simulated database. Its traits can be turned, so that the core is held to what
 * Postgres needs (nothing in place, one name space, foreign keys checked at once), to what SQLite needs (tables made anew), and to
 * what lies between. No trait may change where a plan leads.
 */
import type { Alteration, Dialect } from "../../dialects/dialect.ts";
import type { Alter, Change } from "../../diff/change.ts";
import { noEffects, type Statement } from "../../diff/plan_types.ts";
import { objectId } from "../../schema/id.ts";
import { kinds } from "../../schema/kinds/mod.ts";
import type { DataType, Kind, SchemaObject } from "../../schema/object.ts";
import { type Command, pathsIn, type Rules } from "./simulated_database.ts";

export interface Traits {
  /** Kinds whose alters are refused, so that they must be dropped and created. */
  readonly recreates: readonly Kind[];
  /** Kinds that can be given another name. */
  readonly renames: readonly Kind[];
  /** Changes of columns and keys make their table anew and take its indexes along. */
  readonly rebuilds: boolean;
  /** Foreign keys are written in CREATE TABLE. */
  readonly inlineForeignKeys: boolean;
  readonly looseForeignKeys: boolean;
  readonly viewsPinTypes: boolean;
}

/** Much like Postgres: views are made again, types of enums too, everything has a name of its own. */
export const strictTraits: Traits = {
  recreates: ["enum", "view", "primary_key", "unique", "check", "foreign_key", "index", "trigger"],
  renames: ["schema", "enum", "table", "column", "primary_key", "unique", "check", "foreign_key", "index", "view"],
  rebuilds: false,
  inlineForeignKeys: false,
  looseForeignKeys: false,
  viewsPinTypes: true,
};

/** Much like SQLite: little can be altered, tables are made anew, foreign keys may dangle. */
export const rebuildingTraits: Traits = {
  recreates: ["view", "index", "trigger"],
  renames: ["table", "column"],
  rebuilds: true,
  inlineForeignKeys: true,
  looseForeignKeys: true,
  viewsPinTypes: false,
};

/** Alters everything in place but keys, on which other tables lean. */
export const easyTraits: Traits = {
  ...strictTraits,
  recreates: ["primary_key", "unique", "foreign_key"],
  viewsPinTypes: false,
};

/** Can give nothing another name but tables and columns, and alters nothing but columns. */
export const stubbornTraits: Traits = {
  ...strictTraits,
  recreates: kinds.filter((kind) => kind !== "column" && kind !== "table" && kind !== "schema"),
  renames: ["table", "column"],
};

const relations: readonly Kind[] = ["table", "view", "index", "enum"];

/** Names as in Postgres: relations and types share one space in a schema, constraints one in a table; keys take a relation's name. */
export function namesOf(object: SchemaObject): readonly string[] {
  const last = object.name.at(-1)!, scope = object.name.slice(0, -1).join(".");
  if (relations.includes(object.kind)) return [`relation:${object.name.join(".")}`];
  if (object.kind === "primary_key" || object.kind === "unique") {
    return [`relation:${object.name[0]}.${last}`, `constraint:${scope}.${last}`];
  }
  if (object.kind === "check" || object.kind === "foreign_key") return [`constraint:${scope}.${last}`];
  return [];
}

/** The rules of a database that goes with these traits. */
export function rulesOf(traits: Traits): Rules {
  return { looseForeignKeys: traits.looseForeignKeys, viewsPinTypes: traits.viewsPinTypes, names: namesOf };
}

export const publicSchema = {
  kind: "schema",
  id: objectId("schema", ["public"]),
  name: ["public"],
  parent: null,
  refs: [],
  comment: null,
  options: {},
} as SchemaObject;

/** The dialect with these traits. */
export function simulatedDialect(traits: Traits): Dialect {
  const inTable: readonly Kind[] = ["column", "primary_key", "unique", "check"];
  const children: readonly Kind[] = [...inTable, "foreign_key", "index", "trigger"];
  const entry = (kind: Kind) => kindEntry(kind, traits);
  return {
    name: "simulated",
    label: "the simulated database",
    kinds: Object.fromEntries(kinds.map((kind) => [kind, entry(kind)])) as unknown as Dialect["kinds"],
    inline: {
      create: traits.inlineForeignKeys ? [...inTable, "foreign_key"] : inTable,
      drop: children,
      alter: traits.rebuilds ? [...inTable, "foreign_key"] : [],
      rebuild: ["index"],
    },
    rebuilds: () => traits.rebuilds,
    placesColumns: traits.rebuilds,
    names: namesOf,
    looseForeignKeys: traits.looseForeignKeys,
    transactionalDdl: true,
    maxIdentifierBytes: 63,
    initial: [publicSchema],
    defaultSchema: "public",
    enums: "type",
    history: {
      placeholder: (n) => `$${n}`,
      now: "now()",
      text: "text",
      integer: "int",
      schema: "public",
      exists: () => ({ sql: "", params: [] }),
    },
    quote: (name) => name,
    quoteText: (text) => `'${text}'`,
    quotePath: (path) => path.join("."),
    typeOf: () => null,
    parseType: (name) => simulatedType(name),
    renderType: (type) => type.name,
    literal: (value) => ({ sql: String(value) }),
    defaultName: () => null,
    holds: () => null,
    mentions: (sql) => pathsIn(sql),
    replaceIdentifiers: (sql, replace) =>
      sql.split(" ").map((word) =>
        word.split(".").map((name, i, all) => /^[a-z]/.test(name) ? replace(name, all[i - 1] ?? null) ?? name : name)
          .join(".")
      ).join(" "),
    knownOptions: {},
    split: (script) => script.split("\n").map((sql, i) => ({ sql, start: 0, end: sql.length, line: i + 1 })),
    read: () => Promise.resolve(() => ({ objects: [], notes: [] })),
    normalizeGraph: (graph) => graph,
  };
}

/** A type by name; names are folded to lower case by `normalize`. */
export function simulatedType(name: string): DataType {
  return { name, args: [], dimensions: 0, family: "other", of: null };
}

function kindEntry(kind: Kind, traits: Traits) {
  return {
    normalize: (object: SchemaObject): SchemaObject =>
      object.kind === "column" && object.type.of === null
        ? { ...object, type: { ...object.type, name: object.type.name.toLowerCase() } }
        : object,
    alters: (): Alteration => traits.recreates.includes(kind) ? "recreate" : "in place",
    renames: traits.renames.includes(kind),
    blocks: (change: Alter, dependent: SchemaObject) =>
      traits.viewsPinTypes && kind === "column" && dependent.kind === "view" &&
      (change.fields as readonly string[]).includes("type"),
    render: (change: Change): readonly Statement[] => [{
      sql: JSON.stringify(commandOf(change)),
      change,
      effects: noEffects,
      transaction: "allowed",
    }],
  };
}

function commandOf(change: Change): Command {
  if (change.op === "rename") return { do: "rename", id: change.from.id, path: change.to.name };
  const parts = change.parts.map(commandOf);
  const own: Command = change.op === "create"
    ? { do: "create", object: change.to }
    : change.op === "drop"
    ? { do: "drop", id: change.from.id }
    : { do: "alter", object: change.to };
  return parts.length ? { do: "all", commands: [own, ...inOnePass(parts)] } : own;
}

/** What one ALTER does in one go: first what goes, then what changes, then what comes. */
function inOnePass(parts: readonly Command[]): readonly Command[] {
  const pass = (command: Command): number => {
    const first = command.do === "all" ? command.commands[0]! : command;
    return first.do === "drop" ? 0 : first.do === "rename" ? 1 : first.do === "alter" ? 2 : 3;
  };
  return [...parts].sort((a, b) => pass(a) - pass(b));
}

/** Indexes that the server makes by itself for foreign keys. Both sides of a diff get them, so that none is news. */
import { objectId, pathOfId } from "../../schema/id.ts";
import type { ObjectId, SchemaObject } from "../../schema/object.ts";
import type { FamilyFacts } from "./facts.ts";
import { fold } from "./lexer.ts";

type Backwards = Pick<FamilyFacts, "keysRunBackwards">;
type Key = SchemaObject<"index" | "unique" | "primary_key">;

/** Do these columns, in this order, come first in the index? */
export function covers(object: SchemaObject, columns: readonly string[], facts: Backwards): object is Key {
  const own = columnsOf(object, facts);
  return own !== null && columns.length > 0 &&
    columns.every((name, i) => own[i] !== undefined && fold(own[i]!) === fold(name));
}

/**
 * Does the server let an index over these columns that it made itself go when this key comes? Also for one that it then cannot use: MariaDB
 * 10.11.19 is left without it, MySQL 9.7.4 refuses the key (error 1553).
 */
export function replaces(object: SchemaObject, columns: readonly string[], facts: Backwards): boolean {
  return covers(object.kind === "index" ? { ...object, method: "btree" } : object, columns, facts);
}

/** The leading columns of an index that a foreign key can use, or null for what is no ordered index. */
function columnsOf(object: SchemaObject, { keysRunBackwards }: Backwards): readonly string[] | null {
  switch (object.kind) {
    case "primary_key":
    case "unique": {
      const lengths = (object.options.lengths ?? {}) as Record<string, number>;
      const descending = (keysRunBackwards ? [] : object.options.desc ?? []) as readonly string[];
      const end = object.columns.findIndex((name) => lengths[name] !== undefined || descending.includes(name));
      return end < 0 ? object.columns : object.columns.slice(0, end);
    }
    case "index": {
      if (["fulltext", "spatial", "vector"].includes(object.method)) return null;
      const end = object.keys.findIndex((key) =>
        key.column === null || key.options.length !== undefined || (key.order === "desc" && !keysRunBackwards)
      );
      return (end < 0 ? object.keys : object.keys.slice(0, end)).map((key) => key.column!);
    }
    default:
      return null;
  }
}

/** The index that the server makes for each foreign key that no other index serves: named like the key. */
export function impliedIndexes(objects: readonly SchemaObject[], facts: Backwards): readonly SchemaObject<"index">[] {
  const byTable = new Map<ObjectId, SchemaObject[]>();
  for (const object of objects) {
    if (object.kind !== "index" && object.kind !== "unique" && object.kind !== "primary_key") continue;
    byTable.set(object.parent!, [...byTable.get(object.parent!) ?? [], object]);
  }
  const made: SchemaObject<"index">[] = [];
  for (const key of objects) {
    if (key.kind !== "foreign_key") continue;
    const own = byTable.get(key.parent!) ?? [];
    if (own.some((index) => covers(index, key.columns, facts))) continue;
    const taken = new Set(own.map((index) => fold(index.name.at(-1)!)));
    let name = key.name.at(-1)!;
    for (let n = 2; taken.has(fold(name)); n++) name = `${key.name.at(-1)!}_${n}`;
    const path = [...pathOfId(key.parent!), name];
    const index: SchemaObject<"index"> = {
      kind: "index",
      id: objectId("index", path),
      name: path,
      parent: key.parent,
      refs: [],
      comment: null,
      ...(key.origin ? { origin: key.origin } : {}),
      unique: false,
      nullsDistinct: true,
      method: "btree",
      keys: key.columns.map((column) => ({
        column,
        expression: null,
        order: "asc",
        nulls: null,
        collation: null,
        options: {},
      })),
      include: [],
      where: null,
      options: {},
    };
    made.push(index);
    byTable.set(key.parent!, [...own, index]);
  }
  return made;
}

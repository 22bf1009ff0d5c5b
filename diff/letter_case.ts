/**
 * Renames that nobody has to confirm: names that differ only in a way which the database does not see (letter case on SQLite) belong to the
 * same object. Without this a model that says "users" where the file says "Users" would drop the table and make another. Pure.
 */
import { type Dialect, kindOf } from "../dialects/dialect.ts";
import { type SchemaGraph, withoutRefs } from "../schema/graph.ts";
import { objectId, pathOfId } from "../schema/id.ts";
import { kindFacts } from "../schema/kinds/mod.ts";
import type { Kind, ObjectId, SchemaObject } from "../schema/object.ts";
import type { RenameHint } from "./change.ts";

/** Hints for what holds rows or values and is on both sides in different letters, beside those that are given. None where names are exact. */
export function letterCaseRenames(
  from: SchemaGraph,
  to: SchemaGraph,
  given: readonly RenameHint[],
  dialect: Dialect,
): readonly RenameHint[] {
  const { foldName } = dialect;
  if (!foldName) return [];
  // Names need no refs, which are the dearest part of a graph.
  const before = withoutRefs(from).objects, after = withoutRefs(to).objects;
  // What the other side has under the very same name is no rename, and where nothing else is left nothing has moved.
  if (given.length === 0 && [...before.values()].every(({ id }) => after.has(id))) return [];
  const answered = new Set(given.flatMap((hint) => [hint.from, hint.to]));
  const moved = new Map<ObjectId, ObjectId>(given.map((hint) => [hint.from, hint.to]));
  const key = (kind: Kind, path: readonly string[]) => objectId(kind, path.map(foldName));
  const wanted = new Map([...after.values()].map((object) => [key(object.kind, object.name), object]));
  const found: RenameHint[] = [];
  // Outermost first: a column's new path begins with its table's.
  const candidates = [...before.values()].filter((object) => keepsContent(object, dialect))
    .sort((a, b) => a.name.length - b.name.length || (a.id < b.id ? -1 : 1));
  for (const object of candidates) {
    if (answered.has(object.id)) continue;
    const parent = object.parent === null ? undefined : moved.get(object.parent);
    const path = parent === undefined ? object.name : [...pathOfId(parent), object.name.at(-1)!];
    const target = wanted.get(key(object.kind, path));
    if (!target || target.name.at(-1) === object.name.at(-1) || answered.has(target.id)) continue;
    if (after.has(objectId(object.kind, path)) || before.has(target.id)) continue;
    moved.set(object.id, target.id);
    found.push({ from: object.id, to: target.id, source: "letter case" });
  }
  return found;
}

function keepsContent(object: SchemaObject, dialect: Dialect): boolean {
  const entry = kindOf<Kind>(dialect, object.kind);
  return kindFacts[object.kind].holdsData && entry !== "unsupported" && entry.renames;
}

/**
 * Applies confirmed renames to the `from` graph, so that the diff that follows sees the same object under its new name. A rename
 * carries everything that lives in the object as `parts`: whoever names a child by its new path must wait for it too.
 *
 * What else mentions the old name (constraint columns, a view's text) is rewritten here as the database itself will rewrite it. Text is
 * rewritten by token; where that is not what the database does, the texts differ and the object is made again, which is safe.
 */
import { type Dialect, kindOf } from "../dialects/dialect.ts";
import { SqaError } from "../schema/error.ts";
import { children, makeGraph, type SchemaGraph } from "../schema/graph.ts";
import { kindOfId, labelOfId, objectId, pathOfId } from "../schema/id.ts";
import { factsOf } from "../schema/kinds/facts_of.ts";
import type { Expression, Kind, ObjectId, SchemaObject } from "../schema/object.ts";
import { holderOf, partThatClashes, type Step } from "./rename_blockers.ts";
import { labelIn, names, renameLabel } from "./rename_label.ts";
import { type Change, rename as renameChange, type RenameHint } from "./change.ts";

/** The renamed graph, the changes that lead to it, and where each old id went. */
export interface Renamed {
  readonly graph: SchemaGraph;
  readonly changes: readonly Change[];
  readonly moved: ReadonlyMap<ObjectId, ObjectId>;
}

/**
 * The graph after the hints, outermost first, what is renamed away before what takes its name. A hint whose old object is gone and
 * whose new one is there was applied before and is passed over; a new name that is taken is SQA-302 (`makeRoom` comes before), an object
 * that is nowhere SQA-303. `version`: the server's, for what it renames along.
 */
export function rename(
  from: SchemaGraph,
  hints: readonly RenameHint[],
  dialect: Dialect,
  version: number | null = null,
): Renamed {
  const { blocked, ...renamed } = walk(from, hints, dialect, version);
  if (blocked) throw takenError(blocked.hint);
  return renamed;
}

/** SQA-302: the new name belongs to another object that stays. */
export function takenError(hint: RenameHint): SqaError {
  const message = `"${labelOfId(hint.from)}" cannot become "${labelOfId(hint.to)}": that name is taken`;
  return new SqaError("SQA-302", message, {
    object: hint.to,
    hint: "rename or drop the other one in a migration of its own first",
  });
}

/** How far the renames go, and what stands in the way of the next one: an object by its id in the graph that was given. */
export interface Walk extends Renamed {
  readonly blocked: { readonly hint: RenameHint; readonly by: ObjectId } | null;
}

/** Applies the hints one by one until they are done or one is blocked. */
export function walk(
  from: SchemaGraph,
  hints: readonly RenameHint[],
  dialect: Dialect,
  version: number | null = null,
): Walk {
  const moved = new Map<ObjectId, ObjectId>();
  const changes: Change[] = [];
  let graph = from;
  const original = (id: ObjectId) => {
    for (const [before, now] of moved) if (now === id) return before;
    return id;
  };
  for (let left = [...hints].sort(outermostFirst); left.length > 0;) {
    const hint = nextOf(left, moved, graph, dialect);
    left = left.filter((each) => each !== hint);
    const current = moved.get(hint.from) ?? hint.from;
    if (current === hint.to) continue;
    const object = graph.objects.get(current);
    if (!object) {
      const label = labelIn(graph, labelAfter(hint.from, moved)), now = pathOfId(hint.to).at(-1)!;
      if (label && !label.type.values.includes(now)) {
        const renamed = renameLabel(graph, label, now, changes, dialect);
        changes.splice(0, changes.length, ...renamed.changes);
        graph = renamed.graph;
        moved.set(hint.from, objectId("enum", [...label.type.name, now]));
        continue;
      }
      if (label || names(graph, hint.to)) continue;
      throw new SqaError("SQA-303", `nothing is named "${labelOfId(hint.from)}", so it cannot be renamed`, {
        object: hint.from,
        hint: `take out the ${hint.source} that renames it`,
      });
    }
    const followed = followersOf(graph, object, pathOfId(hint.to), dialect, version);
    const ids = idsAfter(graph, object, pathOfId(hint.to), dialect, followed);
    checkPlace(object, hint);
    checkHeirs(graph, hint, object, dialect);
    if (graph.objects.has(hint.to)) return { graph, changes, moved, blocked: { hint, by: original(hint.to) } };
    const clashing = partThatClashes(graph, object, ids, dialect);
    if (clashing) return { graph, changes, moved, blocked: { hint, by: original(clashing) } };
    const step = renameOne(graph, object, ids, dialect, followed);
    const giveUp = new Set(left.map((each) => moved.get(each.from) ?? each.from));
    const by = holderOf(step, { graph, moved, giveUp, dialect });
    if (by) return { graph, changes, moved, blocked: { hint, by: original(by) } };
    changes.push(step.change);
    graph = step.graph;
    for (const [before, after] of moved) moved.set(before, step.ids.get(after) ?? after);
    for (const [before, after] of step.ids) if (!moved.has(before)) moved.set(before, after);
  }
  return { graph, changes, moved, blocked: null };
}

/** The id of a label whose type may have been renamed before it. */
function labelAfter(id: ObjectId, moved: ReadonlyMap<ObjectId, ObjectId>): ObjectId {
  const path = pathOfId(id), type = moved.get(objectId("enum", path.slice(0, -1)));
  return kindOfId(id) === "enum" && type ? objectId("enum", [...pathOfId(type), path.at(-1)!]) : id;
}

function outermostFirst(a: RenameHint, b: RenameHint): number {
  return depthOf(a) - depthOf(b) || (a.from < b.from ? -1 : 1);
}

/** How deep it lives: an index in its table, also where its path does not say so. */
function depthOf({ from }: RenameHint): number {
  return pathOfId(from).length + Number(kindOfId(from) === "index");
}

/** The first hint whose new name no other hint's object still has to give up, of whatever kind that is. */
function nextOf(
  left: readonly RenameHint[],
  moved: ReadonlyMap<ObjectId, ObjectId>,
  graph: SchemaGraph,
  dialect: Dialect,
): RenameHint {
  if (left.length === 1) return left[0]!;
  const objectOf = (hint: RenameHint) => graph.objects.get(moved.get(hint.from) ?? hint.from);
  const below = (object: SchemaObject) => dialect.heirs?.(object, graph) ?? [];
  const held = new Map(left.flatMap((hint) => {
    const object = objectOf(hint);
    if (!object) return [];
    return [object.id, ...below(object).map(({ id }) => id), ...dialect.names(object)].map((name) =>
      [name, hint] as const
    );
  }));
  const isFree = (hint: RenameHint) => {
    const object = objectOf(hint);
    if (!object) return true;
    const path = pathOfId(hint.to), renamed = { ...object, id: hint.to, name: path };
    const heirIds = below(object).map((heir) => heirAfter(heir, path));
    return [hint.to, ...heirIds, ...dialect.names(renamed)].every((name) => (held.get(name) ?? hint) === hint);
  };
  const depth = depthOf(left[0]!);
  return left.find((hint) => depthOf(hint) === depth && isFree(hint)) ?? left[0]!;
}

/** SQA-304 unless the new path can be one of the same kind and, for what lives in a table, in the same table. */
function checkPlace(object: SchemaObject, hint: RenameHint): void {
  const path = pathOfId(hint.to), old = object.name;
  const inTable = object.parent !== null && kindOfId(object.parent) !== "schema";
  const stays = !inTable || old.slice(0, -1).every((part, i) => part === path[i]);
  if (kindOfId(hint.to) === object.kind && path.length === old.length && stays) return;
  const what = factsOf(object).label;
  throw new SqaError("SQA-304", `${what} "${labelOfId(hint.from)}" cannot become "${labelOfId(hint.to)}"`, {
    object: hint.from,
    hint: inTable
      ? `a ${what} stays in its table: give the new name in the same one`
      : `give the new name of a ${what}`,
  });
}

/** SQA-302 where what holds rows has to keep its name, because a table that has it inherits it from elsewhere, too. */
function checkHeirs(graph: SchemaGraph, hint: RenameHint, object: SchemaObject, dialect: Dialect): void {
  if (!factsOf(object).holdsData) return;
  const kept = dialect.keepsName?.(object, pathOfId(hint.to).at(-1)!, graph);
  if (!kept) return;
  const message = `"${labelOfId(hint.from)}" cannot become "${labelOfId(hint.to)}": "${
    labelOfId(kept.heir.parent!)
  }" has it from "${labelOfId(kept.from.id)}", too`;
  throw new SqaError("SQA-302", message, {
    object: hint.to,
    hint: "take the table out of one of its parents in a migration of its own first",
  });
}

/** What names the object by its path, as it will be then; by present ids. */
function followersOf(
  graph: SchemaGraph,
  object: SchemaObject,
  path: readonly string[],
  dialect: Dialect,
  version: number | null,
): ReadonlyMap<ObjectId, SchemaObject> {
  const followed = new Map<ObjectId, SchemaObject>();
  for (const each of dialect.follow ? graph.objects.values() : []) {
    const now = dialect.follow!(each, object, path, { graph, version });
    if (now) followed.set(each.id, now);
  }
  return followed;
}

/** The ids of the object and of all that lives in it under its new path, by their present ones. */
function idsAfter(
  graph: SchemaGraph,
  object: SchemaObject,
  path: readonly string[],
  dialect: Dialect,
  followed: ReadonlyMap<ObjectId, SchemaObject>,
): ReadonlyMap<ObjectId, ObjectId> {
  const ids = new Map<ObjectId, ObjectId>([[object.id, objectId(object.kind, path)]]);
  for (const { id, kind, name } of descendants(graph, object.id)) {
    if (kind !== "statistics") ids.set(id, objectId(kind, movedPath(name, object.name, path)));
  }
  // Statistics live on a table and have a schema of their own: they stay where they are when the table goes to another one.
  for (const { id, kind, name } of object.kind === "schema" ? graph.objects.values() : []) {
    if (kind === "statistics" && name[0] === object.name[0]) {
      ids.set(id, objectId(kind, movedPath(name, object.name, path)));
    }
  }
  for (const heir of dialect.heirs?.(object, graph) ?? []) ids.set(heir.id, heirAfter(heir, path));
  for (const [followerId, { name: own }] of followed) {
    const follower = graph.objects.get(followerId)!;
    if (own.every((part, i) => part === follower.name[i])) continue;
    // What of its path does not follow may have moved with the object.
    const moved = pathOfId(ids.get(follower.id) ?? follower.id);
    const now = own.map((part, i) => part === follower.name[i] ? moved[i]! : part);
    ids.set(follower.id, objectId(follower.kind, now));
    for (const { id, kind, name } of descendants(graph, follower.id)) {
      ids.set(id, objectId(kind, movedPath(name, follower.name, now)));
    }
  }
  return ids;
}

/** Its id when what it comes from has that path. */
export function heirAfter(heir: SchemaObject, path: readonly string[]): ObjectId {
  return objectId(heir.kind, [...heir.name.slice(0, -1), path.at(-1)!]);
}

function renameOne(
  graph: SchemaGraph,
  object: SchemaObject,
  ids: ReadonlyMap<ObjectId, ObjectId>,
  dialect: Dialect,
  followed: ReadonlyMap<ObjectId, SchemaObject>,
): Step {
  const path = pathOfId(ids.get(object.id)!);
  const paths = new Map([...ids].map(([id, to]) => [id, pathOfId(to)]));
  const tables = object.kind === "column" ? [...ids.keys()].map((id) => graph.objects.get(id)!.parent!) : [];
  const objects = [...graph.objects.values()].map((each) =>
    rewritten(
      rekeyed(followed.get(each.id) ?? each, ids, paths),
      each,
      object,
      path,
      tables,
      dialect,
    )
  );
  const after = makeGraph(graph.dialect, objects, graph.notes);
  const part = (id: ObjectId) => renameChange(graph.objects.get(id)!, after.objects.get(ids.get(id)!)!);
  const parts = [...ids.keys()].filter((id) => id !== object.id && ids.get(id) !== id).map(part);
  return { graph: after, change: { ...part(object.id), parts } as Change, ids };
}

function descendants(graph: SchemaGraph, id: ObjectId): readonly SchemaObject[] {
  return children(graph, id).flatMap((child) => [child, ...descendants(graph, child.id)]);
}

/** A child's path after its ancestor moved; an index on Postgres follows its table's schema but not its name. */
function movedPath(path: readonly string[], old: readonly string[], now: readonly string[]): readonly string[] {
  if (old.every((part, i) => path[i] === part)) return [...now, ...path.slice(old.length)];
  return old.length > 1 && path[0] === old[0] ? [now[0]!, ...path.slice(1)] : path;
}

/** The object with every id that moved replaced. */
function rekeyed(
  object: SchemaObject,
  ids: ReadonlyMap<ObjectId, ObjectId>,
  paths: ReadonlyMap<ObjectId, readonly string[]>,
): SchemaObject {
  const map = (id: ObjectId) => ids.get(id) ?? id;
  const base = {
    ...object,
    id: map(object.id),
    name: paths.get(object.id) ?? object.name,
    parent: object.parent && parentAfter(object, map(object.parent), paths.get(object.id)),
    refs: object.refs.map(map).sort(),
  } as SchemaObject;
  if (base.kind === "table" || base.kind === "foreign_table") {
    return (base.inherits ?? []).some((id) => ids.has(id)) ? { ...base, inherits: base.inherits.map(map) } : base;
  }
  if (base.kind === "foreign_key") {
    return { ...base, references: { ...base.references, table: map(base.references.table) } };
  }
  const { mapIds } = factsOf(base);
  if (!mapIds) return base;
  return mapIds(base, {
    id: map,
    type: (type) => {
      if (type.of === null || !ids.has(type.of)) return type;
      const of = map(type.of);
      return { ...type, of, name: pathOfId(of).join(".") };
    },
  });
}

/** Where the object lives under its new path: a table that goes to another schema gets that schema as its parent. */
function parentAfter(object: SchemaObject, parent: ObjectId, path: readonly string[] | undefined): ObjectId {
  const old = pathOfId(parent);
  const livesInPath = path !== undefined && old.length === path.length - 1 && object.name.length === path.length;
  return livesInPath ? objectId(kindOfId(parent), path.slice(0, -1)) : parent;
}

/** The object with its text and its lists of column names as the database will have them after `moved` is renamed. */
function rewritten(
  object: SchemaObject,
  original: SchemaObject,
  moved: SchemaObject,
  path: readonly string[],
  tables: readonly ObjectId[],
  dialect: Dialect,
): SchemaObject {
  const old = moved.name.at(-1)!, now = path.at(-1)!;
  const kind = kindOf<Kind>(dialect, object.kind);
  if (kind !== "unsupported" && kind.keepsText?.(original, moved)) return object;
  const expression = (text: Expression): Expression => ({
    ...text,
    sql: dialect.replaceIdentifiers(text.sql, (name) => name === old ? now : null),
  });
  if (moved.kind === "column") {
    return tables.reduce(
      (each, table) => factsOf(each).renameColumn(each, { table, from: old, to: now, expression }),
      object,
    );
  }
  const mentions = original.refs.includes(moved.id) || original.parent === moved.id;
  return mentions ? factsOf(object).mapExpressions(object, expression) : object;
}

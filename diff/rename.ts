/**
 * Applies confirmed renames to the `from` graph, so that the diff that follows sees the same object under its new name. A rename
 * carries everything that lives in the object as `parts`: whoever names a child by its new path must wait for it too.
 *
 * What else mentions the old name (constraint columns, a view's text) is rewritten here as the database itself will rewrite it. Text is
 * rewritten by token; where that is not what the database does, the texts differ and the object is made again, which is safe.
 */
import type { Dialect } from "../dialects/dialect.ts";
import { SqaError } from "../schema/error.ts";
import { children, makeGraph, type SchemaGraph } from "../schema/graph.ts";
import { kindOfId, labelOfId, objectId, pathOfId } from "../schema/id.ts";
import { factsOf } from "../schema/kinds/facts_of.ts";
import type { Expression, ObjectId, SchemaObject } from "../schema/object.ts";
import { type Change, rename as renameChange, type RenameHint } from "./change.ts";

/** The renamed graph, the changes that lead to it, and where each old id went. */
export interface Renamed {
  readonly graph: SchemaGraph;
  readonly changes: readonly Change[];
  readonly moved: ReadonlyMap<ObjectId, ObjectId>;
}

/**
 * The graph after the hints, outermost first. A hint whose old object is gone and whose new one is there was applied before and is
 * passed over; a new name that is taken is SQA-302, an object that is nowhere SQA-303.
 */
export function rename(from: SchemaGraph, hints: readonly RenameHint[], dialect: Dialect): Renamed {
  const moved = new Map<ObjectId, ObjectId>();
  const changes: Change[] = [];
  let graph = from;
  const outermostFirst = [...hints].sort((a, b) =>
    pathOfId(a.from).length - pathOfId(b.from).length || (a.from < b.from ? -1 : 1)
  );
  for (const hint of outermostFirst) {
    const current = moved.get(hint.from) ?? hint.from;
    if (current === hint.to) continue;
    const object = graph.objects.get(current);
    if (!object) {
      if (graph.objects.has(hint.to)) continue;
      throw new SqaError("SQA-303", `nothing is named "${labelOfId(hint.from)}", so it cannot be renamed`, {
        object: hint.from,
        hint: `take out the ${hint.source} that renames it`,
      });
    }
    if (graph.objects.has(hint.to)) {
      throw new SqaError(
        "SQA-302",
        `"${labelOfId(hint.from)}" cannot become "${labelOfId(hint.to)}": that name is taken`,
        {
          object: hint.to,
          hint: "rename or drop the other one in a migration of its own first",
        },
      );
    }
    const step = renameOne(graph, object, pathOfId(hint.to), dialect);
    changes.push(step.change);
    graph = step.graph;
    for (const [before, after] of moved) moved.set(before, step.ids.get(after) ?? after);
    for (const [before, after] of step.ids) if (!moved.has(before)) moved.set(before, after);
  }
  return { graph, changes, moved };
}

interface Step {
  readonly graph: SchemaGraph;
  readonly change: Change;
  readonly ids: ReadonlyMap<ObjectId, ObjectId>;
}

function renameOne(graph: SchemaGraph, object: SchemaObject, path: readonly string[], dialect: Dialect): Step {
  const paths = new Map<ObjectId, readonly string[]>([[object.id, path]]);
  for (const child of descendants(graph, object.id)) paths.set(child.id, movedPath(child.name, object.name, path));
  const ids = new Map<ObjectId, ObjectId>();
  for (const [id, to] of paths) ids.set(id, objectId(graph.objects.get(id)!.kind, to));

  const objects = [...graph.objects.values()].map((each) =>
    rewritten(rekeyed(each, ids, paths), each, object, path, ids, dialect)
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
  if (base.kind === "foreign_key") {
    return { ...base, references: { ...base.references, table: map(base.references.table) } };
  }
  if (base.kind === "column" && base.type.of && ids.has(base.type.of)) {
    const of = map(base.type.of);
    return { ...base, type: { ...base.type, of, name: pathOfId(of).join(".") } };
  }
  return base;
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
  ids: ReadonlyMap<ObjectId, ObjectId>,
  dialect: Dialect,
): SchemaObject {
  const old = moved.name.at(-1)!, now = path.at(-1)!;
  const expression = (text: Expression): Expression => ({
    ...text,
    sql: dialect.replaceIdentifiers(text.sql, (name) => name === old ? now : null),
  });
  if (moved.kind === "column") {
    const table = ids.get(moved.parent!) ?? moved.parent!;
    return factsOf(object).renameColumn(object, { table, from: old, to: now, expression });
  }
  const mentions = original.refs.includes(moved.id) || original.parent === moved.id;
  return mentions ? factsOf(object).mapExpressions(object, expression) : object;
}

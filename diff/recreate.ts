/**
 * Alters that the dialect cannot do in place become a drop and a create of the same id, closed over everything that depends on the
 * object. The closure is what lets a column change its type under three layers of views: each view goes before and comes back after.
 *
 * The rules, applied until nothing changes:
 * 1. An alter whose kind says "recreate" becomes drop + create; "recreate parent" does so to what the object lives in.
 * 2. What depends on a dropped object (a ref or a child) and exists on both sides is dropped and created too, unless an alter in place
 *    takes the dependency away or its kind says that it survives.
 * 3. What the dialect says blocks an alter in place or a rename is dropped before it and created after it.
 *
 * A dialect that keeps rows while it rebuilds a table says "in place" here; nothing that holds rows is ever recreated behind its back.
 */
import { type Dialect, kindOf, type RenderContext } from "../dialects/dialect.ts";
import type { Kind, ObjectId, SchemaObject } from "../schema/object.ts";
import { type Alter, type Change, create, drop, type Rename, subject } from "./change.ts";

/** The changes with every alter either possible in place or replaced. `context` holds the graphs that the changes lead between; `forced` alters are replaced whatever the dialect says. */
export function recreate(
  changes: readonly Change[],
  dialect: Dialect,
  context: RenderContext,
  forced: ReadonlySet<ObjectId> = new Set(),
): readonly Change[] {
  if (changes.length === 0) return changes;
  const altered = new Map<ObjectId, Alter>();
  const dropped = new Map<ObjectId, SchemaObject>();
  const created = new Map<ObjectId, SchemaObject>();
  const renames = new Set<Change>();
  const renameOf = new Map<SchemaObject, Rename>();
  const queue: ObjectId[] = [];
  for (const change of changes) {
    if (change.op === "create") created.set(change.to.id, change.to);
    else if (change.op === "drop") dropped.set(change.from.id, change.from), queue.push(change.from.id);
    else if (change.op === "rename") {
      renames.add(change);
      for (const each of [change, ...change.parts]) if (each.op === "rename") renameOf.set(each.from, change as Rename);
    } else altered.set(change.to.id, change as Alter);
  }

  const dependents = dependentsOf(context, dialect);
  const again = (object: SchemaObject) => {
    if (dropped.has(object.id)) return;
    // An index that only gets another name is made again under that one, and what heirs have of a check goes with it.
    const rename = renameOf.get(object) as Change | undefined;
    const after = context.to.objects.get(object.id);
    if (rename) renames.delete(rename);
    for (const [from, to] of rename ? endsOf(rename) : [[object, after] as const]) {
      dropped.set(from.id, from);
      if (to) created.set(to.id, to);
      altered.delete(from.id);
      queue.push(from.id);
    }
  };

  for (const change of [...altered.values()]) {
    const kind = kindIn(dialect, change.kind);
    const how = kind.alters(change, context), parent = context.from.objects.get(change.from.parent!);
    if (how === "recreate parent" && parent) again(parent);
    else if (forced.has(change.to.id) || how !== "in place") again(change.from);
  }
  for (const change of [...renames] as unknown as Rename[]) {
    const { blocksRename } = kindIn(dialect, change.kind);
    for (const dependent of blocksRename ? dependents.get(change.to.id) ?? [] : []) {
      if (blocksRename!(change, dependent, context)) again(dependent);
    }
  }
  const settled = new Set<ObjectId>();
  for (;;) {
    while (queue.length) {
      const id = queue.pop()!;
      for (const dependent of dependents.get(id) ?? []) {
        const keeps = kindIn(dialect, dependent.kind).survives?.(dependent, context.from.objects.get(id)!, context);
        if (!keeps && !letsGo(altered.get(dependent.id), id)) again(dependent);
      }
    }
    for (const change of [...altered.values()]) {
      if (settled.has(change.to.id)) continue;
      settled.add(change.to.id);
      const { blocks } = kindIn(dialect, change.kind);
      if (!blocks) continue;
      for (const dependent of dependents.get(change.from.id) ?? []) {
        if (blocks(change, dependent, context)) again(dependent);
      }
    }
    if (queue.length === 0) break;
  }

  const result: Change[] = [
    ...renames,
    ...[...dropped.values()].map((object) => drop(object)),
    ...[...created.values()].map((object) => create(object)),
    ...[...altered.values()] as unknown as Change[],
  ];
  return result.sort((a, b) => subject(a) < subject(b) ? -1 : subject(a) > subject(b) ? 1 : a.op < b.op ? 1 : -1);
}

/** What a rename is about, before and after: the object, and what is renamed with it. */
function endsOf(change: Change): readonly (readonly [SchemaObject, SchemaObject])[] {
  return [change, ...change.parts].flatMap((each) =>
    each.op === "rename" ? [[each.from, each.to] as unknown as readonly [SchemaObject, SchemaObject]] : []
  );
}

/** An alter in place that no longer needs `id` frees it by itself. */
function letsGo(change: Alter | undefined, id: ObjectId): boolean {
  return change !== undefined && change.from.refs.includes(id) && !change.to.refs.includes(id) &&
    change.to.parent !== id;
}

/** Who refers to each object of `from`, or lives in it. A foreign key that may dangle only lives in its table. */
function dependentsOf(context: RenderContext, dialect: Dialect): ReadonlyMap<ObjectId, readonly SchemaObject[]> {
  const found = new Map<ObjectId, SchemaObject[]>();
  for (const object of context.from.objects.values()) {
    const refs = dialect.looseForeignKeys && object.kind === "foreign_key" ? [] : object.refs;
    for (const id of object.parent ? [object.parent, ...refs] : refs) {
      const list = found.get(id);
      if (list) list.push(object);
      else found.set(id, [object]);
    }
  }
  return found;
}

function kindIn(dialect: Dialect, kind: Kind) {
  const entry = kindOf<Kind>(dialect, kind);
  if (entry === "unsupported") throw new Error(`${dialect.name} does not support ${kind}: normalize left it in`);
  return entry;
}

/**
 * Puts children's changes into their parent's, as the dialect says: into CREATE TABLE, gone with DROP TABLE, merged into one ALTER, or
 * into a rebuild. What is folded becomes `parts` and gets no statement of its own.
 *
 * Foreign keys among tables that are dropped together are left out where they form a cycle: each must go before either table can. So is
 * any other child that needs something which needs its parent.
 */
import type { Dialect, RenderContext } from "../dialects/dialect.ts";
import { children } from "../schema/graph.ts";
import type { ObjectId, SchemaObject } from "../schema/object.ts";
import { type Alter, alter, before, type Change, subject, withParts } from "./change.ts";
import { madeAgain } from "./made_anew.ts";

/** The same changes with children inside their parents. Order is kept. */
export function fold(changes: readonly Change[], dialect: Dialect, context: RenderContext): readonly Change[] {
  const { inline } = dialect;
  const made = new Set(changes.filter((change) => change.op === "create").map(subject));
  const gone = new Set(changes.filter((change) => change.op === "drop").map(subject));
  const cyclic = dialect.looseForeignKeys ? new Set<ObjectId>() : cyclicForeignKeys(changes, dialect, context);

  const leads = {
    ...context,
    gone,
    inline,
    answers: new Map<ObjectId, boolean>(),
    rings: ringsOf(gone, inline, context),
  };
  const into = { create: new Parts(), drop: new Parts(), alter: new Parts() };
  const rest: Change[] = [];
  for (const change of changes) {
    const parent = parentOf(change);
    if (parent === null) rest.push(change);
    else if (
      change.op === "create" && made.has(parent) && inline.create.includes(change.kind) &&
      !inline.apart?.(change.to, context.to)
    ) {
      into.create.add(parent, change);
    } else if (
      change.op === "drop" && gone.has(parent) && inline.drop.includes(change.kind) && !cyclic.has(change.from.id) &&
      !leadsBack(change.from, parent, leads)
    ) into.drop.add(parent, change);
    else if (change.op !== "rename" && !made.has(parent) && !gone.has(parent) && inline.alter.includes(change.kind)) {
      into.alter.add(parent, change);
    } else rest.push(change);
  }
  return intoRebuilds(nested(rest, into, context), dialect, context);
}

/**
 * Does a child need something that goes too and needs the child's own parent, such as a policy that reads a view of its table? Then the
 * child has to go first, by itself. Foreign keys have their own rule.
 */
function leadsBack(child: SchemaObject, parent: ObjectId, leads: Leads): boolean {
  const known = leads.answers.get(child.id);
  if (known !== undefined) return known;
  // Of two that lead back through each other, it is enough that one goes by itself.
  leads.answers.set(child.id, false);
  const answer = child.kind !== "foreign_key" && reachesBack(child, parent, leads);
  leads.answers.set(child.id, answer);
  return answer;
}

/** What is asked about objects that go. */
interface Leads extends Pick<RenderContext, "from"> {
  readonly gone: ReadonlySet<ObjectId>;
  readonly inline: Dialect["inline"];
  /** By child: does it lead back? */
  readonly answers: Map<ObjectId, boolean>;
  /** Whatever leads back to an object is of one ring with it. */
  readonly rings: () => ReadonlyMap<ObjectId, number>;
}

/** Rings of objects that go and need each other, each with what goes within its statement; made when first asked for. */
function ringsOf(
  gone: ReadonlySet<ObjectId>,
  inline: Dialect["inline"],
  { from }: Pick<RenderContext, "from">,
): () => ReadonlyMap<ObjectId, number> {
  let rings: ReadonlyMap<ObjectId, number> | null = null;
  return () => {
    if (rings) return rings;
    const edges = new Map<ObjectId, Set<ObjectId>>();
    for (const id of gone) {
      const object = from.objects.get(id);
      if (!object) continue;
      const needs = new Set<ObjectId>(object.parent === null ? [] : [object.parent]);
      for (const ref of object.refs) if (gone.has(ref)) needs.add(ref);
      for (const each of children(from, id)) {
        if (gone.has(each.id) && inline.drop.includes(each.kind)) needs.add(each.id);
      }
      edges.set(id, needs);
    }
    return rings = components(edges);
  };
}

function reachesBack(child: SchemaObject, parent: ObjectId, leads: Leads): boolean {
  const { gone, inline, from, from: { objects } } = leads;
  const isInside = (id: ObjectId) => {
    for (let at: ObjectId | null = id; at !== null; at = objects.get(at)?.parent ?? null) {
      if (at === parent) return true;
    }
    return false;
  };
  const needed = child.refs.filter((id) => gone.has(id) && !isInside(id));
  // To follow all that a table needs takes the whole schema where foreign keys go in circles.
  const ring = needed.length ? leads.rings() : null;
  const open = needed.filter((id) => ring!.get(id) === ring!.get(parent)), seen = new Set(open);
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const object = objects.get(id);
    // What goes within its statement needs its own objects as well; a policy or the like that leads back itself goes before.
    const inside = object
      ? children(from, id).filter((each) =>
        gone.has(each.id) && inline.drop.includes(each.kind) &&
        (inline.create.includes(each.kind) || !leadsBack(each, object.id, leads))
      )
      : [];
    const refs = [object, ...inside].flatMap((each) => each?.refs ?? []);
    for (const next of object ? [...object.parent ? [object.parent] : [], ...refs] : []) {
      if (isInside(next)) return true;
      if (gone.has(next) && !seen.has(next)) seen.add(next), open.push(next);
    }
  }
  return false;
}

/** Children by parent. */
class Parts {
  private readonly byParent = new Map<ObjectId, Change[]>();
  add(parent: ObjectId, change: Change) {
    const list = this.byParent.get(parent);
    if (list) list.push(change);
    else this.byParent.set(parent, [change]);
  }
  /** Removes and returns the children of one parent, each with its own children inside. */
  take(parent: ObjectId): readonly Change[] {
    const list = this.byParent.get(parent) ?? [];
    this.byParent.delete(parent);
    return list.map((change) => withParts(change, [...change.parts, ...this.take(subject(change))]));
  }
  parents(): readonly ObjectId[] {
    return [...this.byParent.keys()];
  }
}

function nested(
  rest: readonly Change[],
  into: { readonly create: Parts; readonly drop: Parts; readonly alter: Parts },
  context: RenderContext,
): readonly Change[] {
  const result = rest.map((change) => {
    if (change.op === "rename") return change;
    const parts = into[change.op].take(subject(change));
    return parts.length ? withParts(change, [...change.parts, ...parts]) : change;
  });
  // A parent that does not differ itself still carries what changed in it.
  for (const parent of into.alter.parents()) {
    const from = context.from.objects.get(parent)!, to = context.to.objects.get(parent)!;
    result.push(alter(from, to, [], into.alter.take(parent)));
  }
  return result;
}

/** Moves the changes of indexes, triggers and the like into the alters that make their table anew. */
function intoRebuilds(changes: readonly Change[], dialect: Dialect, context: RenderContext): readonly Change[] {
  const rebuilt = new Map<ObjectId, Change[]>();
  for (const change of changes) {
    if (change.op === "alter" && change.kind === "table" && dialect.rebuilds(change as Alter<"table">, context)) {
      rebuilt.set(change.to.id, []);
    }
  }
  if (rebuilt.size === 0) return changes;
  const rest = changes.filter((change) => {
    const parent = parentOf(change);
    const parts = parent === null ? undefined : rebuilt.get(parent);
    if (!parts || !dialect.inline.rebuild.includes(change.kind)) return true;
    parts.push(change);
    return false;
  });
  return rest.map((change) => {
    const parts = rebuilt.get(subject(change));
    return parts?.length && change.op === "alter" ? withParts(change, [...change.parts, ...parts]) : change;
  });
}

function parentOf(change: Change): ObjectId | null {
  return change.op === "drop" ? change.from.parent : change.to.parent;
}

/**
 * Foreign keys of dropped tables that lie on a cycle of tables (a key to its own table is no cycle): a key must also go before the changes that
 * it is in the way of (`Dialect.holders`), and those before the drops of what they needed.
 */
function cyclicForeignKeys(
  changes: readonly Change[],
  dialect: Dialect,
  context: RenderContext,
): ReadonlySet<ObjectId> {
  const tables = new Set(
    changes.flatMap((change) => change.op === "drop" && change.kind === "table" ? [subject(change)] : []),
  );
  const keys = new Map(
    changes.flatMap((change): [ObjectId, SchemaObject<"foreign_key">][] =>
      change.op === "drop" && change.kind === "foreign_key" && tables.has(change.from.parent!)
        ? [[change.from.id, change.from as SchemaObject<"foreign_key">]]
        : []
    ),
  );
  if (keys.size === 0) return new Set();
  const edges = new Map<ObjectId, Set<ObjectId>>();
  const edge = (first: ObjectId, second: ObjectId) => edges.set(first, (edges.get(first) ?? new Set()).add(second));
  // What a key goes before: its table goes before it as well, unless the key goes by itself.
  const held = [...keys.values()].map((key) => ({ key, second: key.references.table }))
    .filter(({ key, second }) => tables.has(second) && key.parent !== second);
  const graphs = { ...context, madeAnew: madeAgain(changes) };
  for (const change of dialect.holders ? changes : []) {
    const from = before(change), ahead = dialect.holders!(change, graphs).flatMap((id) => keys.get(id) ?? []);
    if (!from || ahead.length === 0) continue;
    held.push(...ahead.map((key) => ({ key, second: from.id })));
    for (const id of from.refs) if (tables.has(id)) edge(from.id, id);
  }
  for (const { key, second } of held) edge(key.parent!, second);
  const component = components(edges);
  return new Set(
    held.filter(({ key, second }) => component.get(key.parent!) === component.get(second)).map(({ key }) => key.id),
  );
}

/** Strongly connected components (Tarjan, with a stack of our own so that long chains do not overflow): node to component number. */
function components(edges: ReadonlyMap<ObjectId, ReadonlySet<ObjectId>>): ReadonlyMap<ObjectId, number> {
  const index = new Map<ObjectId, number>(), low = new Map<ObjectId, number>(), component = new Map<ObjectId, number>();
  const stack: ObjectId[] = [];
  let count = 0, found = 0;
  for (const root of edges.keys()) {
    if (index.has(root)) continue;
    const work: { node: ObjectId; next: ObjectId[] }[] = [];
    const open = (node: ObjectId) => {
      index.set(node, count), low.set(node, count++);
      stack.push(node);
      work.push({ node, next: [...edges.get(node) ?? []] });
    };
    open(root);
    while (work.length) {
      const { node, next } = work.at(-1)!;
      const target = next.pop();
      if (target !== undefined) {
        if (!index.has(target)) open(target);
        else if (!component.has(target)) low.set(node, Math.min(low.get(node)!, index.get(target)!));
        continue;
      }
      work.pop();
      const above = work.at(-1)?.node;
      if (above !== undefined) low.set(above, Math.min(low.get(above)!, low.get(node)!));
      if (low.get(node) !== index.get(node)) continue;
      for (let member = stack.pop()!;; member = stack.pop()!) {
        component.set(member, found);
        if (member === node) break;
      }
      found++;
    }
  }
  return component;
}

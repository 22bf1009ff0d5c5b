/**
 * The history as a graph: what the files and the table say, joined by id and ordered by parents. A migration may be known by its file
 * alone (pending), by its row alone (the file is gone) or by both. Pure; no clock orders anything.
 */
import { SqaError } from "../schema/error.ts";
import type { Migration } from "./files.ts";
import type { Revision } from "./history.ts";
import { settleCheckpoints } from "./checkpoint.ts";

export interface Node {
  readonly id: string;
  readonly name: string;
  /** What people call it: the file's name, or the id with the name where there is no file. */
  readonly label: string;
  readonly parents: readonly string[];
  readonly migration: Migration | null;
  readonly revision: Revision | null;
}

export interface Chain {
  /** By id, parents before children; unrelated ones by id, so that every machine has the same order. */
  readonly nodes: ReadonlyMap<string, Node>;
  /** Ids that nothing follows, in order. */
  readonly heads: readonly string[];
  /** What a checkpoint among the files stands for: rows of these need no file. */
  readonly replaced: ReadonlySet<string>;
  /** For the end of what a checkpoint replaces where the old files take part: the checkpoint. New files name that as their parent. */
  readonly checkpoints: ReadonlyMap<string, string>;
}

/**
 * Joins files and rows; a checkpoint or what it replaces takes part, as the rows say (checkpoint.ts). Problems: an unknown parent
 * (SQA-507), parents in a circle (SQA-509), a migration that is applied before what it follows (SQA-550), the middle of what a
 * checkpoint replaces (SQA-553). What the first two touch is left out of the order.
 */
export function makeChain(
  migrations: readonly Migration[],
  revisions: readonly Revision[],
): { readonly chain: Chain; readonly problems: readonly SqaError[] } {
  const rows = new Map(revisions.map((revision) => [revision.id, revision]));
  const loose = new Map<string, Node>();
  const settled = settleCheckpoints(migrations, rows);
  for (const revision of revisions) {
    const { id, name } = revision, parents = settled.parentsOf(id, revision.parents);
    loose.set(id, { id, name, label: `${id} (${name})`, parents, migration: null, revision });
  }
  for (const migration of migrations) {
    if (loose.get(migration.id)?.migration || settled.hidden.has(migration.id)) continue;
    const { id, name, label } = migration, parents = settled.parentsOf(id, migration.parents);
    loose.set(id, { id, name, label, parents, migration, revision: rows.get(id) ?? null });
  }
  const problems = [...settled.problems, ...[...loose.values()].flatMap((node) => unknownParents(node, loose))];
  const { order, stuck } = ordered(loose);
  const unknown = new Set(problems.map((problem) => problem.more.object));
  problems.push(...[...loose.values()].flatMap((node) => appliedTooEarly(node, loose)));
  const circle = stuck.filter((id) => reachesItself(id, loose));
  if (circle.length) {
    problems.push(
      new SqaError("SQA-509", `the parents of these migrations form a circle: ${circle.join(", ")}`, {
        hint: "restore the headers of these files from version control",
      }),
    );
  }
  const nodes = new Map(order.filter((id) => !unknown.has(id)).map((id) => [id, loose.get(id)!]));
  const followed = new Set([...nodes.values()].flatMap((node) => node.parents));
  const heads = [...nodes.keys()].filter((id) => !followed.has(id));
  const { replaced, checkpoints } = settled;
  return { chain: { nodes, heads, replaced, checkpoints }, problems };
}

/** A row may have lost its parents to a cleared history; a file that is still to be applied may not. */
function unknownParents(node: Node, loose: ReadonlyMap<string, Node>): SqaError[] {
  if (node.revision || !node.migration) return [];
  return node.parents.filter((parent) => !loose.has(parent)).map((parent) =>
    new SqaError("SQA-507", `${node.migration!.paths.up} follows ${parent}, which is neither a file nor applied`, {
      place: { file: node.migration!.paths.up },
      object: node.id,
      hint: "restore the missing file, or delete this one and run `sqa diff` again",
    })
  );
}

/** Files are applied after what they follow; where the rows say otherwise, somebody has changed the rows or the parents. */
function appliedTooEarly(node: Node, loose: ReadonlyMap<string, Node>): SqaError[] {
  if (!node.revision) return [];
  const late = node.parents.map((id) => loose.get(id)).find((parent) => parent?.migration && !parent.revision);
  if (!late) return [];
  return [
    new SqaError("SQA-550", `${node.label} is applied, but ${late.label}, which it follows, is not`, {
      ...(late.migration ? { place: { file: late.migration.paths.up } } : {}),
      object: node.id,
      hint:
        `the history is out of order: if the database has what ${late.label} makes, run \`sqa stamp ${node.id}\`; ` +
        "else restore the parents of these files from version control",
    }),
  ];
}

/** Kahn's algorithm; of those that are ready the smallest id comes first. Parents that are not there do not count. */
function ordered(loose: ReadonlyMap<string, Node>): { order: string[]; stuck: string[] } {
  const waiting = new Map<string, number>(), followers = new Map<string, string[]>();
  for (const node of loose.values()) {
    const known = new Set(node.parents.filter((parent) => loose.has(parent)));
    waiting.set(node.id, known.size);
    for (const parent of known) followers.set(parent, [...followers.get(parent) ?? [], node.id]);
  }
  const ready = [...waiting].filter(([, count]) => count === 0).map(([id]) => id).sort().reverse();
  const order: string[] = [];
  for (let id = ready.pop(); id !== undefined; id = ready.pop()) {
    order.push(id);
    for (const follower of followers.get(id) ?? []) {
      const left = waiting.get(follower)! - 1;
      waiting.set(follower, left);
      if (left === 0) insert(ready, follower);
    }
  }
  const done = new Set(order);
  return { order, stuck: [...loose.keys()].filter((id) => !done.has(id)).sort() };
}

/** Into a list sorted downwards. */
function insert(list: string[], id: string): void {
  let low = 0, high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle]! > id) low = middle + 1;
    else high = middle;
  }
  list.splice(low, 0, id);
}

function reachesItself(id: string, loose: ReadonlyMap<string, Node>): boolean {
  const seen = new Set<string>(), stack = [...loose.get(id)!.parents];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (next === id) return true;
    if (!seen.has(next)) seen.add(next), stack.push(...loose.get(next)?.parents ?? []);
  }
  return false;
}

/** The ids and everything that they follow, in the chain's order. */
export function withAncestors(chain: Chain, ids: Iterable<string>): readonly string[] {
  const wanted = new Set<string>(), stack = [...ids];
  for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
    if (wanted.has(id) || !chain.nodes.has(id)) continue;
    wanted.add(id);
    stack.push(...chain.nodes.get(id)!.parents);
  }
  return [...chain.nodes.keys()].filter((id) => wanted.has(id));
}

/** Is it finished? One that is half done still has to be run. */
export function isApplied(node: Node): boolean {
  return node.revision?.state === "done";
}

/** What is applied and followed by nothing applied, in order. */
export function appliedHeads(chain: Chain): readonly string[] {
  const applied = [...chain.nodes.values()].filter(isApplied);
  const followed = new Set(applied.flatMap((node) => node.parents));
  return applied.map((node) => node.id).filter((id) => !followed.has(id));
}

/** What has a file and is not finished, in order. */
export function pendingNodes(chain: Chain): readonly Node[] {
  return [...chain.nodes.values()].filter((node) => node.migration && !isApplied(node));
}

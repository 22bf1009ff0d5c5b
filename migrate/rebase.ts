/**
 * `sqa rebase`: files that nobody has applied get another parent, so that two lines of work become one without a merge. Their statements
 * stay as they are; what follows from their place (ids, fingerprints, snapshots) is made anew. Only for branches that are independent.
 */
import { readFile, rm } from "node:fs/promises";
import type { Dialect } from "../dialects/dialect.ts";
import { SqaError } from "../schema/error.ts";
import { makeGraph, type SchemaGraph } from "../schema/graph.ts";
import { fingerprint } from "../schema/hash.ts";
import type { ObjectId } from "../schema/object.ts";
import { type Chain, type Node, withAncestors } from "./chain.ts";
import { type Migration, type MigrationTexts, readDown, readSnapshot } from "./files.ts";
import { merged } from "./footprint.ts";
import { parseHeader, renderHeader } from "./header.ts";
import { compareHeads, conflictError, type Merge } from "./merge.ts";
import { migrationId } from "./render_file.ts";
import { type SnapshotFile, snapshotFileText } from "./snapshot_file.ts";

export interface Rebase {
  /** The files that move, parents first, and their new texts. */
  readonly moves: readonly { readonly node: Node; readonly texts: MigrationTexts }[];
  readonly comparison: Merge;
}

/**
 * Plans it. `branch` and `onto` are heads. SQA-557 for a file that is applied, SQA-545 (exit 3) with both sides when the branches are not
 * independent, unless `force`; forced, the moved files have no snapshots, because nobody knows the schema after them.
 */
export async function planRebase(
  chain: Chain,
  options: { readonly branch: Node; readonly onto: Node; readonly dialect: Dialect; readonly force: boolean },
): Promise<Rebase> {
  const { branch, onto, dialect } = options;
  const shared = new Set(withAncestors(chain, [onto.id]));
  const nodes = withAncestors(chain, [branch.id]).filter((id) => !shared.has(id)).map((id) => chain.nodes.get(id)!);
  const applied = nodes.filter((node) => node.revision !== null);
  if (applied.length) {
    throw new SqaError("SQA-557", `${applied[0]!.label} is applied: only files that no database has can be rebased`, {
      object: applied[0]!.id,
      ...(applied.length > 1 ? { detail: applied.map((node) => node.label).join("\n") } : {}),
      hint: "join the branches with `sqa merge` instead, or rebase the other one",
    });
  }
  const comparison = await compareHeads(chain, onto, branch, dialect);
  const open = comparison.unknown !== null || comparison.conflicts.length > 0;
  if (open && !options.force) throw conflictError(comparison);
  const ids = new Map<string, string>();
  const moves: Rebase["moves"][number][] = [];
  for (const node of nodes) {
    const parents = [...new Set(node.parents.map((id) => ids.get(id) ?? (shared.has(id) ? onto.id : id)))];
    const placed = parents.length ? parents : [onto.id];
    const snapshot = open ? null : await snapshotOver(chain, comparison, onto, node);
    const before = open ? null : await fingerprintBefore(moves, placed, onto);
    const texts = await textsOf(node.migration!, placed.sort(), snapshot, before, dialect);
    ids.set(node.id, texts.id);
    moves.push({ node, texts });
  }
  return { moves, comparison };
}

/** The schema after a moved file: what it led to before, with what the other side did. Null where it was written by hand. */
async function snapshotOver(
  chain: Chain,
  { ancestor }: Merge,
  onto: Node,
  node: Node,
): Promise<SnapshotFile | null> {
  const own = await readSnapshot(node.migration!), under = await readSnapshot(onto.migration!);
  if (!own || !under) return null;
  const known = ancestor && await readSnapshot(chain.nodes.get(ancestor.id)!.migration!);
  if (ancestor && !known) return null;
  const base: SchemaGraph = known ? known.graph : makeGraph(own.graph.dialect, leftIn(own, under));
  return {
    graph: makeGraph(own.graph.dialect, merged(base, under.graph, own.graph).values()),
    leftAlone: new Set<ObjectId>([...own.leftAlone, ...under.leftAlone]),
  };
}

/** Without a common beginning there is an empty database, with what either side found in it. */
function leftIn(...sides: readonly SnapshotFile[]) {
  return sides.flatMap(({ graph, leftAlone }) => [...graph.objects.values()].filter(({ id }) => leftAlone.has(id)));
}

async function fingerprintBefore(
  moves: Rebase["moves"],
  [parent]: readonly string[],
  onto: Node,
): Promise<string | null> {
  const moved = moves.find(({ texts }) => texts.id === parent);
  if (moved) return parseHeader(moved.texts.up, moved.texts.name).header.to;
  const snapshot = onto.migration && await readSnapshot(onto.migration);
  return snapshot ? fingerprint(snapshot.graph) : null;
}

async function textsOf(
  migration: Migration,
  parents: readonly string[],
  snapshot: SnapshotFile | null,
  from: string | null,
  dialect: Dialect,
): Promise<MigrationTexts> {
  const up = parseHeader(migration.text, migration.paths.up);
  const downText = (await readDown(migration, dialect))?.text ?? null;
  const down = downText === null ? null : parseHeader(downText, migration.paths.down!);
  const module = migration.up.groups.find((group) => group.module !== undefined)?.module;
  const bodies = { up: up.body, down: down?.body ?? "" };
  const id = migrationId({ parents, dialect: dialect.name, ...bodies, name: migration.name });
  const place = { id, parents, from, to: snapshot && fingerprint(snapshot.graph) };
  return {
    id,
    name: migration.name,
    up: renderHeader({ ...up.header, ...place }) + up.body,
    down: down && renderHeader({ ...down.header, ...place }) + down.body,
    snapshot: snapshot && snapshotFileText(snapshot),
    ...(module === undefined ? {} : { module: await readFile(module, "utf8") }),
  };
}

/** Removes the files that were replaced; the up file goes first, because it is what makes a migration. */
export async function removeFiles({ paths, up }: Migration): Promise<void> {
  const modules = up.groups.map((group) => group.module ?? null);
  for (const path of [paths.up, paths.down, paths.snapshot, ...modules]) {
    if (path !== null) await rm(path, { force: true });
  }
}

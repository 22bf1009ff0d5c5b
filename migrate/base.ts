/**
 * What a new diff starts from: the live database plus the pending files. With pending files that is the schema of the newest of them;
 * without, the live database itself. What was changed behind sqa's back is reported as drift, as data.
 */
import type { Connection, Driver } from "../dialects/driver.ts";
import type { Change } from "../diff/change.ts";
import { SqaError } from "../schema/error.ts";
import { makeGraph, type SchemaGraph } from "../schema/graph.ts";
import type { ObjectId, SchemaObject } from "../schema/object.ts";
import { appliedHeads, type Chain, type Node, pendingNodes } from "./chain.ts";
import { readSnapshot } from "./files.ts";
import type { Header } from "./header.ts";
import type { History } from "./history.ts";
import { managedObjects } from "./managed.ts";
import { snapshotOf } from "./runner.ts";
import { managedIn, type SnapshotFile } from "./snapshot_file.ts";
import { parentsForNext, parentsInFiles } from "./target.ts";
import { differencesBetween } from "./verify.ts";

export interface DiffBase {
  /** What to diff the models against. */
  readonly graph: SchemaGraph;
  readonly source: "live" | "pending files" | "newest snapshot";
  /** Parents of the migration that is to be written. */
  readonly parents: readonly string[];
  /** The renames that the headers of the files record, file by file, parents before children. */
  readonly renames: readonly Header["renames"][];
  /** Ids that our own migrations made: the scope of drops. */
  readonly managed: ReadonlySet<ObjectId>;
  readonly pending: readonly Node[];
  /**
   * What would have to change to bring the live database back to what the applied files say; empty when it is what they say, null
   * where nobody knows (nothing applied, no snapshot kept).
   */
  readonly drift: readonly Change[] | null;
}

export interface BaseOptions {
  readonly driver: Pick<Driver, "dialect" | "canonicalize">;
  readonly connection: Connection;
  readonly history: History;
  readonly chain: Chain;
  /** The live database, read without the history table. */
  readonly live: SchemaGraph;
}

/** The base of the next diff. SQA-508 when the history has several heads, SQA-506 when a pending file has no snapshot. */
export async function diffBase(options: BaseOptions): Promise<DiffBase> {
  const { chain, live, connection, history, driver } = options;
  const heads = parentsForNext(chain), parents = parentsInFiles(chain, heads), pending = pendingNodes(chain);
  const known = await appliedSnapshot(options);
  const drift = known && await differencesBetween(connection, driver, live, known.graph, driftScope(known, live));
  const managed = await managedObjects(chain, { connection, history });
  const renames = recordedRenames(chain);
  if (pending.length === 0) return { graph: live, source: "live", parents, managed, pending, drift, renames };
  const newest = await pendingSnapshot(chain, heads);
  const graph = withStrangers(newest.graph, live, known);
  return { graph, source: "pending files", parents, managed, pending, drift, renames };
}

/** What the headers of all files record: the schema does not show which values rows had. */
export function recordedRenames(chain: Chain): DiffBase["renames"] {
  return [...chain.nodes.values()].map(({ migration }) => migration?.header.renames ?? []);
}

/** The base without a database: the newest snapshot alone, or nothing when there are no files. SQA-506 as above. */
export async function offlineBase(
  chain: Chain,
  empty: SchemaGraph,
): Promise<Pick<DiffBase, "graph" | "source" | "parents" | "managed" | "pending" | "renames">> {
  const parents = parentsForNext(chain), pending = pendingNodes(chain);
  const snapshot = parents.length ? await pendingSnapshot(chain, parents) : null;
  return {
    graph: snapshot?.graph ?? empty,
    source: "newest snapshot",
    parents,
    managed: snapshot ? managedIn(snapshot) : new Set(),
    renames: recordedRenames(chain),
    pending,
  };
}

/** The schema that the applied files lead to, where there is one applied head and its schema is known. */
async function appliedSnapshot({ chain, connection, history }: BaseOptions): Promise<SnapshotFile | null> {
  const heads = appliedHeads(chain);
  return heads.length === 1 ? await snapshotOf(chain.nodes.get(heads[0]!), { connection, history }) : null;
}

/** Drift is about what is ours: managed objects, and what appeared inside of a managed table. */
export function driftScope(known: SnapshotFile, live: SchemaGraph): ReadonlySet<ObjectId> {
  const scope = new Set(managedIn(known));
  for (const object of live.objects.values()) {
    if (object.parent !== null && object.kind === "column" && scope.has(object.parent)) scope.add(object.id);
  }
  return scope;
}

async function pendingSnapshot(chain: Chain, parents: readonly string[]): Promise<SnapshotFile> {
  const node = chain.nodes.get(parents[0]!), migration = node?.migration;
  const snapshot = migration ? await readSnapshot(migration) : null;
  if (snapshot) return snapshot;
  throw new SqaError("SQA-506", `nobody knows the schema after ${node?.label ?? parents[0]}: it has no snapshot`, {
    ...(migration ? { place: { file: migration.paths.up } } : {}),
    hint: "it was written by hand, or its .snapshot.json is gone: run `sqa migrate` first, then `sqa diff`",
  });
}

/**
 * The pending schema with what the live database holds and no file of ours ever knew: somebody's index on one of our tables has to be
 * there when the table is made anew.
 */
function withStrangers(graph: SchemaGraph, live: SchemaGraph, known: SnapshotFile | null): SchemaGraph {
  if (!known) return graph;
  const added = new Map<ObjectId, SchemaObject>();
  const there = (id: ObjectId): boolean => graph.objects.has(id) || added.has(id);
  for (let size = -1; size !== added.size;) {
    size = added.size;
    for (const object of live.objects.values()) {
      if (there(object.id) || known.graph.objects.has(object.id)) continue;
      if ((object.parent === null || there(object.parent)) && object.refs.every(there)) added.set(object.id, object);
    }
  }
  return added.size ? makeGraph(graph.dialect, [...graph.objects.values(), ...added.values()], graph.notes) : graph;
}

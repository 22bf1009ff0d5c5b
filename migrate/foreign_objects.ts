/** Several histories share a database: each owns what its own migrations made, and none may change what is another's. */
import type { Connection } from "../dialects/driver.ts";
import { DatabaseError } from "../dialects/driver.ts";
import type { Dialect } from "../dialects/dialect.ts";
import { SqaError } from "../schema/error.ts";
import { labelOfId } from "../schema/id.ts";
import type { ObjectId } from "../schema/object.ts";
import type { Node } from "./chain.ts";
import { readSnapshot } from "./files.ts";
import { historyOf } from "./history.ts";
import { firstOf } from "./replan.ts";
import { type Runner, snapshotOf } from "./runner.ts";
import { managedIn, parseSnapshotFile } from "./snapshot_file.ts";
import type { State } from "./state.ts";
import { touchedBetween } from "./verify.ts";

export interface OtherHistory {
  readonly name: string;
  readonly table: string;
}

/** What the other histories own, by the schema that each of them keeps in the database. */
export async function ownedByOthers(
  connection: Connection,
  dialect: Dialect,
  others: readonly OtherHistory[],
): Promise<ReadonlyMap<ObjectId, string>> {
  const owned = new Map<ObjectId, string>();
  for (const { name, table } of others) {
    const kept = await snapshotIn(connection, dialect, table);
    if (kept === null) continue;
    for (const id of managedIn(parseSnapshotFile(kept, `the snapshot in ${table}`))) owned.set(id, name);
  }
  for (const { id } of dialect.initial) owned.delete(id);
  return owned;
}

async function snapshotIn(connection: Connection, dialect: Dialect, table: string): Promise<string | null> {
  try {
    return (await historyOf(dialect, table).snapshot(connection))?.text ?? null;
  } catch (error) {
    // That history has not begun here.
    if (error instanceof DatabaseError && error.more.class === "other") return null;
    throw error;
  }
}

/** SQA-566 for files that would change what another history made. Of files without snapshots that is not known. */
export async function refuseForeignObjects(runner: Runner, { chain }: State, nodes: readonly Node[]): Promise<void> {
  const { connection, options: { driver: { dialect }, others = [] } } = runner;
  if (others.length === 0 || nodes.length === 0) return;
  const owned = await ownedByOthers(connection, dialect, others);
  if (owned.size === 0) return;
  for (const node of nodes) {
    const after = node.migration && await readSnapshot(node.migration);
    if (!after) continue;
    const before = node.parents.length === 0
      ? firstOf(after, dialect)
      : (await snapshotOf(chain.nodes.get(node.parents[0]!), runner))?.graph;
    // What was left alone stands in both snapshots as each of them found it; its changes are not this file's doing.
    const own = managedIn(after);
    const touched = before
      ? [...touchedBetween(before, after.graph)].filter((id) => own.has(id) || !after.graph.objects.has(id))
      : [];
    const foreign = touched.filter((id) => owned.has(id)).sort();
    if (foreign.length) throw foreignError(foreign, owned, node.label, node.migration!.paths.up);
  }
}

/** SQA-566 for objects that another history owns. */
export function foreignError(
  foreign: readonly ObjectId[],
  owned: ReadonlyMap<ObjectId, string>,
  what: string,
  file?: string,
): SqaError {
  const first = foreign[0]!;
  return new SqaError(
    "SQA-566",
    `${what} would change ${labelOfId(first)}, which belongs to the history "${owned.get(first)}"`,
    {
      ...(file === undefined ? {} : { place: { file } }),
      object: first,
      ...(foreign.length > 1 ? { detail: foreign.map((id) => `${id} (${owned.get(id)})`).join("\n") } : {}),
      hint: "nothing was changed; what a history made is changed by its own migrations",
    },
  );
}

/**
 * Which objects are ours: those that sqa's own migrations made, by the newest snapshot in the files or in the history. Everything else is
 * the host's, and no diff may drop it.
 */
import type { Connection } from "../dialects/driver.ts";
import type { ObjectId } from "../schema/object.ts";
import { type Chain, isApplied, withAncestors } from "./chain.ts";
import type { History } from "./history.ts";
import { snapshotOf } from "./runner.ts";
import { managedIn, parseSnapshotFile, type SnapshotFile } from "./snapshot_file.ts";

/** The last of these migrations and their ancestors whose schema is known; null when none is. */
export async function newestSnapshot(
  chain: Chain,
  ids: readonly string[],
  place: { readonly connection: Connection; readonly history: History },
): Promise<{ readonly id: string; readonly snapshot: SnapshotFile } | null> {
  for (const id of [...withAncestors(chain, ids)].reverse()) {
    const snapshot = await snapshotOf(chain.nodes.get(id), place);
    if (snapshot) return { id, snapshot };
  }
  return null;
}

/** The ids that our own migrations made, pending ones included. Empty where nothing is known, so that nothing is dropped. */
export async function managedObjects(
  chain: Chain,
  place: { readonly connection: Connection; readonly history: History },
): Promise<ReadonlySet<ObjectId>> {
  const newest = await newestSnapshot(chain, chain.heads, place);
  if (newest) return managedIn(newest.snapshot);
  if (![...chain.nodes.values()].some(isApplied)) return new Set();
  const kept = await place.history.snapshot(place.connection);
  return kept ? managedIn(parseSnapshotFile(kept.text, "the snapshot in the history")) : new Set();
}

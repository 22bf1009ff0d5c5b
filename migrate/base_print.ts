/** Files and history as one number, for who wants to know whether the base of a diff can be another one than before. Reads only. */
import { readFile } from "node:fs/promises";
import { sha256 } from "../schema/hash.ts";
import { appliedHeads, pendingNodes } from "./chain.ts";
import type { Folder } from "./files.ts";
import type { State } from "./state.ts";

/**
 * Equal only where the same live schema leads to the same base: the same files, of which all are applied, the same history, the same
 * snapshot. Null where more than that decides: pending files, several heads, a snapshot that only the history has. 64 hex digits.
 */
export async function basePrint(
  { migrations }: Pick<Folder, "migrations">,
  { chain, revisions }: Pick<State, "chain" | "revisions">,
): Promise<string | null> {
  const [head, ...more] = chain.heads, applied = appliedHeads(chain);
  if (pendingNodes(chain).length > 0 || more.length > 0 || applied[0] !== head || applied.length > 1) return null;
  const snapshot = head === undefined ? "" : await snapshotText(chain.nodes.get(head)?.migration?.paths.snapshot);
  if (snapshot === null) return null;
  const files = migrations.map(({ id, label, parents, text }) => [id, label, parents, text]);
  return sha256(JSON.stringify([revisions, files, snapshot]));
}

async function snapshotText(path: string | null | undefined): Promise<string | null> {
  return path ? await readFile(path, "utf8").catch(() => null) : null;
}

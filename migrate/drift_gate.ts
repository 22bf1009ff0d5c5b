/** Before files are applied: is the database still what the applied ones made it? What was changed since then they do not expect. */
import type { Dialect } from "../dialects/dialect.ts";
import type { Change } from "../diff/change.ts";
import { introspect } from "../introspect/introspect.ts";
import { sameJson } from "../schema/canonical.ts";
import { SqaError } from "../schema/error.ts";
import type { SchemaGraph } from "../schema/graph.ts";
import { fingerprint } from "../schema/hash.ts";
import type { ObjectId } from "../schema/object.ts";
import { driftScope } from "./base.ts";
import { appliedHeads, type Node } from "./chain.ts";
import { type Runner, snapshotOf } from "./runner.ts";
import type { State } from "./state.ts";
import { describeDifferences, differencesBetween } from "./verify.ts";

/**
 * SQA-564 (exit 3) for drift. Nothing is compared where nobody knows what the database should be, where a file is half done, and where the
 * next file was generated from the database as it is now, which is how `sqa diff` answers drift.
 */
export async function refuseDrift(runner: Runner, state: State, next: Node): Promise<void> {
  const { chain } = state, heads = appliedHeads(chain);
  if (heads.length !== 1 || (state.revisions ?? []).some((row) => row.state !== "done")) return;
  const known = await snapshotOf(chain.nodes.get(heads[0]!), runner);
  if (!known) return;
  const { connection, options: { driver }, reading } = runner;
  const live = await introspect(connection, driver.dialect, reading);
  const changes = (await differencesBetween(connection, driver, live, known.graph, driftScope(known, live)))
    .filter((change) => isOwn(change, driver.dialect, live, known.graph));
  if (changes.length === 0 || next.migration?.header.from === fingerprint(live)) return;
  // Where no lock keeps other runners out, one of them may have gone on in between.
  if (!sameJson(await runner.history.read(connection) ?? [], state.revisions ?? [])) return;
  throw new SqaError("SQA-564", "the database was changed by something else than its migrations; nothing was run", {
    exit: 3,
    detail: describeDifferences(changes),
    choices: ["--allow-drift", "sqa drift --revert"],
    hint: "the pending files were not made for this; `sqa drift` shows what differs",
  });
}

/** Is it not the server's, which the files of another database may have changed already, nor gone with something that is? */
function isOwn(change: Change, { shared }: Dialect, live: SchemaGraph, known: SchemaGraph): boolean {
  const object = change.op === "drop" ? change.from : change.to;
  if (!shared || !(shared.object(object) || shared.goesAlong?.(object))) return true;
  const isGone = (id: ObjectId) => {
    const needed = known.objects.get(id);
    return needed !== undefined && shared.object(needed) && !live.objects.has(id);
  };
  return !shared.object(object) && !(known.objects.get(object.id)?.refs ?? []).some(isGone);
}

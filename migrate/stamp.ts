/**
 * `sqa stamp`: writes into the history that migrations are applied, and runs none of them. The database must be what the stamped file's
 * snapshot says, because everything that follows builds on it.
 */
import type { Connection, ServerInfo } from "../dialects/driver.ts";
import { introspect } from "../introspect/introspect.ts";
import { sameJson } from "../schema/canonical.ts";
import { SqaError } from "../schema/error.ts";
import { makeGraph, type SchemaGraph } from "../schema/graph.ts";
import type { ObjectId } from "../schema/object.ts";
import { keepHandMade } from "./apply.ts";
import { appliedHeads, type Chain, isApplied, type Node, withAncestors } from "./chain.ts";
import type { Named } from "./events.ts";
import { readDown, readSnapshot } from "./files.ts";
import { placesOf } from "./range.ts";
import {
  named,
  refuseInterrupted,
  type Runner,
  type RunnerOptions,
  snapshotOf,
  takeLock,
  withRunner,
} from "./runner.ts";
import { managedIn, type SnapshotFile, snapshotFileText } from "./snapshot_file.ts";
import { readState, refuseProblems, type State } from "./state.ts";
import { describeDifferences, differencesBetween } from "./verify.ts";

export interface StampOptions extends RunnerOptions {
  /** "head", "base", an id or the beginning of one, a name. What it follows is stamped with it; what comes after it is taken out. */
  readonly target: string;
  /** Write it even where the database is something else, or where nobody knows what it should be. */
  readonly force?: boolean;
  readonly dryRun?: boolean;
}

export interface StampResult {
  readonly server: ServerInfo;
  /** Written as applied, parents first; with `dryRun`, what would be. */
  readonly stamped: readonly Named[];
  /** Taken out of the history, the newest first. */
  readonly removed: readonly Named[];
  readonly heads: readonly string[];
  /** True: the database is what the snapshot says. Null: not compared (`force`). */
  readonly verified: true | null;
}

/**
 * Stamps. Nothing of the schema is touched. SQA-542 (exit 3) when the database is not what the snapshot says, SQA-543 (exit 3) when
 * there is no snapshot to compare with, SQA-515 for a target that does not exist.
 */
export function stamp(options: StampOptions): Promise<StampResult> {
  return withRunner(options, "stamp", async (runner) => {
    refuseInterrupted(options.signal);
    if (options.dryRun) {
      const state = await checked(runner), step = stepTo(state.chain, options.target);
      const verified = options.force ? null : await verify(runner, state.chain, step.targets);
      return resultOf(runner, step, appliedHeads(state.chain), verified);
    }
    await using lock = await takeLock(runner);
    const { connection, history } = runner;
    await history.create(connection);
    const state = await checked(runner), step = stepTo(state.chain, options.target);
    const verified = options.force ? null : await verify(runner, state.chain, step.targets);
    const snapshot = step.targets.length === 1 ? await snapshotOf(step.targets[0], runner) : null;
    await lock.check();
    await connection.transaction((tx) => write(runner, tx, state, step, snapshot));
    const after = await readState(connection, runner.folder, history);
    const last = step.targets.length === 1 ? after.chain.nodes.get(step.targets[0]!.id) : undefined;
    if (last && !snapshot) await keepHandMade(runner, after.chain, last);
    return resultOf(runner, step, appliedHeads(after.chain), verified);
  });
}

interface Step {
  readonly targets: readonly Node[];
  readonly stamped: readonly Node[];
  readonly removed: readonly Node[];
}

async function checked(runner: Runner): Promise<State> {
  const state = await readState(runner.connection, runner.folder, runner.history);
  refuseProblems(state.problems);
  return state;
}

function stepTo(chain: Chain, target: string): Step {
  const targets = placesOf(chain, target).map((id) => chain.nodes.get(id)!);
  const wanted = new Set(withAncestors(chain, targets.map((node) => node.id)));
  const all = [...chain.nodes.values()];
  return {
    targets,
    stamped: all.filter((node) => wanted.has(node.id) && !isApplied(node) && node.migration),
    removed: all.filter((node) => !wanted.has(node.id) && node.revision).toReversed(),
  };
}

/** Compares what our files know of; the host's own objects do not count. */
async function verify(runner: Runner, chain: Chain, targets: readonly Node[]): Promise<true> {
  const { connection, options, reading } = runner, { driver } = options;
  const place = targets.map((node) => node.label).join(" and ") || "base";
  const expected = targets.length === 0
    ? { graph: makeGraph(driver.dialect.name, driver.dialect.initial), leftAlone: new Set<ObjectId>() }
    : targets.length === 1
    ? await snapshotOf(targets[0], runner)
    : null;
  if (!expected) {
    throw new SqaError("SQA-543", `nobody knows what the database should be at ${place}`, {
      exit: 3,
      detail: targets.length > 1 ? "the heads are not merged" : "it was written by hand, or its .snapshot.json is gone",
      choices: ["--force"],
      hint: "look at the database; with the flag the history is written without a comparison",
    });
  }
  const live = await introspect(connection, driver.dialect, reading);
  const scope = await scopeOf(chain, expected, live);
  const differences = await differencesBetween(connection, driver, live, expected.graph, scope);
  if (differences.length === 0) return true;
  throw new SqaError("SQA-542", `the database is not what ${place} says; the history was left as it is`, {
    exit: 3,
    detail: describeDifferences(differences),
    choices: ["--force"],
    hint:
      "stamp the migration that the database is at, or change the database; with the flag the differences stay as drift",
  });
}

/** Ours at the target, ours at any file, and what has appeared within one of our tables. */
async function scopeOf(chain: Chain, expected: SnapshotFile, live: SchemaGraph): Promise<ReadonlySet<ObjectId>> {
  const scope = new Set(managedIn(expected));
  for (const node of chain.nodes.values()) {
    const snapshot = node.migration && await readSnapshot(node.migration);
    if (snapshot) { for (const id of managedIn(snapshot)) scope.add(id); }
  }
  for (const object of live.objects.values()) {
    if (object.kind === "column" && object.parent !== null && scope.has(object.parent)) scope.add(object.id);
  }
  return scope;
}

async function write(
  { history, options }: Runner,
  tx: Connection,
  state: State,
  { stamped, removed, targets }: Step,
  snapshot: SnapshotFile | null,
): Promise<void> {
  // Where no lock keeps others out, the transaction does: what was looked at must still be so.
  if (!sameJson(await history.read(tx) ?? [], state.revisions ?? [])) {
    throw new SqaError("SQA-527", "another run has changed the history meanwhile; nothing was written", {
      exit: 75,
      hint: "run the same command again",
    });
  }
  for (const node of removed) await history.remove(tx, node.id);
  for (const node of stamped) {
    const migration = node.migration!, total = migration.up.statements.length;
    const down = await readDown(migration, options.driver.dialect);
    if (node.revision) await history.remove(tx, node.id);
    await history.begin(tx, {
      id: node.id,
      name: node.name,
      parents: node.parents,
      checksum: migration.up.checksum,
      total,
      version: options.version,
      up: migration.text,
      down: down?.text ?? null,
    });
    await history.finish(tx, node.id, { total, durationMs: 0, appliedHash: null });
  }
  if (snapshot && targets[0]) await history.keepSnapshot(tx, targets[0].id, snapshotFileText(snapshot));
}

function resultOf(runner: Runner, step: Step, heads: readonly string[], verified: true | null): StampResult {
  return {
    server: runner.server,
    stamped: step.stamped.map(named),
    removed: step.removed.map(named),
    heads,
    verified,
  };
}

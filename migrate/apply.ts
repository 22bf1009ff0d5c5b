/**
 * `sqa migrate`: every pending file once, in order, whoever else is at it. Look, lock, look again, check everything, run, compare. A run
 * that finds nothing to do takes no lock and writes nothing.
 */
import { introspect } from "../introspect/introspect.ts";
import type { ServerInfo } from "../dialects/driver.ts";
import type { ObjectId } from "../schema/object.ts";
import { withBackup } from "./backup.ts";
import { type Applied, applyTogether, sharing } from "./apply_together.ts";
import { appliedHeads, type Chain, type Node, pendingNodes } from "./chain.ts";
import type { Named } from "./events.ts";
import { refuseDrift } from "./drift_gate.ts";
import { readDown } from "./files.ts";
import { refuseForeignObjects } from "./foreign_objects.ts";
import { guardRun } from "./guard.ts";
import { upJournal } from "./journal.ts";
import { refuseLastingSettings } from "./pooled.ts";
import { refuseLacking } from "./preflight.ts";
import { isLock } from "./retried.ts";
import { runScript } from "./run_script.ts";
import {
  liveFingerprint,
  named,
  refuseInterrupted,
  type RunLock,
  type Runner,
  type RunnerOptions,
  snapshotOf,
  takeLock,
  verifyEnd,
  withRunner,
} from "./runner.ts";
import { newestSnapshot } from "./managed.ts";
import { managedIn, snapshotFileText } from "./snapshot_file.ts";
import { readState, refuseProblems, type State } from "./state.ts";
import { textsOf } from "./statements.ts";
import { toApply } from "./target.ts";

export interface MigrateOptions extends RunnerOptions {
  /** "head", "heads", an id or the beginning of one, the beginning of a file's name, "+2". */
  readonly target?: string;
  /** Check everything and list what would run; write nothing. */
  readonly dryRun?: boolean;
  /** Compare the end with the newest snapshot. Default true. */
  readonly verify?: boolean;
  /** Apply though something else has changed the database since. */
  readonly allowDrift?: boolean;
  /** Copy the database first, to this path or (true) to one that the driver finds, and put it back when the run fails. */
  readonly backup?: string | true;
}

export interface MigrateResult {
  readonly server: ServerInfo;
  /** What this run applied, in order. */
  readonly applied: readonly Applied[];
  /** What other runners applied while this one waited. */
  readonly byOthers: readonly Named[];
  /** What is left after it: everything with `dryRun`, else what lies beyond the target. */
  readonly pending: readonly (Named & { readonly sql: readonly string[] })[];
  /** Ids of the applied migrations that nothing applied follows. */
  readonly heads: readonly string[];
  /** True: the database equals the newest snapshot. Null: not compared. */
  readonly verified: true | null;
  /** The copy that was made before, or null. */
  readonly backup: string | null;
  readonly warnings: readonly { readonly code: string; readonly message: string }[];
}

/**
 * Applies what is pending up to the target. Any number of runs at once, killed anywhere, end in the same schema with each file recorded
 * once. Throws SqaError: SQA-50x…519 for files and history (before anything is run), SQA-510 for a statement, SQA-514 and SQA-526 when
 * it cannot go on by itself, SQA-520 when others hold the lock (exit 75), SQA-525 when it was stopped, SQA-540 when the end differs.
 */
export function migrate(options: MigrateOptions): Promise<MigrateResult> {
  return withRunner(options, "migrate", async (runner) => {
    const early = await checkedState(runner);
    for (const warning of early.warnings) runner.emit({ type: "warning", ...warning });
    const wanted = toApply(early.chain, options.target);
    if (options.dryRun && wanted[0]) {
      await guardRun(runner, false);
      if (!options.allowDrift) await refuseDrift(runner, early, wanted[0]);
    }
    if (options.dryRun || wanted.length === 0) {
      return resultOf(runner, early, { applied: [], byOthers: [], verified: null }, wanted);
    }

    refuseInterrupted(options.signal);
    await using lock = await takeLock(runner);
    await lock.check();
    const { result, path } = await withBackup(runner, options.backup ?? null, () => applyAll(runner, wanted, lock));
    return { ...result, backup: path };
  });
}

/** What is still pending under the lock, file by file. */
async function applyAll(runner: Runner, wanted: readonly Node[], lock: RunLock): Promise<MigrateResult> {
  const options: MigrateOptions = runner.options, { connection } = runner;
  await guardRun(runner, false);
  await refuseLacking(runner, async () => toApply((await checkedState(runner)).chain, options.target));
  await createTable(runner);
  const state = await checkedState(runner);
  const nodes = toApply(state.chain, options.target);
  if (nodes[0] && !options.allowDrift) await refuseDrift(runner, state, nodes[0]);
  await refuseForeignObjects(runner, state, nodes);
  await refuseBehindPooler(runner, nodes);
  await guardRun(runner, true);
  const still = new Set(nodes.map((node) => node.id));
  const byOthers: Named[] = wanted.filter((node) => !still.has(node.id)).map(named);
  runner.emit({ type: "pending", direction: "up", migrations: nodes.map(named) });
  const applied: Applied[] = [];
  const mayShare = options.together === true && !state.revisions?.length && !lock.fence && !connection.server.pooled;
  for (let i = 0, alone = 0; i < nodes.length;) {
    refuseInterrupted(options.signal);
    // The last file keeps the snapshot, and is run by itself.
    const several = mayShare && alone === 0 ? sharing(nodes.slice(i, -1), runner) : [];
    const together = several.length ? await applyTogether(runner, several, lock) : null;
    if (together) {
      applied.push(...together);
      i += several.length;
      continue;
    }
    alone = Math.max(0, (several.length || alone) - 1);
    const node = nodes[i++]!, done = await applyOne(runner, node, node === nodes.at(-1), lock);
    if (done) applied.push(done);
    else byOthers.push(named(node));
  }
  const verified = applied.length ? await finish(runner, state, nodes, options.verify ?? true) : null;
  const after = await readState(runner.connection, runner.folder, runner.history);
  return resultOf(runner, after, { applied, byOthers, verified }, pendingNodes(after.chain));
}

async function checkedState(runner: Runner): Promise<State> {
  const state = await readState(runner.connection, runner.folder, runner.history);
  refuseProblems(state.problems);
  return state;
}

/** Before the first file is begun, whichever of them it is that cannot be run through a pooler. */
async function refuseBehindPooler({ connection, options }: Runner, nodes: readonly Node[]): Promise<void> {
  const alone = connection.server.pooled ? await options.driver.standalone?.(connection) : undefined;
  if (!alone) return;
  for (const node of nodes) {
    const { up, paths } = node.migration!;
    refuseLastingSettings(up, alone, options.driver.dialect, { file: named(node), path: paths.up });
  }
}

/** Others may be making it at this moment where there is no lock, so a busy database is asked again. */
async function createTable({ connection, history, lockTimeoutMs }: Runner): Promise<void> {
  const until = performance.now() + lockTimeoutMs;
  for (;;) {
    try {
      return await history.create(connection);
    } catch (error) {
      if (!isLock(error) || performance.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100 + Math.random() * 100));
    }
  }
}

/** One file; null when another runner had done it. */
async function applyOne(
  runner: Runner,
  node: Node,
  last: boolean,
  lock: RunLock,
): Promise<Applied | null> {
  const { options, connection, history, emit } = runner;
  const migration = node.migration!, file = named(node), statements = migration.up.statements.length;
  const down = await readDown(migration, options.driver.dialect);
  // A snapshot is as large as the schema: only the newest is kept, so only the last file of a run writes one.
  const snapshot = last ? await snapshotOf(node, runner) : null;
  emit({ type: "file-start", direction: "up", file, statements });
  const start = performance.now();
  const outcome = await runScript({
    driver: options.driver,
    connection,
    file,
    path: migration.paths.up,
    script: migration.up,
    journal: upJournal(
      { history, node, script: migration.up },
      { version: options.version, up: migration.text, down: down?.text ?? null },
      snapshot && snapshotFileText(snapshot),
    ),
    limits: {
      lockTimeoutMs: options.statementLockTimeoutMs ?? 3_000,
      statementTimeoutMs: options.statementTimeoutMs ?? 0,
    },
    retryMs: runner.lockTimeoutMs,
    signal: options.signal,
    onEvent: emit,
    fingerprint: () => liveFingerprint(runner),
    watch: () => options.driver.connect(options.url, { applicationName: `sqa/${options.version} progress` }),
    checkLock: () => lock.check(),
    fence: lock.fence,
    verifiable: migration.paths.snapshot !== null,
  });
  const ms = performance.now() - start;
  emit(outcome === "ran" ? { type: "file-done", direction: "up", file, ms } : { type: "file-skipped", file });
  return outcome === "ran" ? { ...file, statements, ms } : null;
}

/** Compares the end with the last file's snapshot; where that file was written by hand, keeps what it led to. */
async function finish(runner: Runner, before: State, nodes: readonly Node[], verify: boolean): Promise<true | null> {
  const last = nodes.at(-1)!, expected = await snapshotOf(last, runner);
  if (!expected) await keepHandMade(runner, before.chain, last);
  if (!verify) return null;
  const parents = nodes[0]!.parents;
  const from = parents.length === 1 ? await snapshotOf(before.chain.nodes.get(parents[0]!), runner) : null;
  try {
    return await verifyEnd(runner, expected, from, last.label);
  } catch (error) {
    // A newer set of files may have been applied since by another runner; then this end is not the end.
    const rows = await runner.history.read(runner.connection) ?? [];
    if (rows.some((row) => row.parents.includes(last.id))) return null;
    throw error;
  }
}

/** After a hand-written file nobody knows the schema but the database. What it made is not ours to drop later. */
export async function keepHandMade(runner: Runner, chain: Chain, node: Node): Promise<void> {
  const known = await newestSnapshot(chain, [node.id], runner);
  const graph = await introspect(runner.connection, runner.options.driver.dialect, runner.reading);
  const managed: ReadonlySet<ObjectId> = known ? managedIn(known.snapshot) : new Set();
  const leftAlone = new Set([...graph.objects.keys()].filter((id) => !managed.has(id)));
  await runner.history.keepSnapshot(runner.connection, node.id, snapshotFileText({ graph, leftAlone }));
}

function resultOf(
  runner: Runner,
  { chain, warnings }: State,
  done: Pick<MigrateResult, "applied" | "byOthers" | "verified">,
  left: readonly Node[],
): MigrateResult {
  const pending = left.map((node) => ({
    ...named(node),
    sql: textsOf(node.migration!.up.statements),
  }));
  return { server: runner.server, ...done, backup: null, pending, heads: appliedHeads(chain), warnings };
}

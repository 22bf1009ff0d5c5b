/** `sqa rollback`: down files, the newest first, each with the removal of its history row in one transaction. */
import type { ServerInfo } from "../dialects/driver.ts";
import { SqaError } from "../schema/error.ts";
import { appliedHeads, type Node } from "./chain.ts";
import type { Named } from "./events.ts";
import { parseDown, readDown } from "./files.ts";
import { guardRun, requireName } from "./guard.ts";
import { type Grade, parseHeader } from "./header.ts";
import { readableText } from "./checksum.ts";
import { downJournal } from "./journal.ts";
import { runScript } from "./run_script.ts";
import { type Loss, lossesOf, type Step } from "./rollback_losses.ts";
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
import type { Script } from "./script.ts";
import { type SnapshotFile, snapshotFileText } from "./snapshot_file.ts";
import { readState, refuseProblems, type State } from "./state.ts";
import { toRollBack } from "./target.ts";
import { textsOf } from "./statements.ts";

export interface RollbackOptions extends RunnerOptions {
  /** "-1" (the default), "-3", "base", or the migration to go back to. */
  readonly target?: string;
  readonly dryRun?: boolean;
  /** The name of the database, which a production one asks for. */
  readonly confirm?: string;
  /**
   * The worst grade of down file that may run; "irreversible" forgets such a migration without undoing it. Default: those that lose nothing of
   * what is in the database now.
   */
  readonly allow?: Grade;
  readonly verify?: boolean;
}

export interface RolledBack extends Named {
  readonly grade: Grade;
  readonly statements: readonly string[];
}

/** What goes with the down files: of which migration, and in words. */
export interface RollbackLoss extends Named {
  readonly what: string;
}

export interface RollbackResult {
  readonly server: ServerInfo;
  /** What was undone, the newest first; with `dryRun`, what would be. */
  readonly rolledBack: readonly RolledBack[];
  /** With `dryRun`, what would be lost; else empty where it was not allowed. */
  readonly losses: readonly RollbackLoss[];
  readonly byOthers: readonly Named[];
  readonly heads: readonly string[];
  readonly verified: true | null;
  readonly warnings: readonly { readonly code: string; readonly message: string }[];
}

const grades: readonly Grade[] = ["lossless", "lossy", "irreversible"];

/**
 * Undoes applied migrations. Before the first statement it makes sure that each of them can be undone: SQA-524 (exit 3) for one that is
 * irreversible or graded worse than is allowed, and, where nothing is said of that, for what would lose rows. Errors else as `migrate`.
 */
export function rollback(options: RollbackOptions): Promise<RollbackResult> {
  return withRunner(options, "rollback", async (runner) => {
    const early = await stateOf(runner);
    for (const warning of early.warnings) runner.emit({ type: "warning", ...warning });
    const wanted = toRollBack(early.chain, options.target);
    if (options.dryRun || wanted.length === 0) {
      const steps = await stepsFor(runner, wanted, options.allow);
      const losses = await lossesOf(runner, early.chain, steps);
      return { ...resultOf(runner, early, steps, [], null), losses: losses.map(lossOf) };
    }
    refuseInterrupted(options.signal);
    requireName(await guardRun(runner, false), runner.server.database, options.confirm, "a rollback");
    await using lock = await takeLock(runner);
    await runner.history.create(runner.connection);
    const state = await stateOf(runner);
    // What others undid meanwhile is not undone twice, and "-1" does not go on to the one before.
    const asked = new Set(wanted.map((node) => node.id));
    const nodes = toRollBack(state.chain, "base").filter((node) => asked.has(node.id));
    const left = new Set(nodes.map((node) => node.id));
    const byOthers = wanted.filter((node) => !left.has(node.id)).map(named);
    const steps = await stepsFor(runner, nodes, options.allow);
    if (options.allow === undefined) refuseLosses(await lossesOf(runner, state.chain, steps), options.target);
    runner.emit({ type: "pending", direction: "down", migrations: nodes.map(named) });
    const goal = goalOf(state, nodes), after = goal && await snapshotOf(goal, runner);
    const before = nodes[0] ? await snapshotOf(nodes[0], runner) : null;
    const done: Step[] = [];
    for (const step of steps) {
      refuseInterrupted(options.signal);
      const last = step === steps.at(-1);
      if (await undoOne(runner, step, last && goal ? keep(goal, after) : null, lock)) done.push(step);
      else byOthers.push(named(step.node));
    }
    // One that was only forgotten has left its schema behind.
    const comparable = done.length > 0 && done.every((step) => step.grade !== "irreversible");
    const verified = comparable && (options.verify ?? true) && goal && before
      ? await verifyEnd(runner, after, before, goal.label)
      : null;
    return resultOf(
      runner,
      await readState(runner.connection, runner.folder, runner.history),
      done,
      byOthers,
      verified,
    );
  });
}

/** Edited files are no obstacle to going back; two files of one id or a half-written one are. */
async function stateOf(runner: Runner): Promise<State> {
  const state = await readState(runner.connection, runner.folder, runner.history);
  refuseProblems(state.problems.filter((problem) => problem.code !== "SQA-503"));
  return state;
}

/** The migration that is the newest when all is undone, where there is exactly one. */
function goalOf({ chain }: State, nodes: readonly Node[]): Node | null {
  const gone = new Set(nodes.map((node) => node.id));
  const kept = [...chain.nodes.values()].filter((node) => node.revision?.state === "done" && !gone.has(node.id));
  const followed = new Set(kept.flatMap((node) => node.parents));
  const heads = kept.filter((node) => !followed.has(node.id));
  return heads.length === 1 ? heads[0]! : null;
}

function keep(goal: Node, after: SnapshotFile | null): { id: string; text: string } | null {
  return after && { id: goal.id, text: snapshotFileText(after) };
}

async function stepsFor(
  runner: Runner,
  nodes: readonly Node[],
  allow: Grade = "lossy",
): Promise<readonly Step[]> {
  const steps: Step[] = [];
  for (const node of nodes) steps.push(await stepFor(runner, node));
  const worst = grades.indexOf(allow);
  const refused = steps.filter((step) => grades.indexOf(step.grade) > worst);
  if (refused.length === 0) return steps;
  const first = refused[0]!;
  throw new SqaError("SQA-524", `rolling back ${first.node.label} is ${first.grade}; nothing was run`, {
    exit: 3,
    object: first.node.id,
    detail: refused.map((step) => `${step.grade}: ${step.node.label}`).join("\n"),
    choices: [`--allow ${refused.some((step) => step.grade === "irreversible") ? "irreversible" : "lossy"}`],
    hint: first.grade === "irreversible"
      ? "it has no down file that undoes it; with the flag sqa forgets the migration and leaves the schema as it is"
      : "its down file drops what holds rows; look at it, then pass the flag",
  });
}

/** Nothing of what the tables hold goes without a word: SQA-524 (exit 3) with every table and column that holds something. */
function refuseLosses(losses: readonly Loss[], target = "-1"): void {
  const [first] = losses;
  if (!first) return;
  throw new SqaError("SQA-524", "the way back loses what is in the database; nothing was run", {
    exit: 3,
    object: first.node.id,
    detail: losses.map(({ node, what }) => `${node.label}: ${what}`).join("\n"),
    choices: ["--allow lossy"],
    hint: `to lose it: \`sqa rollback ${target} --allow lossy\``,
  });
}

function lossOf({ node, what }: Loss): RollbackLoss {
  return { ...named(node), what };
}

/** The down script: the file's, or the one that was kept with the history when the file is gone. */
async function stepFor(runner: Runner, node: Node): Promise<Step> {
  const { options, connection, history } = runner, { dialect } = options.driver;
  if (node.migration) {
    const { header, paths } = node.migration;
    const down = await readDown(node.migration, dialect);
    if (!down) return { node, grade: "irreversible", script: nothing, path: paths.up, generated: false };
    const generated = parseHeader(down.text, paths.down!).header.checksum === down.script.checksum;
    return { node, grade: header.grade, script: down.script, path: paths.down!, generated };
  }
  const path = `the history's down file of ${node.label}`;
  const kept = (await history.texts(connection, node.id))?.down;
  if (!kept) return { node, grade: "irreversible", script: nothing, path, generated: false };
  const text = readableText(kept), script = parseDown(text, node.id, path, dialect);
  return { node, grade: parseHeader(text, path).header.grade, script, path, generated: false };
}

const nothing: Script = { statements: [], groups: [], checksum: "h1:" };

async function undoOne(
  runner: Runner,
  { node, script, path }: Step,
  snapshot: { readonly id: string; readonly text: string } | null,
  lock: RunLock,
): Promise<boolean> {
  const { options, connection, history, emit } = runner, file = named(node);
  emit({ type: "file-start", direction: "down", file, statements: script.statements.length });
  const start = performance.now();
  const outcome = await runScript({
    driver: options.driver,
    connection,
    file,
    path,
    script,
    journal: downJournal({ history, node, script }, snapshot),
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
    verifiable: snapshot !== null,
  });
  emit(
    outcome === "ran"
      ? { type: "file-done", direction: "down", file, ms: performance.now() - start }
      : { type: "file-skipped", file },
  );
  return outcome === "ran";
}

function resultOf(
  runner: Runner,
  { chain, warnings }: State,
  steps: readonly Step[],
  byOthers: readonly Named[],
  verified: true | null,
): RollbackResult {
  const rolledBack = steps.map(({ node, grade, script }) => ({
    ...named(node),
    grade,
    statements: textsOf(script.statements),
  }));
  return { server: runner.server, rolledBack, losses: [], byOthers, heads: appliedHeads(chain), verified, warnings };
}

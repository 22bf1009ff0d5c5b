/**
 * `sqa repair`: the answer of a person where neither the history nor the live object can give one. It never runs SQL of a file and never
 * guesses: without an answer it says what is open.
 */
import { SqaError } from "../schema/error.ts";
import { prefixChecksums } from "./checksum.ts";
import type { Node } from "./chain.ts";
import { readDown } from "./files.ts";
import type { Named } from "./events.ts";
import { named, type Runner, type RunnerOptions, takeLock, withRunner } from "./runner.ts";
import { isEdited, readState } from "./state.ts";
import { resolve } from "./target.ts";
import { textsOf } from "./statements.ts";

/** "done": the statement took effect. "again": it did not, or may run a second time. "accept": the file as it is now is what was applied. */
export type Verdict =
  | { readonly kind: "done" | "again"; readonly statement: number }
  | { readonly kind: "accept" };

export interface RepairOptions extends RunnerOptions {
  /** An id or its beginning, or a name; null lists. */
  readonly target: string | null;
  readonly verdict: Verdict | null;
}

/** What is open about one migration. */
export interface Open extends Named {
  readonly problem: "half done" | "edited";
  readonly direction: "up" | "down";
  /** Statements that are certainly done, of how many. */
  readonly applied: number;
  readonly total: number;
  /** The statement that was begun and never reported back, with its SQL where the file is there. */
  readonly running: { readonly number: number; readonly sql: string | null } | null;
}

export interface RepairResult {
  readonly open: readonly Open[];
  /** What was written into the history, or null. */
  readonly repaired: (Named & { readonly verdict: Verdict }) | null;
}

/** Lists what is open, or writes a verdict under the lock. SQA-549 when the verdict does not fit what the history says. */
export function repair(options: RepairOptions): Promise<RepairResult> {
  return withRunner(options, "repair", async (runner) => {
    const { verdict, target } = options;
    if (verdict === null || target === null) return { open: await openOf(runner), repaired: null };
    await using _lock = await takeLock(runner);
    await runner.history.create(runner.connection);
    const { chain } = await readState(runner.connection, runner.folder, runner.history);
    const node = chain.nodes.get(resolve(chain, target).id)!;
    if (verdict.kind === "accept") await accept(runner, node);
    else await decide(runner, node, verdict);
    return { open: await openOf(runner), repaired: { ...named(node), verdict } };
  });
}

async function openOf(runner: Runner): Promise<readonly Open[]> {
  const { chain } = await readState(runner.connection, runner.folder, runner.history);
  const open: Open[] = [];
  for (const node of chain.nodes.values()) {
    const { revision } = node;
    if (!revision) continue;
    const direction = revision.state === "reverting" ? "down" : "up";
    if (revision.state !== "done") {
      const { running, applied, total } = revision;
      const sql = running === null ? null : (await scriptOf(runner, node))?.[running - 1] ?? null;
      open.push({
        ...named(node),
        problem: "half done",
        direction,
        applied,
        total,
        running: running === null ? null : { number: running, sql },
      });
    } else if (isEdited(node)) {
      const { applied, total } = revision;
      open.push({ ...named(node), problem: "edited", direction, applied, total, running: null });
    }
  }
  return open;
}

/** The SQL of the statements of the direction that is under way. */
export async function scriptOf(
  { options }: Runner,
  { migration, revision }: Pick<Node, "migration" | "revision">,
): Promise<readonly string[] | null> {
  if (!migration) return null;
  const script = revision?.state === "reverting"
    ? (await readDown(migration, options.driver.dialect))?.script
    : migration.up;
  return script ? textsOf(script.statements) : null;
}

async function decide(
  runner: Runner,
  node: Node,
  { kind, statement }: Extract<Verdict, { readonly statement: number }>,
): Promise<void> {
  const { revision } = node;
  if (!revision || revision.running !== statement) {
    const now = revision?.running ?? null;
    throw new SqaError("SQA-549", `statement ${statement} of ${node.label} is not open`, {
      object: node.id,
      detail: now === null ? "no statement of it is" : `statement ${now} is`,
      hint: "see `sqa repair` for what is open",
    });
  }
  const applied = kind === "done" ? statement : statement - 1;
  const statements = await scriptOf(runner, node);
  if (!statements) {
    throw new SqaError("SQA-549", `the file of ${node.label} is gone, and with it the rest of what it does`, {
      object: node.id,
      hint: "restore the file, then run the same command again",
    });
  }
  await runner.history.progress(runner.connection, node.id, {
    state: revision.state === "reverting" ? "reverting" : "running",
    applied,
    appliedHash: prefixChecksums(statements)(applied),
    running: null,
    runningFrom: null,
    runningSession: null,
  });
}

async function accept(runner: Runner, node: Node): Promise<void> {
  const { migration } = node;
  if (!migration || !isEdited(node)) {
    throw new SqaError("SQA-549", `${node.label} is not an applied file that was edited`, {
      object: node.id,
      hint: "see `sqa repair` for what is open",
    });
  }
  const down = await readDown(migration, runner.options.driver.dialect);
  await runner.history.adopt(runner.connection, {
    id: node.id,
    name: node.name,
    parents: node.parents,
    checksum: migration.up.checksum,
    total: migration.up.statements.length,
    version: runner.options.version,
    up: migration.text,
    down: down?.text ?? null,
  });
}

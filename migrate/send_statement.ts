/** Statements on their way: their events, how they are stopped, and what an error says of the file. */
import { type Connection, DatabaseError, mayPass } from "../dialects/driver.ts";
import { SqaError } from "../schema/error.ts";
import { ahead } from "./ahead.ts";
import type { ScriptRun } from "./script_run.ts";
import type { ScriptStatement } from "./statements.ts";
import { watchStatement } from "./watch_statement.ts";

/** Sends one statement; its error says which one it was and what became of the file. */
export async function send(run: ScriptRun, tx: Connection, statement: ScriptStatement, first: number): Promise<void> {
  await answered(run, tx, statement, () => tx.execute(statement.sql), first);
}

/**
 * Sends statements of one transaction, one behind the other where that may be (ahead.ts). What is told of them is as if each were sent when its
 * predecessor is done. `before` is awaited before each is sent, `done` is told of each that succeeded.
 */
export async function sendAhead(
  run: ScriptRun,
  tx: Connection,
  statements: Iterable<ScriptStatement>,
  first: number,
  { before, done }: { before(): Promise<void>; done(statement: ScriptStatement): void },
): Promise<void> {
  const ready = async (next: ScriptStatement, unanswered = next): Promise<void> => {
    await before();
    if (run.signal?.aborted) throw interrupted(run, unanswered, first);
  };
  const sent = ahead(statements, run.driver, (sql) => tx.execute(sql), ready, (rest) => givenUp(run, tx, rest));
  for await (const { item, answer } of sent) {
    await answered(run, tx, item, answer, first);
    done(item);
  }
}

/** Waits for what is still under way in a transaction that is going to be rolled back; where the run was stopped, not for long. */
async function givenUp(run: ScriptRun, tx: Connection, rest: Promise<unknown>): Promise<void> {
  // Again and again: a request that comes between two statements cancels nothing.
  const timer = run.signal?.aborted ? setInterval(() => void tx.cancel?.().catch(() => {}), 50) : undefined;
  await rest;
  clearInterval(timer);
}

/** Waits for one statement's answer, from the moment at which the server is at it. */
async function answered(
  run: ScriptRun,
  tx: Connection,
  statement: ScriptStatement,
  answer: () => Promise<void>,
  first: number,
): Promise<void> {
  const { number, sql } = statement, total = run.script.statements.length, { file } = run;
  if (run.signal?.aborted) throw interrupted(run, statement, first);
  run.onEvent({ type: "statement-start", file, number, total, sql });
  const start = performance.now();
  const watch = watchStatement(run, number);
  try {
    await untilStopped(run.signal, tx, answer);
  } catch (error) {
    if (run.signal?.aborted) throw interrupted(run, statement, first, error);
    if (!(error instanceof DatabaseError)) throw error;
    throw new SqaError("SQA-510", `statement ${number} of ${total} of ${file.label} failed: ${error.message}`, {
      place: { file: run.path, line: statement.line },
      object: file.id,
      detail: [...watch.blockers().map((each) => `in the way: ${each}`), fate(first)].join("\n"),
      cause: error.more.sql === null ? new DatabaseError(error.message, { ...error.more, sql }) : error,
      ...(mayPass(error) ? { exit: 75 as const } : {}),
      hint: mayPass(error) ? "run the same command again" : hintFor(error),
    });
  } finally {
    watch.end();
  }
  run.onEvent({ type: "statement-done", file, number, total, sql, ms: performance.now() - start });
}

/** How long a statement may go on after the run was asked to stop, before it is cancelled: less than what `docker stop` waits. */
const graceMs = 5000;

/** Lets the statement end by itself for a while when the run is stopped, then asks the server to cancel it. */
async function untilStopped(signal: AbortSignal | undefined, tx: Connection, work: () => Promise<void>): Promise<void> {
  if (!signal || !tx.cancel) return await work();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = (): void => void (timer = setTimeout(() => void tx.cancel!().catch(() => {}), graceMs));
  signal.addEventListener("abort", stop, { once: true });
  try {
    await work();
  } finally {
    signal.removeEventListener("abort", stop);
    clearTimeout(timer);
  }
}

/** What became of the file when a statement of the group that begins with `first` failed. */
function fate(first: number): string {
  if (first === 1) return "the file was rolled back: nothing of it is applied";
  return `statements 1 to ${first - 1} of the file stay applied, and the next run goes on after them`;
}

function interrupted(
  run: ScriptRun,
  statement: ScriptStatement,
  first: number,
  cause?: unknown,
): SqaError {
  return new SqaError("SQA-525", `stopped at statement ${statement.number} of ${run.file.label}`, {
    detail: fate(first),
    hint: "run the same command again to go on",
    ...(cause === undefined ? {} : { cause }),
  });
}

function hintFor(error: DatabaseError): string {
  switch (error.more.class) {
    case "data":
      return "mend the rows that stand in the way, then run the same command again";
    case "timeout":
      return "raise the statement timeout, then run the same command again";
    default:
      return "correct the statement, then run the same command again";
  }
}

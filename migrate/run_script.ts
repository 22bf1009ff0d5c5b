/**
 * Runs one file's statements so that each takes effect exactly once, whatever happens in between. A transaction group and the record of it
 * are committed together. A statement that refuses a transaction has its intent committed before it and its success after it; when a
 * run died in between, the next one looks at the database: is the schema still what it was when the statement was begun?
 */
import { type Connection, DatabaseError, type Driver, mayPass, type MigrationOptions } from "../dialects/driver.ts";
import { SqaError } from "../schema/error.ts";
import type { Named, OnEvent } from "./events.ts";
import type { Revision } from "./history.ts";
import type { Group, Script, ScriptStatement } from "./script.ts";

/** How far a file is, by its record. */
export type Begun = Pick<Revision, "applied" | "running" | "runningFrom">;

/** How progress is recorded; up and down differ in this alone (journal.ts). */
export interface Journal {
  /** Reads the record as it is now and opens it when it is not there. "finished": somebody has done it all. */
  claim(connection: Connection): Promise<Begun | "finished">;
  progress(connection: Connection, applied: number, running: { number: number; from: string } | null): Promise<void>;
  /** All is done: in the last transaction, or after the last statement. */
  finish(connection: Connection, ms: number): Promise<void>;
}

export interface ScriptRun {
  readonly driver: Driver;
  readonly connection: Connection;
  readonly file: Named;
  /** For messages. */
  readonly path: string;
  readonly script: Script;
  readonly journal: Journal;
  readonly limits: Omit<MigrationOptions, "transactional" | "signal">;
  /** How long a transaction that meets locks is tried again. */
  readonly retryMs: number;
  readonly signal: AbortSignal | undefined;
  readonly onEvent: OnEvent;
  /** The live schema's fingerprint. */
  fingerprint(): Promise<string>;
  /** Throws when the migration lock is lost. */
  checkLock(): Promise<void>;
  /** Will the end of the run be compared with a snapshot? Then a statement that was found done need not be asked about. */
  readonly verifiable: boolean;
}

/** Runs what is not done yet. "already": another runner had done all of it before. */
export async function runScript(run: ScriptRun): Promise<"ran" | "already"> {
  const groups: readonly Group[] = run.script.groups.length
    ? run.script.groups
    : [{ transactional: true, statements: [] }];
  const start = performance.now();
  let ran = false;
  for (const [i, group] of groups.entries()) {
    const last = i === groups.length - 1;
    await run.checkLock();
    const outcome = group.transactional
      ? await retried(run, () => runTransaction(run, group, last, start))
      : await runAlone(run, group.statements[0]!, last, start);
    if (outcome === "finished") return ran ? "ran" : "already";
    if (outcome === "ran") ran = true;
  }
  return "ran";
}

type Outcome = "ran" | "skipped" | "finished";

function runTransaction(run: ScriptRun, group: Group, last: boolean, start: number): Promise<Outcome> {
  const options = { ...run.limits, transactional: true, ...(run.signal ? { signal: run.signal } : {}) };
  return run.driver.migration(run.connection, options, async (tx): Promise<Outcome> => {
    const record = await run.journal.claim(tx);
    if (record === "finished") return record;
    const end = group.statements.at(-1)?.number ?? 0;
    if (record.applied >= end && !last) return "skipped";
    for (const statement of group.statements) {
      if (statement.number > record.applied) await send(run, tx, statement, "transaction");
    }
    if (last) await run.journal.finish(tx, performance.now() - start);
    else await run.journal.progress(tx, end, null);
    return "ran";
  });
}

async function runAlone(run: ScriptRun, statement: ScriptStatement, last: boolean, start: number): Promise<Outcome> {
  const { connection, journal } = run;
  const record = await journal.claim(connection);
  if (record === "finished") return record;
  const done = async (): Promise<void> => {
    if (last) await journal.finish(connection, performance.now() - start);
    else await journal.progress(connection, statement.number, null);
  };
  if (record.applied >= statement.number) {
    if (last) await done();
    return "skipped";
  }
  const from = await run.fingerprint();
  if (record.running === statement.number && await wasDone(run, statement, record, from)) {
    await done();
    return "ran";
  }
  await journal.progress(connection, statement.number - 1, { number: statement.number, from });
  try {
    const options = { ...run.limits, transactional: false, ...(run.signal ? { signal: run.signal } : {}) };
    await run.driver.migration(connection, options, (tx) => send(run, tx, statement, "alone"));
  } catch (error) {
    // The database has said no: the statement is to be run again. When the connection went away nobody knows, and the intent stays.
    if (!isLostConnection(error)) await journal.progress(connection, statement.number - 1, null).catch(() => {});
    throw error;
  }
  await done();
  return "ran";
}

/** An earlier run began this statement and never came back: did it take effect? */
async function wasDone(run: ScriptRun, statement: ScriptStatement, record: Begun, live: string): Promise<boolean> {
  const { number } = statement;
  if (record.runningFrom === live) {
    run.onEvent({ type: "resumed", file: run.file, number, found: "not begun" });
    return false;
  }
  if (run.verifiable) {
    run.onEvent({ type: "resumed", file: run.file, number, found: "done" });
    return true;
  }
  throw new SqaError(
    "SQA-514",
    `an earlier run was killed during statement ${number} of ${run.file.label}, and the schema has changed since`,
    {
      place: { file: run.path, line: statement.line },
      detail: statement.sql,
      hint: "look whether it took effect; if it did, remove it from the file, else undo what it left, and run again",
    },
  );
}

/** Sends one statement; its error says which one it was and what became of the file. */
async function send(
  run: ScriptRun,
  tx: Connection,
  statement: ScriptStatement,
  how: "transaction" | "alone",
): Promise<void> {
  const { number, sql } = statement, total = run.script.statements.length, { file } = run;
  if (run.signal?.aborted) throw interrupted(run, statement, how);
  run.onEvent({ type: "statement-start", file, number, total, sql });
  const start = performance.now();
  try {
    await tx.execute(sql);
  } catch (error) {
    if (run.signal?.aborted) throw interrupted(run, statement, how, error);
    if (!(error instanceof DatabaseError)) throw error;
    throw new SqaError("SQA-510", `statement ${number} of ${total} of ${file.label} failed: ${error.message}`, {
      place: { file: run.path, line: statement.line },
      object: file.id,
      detail: fate(run, statement, how),
      cause: error.more.sql === null ? new DatabaseError(error.message, { ...error.more, sql }) : error,
      ...(mayPass(error) ? { exit: 75 as const } : {}),
      hint: mayPass(error) ? "run the same command again" : hintFor(error),
    });
  }
  run.onEvent({ type: "statement-done", file, number, total, sql, ms: performance.now() - start });
}

function fate(run: ScriptRun, { number }: ScriptStatement, how: "transaction" | "alone"): string {
  const group = run.script.groups.find((each) => each.statements.some((statement) => statement.number === number));
  const first = how === "alone" ? number : group?.statements[0]?.number ?? 1;
  if (first === 1) return "the file was rolled back: nothing of it is applied";
  return `statements 1 to ${first - 1} of the file stay applied, and the next run goes on after them`;
}

function interrupted(
  run: ScriptRun,
  statement: ScriptStatement,
  how: "transaction" | "alone",
  cause?: unknown,
): SqaError {
  return new SqaError("SQA-525", `stopped at statement ${statement.number} of ${run.file.label}`, {
    detail: fate(run, statement, how),
    hint: "run the same command again to go on",
    ...(cause === undefined ? {} : { cause }),
  });
}

/** A transaction that met somebody's lock was rolled back as a whole, so it can be tried again until the time is over. */
async function retried<T>(run: ScriptRun, work: () => Promise<T>): Promise<T> {
  const until = performance.now() + run.retryMs;
  for (let attempt = 1;; attempt++) {
    try {
      return await work();
    } catch (error) {
      const waitMs = Math.min(5000, 50 * 2 ** attempt) * (0.5 + Math.random() / 2);
      if (!isLock(error) || run.signal?.aborted || performance.now() + waitMs > until) throw error;
      const reason = (error as Error).message;
      run.onEvent({ type: "retry", file: run.file, attempt, waitMs, reason });
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }
}

function databaseCause(error: unknown): DatabaseError | null {
  if (error instanceof DatabaseError) return error;
  return error instanceof SqaError && error.cause instanceof DatabaseError ? error.cause : null;
}

/** Did the database refuse because something else holds a lock? */
export function isLock(error: unknown): boolean {
  return databaseCause(error)?.more.class === "lock" || (error instanceof SqaError && error.code === "SQA-520");
}

function isLostConnection(error: unknown): boolean {
  return databaseCause(error)?.more.class === "connection";
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

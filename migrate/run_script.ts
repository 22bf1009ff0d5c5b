/**
 * Runs one file's statements so that each takes effect exactly once, whatever happens in between. A transaction group and the record of it
 * are committed together. A statement that refuses a transaction has its intent committed before it and its success after it; when a
 * run died in between, the next one looks at the live object: is it what it was when the statement was begun, or what it makes of it?
 */
import {
  type Connection,
  DatabaseError,
  type Driver,
  mayPass,
  type MigrationOptions,
  type Standalone,
} from "../dialects/driver.ts";
import { SqaError } from "../schema/error.ts";
import type { Named, OnEvent } from "./events.ts";
import type { Revision } from "./history.ts";
import { fenced } from "./lease.ts";
import { runModule } from "./run_module.ts";
import { runRows } from "./run_rows.ts";
import { watchStatement } from "./watch_statement.ts";
import { refuseLastingSettings } from "./pooled.ts";
import type { Group, Script } from "./script.ts";
import type { ScriptStatement, Statements } from "./statements.ts";

/** How far a file is, by its record. */
export type Begun = Pick<Revision, "applied" | "running" | "runningFrom" | "runningSession">;

/** A statement that is about to be sent outside a transaction: what it touches as it is now, and on which session it goes. */
export interface Intent {
  readonly number: number;
  readonly from: string;
  readonly session: string | null;
}

/** How progress is recorded; up and down differ in this alone (journal.ts). */
export interface Journal {
  /** Reads the record as it is now and opens it when it is not there. "finished": somebody has done it all. */
  claim(connection: Connection): Promise<Begun | "finished">;
  progress(connection: Connection, applied: number, running: Intent | null): Promise<void>;
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
  /** How long a transaction that meets locks is tried again, and how long a statement of an earlier run is waited for. */
  readonly retryMs: number;
  readonly signal: AbortSignal | undefined;
  readonly onEvent: OnEvent;
  /** Another connection, to look at a statement that takes long. */
  watch?(): Promise<Connection>;
  /** The live schema's fingerprint. */
  fingerprint(): Promise<string>;
  /** Throws when the migration lock is lost. */
  checkLock(): Promise<void>;
  /** Throws when the lock is lost, and keeps others from it until the transaction ends; only for a lock that may be lost unnoticed. */
  readonly fence?: ((tx: Connection) => Promise<void>) | undefined;
  /** Will the end of the run be compared with a snapshot? Then a statement that was found done need not be asked about. */
  readonly verifiable: boolean;
}

/** A run with what is made once for it. */
interface Running extends ScriptRun {
  readonly alone: Standalone | null;
  readonly start: number;
  /** Statements of the file that only set something for the session. */
  readonly toSet: readonly ScriptStatement[];
  /** Is the next transaction another session's? Then what was set is taken back at the end of each, and set again in the next. */
  readonly isPooled: boolean;
  /** Those of them that were sent on this one. */
  readonly settings: Set<number>;
}

/** Runs what is not done yet. "already": another runner had done all of it before. */
export async function runScript(unfenced: ScriptRun): Promise<"ran" | "already"> {
  const { fence } = unfenced, given = fence ? { ...unfenced, journal: fenced(unfenced.journal, { fence }) } : unfenced;
  const { script, driver, connection } = given;
  const groups: readonly Group[] = script.groups.length ? script.groups : [{ transactional: true, statements: [] }];
  const end = script.statements.length;
  const isPooled = connection.server.pooled === true;
  const mixed = groups.some((group) => !group.transactional) || groups.length > 1;
  const maybe = candidates(script);
  const alone = mixed || maybe.length ? await driver.standalone?.(connection) ?? null : null;
  const toSet = alone ? maybe.filter(({ sql }) => alone.isSetting(sql)) : [];
  if (toSet.length) await alone?.remember?.(toSet.map(({ sql }) => sql));
  if (isPooled && alone) refuseLastingSettings(script, alone, given);
  const run: Running = { ...given, alone, isPooled, start: performance.now(), toSet, settings: new Set() };
  let ran = false;
  try {
    for (const [i, group] of groups.entries()) {
      const { statements } = group, first = statements.at(0)?.number ?? 1;
      const inParts = group.rows ? runRows : group.module !== undefined ? runModule : null;
      if (inParts) {
        await setAgain(run, connection, first);
        const outcome = await inParts(run, group, i === groups.length - 1, (work) => retried(run, work));
        if (outcome === "finished") return ran ? "ran" : "already";
        if (outcome === "ran") ran = true;
        continue;
      }
      for (let at = 0; at === 0 || at < statements.length;) {
        const taken = group.transactional ? statements : statements.slice(at, at + await batchAt(run, statements, at));
        const together = group.transactional || taken.length > 1 || await joins(run, taken.at(0)!);
        at += Math.max(1, taken.length);
        const last = i === groups.length - 1 && (taken.at(-1)?.number ?? end) === end;
        if (!together) await run.checkLock();
        const work = together ? () => runTransaction(run, taken, last) : () => runAlone(run, taken.at(0)!, last);
        const outcome = await retried(run, work);
        if (outcome === "finished") return ran ? "ran" : "already";
        if (outcome === "ran") ran = true;
      }
    }
    return "ran";
  } finally {
    const settings = [...run.settings].sort((a, b) => a - b).map((number) => script.statements.at(number - 1)!.sql);
    if (settings.length && !isPooled) await alone?.unset(settings).catch(() => {});
  }
}

/** What may set something that outlives its transaction; `Standalone.isSetting` says it exactly. */
const maySet = /^\s*(set|reset|use|select\s+(pg_catalog\s*\.\s*)?set_config)\b/i;

/** Statements in a row that only change rows are committed together with their record, so many at most. */
const longestBatch = 500;

/** Of statements that each stand alone: how many from there on may share one transaction, or one. */
async function batchAt(run: Running, statements: Statements, from: number): Promise<number> {
  let length = 0;
  while (
    length < longestBatch && from + length < statements.length && await joins(run, statements.at(from + length)!)
  ) {
    length++;
  }
  return Math.max(1, length);
}

/** Statements that may set something; the others need not be kept. */
function candidates({ statements }: Script): readonly ScriptStatement[] {
  const found: ScriptStatement[] = [];
  for (const statement of statements) if (maySet.test(statement.sql)) found.push(statement);
  return found;
}

async function joins({ alone }: Running, { sql }: ScriptStatement): Promise<boolean> {
  return await alone?.joins(sql) ?? false;
}

type Outcome = "ran" | "skipped" | "finished";

async function runTransaction(run: Running, statements: Statements, last: boolean): Promise<Outcome> {
  const known = [...run.settings];
  if (run.isPooled) run.settings.clear();
  try {
    return await inTransaction(run, statements, last);
  } catch (error) {
    // What the transaction has set went with it (manual, SET), and the next attempt has to set it again.
    run.settings.clear();
    for (const number of known) run.settings.add(number);
    throw error;
  }
}

function inTransaction(run: Running, statements: Statements, last: boolean): Promise<Outcome> {
  const options = {
    ...run.limits,
    transactional: true,
    // The journal's claim is read first; under a fence that is written first.
    readsFirst: run.fence === undefined,
    ...(run.signal ? { signal: run.signal } : {}),
  };
  const first = statements.at(0)?.number ?? 1;
  return run.driver.migration(run.connection, options, async (tx): Promise<Outcome> => {
    // The lock is asked about on another connection meanwhile; nothing of the file is sent before its answer.
    const [record] = await Promise.all([run.journal.claim(tx), run.checkLock()]);
    if (record === "finished") return record;
    const end = statements.at(-1)?.number ?? 0;
    if (record.applied >= end && !last) return "skipped";
    await setAgain(run, tx, first);
    for (const statement of statements) {
      if (statement.number <= record.applied) continue;
      await checkNowAndThen(run);
      await send(run, tx, statement, first);
      if (run.alone?.isSetting(statement.sql)) run.settings.add(statement.number);
    }
    const recorded = async () => {
      if (run.isPooled) await takeBack(run, tx);
      if (last) await run.journal.finish(tx, performance.now() - run.start);
      else await run.journal.progress(tx, end, null);
    };
    // Under a fence one after the other: it holds the lease's row, which the answer about the lock has to write.
    if (run.fence) await run.checkLock();
    await (run.fence ? recorded() : Promise.all([recorded(), run.checkLock()]));
    return "ran";
  });
}

/** Behind a pooler the session goes to somebody else when the transaction ends. */
async function takeBack(run: Running, tx: Connection): Promise<void> {
  for (const number of [...run.settings].sort((a, b) => b - a)) {
    for (const sql of run.alone!.undoneBy?.(run.script.statements.at(number - 1)!.sql) ?? []) await tx.execute(sql);
  }
}

async function runAlone(run: Running, statement: ScriptStatement, last: boolean): Promise<Outcome> {
  const { connection, journal, alone } = run, { number, sql } = statement;
  // A fence holds for a transaction.
  const noted = <T>(write: (on: Connection) => Promise<T>): Promise<T> =>
    run.fence ? connection.transaction((tx) => run.fence!(tx).then(() => write(tx))) : write(connection);
  const record = await noted((on) => journal.claim(on));
  if (record === "finished") return record;
  const done = (): Promise<void> =>
    noted((on) => last ? journal.finish(on, performance.now() - run.start) : journal.progress(on, number, null));
  if (record.applied >= number) {
    if (last) await done();
    return "skipped";
  }
  await setAgain(run, connection, number);
  const options = { ...run.limits, transactional: false, ...(run.signal ? { signal: run.signal } : {}) };
  if (alone?.isSetting(sql)) {
    await run.driver.migration(connection, options, (tx) => send(run, tx, statement, number));
    run.settings.add(number);
    await done();
    return "ran";
  }
  if (record.running === number) {
    await waitForEarlier(run, statement, record.runningSession);
    // Its runner may be only paused, where the lock is not lost with its connection: then it would send the statement when it wakes up.
    if (run.fence && record.runningSession !== null) {
      await alone?.end(record.runningSession);
      await waitForEarlier(run, statement, record.runningSession);
    }
    if (await tookEffect(run, statement, record)) {
      await done();
      return "ran";
    }
  }
  const cleared = alone && await run.driver.migration(connection, options, () => alone.clear(sql));
  if (cleared) run.onEvent({ type: "cleared", file: run.file, number, what: cleared });
  const from = await alone?.shape(sql) ?? await run.fingerprint();
  await noted((on) => journal.progress(on, number - 1, { number, from, session: alone?.session ?? null }));
  await run.checkLock();
  const patient = alone?.isPatient(sql) ? { lockTimeoutMs: run.retryMs } : {};
  try {
    await run.driver.migration(connection, { ...options, ...patient }, (tx) => send(run, tx, statement, number));
  } catch (error) {
    // The database has said no: the statement is to be run again. When the connection went away nobody knows, and the intent stays.
    if (!isLostConnection(error)) {
      await noted((on) => journal.progress(on, number - 1, null)).catch(() => {});
      // What it left is in the way of writers already; but whoever made it fail may still hold its locks.
      const soon = { ...options, lockTimeoutMs: 500, statementTimeoutMs: 5000 };
      if (alone) await run.driver.migration(connection, soon, () => alone.clear(sql)).catch(() => null);
    }
    throw error;
  }
  await alone?.check(sql);
  await done();
  return "ran";
}

/** The lock is asked about before every group; within a long one twice a second is enough, for its record is committed with it. */
const checkEveryMs = 500;
let checkedAt = 0;

async function checkNowAndThen(run: ScriptRun): Promise<void> {
  if (performance.now() - checkedAt < checkEveryMs) return;
  await run.checkLock();
  checkedAt = performance.now();
}

/** A run that goes on in the middle of a file has a new session: what the file has set before is set again. */
async function setAgain(run: Running, connection: Connection, before: number): Promise<void> {
  if (!run.alone) return;
  for (const { number, sql } of run.toSet) {
    if (number >= before) return;
    if (run.settings.has(number)) continue;
    await connection.execute(sql);
    run.settings.add(number);
  }
}

/** A client that was killed leaves its statement to the server, which may go on with it. It is waited for, as long as for other runners. */
async function waitForEarlier(run: Running, { number, sql }: ScriptStatement, session: string | null): Promise<void> {
  if (session === null || !run.alone) return;
  const until = performance.now() + run.retryMs;
  for (let told = false;;) {
    const busy = await run.alone.busy(session, sql);
    if (busy === null) return;
    if (!told) run.onEvent({ type: "earlier-run", file: run.file, number, busy });
    told = true;
    if (run.signal?.aborted || performance.now() > until) {
      throw new SqaError("SQA-520", `the server is still at statement ${number} of ${run.file.label}`, {
        exit: 75,
        detail: `an earlier run was killed, but not its statement: ${busy}`,
        hint: "wait and run the same command again, or end the statement with `sqa unlock`",
      });
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** An earlier run began this statement and never came back: did it take effect? */
async function tookEffect(run: Running, statement: ScriptStatement, record: Begun): Promise<boolean> {
  const { number, sql } = statement, before = record.runningFrom ?? "";
  const known = await run.alone?.outcome(sql, before) ?? null;
  const live = known === null ? await run.fingerprint() : "";
  const outcome = known ??
    (live === before
      ? "not begun"
      : run.verifiable
      ? "took effect"
      : { unclear: "the schema has changed since, and nobody can say by what" });
  if (typeof outcome === "string") {
    const found = outcome === "took effect" ? "done" : "not begun";
    run.onEvent({ type: "resumed", file: run.file, number, found });
    return outcome === "took effect";
  }
  throw new SqaError(
    "SQA-514",
    `an earlier run was killed during statement ${number} of ${run.file.label}, and it cannot be told whether it took effect`,
    {
      place: { file: run.path, line: statement.line },
      object: run.file.id,
      detail: `${sql}\n${outcome.unclear}`,
      exit: 3,
      choices: [`sqa repair ${run.file.id} --done ${number}`, `sqa repair ${run.file.id} --again ${number}`],
      hint: "look at the database, then say which it was",
    },
  );
}

/** Sends one statement; its error says which one it was and what became of the file. */
async function send(
  run: ScriptRun,
  tx: Connection,
  statement: ScriptStatement,
  first: number,
): Promise<void> {
  const { number, sql } = statement, total = run.script.statements.length, { file } = run;
  if (run.signal?.aborted) throw interrupted(run, statement, first);
  run.onEvent({ type: "statement-start", file, number, total, sql });
  const start = performance.now();
  const unwatch = watchStatement(run, number);
  try {
    await untilStopped(run.signal, tx, () => tx.execute(sql));
  } catch (error) {
    if (run.signal?.aborted) throw interrupted(run, statement, first, error);
    if (!(error instanceof DatabaseError)) throw error;
    throw new SqaError("SQA-510", `statement ${number} of ${total} of ${file.label} failed: ${error.message}`, {
      place: { file: run.path, line: statement.line },
      object: file.id,
      detail: fate(first),
      cause: error.more.sql === null ? new DatabaseError(error.message, { ...error.more, sql }) : error,
      ...(mayPass(error) ? { exit: 75 as const } : {}),
      hint: mayPass(error) ? "run the same command again" : hintFor(error),
    });
  } finally {
    unwatch();
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

/** What met somebody's lock was rolled back as a whole, or has not begun, so it can be tried again until the time is over. */
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

/**
 * Runs one file's statements so that each takes effect exactly once, whatever happens in between. A transaction group and the record of it
 * are committed together. A statement that refuses a transaction has its intent committed before it and its success after it; when a
 * run died in between, the next one looks at the live object: is it what it was when the statement was begun, or what it makes of it?
 */
import { fenced } from "./lease.ts";
import { refuseLastingSettings } from "./pooled.ts";
import { isLostConnection, retried } from "./retried.ts";
import { runAlone } from "./run_alone.ts";
import { runModule } from "./run_module.ts";
import { runRows } from "./run_rows.ts";
import type { Group } from "./script.ts";
import type { Outcome, Running, ScriptRun } from "./script_run.ts";
import { sendAhead } from "./send_statement.ts";
import { setAgain, settingsIn, takeBack } from "./session_settings.ts";
import type { ScriptStatement, Statements } from "./statements.ts";

/** Runs what is not done yet. "already": another runner had done all of it before. */
export async function runScript(unfenced: ScriptRun): Promise<"ran" | "already"> {
  const { fence } = unfenced, given = fence ? { ...unfenced, journal: fenced(unfenced.journal, { fence }) } : unfenced;
  const { script, driver, connection } = given;
  const groups: readonly Group[] = script.groups.length ? script.groups : [{ transactional: true, statements: [] }];
  const end = script.statements.length;
  const isPooled = connection.server.pooled === true;
  const mixed = groups.some((group) => !group.transactional) || groups.length > 1;
  const toSet = settingsIn(script, driver.dialect);
  const alone = mixed || toSet.length ? await driver.standalone?.(connection) ?? null : null;
  if (toSet.length) await alone?.remember?.(toSet.map(({ sql }) => sql));
  if (isPooled && alone) refuseLastingSettings(script, alone, driver.dialect, given);
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

async function joins({ alone }: Running, { sql }: ScriptStatement): Promise<boolean> {
  return await alone?.joins(sql) ?? false;
}

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
    const [record] = await Promise.all([run.journal.claim(tx, run.driver.failsAsAWhole ?? false), run.checkLock()]);
    if (record === "finished") return record;
    const { written = Promise.resolve() } = record;
    const end = statements.at(-1)?.number ?? 0;
    if (record.applied >= end && !last) {
      await written;
      return "skipped";
    }
    await setAgain(run, tx, first);
    const check = nowAndThen(run);
    const sent = await sendAhead(run, tx, statements.slice(Math.max(0, record.applied + 1 - first)), first, {
      before: check,
      done: ({ number, sql }) => {
        if (run.driver.dialect.isSetting?.(sql)) run.settings.add(number);
      },
    }).then(() => null, (error) => ({ error }));
    // Where the record could not be written, that is what is wrong, and not what became of the statements behind it. A lost connection is told of
    // the statement: nobody knows then whether the record was.
    const unwritten = run.signal?.aborted ? null : await written.then(() => null, (error) => ({ error }));
    if (unwritten && !(sent && isLostConnection(unwritten.error))) throw unwritten.error;
    if (sent) throw sent.error;
    await written;
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

/** The lock is asked about before every group; within a long one twice a second is enough, for its record is committed with it. */
const checkEveryMs = 500;

/** Asks about the lock when the last answer is old. */
function nowAndThen(run: ScriptRun): () => Promise<void> {
  let checkedAt = performance.now();
  return async () => {
    if (performance.now() - checkedAt < checkEveryMs) return;
    await run.checkLock();
    checkedAt = performance.now();
  };
}

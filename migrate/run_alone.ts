/**
 * A statement that refuses a transaction: its intent is committed before it and its success after it. When a run died in between, the next one
 * looks at the live object: is it what it was when the statement was begun, or what it makes of it?
 */
import type { Connection } from "../dialects/driver.ts";
import { SqaError } from "../schema/error.ts";
import { isLostConnection } from "./retried.ts";
import type { Begun, Outcome, Running } from "./script_run.ts";
import { send } from "./send_statement.ts";
import { setAgain } from "./session_settings.ts";
import type { ScriptStatement } from "./statements.ts";

/** Runs it, or finds it done. SQA-510 when it fails, SQA-514 when nobody can say whether it took effect, SQA-520 while the server is still at it. */
export async function runAlone(run: Running, statement: ScriptStatement, last: boolean): Promise<Outcome> {
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
  if (run.driver.dialect.isSetting?.(sql)) {
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

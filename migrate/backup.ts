/**
 * `sqa migrate --backup`: a copy of the database before anything is changed, and the way back when the run fails. What a copy is and how it
 * is put back is the driver's business. Where other programs have written since, it is left to the user: their rows are not ours to undo.
 */
import type { Backup } from "../dialects/driver.ts";
import { SqaError } from "../schema/error.ts";
import type { Runner } from "./runner.ts";

/**
 * Runs `work` with a copy behind it; `path` is null without one. A run that was stopped on request is not undone: the same command
 * goes on with it. SQA-528 when the database cannot be copied; then `work` has not begun.
 */
export async function withBackup<T>(
  runner: Runner,
  to: string | true | null,
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly path: string | null }> {
  if (to === null) return { result: await work(), path: null };
  const before = await historyText(runner);
  const backup = await take(runner, to === true ? null : to);
  runner.emit({ type: "backup", path: backup.path });
  try {
    return { result: await work(), path: backup.path };
  } catch (error) {
    if (error instanceof SqaError && error.code === "SQA-525") throw error;
    throw withDetail(error, await undo(runner, backup, before));
  }
}

async function take({ options: { driver }, connection }: Runner, path: string | null): Promise<Backup> {
  const backup = await driver.backup?.(connection, path);
  if (backup) return backup;
  throw new SqaError("SQA-528", `sqa cannot back up ${driver.dialect.label}`, {
    hint: "make a backup with the database's own tool and leave --backup away; nothing was changed",
    exit: 64,
  });
}

/** What became of the database, in a sentence. */
async function undo(runner: Runner, backup: Backup, before: string): Promise<string> {
  const { path } = backup;
  try {
    // A file's record is committed with it, so the same history means that nothing was committed.
    if (await historyText(runner) === before) return `the database is as it was; a copy is in ${path}`;
    const restored = await backup.restore() === "restored";
    runner.emit({ type: "restored", path, restored });
    return restored
      ? `the database was put back as it was before this run, from ${path}`
      : `other programs have written to the database since, so it was not put back; how it was is in ${path}`;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return `the database could not be put back (${why}); how it was is in ${path}`;
  }
}

/** The history as one text; one without rows is as good as none. */
async function historyText({ history, connection }: Runner): Promise<string> {
  return JSON.stringify(await history.read(connection) ?? []);
}

function withDetail(error: unknown, sentence: string): unknown {
  if (!(error instanceof SqaError)) {
    return new Error(`${error instanceof Error ? error.message : error}; ${sentence}`, { cause: error });
  }
  const detail = error.more.detail ? `${error.more.detail}\n${sentence}` : sentence;
  return new SqaError(error.code, error.message, { ...error.more, detail });
}

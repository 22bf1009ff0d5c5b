/** What is tried again: what met somebody's lock. */
import { DatabaseError } from "../dialects/driver.ts";
import { SqaError } from "../schema/error.ts";
import type { ScriptRun } from "./script_run.ts";

/** What met somebody's lock was rolled back as a whole, or has not begun, so it can be tried again until the time is over. */
export async function retried<T>(run: ScriptRun, work: () => Promise<T>): Promise<T> {
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

/** Did the connection go away, so that nobody knows what became of the statement? */
export function isLostConnection(error: unknown): boolean {
  return databaseCause(error)?.more.class === "connection";
}

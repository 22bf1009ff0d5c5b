/** The lock that runners of this project's history exclude each other with, for commands that are no runner. */
import type { MigrationLock } from "../dialects/driver.ts";
import { historyOf, lockName, noLock } from "../migrate/mod.ts";
import type { Project } from "./context.ts";

/**
 * Takes it, waiting as long as the settings say, or SQA-520 (exit 75); who is waited for is said. Where a migration's own transaction excludes
 * others (SQLite), and through servers without such a lock, nothing is taken.
 */
export async function migrationLock(
  { database: { driver, dialect, url }, settings, session: { io, out } }: Project,
): Promise<MigrationLock> {
  const history = historyOf(dialect, settings.historyTable ?? undefined);
  const lock = await driver.lock(url, lockName({ history }), {
    timeoutMs: settings.lockTimeout,
    signal: io.signal,
    onWait: (holder) =>
      out.note(`waiting for another run to finish${holder ? ` (the lock is held by ${holder})` : ""} …`),
  });
  return lock ?? noLock;
}

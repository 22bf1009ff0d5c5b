/** `sqa unlock`: who holds the migration lock, and which statements of killed runs the server is still at; ends them when asked to. */
import type { ServerSession } from "../dialects/driver.ts";
import { scriptOf } from "./repair.ts";
import { lockName, type RunnerOptions, withRunner } from "./runner.ts";

export interface UnlockOptions extends RunnerOptions {
  /** End what is found; else only look. */
  readonly confirmed: boolean;
}

/** One session that stands in the way of the next run. */
export interface Held extends ServerSession {
  /** Why: it holds the lock, or is at a statement of a run that is over. */
  readonly what: "lock" | "statement";
  /** Which file and statement; null for the lock. */
  readonly statement: string | null;
  /** Null: it was only looked at. False: it was gone already. */
  readonly ended: boolean | null;
}

/** What was found, and what became of it. Nothing of the history is changed: the next run looks at the live objects and goes on. */
export function unlock(options: UnlockOptions): Promise<readonly Held[]> {
  return withRunner(options, "unlock", async (runner) => {
    const { connection, history } = runner, { driver } = options, { sessions } = driver;
    if (!sessions) return [];
    const found: Omit<Held, "ended">[] = (await sessions.holders(connection, lockName(runner)))
      .map((session) => ({ ...session, what: "lock", statement: null }));
    const standalone = await driver.standalone?.(connection);
    for (const row of await history.read(connection) ?? []) {
      if (row.running === null || row.runningSession === null || !standalone) continue;
      const migration = runner.folder.migrations.find(({ id }) => id === row.id) ?? null;
      const sql = (await scriptOf(runner, { migration, revision: row }))?.[row.running - 1];
      const busy = sql === undefined ? null : await standalone.busy(row.runningSession, sql);
      if (busy === null) continue;
      found.push({
        id: row.runningSession,
        text: busy,
        what: "statement",
        statement: `statement ${row.running} of ${row.id} (${row.name})`,
      });
    }
    const held: Held[] = [];
    for (const each of found) {
      held.push({ ...each, ended: options.confirmed ? await sessions.end(connection, each.id) : null });
    }
    return held;
  });
}

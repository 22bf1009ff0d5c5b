/**
 * What the servers tell others about a statement. MariaDB counts in its process list; MySQL in performance_schema.events_stages_current, where its
 * consumer is switched on (manual, "Monitoring ALTER TABLE Progress for InnoDB Tables Using Performance Schema").
 */
import type { Connection, StatementProgress } from "../driver.ts";

interface Row extends Record<string, unknown> {
  readonly state: string | null;
  readonly done?: string | number | null;
  readonly total?: string | number | null;
}

/** Null when the session is at nothing that others can see. */
export async function progress(connection: Connection, session: string): Promise<StatementProgress | null> {
  const id = Number(session);
  const [row] = await connection.query<Row>(
    "SELECT p.* , p.STATE AS state FROM information_schema.PROCESSLIST AS p WHERE p.ID = ?",
    [
      id,
    ],
  );
  if (!row) return null;
  const phase = row.state || null;
  // MariaDB's columns: stages so far, how many there are, and the percentage of this one.
  if ("PROGRESS" in row) {
    const share = Number(row.PROGRESS) / 100, stages = Number(row.MAX_STAGE);
    return {
      phase: phase && stages > 1 ? `${phase} (stage ${Number(row.STAGE)} of ${stages})` : phase,
      share: stages > 0 ? Math.min(1, share) : null,
      blockers: await blockersOf(connection, id, phase),
    };
  }
  const [stage] = await connection.query<Row>(
    `SELECT s.EVENT_NAME AS state, s.WORK_COMPLETED AS done, s.WORK_ESTIMATED AS total
    FROM performance_schema.events_stages_current AS s JOIN performance_schema.threads AS t ON t.THREAD_ID = s.THREAD_ID
    WHERE t.PROCESSLIST_ID = ? AND s.WORK_ESTIMATED > 0`,
    [id],
  ).catch(() => []);
  return {
    phase: stage?.state?.replace(/^stage\/[^/]+\//, "") ?? phase,
    share: stage ? Math.min(1, Number(stage.done) / Number(stage.total)) : null,
    blockers: await blockersOf(connection, id, phase),
  };
}

/** Who holds the definition of a table that the statement wants (MySQL's sys schema; MariaDB needs a plugin for it and says nothing). */
async function blockersOf(connection: Connection, id: number, phase: string | null): Promise<readonly string[]> {
  if (!phase?.includes("metadata lock")) return [];
  const rows = await connection.query<{ pid: number; account: string | null; seconds: number | null }>(
    `SELECT DISTINCT w.blocking_pid AS pid, w.blocking_account AS account, p.TIME AS seconds FROM sys.schema_table_lock_waits AS w
    LEFT JOIN information_schema.PROCESSLIST AS p ON p.ID = w.blocking_pid
    WHERE w.waiting_pid = ? AND w.blocking_pid <> w.waiting_pid`,
    [id],
  ).catch(() => []);
  return rows.map(({ pid, account, seconds }) =>
    `connection ${pid}${account ? ` (${account}${seconds === null ? "" : `, for ${seconds} s`})` : ""}`
  );
}

/** What Postgres tells others about a statement: pg_stat_progress_* (manual, "Progress Reporting") and who it waits for. */
import type { Connection, StatementProgress } from "../driver.ts";
import { quoteText } from "./sql.ts";

interface Row extends Record<string, unknown> {
  readonly phase: string | null;
  readonly done: string | null;
  readonly total: string | null;
  readonly waits: boolean;
}

interface Blocker extends Record<string, unknown> {
  readonly pid: number;
  readonly application: string | null;
  readonly seconds: string | null;
  readonly state: string | null;
}

/** Null when the session is at nothing that others can see. */
export async function progress(connection: Connection, session: string): Promise<StatementProgress | null> {
  const [row] = await connection.query<Row>(
    `SELECT COALESCE(
        'index: ' || i.phase, 'vacuum: ' || v.phase, lower(c.command) || ': ' || c.phase,
        CASE WHEN a.wait_event_type = 'Lock' THEN 'waiting for a lock' END) AS phase,
      COALESCE(NULLIF(i.blocks_total, 0), NULLIF(i.tuples_total, 0), v.heap_blks_total, c.heap_blks_total)::text AS total,
      COALESCE(CASE WHEN i.blocks_total > 0 THEN i.blocks_done ELSE i.tuples_done END, v.heap_blks_scanned, c.heap_blks_scanned)::text AS done,
      a.wait_event_type = 'Lock' AS waits
    FROM pg_catalog.pg_stat_activity AS a
    LEFT JOIN pg_catalog.pg_stat_progress_create_index AS i ON i.pid = a.pid
    LEFT JOIN pg_catalog.pg_stat_progress_vacuum AS v ON v.pid = a.pid
    LEFT JOIN pg_catalog.pg_stat_progress_cluster AS c ON c.pid = a.pid
    WHERE a.pid = $1::pg_catalog.int4`,
    [session],
  );
  if (!row) return null;
  const blockers = !row.waits ? [] : await connection.query<Blocker>(
    `SELECT a.pid, NULLIF(a.application_name, '') AS application, a.state,
      EXTRACT(epoch FROM pg_catalog.clock_timestamp() - a.xact_start)::pg_catalog.int4::text AS seconds
    FROM pg_catalog.pg_stat_activity AS a WHERE a.pid = ANY(pg_catalog.pg_blocking_pids($1::pg_catalog.int4))`,
    [session],
  );
  const prepared = !row.waits ? [] : await connection.query<Prepared>(preparedSql, [session]);
  const total = Number(row.total ?? 0), done = Number(row.done ?? 0);
  return {
    phase: row.phase,
    share: total > 0 ? Math.min(1, done / total) : null,
    blockers: [
      ...prepared.map(preparedText),
      ...blockers.map(({ pid, application, state, seconds }) => {
        const known = [
          application === null ? null : `"${application}"`,
          state,
          seconds === null ? null : `its transaction is ${seconds} s old`,
        ].filter((part) => part !== null);
        return `process ${pid}${known.length ? ` (${known.join(", ")})` : ""}`;
      }),
    ],
  };
}

interface Prepared extends Record<string, unknown> {
  readonly gid: string;
  readonly seconds: string | null;
}

/** Prepared transactions that hold a lock on what the session waits for: they have no process, and pg_blocking_pids says 0 for them. */
const preparedSql =
  `SELECT DISTINCT p.gid, EXTRACT(epoch FROM pg_catalog.clock_timestamp() - p.prepared)::pg_catalog.int4::text AS seconds
  FROM pg_catalog.pg_locks AS w
    JOIN pg_catalog.pg_locks AS h ON h.granted AND h.pid IS NULL AND h.locktype = w.locktype
      AND h.database IS NOT DISTINCT FROM w.database AND h.relation IS NOT DISTINCT FROM w.relation
    JOIN pg_catalog.pg_locks AS t ON t.locktype = 'transactionid' AND t.pid IS NULL AND t.virtualtransaction = h.virtualtransaction
    JOIN pg_catalog.pg_prepared_xacts AS p ON p.transaction = t.transactionid
  WHERE NOT w.granted AND w.pid = $1::pg_catalog.int4`;

function preparedText({ gid, seconds }: Prepared): string {
  return `prepared transaction ${quoteText(gid)} (${seconds} s old): COMMIT PREPARED or ROLLBACK PREPARED ends it`;
}

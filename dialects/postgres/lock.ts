/**
 * Excludes other runners: a transaction-level advisory lock, held by an idle READ COMMITTED transaction on a connection of its own. Unlike a
 * session lock it also excludes behind a pooler in transaction mode, is gone the moment its connection is, and does not stand in the way
 * of CREATE INDEX CONCURRENTLY (a waiting pg_advisory_lock() or a REPEATABLE READ snapshot would). So it is polled, in transactions of their own, never waited for.
 */
import { createHash } from "node:crypto";
import { progress } from "./progress.ts";
import type { Connection, LockOptions, MigrationLock, ServerSession, Sessions } from "../driver.ts";
import { SqaError } from "../../schema/error.ts";
import { connect } from "./connection.ts";

const firstPause = 250, longestPause = 2000;

/** Takes the lock of that name, or SQA-520 (exit 75) after the timeout. */
export async function lock(url: string, name: string, options: LockOptions): Promise<MigrationLock> {
  // Not tied to the run's signal: what is under way when the run is stopped ends under the lock.
  const connection = await connect(url, { applicationName: "sqa lock" });
  try {
    await hold(connection, keyOf(name), name, options);
  } catch (error) {
    await connection.close();
    throw error;
  }
  const release = async () => {
    await connection.execute("ROLLBACK").catch(() => {});
    await connection.close();
  };
  return {
    async check() {
      try {
        await letGo(connection);
      } catch (cause) {
        throw new SqaError("SQA-521", "the migration lock was lost: the connection that held it is gone", {
          cause,
          exit: 75,
          hint: "run the same command again; what was committed is recorded",
        });
      }
    },
    [Symbol.asyncDispose]: release,
  };
}

/** Servers that speak Postgres and whose advisory locks do nothing, or not in every release. */
export async function uncertainLock(connection: Connection): Promise<string | null> {
  const [row] = await connection.query<{ version: string }>("SELECT pg_catalog.version() AS version");
  const version = row?.version ?? "";
  return /CockroachDB/i.test(version) ? "CockroachDB" : /-YB-|Yugabyte/i.test(version) ? "Yugabyte" : null;
}

/** A signed 64-bit number from a name, as text. */
function keyOf(name: string): string {
  return String(createHash("sha256").update(`sqa\0${name}`).digest().readBigInt64BE());
}

/**
 * Tries until it has the lock. Each try is a transaction of its own that ends when the lock is another's: CREATE INDEX CONCURRENTLY of the
 * run that holds it may meet the snapshot of a try, and then waits for the end of that transaction (WaitForOlderSnapshots in indexcmds.c).
 */
async function hold(connection: Connection, key: string, name: string, options: LockOptions): Promise<void> {
  const started = performance.now();
  let told = false;
  for (let pause = firstPause;; pause = Math.min(pause * 1.5, longestPause)) {
    if (await tried(connection, key)) return;
    options.signal?.throwIfAborted();
    const waited = performance.now() - started;
    if (waited >= options.timeoutMs) throw busy(name, await holderOf(connection, key), options.timeoutMs);
    if (!told && waited >= 1000) {
      told = true;
      options.onWait?.(await holderOf(connection, key));
    }
    const jitter = pause * (0.75 + Math.random() / 2);
    await new Promise((resolve) => setTimeout(resolve, Math.min(jitter, Math.max(1, options.timeoutMs - waited))));
  }
}

/** Is the lock held now, by a transaction that stays open? Else none is. */
async function tried(connection: Connection, key: string): Promise<boolean> {
  await connection.execute("BEGIN ISOLATION LEVEL READ COMMITTED");
  // The transaction is idle on purpose. transaction_timeout exists since 17.
  await connection.execute("SET LOCAL idle_in_transaction_session_timeout = 0");
  if (connection.version >= 170000) await connection.execute("SET LOCAL transaction_timeout = 0");
  const [row] = await connection.query<{ held: boolean }>(
    `SELECT pg_catalog.pg_try_advisory_xact_lock(${key}) AS held`,
  );
  if (row?.held) await letGo(connection);
  else await connection.execute("ROLLBACK");
  return row?.held === true;
}

/**
 * Lets go of the snapshot of the last query. In the extended protocol a query's portal stays open, with its snapshot, until the next statement
 * of the transaction takes its place; CREATE INDEX CONCURRENTLY of the very run that holds this lock would wait for it for ever. SHOW
 * needs no snapshot. It also tells whether the connection is still there.
 */
async function letGo(connection: Connection): Promise<void> {
  await connection.execute("SHOW transaction_isolation");
}

/** Who holds the lock, as far as this role may see it. */
async function holdersOf(connection: Connection, key: string): Promise<readonly ServerSession[]> {
  const bits = BigInt.asUintN(64, BigInt(key));
  const rows = await connection.query<Record<string, string | number | null>>(
    `SELECT l.pid, a.usename AS role, a.application_name AS application, a.client_addr::text AS address, a.xact_start::text AS since,
      EXTRACT(epoch FROM a.backend_start)::text AS begun
    FROM pg_catalog.pg_locks AS l LEFT JOIN pg_catalog.pg_stat_activity AS a ON a.pid = l.pid
    WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
      AND l.classid = ${bits >> 32n} AND l.objid = ${bits & 0xffffffffn}
      AND l.database = (SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname = pg_catalog.current_database())`,
  );
  return rows.map((row) => {
    const parts = [
      row.application ? `"${row.application}"` : null,
      row.role ? `of role ${row.role}` : null,
      row.address ? `from ${row.address}` : null,
      row.since ? `since ${row.since}` : null,
    ].filter((part) => part !== null);
    return {
      id: `${row.pid}:${row.begun ?? ""}`,
      text: `process ${row.pid}${parts.length ? ` (${parts.join(" ")})` : ""}`,
    };
  });
}

async function holderOf(connection: Connection, key: string): Promise<string | null> {
  return (await holdersOf(connection, key))[0]?.text ?? null;
}

/** Sessions of other runs. Ending one takes the role that it belongs to, or pg_signal_backend (manual, "Server Signaling Functions"). */
export const sessions: Sessions = {
  holders: (connection, name) => holdersOf(connection, keyOf(name)),
  progress,
  async end(connection, id) {
    const [pid, since] = id.split(":");
    const rows = await connection.query<{ ended: boolean }>(
      `SELECT pg_catalog.pg_terminate_backend(a.pid) AS ended FROM pg_catalog.pg_stat_activity AS a
      WHERE a.pid = $1::pg_catalog.int4 AND ($2 = '' OR EXTRACT(epoch FROM a.backend_start)::text = $2)`,
      [pid, since ?? ""],
    );
    return rows[0]?.ended === true;
  },
};

function busy(name: string, holder: string | null, timeoutMs: number): SqaError {
  const seconds = Math.round(timeoutMs / 100) / 10;
  return new SqaError("SQA-520", `another run holds the migration lock "${name}" for longer than ${seconds} s`, {
    exit: 75,
    ...(holder ? { detail: `held by ${holder}` } : {}),
    hint: "wait for the other run, or give more time with --lock-timeout",
  });
}

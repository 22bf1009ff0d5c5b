/**
 * Excludes other runners: GET_LOCK on a connection of its own. The server lets it go when that connection is gone. It is asked for in short
 * turns, so that an interrupt is noticed and the holder can be named.
 */
import { createHash } from "node:crypto";
import {
  type Connection,
  DatabaseError,
  type LockOptions,
  type MigrationLock,
  type ServerSession,
  type Sessions,
} from "../driver.ts";
import { progress } from "./progress.ts";
import { SqaError } from "../../schema/error.ts";

/** Takes the lock of that name in the connection's database, or SQA-520 (exit 75) after the timeout. Closes the connection in the end. */
export async function lockOn(connection: Connection, name: string, options: LockOptions): Promise<MigrationLock> {
  const key = keyOf(connection.server.database, name);
  try {
    await hold(connection, key, name, options);
  } catch (error) {
    await connection.close();
    throw error;
  }
  return {
    async check() {
      const [row] = await connection.query<{ mine: number | null }>(
        "SELECT IS_USED_LOCK(?) = CONNECTION_ID() AS mine",
        [key],
      ).catch(() => []);
      if (Number(row?.mine) === 1) return;
      throw new SqaError("SQA-521", "the migration lock was lost: the connection that held it is gone", {
        exit: 75,
        hint: "run the same command again; what was done is recorded",
      });
    },
    async [Symbol.asyncDispose]() {
      await connection.query("SELECT RELEASE_LOCK(?)", [key]).catch(() => {});
      await connection.close();
    },
  };
}

/** Clusters in which GET_LOCK excludes those on the same node only (Galera), and servers behind which a session may move. */
export async function uncertainLock(connection: Connection): Promise<string | null> {
  const rows = await connection.query<{ Variable_name: string; Value: string }>(
    "SHOW VARIABLES WHERE Variable_name IN ('version', 'version_comment', 'wsrep_on')",
  );
  const values = new Map(rows.map((row) => [row.Variable_name.toLowerCase(), String(row.Value)]));
  const version = `${values.get("version") ?? ""} ${values.get("version_comment") ?? ""}`;
  if (/TiDB/i.test(version)) return "TiDB";
  if (/Vitess|PlanetScale/i.test(version)) return "Vitess";
  return /^(on|1)$/i.test(values.get("wsrep_on") ?? "") ? "Galera" : null;
}

/** Lock names belong to the whole server and have 64 characters at most. */
function keyOf(database: string, name: string): string {
  return `sqa:${createHash("sha256").update(`${database}\0${name}`).digest("hex").slice(0, 48)}`;
}

async function hold(connection: Connection, key: string, name: string, options: LockOptions): Promise<void> {
  // The connection is idle on purpose.
  await connection.execute("SET SESSION wait_timeout = 2147483");
  const started = performance.now();
  for (let told = false;;) {
    const left = Math.max(0, options.timeoutMs - (performance.now() - started));
    const turn = Math.min(1, left / 1000);
    const [row] = await connection.query<{ held: number | null }>(`SELECT GET_LOCK(?, ${turn.toFixed(3)}) AS held`, [
      key,
    ]);
    if (Number(row?.held) === 1) return;
    options.signal?.throwIfAborted();
    const waited = performance.now() - started;
    if (waited >= options.timeoutMs) throw busy(name, await holderOf(connection, key), options.timeoutMs);
    if (!told && waited >= 1000) {
      told = true;
      options.onWait?.(await holderOf(connection, key));
    }
  }
}

/** Who holds the lock, as far as this account may see it. */
async function holdersOf(connection: Connection, key: string): Promise<readonly ServerSession[]> {
  const [row] = await connection.query<{ id: number | null }>("SELECT IS_USED_LOCK(?) AS id", [key]);
  if (row?.id === null || row?.id === undefined) return [];
  const [process] = await connection.query<{ account: string; host: string; seconds: number }>(
    "SELECT USER AS account, HOST AS host, TIME AS seconds FROM information_schema.PROCESSLIST WHERE ID = ?",
    [row.id],
  ).catch(() => []);
  const known = process ? ` (${process.account} from ${process.host}, idle for ${process.seconds} s)` : "";
  return [{ id: String(row.id), text: `connection ${row.id}${known}` }];
}

async function holderOf(connection: Connection, key: string): Promise<string | null> {
  return (await holdersOf(connection, key))[0]?.text ?? null;
}

/** Sessions of other runs. Ending one takes its own account, or CONNECTION_ADMIN (manual, KILL). */
export const sessions: Sessions = {
  holders: (connection, name) => holdersOf(connection, keyOf(connection.server.database, name)),
  progress,
  async end(connection, id) {
    try {
      await connection.execute(`KILL CONNECTION ${Number(id)}`);
      return true;
    } catch (error) {
      // 1094 ER_NO_SUCH_THREAD
      if (error instanceof DatabaseError && /NO_SUCH_THREAD|1094/.test(String(error.more.code))) return false;
      throw error;
    }
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

/**
 * Excludes other runners: GET_LOCK on a connection of its own. The server lets it go when that connection is gone. It is asked for in short
 * turns, so that an interrupt is noticed and the holder can be named.
 */
import { createHash } from "node:crypto";
import type { Connection, LockOptions, MigrationLock } from "../driver.ts";
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
async function holderOf(connection: Connection, key: string): Promise<string | null> {
  const [row] = await connection.query<{ id: number | null }>("SELECT IS_USED_LOCK(?) AS id", [key]);
  if (row?.id === null || row?.id === undefined) return null;
  const [process] = await connection.query<{ account: string; host: string }>(
    "SELECT USER AS account, HOST AS host FROM information_schema.PROCESSLIST WHERE ID = ?",
    [row.id],
  ).catch(() => []);
  return `connection ${row.id}${process ? ` (${process.account} from ${process.host})` : ""}`;
}

function busy(name: string, holder: string | null, timeoutMs: number): SqaError {
  const seconds = Math.round(timeoutMs / 100) / 10;
  return new SqaError("SQA-520", `another run holds the migration lock "${name}" for longer than ${seconds} s`, {
    exit: 75,
    ...(holder ? { detail: `held by ${holder}` } : {}),
    hint: "wait for the other run, or give more time with --lock-timeout",
  });
}

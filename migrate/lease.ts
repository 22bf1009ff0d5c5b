/**
 * Excludes other runners where a lock of the server's session cannot: clusters whose locks end at the node, poolers, servers without such locks. One row
 * beside the history says who holds it, until when by the server's clock, and a number that grows with every holder (the fence). It is taken
 * by compare-and-set when it has run out or was given back, and renewed on a connection of its own. Whoever was paused past its end
 * finds another number there: every write to the history looks at it in its own transaction, so nothing is recorded, and nothing is
 * committed together with a record, by a runner that is not the holder any more.
 */
import { hostname } from "node:os";
import type { Dialect } from "../dialects/dialect.ts";
import {
  type Connection,
  DatabaseError,
  type Driver,
  type LockOptions,
  type MigrationLock,
} from "../dialects/driver.ts";
import { SqaError } from "../schema/error.ts";
import { historyPath } from "./history.ts";
import type { Journal } from "./script_run.ts";

/** A lock that can be lost while its holder goes on. */
export interface Lease extends MigrationLock {
  /** Throws SQA-521 unless this run still holds it; if so nobody can take it over before the transaction of `tx` ends. */
  fence(tx: Connection): Promise<void>;
}

export interface LeaseOptions extends LockOptions {
  readonly driver: Driver;
  readonly url: string;
  readonly historyTable?: string;
  /** After so many milliseconds without a sign of life others may take it over. */
  readonly lastsMs: number;
}

/** The lease's table: beside the history's, under its name. */
export function leasePath(dialect: Dialect, historyTable?: string): readonly string[] {
  const path = historyPath(dialect, historyTable);
  return [...path.slice(0, -1), `${path.at(-1)}_lease`];
}

interface Row {
  readonly fence: string | number | null;
  readonly holder: unknown;
  readonly left: string | number;
}

/** Takes it, or SQA-520 (exit 75) after the timeout; a holder that was killed is waited for until its time is over. */
export async function takeLease(options: LeaseOptions): Promise<Lease> {
  const { driver, url, lastsMs } = options, { dialect } = driver, { clock } = dialect.history;
  if (clock === undefined) throw new SqaError("SQA-901", `${dialect.name} needs no lease`);
  const connection = await driver.connect(url, { applicationName: "sqa lease" });
  const table = dialect.quotePath(leasePath(dialect, options.historyTable));
  const p = (position: number): string => dialect.history.placeholder(position), q = dialect.quote;
  const me = `process ${Deno.pid} on ${hostname()} (${crypto.randomUUID().slice(0, 8)})`;
  const look = async (on: Connection, suffix = ""): Promise<Row> => {
    const [row] = await on.query<Row & Record<string, unknown>>(
      `SELECT ${q("fence")} AS fence, ${q("holder")} AS holder, ${q("expires")} - ${clock} AS ${
        q("left")
      } FROM ${table} WHERE ${q("id")} = 1${suffix}`,
    );
    if (!row) throw lost("its row is gone");
    return row;
  };
  const isMine = (row: Row, fence: number): boolean => Number(row.fence) === fence && textOf(row.holder) === me;

  let fence = 0, until = 0;
  try {
    await create(connection, dialect, table);
    ({ fence, until } = await take());
  } catch (error) {
    await connection.close();
    throw error;
  }

  async function take(): Promise<{ fence: number; until: number }> {
    const started = performance.now();
    for (let told = false;;) {
      const sent = performance.now();
      await connection.execute(
        `UPDATE ${table} SET ${q("fence")} = ${q("fence")} + 1, ${q("holder")} = ${p(1)}, ${
          q("expires")
        } = ${clock} + ${Math.round(lastsMs)} WHERE ${q("id")} = 1 AND ${q("expires")} <= ${clock}`,
        [me],
      );
      const row = await look(connection);
      if (textOf(row.holder) === me) return { fence: Number(row.fence), until: sent + lastsMs };
      options.signal?.throwIfAborted();
      const waited = performance.now() - started,
        holder = `${textOf(row.holder)}, for ${seconds(Number(row.left))} more`;
      if (waited >= options.timeoutMs) throw busy(holder, options.timeoutMs);
      if (!told && waited >= 1000) {
        told = true;
        options.onWait?.(holder);
      }
      const pause = Math.min(250 + Math.random() * 250, Math.max(20, Number(row.left)), options.timeoutMs - waited + 1);
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }

  let over: string | null = null, renewing: Promise<void> | null = null;
  /** Says that this run is alive; what the server says about it decides, and silence until the end of its time counts as loss. */
  const renew = (): Promise<void> =>
    renewing ??= (async () => {
      const sent = performance.now();
      await connection.execute(
        `UPDATE ${table} SET ${q("expires")} = ${clock} + ${Math.round(lastsMs)} WHERE ${q("id")} = 1 AND ${
          q("holder")
        } = ${p(1)} AND ${q("fence")} = ${fence} AND ${q("expires")} > ${clock}`,
        [me],
      );
      const row = await look(connection);
      if (!isMine(row, fence)) over = `${textOf(row.holder)} has taken it over`;
      else if (Number(row.left) <= 0) over = "it ran out before it was renewed";
      else until = sent + lastsMs;
    })().finally(() => renewing = null);
  const beat = setInterval(() => void renew().catch(() => {}), Math.max(50, lastsMs / 3));

  return {
    async check() {
      if (over === null && performance.now() >= until) over = "this run was paused for longer than it lasts";
      if (over === null) await renew().catch((error) => over = error instanceof Error ? error.message : String(error));
      if (over !== null || performance.now() >= until) throw lost(over ?? "it ran out");
    },
    async fence(tx) {
      if (over !== null) throw lost(over);
      const row = await look(tx, " FOR UPDATE");
      if (!isMine(row, fence)) throw lost(over = `${textOf(row.holder)} has taken it over`);
    },
    async [Symbol.asyncDispose]() {
      clearInterval(beat);
      await renewing?.catch(() => {});
      await connection.execute(
        `UPDATE ${table} SET ${q("expires")} = 0 WHERE ${q("id")} = 1 AND ${q("holder")} = ${p(1)} AND ${
          q("fence")
        } = ${fence}`,
        [me],
      ).catch(() => {});
      await connection.close();
    },
  };
}

/**
 * The record with the fence before what says how far a file is. Give it connections that are in a transaction. Not before the claim: that opens a
 * transaction which may last, and the fence would stand in the way of this run's own renewals; what it writes is committed with the rest.
 */
export function fenced(journal: Journal, lease: Pick<Lease, "fence"> | null): Journal {
  if (!lease) return journal;
  return {
    claim: (tx, ahead) => journal.claim(tx, ahead),
    async progress(tx, applied, running) {
      await lease.fence(tx);
      await journal.progress(tx, applied, running);
    },
    async finish(tx, ms) {
      await lease.fence(tx);
      await journal.finish(tx, ms);
    },
  };
}

/** Makes the table and its row unless they are there; others may be at it at the same moment. */
async function create(connection: Connection, dialect: Dialect, table: string): Promise<void> {
  const { quote: q, history: { text, integer } } = dialect;
  const columns = [
    `${q("id")} ${integer} NOT NULL PRIMARY KEY`,
    `${q("fence")} ${integer} NOT NULL`,
    `${q("holder")} ${text} NOT NULL`,
    `${q("expires")} ${integer} NOT NULL`,
  ];
  for (let attempt = 1;; attempt++) {
    try {
      const rows = await connection.query(`SELECT ${q("id")} AS id FROM ${table}`).catch((error) => {
        if (error instanceof DatabaseError && error.more.class === "other") return null;
        throw error;
      });
      if (rows?.length) return;
      if (rows === null) {
        await connection.execute(`CREATE TABLE IF NOT EXISTS ${table} (\n  ${columns.join(",\n  ")}\n)`);
      }
      await connection.execute(
        `INSERT INTO ${table} (${["id", "fence", "holder", "expires"].map(q).join(", ")}) VALUES (1, 0, 'nobody', 0)`,
      );
      return;
    } catch (error) {
      if (!(error instanceof DatabaseError) || error.more.class === "connection" || attempt === 10) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50 * attempt * (0.5 + Math.random())));
    }
  }
}

function textOf(value: unknown): string {
  return value instanceof Uint8Array ? new TextDecoder().decode(value) : String(value ?? "");
}

function seconds(ms: number): string {
  return `${Math.max(0, Math.round(ms / 100) / 10)} s`;
}

function lost(why: string): SqaError {
  return new SqaError("SQA-521", `the migration lease was lost: ${why}`, {
    exit: 75,
    hint: "run the same command again; what was done is recorded",
  });
}

function busy(holder: string, timeoutMs: number): SqaError {
  return new SqaError("SQA-520", `another run holds the migration lease for longer than ${seconds(timeoutMs)}`, {
    exit: 75,
    detail: `held by ${holder}, unless it is renewed`,
    hint: "wait for the other run, or give more time with --lock-timeout",
  });
}

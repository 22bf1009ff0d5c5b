/**
 * A second session that sees the snapshot of the first one, as `pg_dump -j` has it: a large catalog is read in half the time where the server has
 * a core to spare. It is never needed. Whatever stands in its way (no connection left, a pooler, another server behind the same name,
 * a snapshot that is gone), the first session answers instead.
 */
import { applySettings, readSettings } from "./read.ts";
import { quoteText } from "./sql.ts";

type Rows = readonly Record<string, unknown>[];

/** Sends one statement and gives its rows. */
export type Run = (sql: string) => PromiseLike<Rows>;

/** A client of one connection that is not there yet. */
export interface Line {
  /** Connects and sends these in one message: gives the rows of the last, and the way to send more. Rejects when any of them fails. */
  begin(statements: readonly string[]): Promise<{ readonly rows: Rows; readonly run: Run }>;
  /** Ends it, at once, and its transaction; what is under way fails. */
  end(): Promise<void>;
}

export interface SecondSession {
  /** The rows; from the first session where this one cannot give them. `whenFree`: from the one of the two that has nothing to do first. */
  query(sql: string, whenFree?: boolean): Promise<Rows>;
  /** The first session has nothing to do any more: it takes what waits, and if this one is not at work yet, it is not waited for. */
  firstIsFree(): void;
  /** To be called at the end of the first session's transaction, however that ends. What is under way is given up. Never fails. */
  close(): Promise<void>;
}

/** From so many bytes of pg_attribute the catalog is read by two: about 300 tables. A session costs the server 20 ms to begin with. */
const largeBytes = 2 * 1024 * 1024;

/** An expression: is the catalog large, and may this role export a snapshot? An error says no: there are servers that know neither function. */
export const isShared =
  `(pg_catalog.pg_relation_size('pg_catalog.pg_attribute'::pg_catalog.regclass) OPERATOR(pg_catalog.>=) ${largeBytes}
  AND pg_catalog.has_function_privilege('pg_catalog.pg_export_snapshot()', 'EXECUTE'))`;

/** Which server and which role it is: behind one name there may be several. */
const same = "pg_catalog.concat_ws(' ', current_user, pg_catalog.current_database(), " +
  "pg_catalog.extract('epoch', pg_catalog.pg_postmaster_start_time()))";

/** So long may an answer of it lie unread while this program does something else. */
const unreadMs = 20;

/**
 * Begins one beside a session that begins its transaction, a read-only one with one snapshot that has read nothing yet: its BEGIN may still be
 * under way. Rejects when that has no snapshot to give; its transaction is over then.
 */
export async function secondSession(first: Run, open: () => Promise<Line>): Promise<SecondSession> {
  const [exported] = await first(`SELECT pg_catalog.pg_export_snapshot() AS snapshot, ${same} AS same`);
  const { snapshot, same: expected } = exported as { readonly snapshot: string; readonly same: string };
  const line = open();
  line.catch(() => {});
  let isOver = false, isReady = false;
  const end = async (): Promise<void> => void await (await line).end();
  const begun = (async () => {
    const { rows: [row], run } = await (await line).begin([
      "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
      `SET TRANSACTION SNAPSHOT ${quoteText(snapshot)}`,
      `${applySettings(readSettings)}, ${same} AS same`,
    ]);
    if (row?.same !== expected) throw new Error("another server");
    isReady = true;
    return run;
  })();
  begun.catch(() => end().catch(() => {}));
  const waiting: (() => void)[] = [];
  let pending = 0, isFirstFree = false;
  const ofFirst = async (sql: string): Promise<Rows> => {
    isFirstFree = false;
    try {
      return await first(sql);
    } finally {
      firstIsFree();
    }
  };
  const ofSecond = async (sql: string): Promise<Rows> => {
    pending++;
    try {
      return await (await begun)(sql);
    } catch (error) {
      if (isOver) throw error;
      return await first(sql);
    } finally {
      if (--pending === 0) waiting.shift()?.();
    }
  };
  function firstIsFree(): void {
    if (isOver) return;
    isFirstFree = true;
    const next = waiting.shift();
    if (next) next();
    else if (!isReady) setTimeout(() => isReady || end().catch(() => {}), unreadMs);
  }
  return {
    async query(sql, whenFree = false) {
      if (whenFree && !isFirstFree && pending > 0) await new Promise<void>((resolve) => void waiting.push(resolve));
      return await (whenFree && isFirstFree && !isOver ? ofFirst(sql) : ofSecond(sql));
    },
    firstIsFree,
    async close() {
      isOver = true;
      for (const next of waiting.splice(0)) next();
      // Without a COMMIT, which would be one more thing to wait for: it has changed nothing.
      await end().catch(() => {});
    },
  };
}

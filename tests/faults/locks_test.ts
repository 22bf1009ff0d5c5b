// deno-lint-ignore-file no-console -- the figures are what the run is for
/**
 * Locks of others in the way of an ALTER (T15): a long query, an idle transaction, a prepared one, VACUUM, a dump. Whoever asks the table meanwhile
 * waits no longer than the ALTER waits in one attempt; the run says who is in the way and ends with 75 when they stay, and goes through when they
 * are gone. Two kinds of locks a run; SQA_TEST_FAULTS=full tries all.
 */
import { equal, match, ok } from "node:assert/strict";
import { type Connection, DatabaseError, mayPass } from "../../dialects/driver.ts";
import { SqaError } from "../../schema/error.ts";
import { type Engine, engines } from "./engines.ts";
import { type Cell, inCell, random, sampleOf, sampling } from "./project.ts";
import { until } from "../support/until.ts";

/** What holds the lock, and what gives it back. */
interface Blocker {
  readonly take: readonly string[];
  /** Goes on until it is cancelled. */
  readonly lasting?: string;
  readonly release: readonly string[];
}

const postgresBlockers: Readonly<Record<string, Blocker>> = {
  "a long query": { take: [], lasting: "SELECT pg_sleep(600) FROM busy", release: [] },
  "an idle transaction": { take: ["BEGIN", "UPDATE busy SET x = x WHERE x = 1"], release: ["ROLLBACK"] },
  "a dump": {
    take: ["BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", "LOCK TABLE busy IN ACCESS SHARE MODE"],
    release: ["ROLLBACK"],
  },
  "a VACUUM": {
    take: ["SET vacuum_cost_delay = 100", "SET vacuum_cost_limit = 1"],
    lasting: "VACUUM busy",
    release: [],
  },
  "a prepared transaction": {
    take: ["BEGIN", "UPDATE busy SET x = x WHERE x = 1", "PREPARE TRANSACTION 'sqa_NAME'"],
    release: ["ROLLBACK PREPARED 'sqa_NAME'"],
  },
};

const mysqlBlockers: Readonly<Record<string, Blocker>> = {
  "a long query": { take: [], lasting: "SELECT SLEEP(1) FROM busy", release: [] },
  "an idle transaction": { take: ["START TRANSACTION", "UPDATE busy SET x = x WHERE x = 1"], release: ["ROLLBACK"] },
  "a dump": {
    take: [
      "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
      "START TRANSACTION WITH CONSISTENT SNAPSHOT",
      "SELECT * FROM busy LIMIT 1",
    ],
    release: ["ROLLBACK"],
  },
  "a dump that locks": { take: ["LOCK TABLES busy READ"], release: ["UNLOCK TABLES"] },
  "a prepared transaction": {
    take: ["XA START 'sqa_NAME'", "UPDATE busy SET x = x WHERE x = 1", "XA END 'sqa_NAME'", "XA PREPARE 'sqa_NAME'"],
    release: ["XA ROLLBACK 'sqa_NAME'"],
  },
};

/** One attempt waits so long for its lock, which leaves time to ask who is in the way (migrate/watch_statement.ts), and all of them. */
const attemptMs = 5000, allMs = 9000;
/** What a machine that does other things at the same time may add; still less than all attempts together. */
const slackMs = 3000;

/** Somebody who reads the table all the time; gives the longest that one query took. */
function innocent(engine: Engine, url: string): { stop(): Promise<number> } {
  let over = false, longest = 0;
  const work = (async () => {
    await using connection = await engine.driver.connect(url, { applicationName: "an innocent" });
    while (!over) {
      const start = performance.now();
      await connection.query("SELECT x FROM busy WHERE x = 2");
      longest = Math.max(longest, performance.now() - start);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  })();
  return {
    stop: async () => {
      over = true;
      await work;
      return longest;
    },
  };
}

async function tryWith(cell: Cell, what: string, { take, lasting, release }: Blocker): Promise<void> {
  const { engine } = cell, { driver } = engine, isPostgres = engine === engines[0];
  const name = new URL(cell.url).pathname.slice(1);
  const run = async (connection: Connection, sqls: readonly string[]) => {
    for (const sql of sqls) await connection.execute(sql.replace("NAME", name));
  };
  await cell.run("CREATE TABLE busy (x int, pad char(200))", "INSERT INTO busy (x) VALUES (1), (2)");
  for (let i = 0; i < 14; i++) await cell.run("INSERT INTO busy (x) SELECT x + 2 FROM busy");
  await cell.write("alter", "ALTER TABLE busy ADD COLUMN y int;");
  await using blocker = await driver.connect(cell.url, { applicationName: "the app" });
  await run(blocker, take);
  const lasts = lasting === undefined ? null : blocker.execute(lasting).catch(() => {});
  const underWay = isPostgres
    ? "SELECT 1 AS one FROM pg_locks WHERE relation = 'busy'::regclass AND granted AND pid <> pg_backend_pid()"
    : `SELECT 1 AS one FROM information_schema.PROCESSLIST WHERE INFO = '${lasting}' AND STATE = 'User sleep'`;
  if (lasts) await until(`${what} is under way`, async () => (await cell.query(underWay)).length > 0);
  try {
    const reader = innocent(engine, cell.url);
    const error = await cell.migrate({ statementLockTimeoutMs: attemptMs, lockTimeoutMs: allMs })
      .then(() => null, (error) => error);
    const longest = await reader.stop();
    console.log(`${engine.label}, ${what}: the longest innocent query took ${Math.round(longest)} ms`);
    ok(error, `${what}: nothing was in the way`);
    const exit = error instanceof SqaError
      ? error.more.exit
      : error instanceof DatabaseError && mayPass(error)
      ? 75
      : 1;
    equal(exit, 75, `${what}: ${error.stack}`);
    ok(longest <= attemptMs + slackMs, `${what}: an innocent query took ${Math.round(longest)} ms`);
    const detail = error instanceof SqaError ? error.more.detail : "";
    // MariaDB tells nobody who holds a lock on a definition.
    if (isPostgres) {
      match(detail!, what === "a prepared transaction" ? /in the way: .*prepared/ : /in the way: .*"the app"/);
    } else if (engine.label === "MySQL") match(detail!, /in the way: /);
  } finally {
    if (lasts) await blocker.cancel!().then(() => lasts);
    await run(blocker, release);
  }
  equal((await cell.migrate({ statementLockTimeoutMs: attemptMs })).applied.length, 1, what);
}

for (const engine of engines) {
  Deno.test({
    name: `${engine.label}: locks of others hold up nobody else for longer than one attempt, and are named (T15)`,
    ignore: engine.url === null,
    fn: async (t) => {
      const blockers = Object.entries(engine === engines[0] ? postgresBlockers : mysqlBlockers);
      for (const [what, blocker] of sampleOf(blockers, random(sampling.seed), 2)) {
        const fn = () => inCell(engine, (cell) => tryWith(cell, what, blocker));
        await t.step({ name: what, ignore: what === "a prepared transaction" && !(await prepares(engine)), fn });
      }
    },
  });
}

/** May transactions be prepared there (max_prepared_transactions)? */
async function prepares({ driver, url }: Engine): Promise<boolean> {
  await using connection = await driver.connect(url!);
  if (driver !== engines[0]!.driver) return true;
  const [row] = await connection.query<{ most: string }>("SELECT current_setting('max_prepared_transactions') AS most");
  return Number(row!.most) > 0;
}

/**
 * The process is killed in the middle of a long statement: one in a transaction leaves nothing and frees its locks long before its end (T02); one outside
 * of any, which the server goes on with, is waited for and found done (T03); a process that is asked to stop ends in order (T04).
 */
import { deepEqual, equal, fail, ok } from "node:assert/strict";
import type { MigrateEvent } from "../../migrate/events.ts";
import { migrate } from "../../migrate/apply.ts";
import { historyOf } from "../../migrate/history.ts";
import { lockName } from "../../migrate/runner.ts";
import { withFolder } from "../support/scratch.ts";
import { until } from "../support/until.ts";
import { engines } from "./engines.ts";
import { startRunner } from "./processes.ts";
import { type Cell, inCell } from "./project.ts";

const [postgres, ...mysql] = engines;

Deno.test({
  name:
    "Postgres: killed in a long statement of a transaction, the lock is free long before its end and nothing is applied (T02)",
  ignore: postgres!.url === null,
  fn: () =>
    inCell(postgres!, async (cell) => {
      await cell.write("slow", "CREATE TABLE a (x int);\nSELECT pg_sleep(120);\nCREATE TABLE b (x int);");
      const sleeping =
        "SELECT 1 AS one FROM pg_stat_activity WHERE datname = current_database() AND query = 'SELECT pg_sleep(120)' AND state = 'active'";
      const locked =
        "SELECT 1 AS one FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
      const runner = startRunner(cell.dir, cell.url);
      await until("the statement is under way", async () => (await cell.query(sleeping)).length === 1);
      equal((await cell.query(locked)).length, 1);
      runner.kill();
      await runner.ended;
      // Every other second the server looks whether its client is there (dialects/postgres/driver_test.ts).
      await until(
        "the lock is free",
        async () => (await cell.query(`${sleeping} UNION ALL ${locked}`)).length === 0,
        30_000,
      );
      deepEqual(await cell.query("SELECT 1 AS one FROM pg_class WHERE relname IN ('a', 'b')"), []);
    }),
});

for (const engine of mysql) {
  Deno.test({
    name: `${engine.label}: killed in a long ALTER, the next run waits for the server, finds it done and goes on (T03)`,
    fn: async () => {
      // Where this process is slower than the server, the ALTER is over before the next run looks: then one of more rows.
      for (const doublings of [8, 10, 12]) {
        if (await inCell(engine, (cell) => killedInAlter(cell, doublings))) return;
      }
      fail("the statement was not seen at work");
    },
  });

  Deno.test({
    name:
      `${engine.label}: a definition that is neither the old one nor the statement's is not taken for either (SQA-514)`,
    fn: () =>
      inCell(engine, async (cell) => {
        await cell.write(
          "add",
          "CREATE TABLE t (id int PRIMARY KEY);\nALTER TABLE t ADD COLUMN a int;\nALTER TABLE t ADD COLUMN z int;",
        );
        // As if the process had died within the second statement.
        await cell.migrate({
          onEvent: (event) => {
            if (event.type === "statement-start" && event.number === 2) throw new Error("dead");
          },
        }).catch(() => {});
        const open =
          'UPDATE sqa_history SET running = 2, running_from = \'my1:{"t":"CREATE TABLE `t` (\\\\n  `id` int NOT NULL,\\\\n  PRIMARY KEY (`id`)\\\\n)"}\'';
        await cell.run("ALTER TABLE t ADD COLUMN other int", open);
        const error = await cell.migrate().then(() => null, (error) => error);
        equal(error?.code, "SQA-514", error?.message);
        equal(error.more.exit, 3);
        ok(error.more.choices[0].startsWith("sqa repair "), error.more.choices[0]);
        const { repair } = await import("../../migrate/repair.ts");
        const options = { driver: engine.driver, url: cell.url, dir: cell.dir, version: "test" };
        const { open: listed } = await repair({ ...options, target: null, verdict: null });
        deepEqual(listed.map(({ running }) => running?.number), [2]);
        await repair({ ...options, target: listed[0]!.id, verdict: { kind: "again", statement: 2 } });
        await cell.migrate();
        equal((await cell.query("SHOW COLUMNS FROM t")).length, 4);
      }),
  });
}

for (const engine of engines) {
  Deno.test({
    name:
      `${engine.label}: asked to stop, it lets a short statement end, cancels a long one, and the next run goes on (T04)`,
    ignore: engine.url === null || Deno.build.os === "windows",
    fn: () =>
      inCell(engine, async (cell) => {
        const sleep = engine.driver.dialect.name === "postgres" ? "SELECT pg_sleep" : "DO SLEEP";
        await cell.write(
          "short",
          `CREATE TABLE a (x int);\n${sleep}(2);\nCREATE TABLE b (x int);`,
          engine.mode === "none" ? "none" : "all",
        );
        const stop = new AbortController(), events: MigrateEvent[] = [];
        const start = performance.now();
        const ended = await cell.migrate({
          signal: stop.signal,
          onEvent: (event) => {
            events.push(event);
            if (event.type === "statement-start" && event.number === 2) setTimeout(() => stop.abort(), 200);
          },
        }).then(() => null, (error) => error);
        equal(ended?.code, "SQA-525", ended?.stack);
        ok(
          events.some((event) => event.type === "statement-done" && event.number === 2),
          "the short one was not waited for",
        );
        ok(performance.now() - start > 1500);
        equal((await cell.migrate()).applied.length, 1);
      }),
  });

  Deno.test({
    name: `${engine.label}: a statement that does not end is cancelled after the time of grace (T04)`,
    ignore: engine.url === null || Deno.build.os === "windows",
    fn: () =>
      inCell(engine, async (cell) => {
        const isPostgres = engine.driver.dialect.name === "postgres";
        await cell.write(
          "long",
          isPostgres
            ? "SELECT pg_sleep(60);"
            : "CREATE TABLE made AS SELECT COUNT(*) AS n FROM information_schema.COLLATIONS a, information_schema.COLLATIONS b, information_schema.COLLATIONS c, information_schema.COLLATIONS d;",
          isPostgres ? "all" : "none",
        );
        const stop = new AbortController(), start = performance.now();
        const ended = await cell.migrate({
          signal: stop.signal,
          onEvent: (event) => {
            if (event.type === "statement-start") setTimeout(() => stop.abort(), 100);
          },
        }).then(() => null, (error) => error);
        equal(ended?.code, "SQA-525", ended?.stack);
        ok(performance.now() - start < 45_000, `${Math.round(performance.now() - start)} ms`);
        const [row] = await cell.query("SELECT running FROM sqa_history").catch(() => []);
        equal(row?.running ?? null, null);
      }),
  });
}

for (const engine of engines) {
  Deno.test({
    name: `${engine.label}: a statement that waits long is reported with what it waits for (T15)`,
    ignore: engine.url === null,
    fn: () =>
      inCell(engine, async (cell) => {
        await cell.run("CREATE TABLE busy (x int)", "INSERT INTO busy VALUES (1)");
        await using blocker = await engine.driver.connect(cell.url, { applicationName: "the app" });
        await blocker.execute(engine.driver.dialect.name === "postgres" ? "BEGIN" : "START TRANSACTION");
        await blocker.query("SELECT * FROM busy");
        await cell.write("alter", "ALTER TABLE busy ADD COLUMN y int;");
        const events: MigrateEvent[] = [];
        const ended = await cell.migrate({
          statementLockTimeoutMs: 5000,
          onEvent: (event) => {
            events.push(event);
            if (event.type === "progress") void blocker.execute("ROLLBACK").catch(() => {});
          },
        });
        equal(ended.applied.length, 1);
        const progress = events.find((event) => event.type === "progress");
        ok(progress, "no progress was reported");
        ok(/lock/i.test(progress.phase ?? ""), String(progress.phase));
        if (engine.label === "Postgres") ok(progress.blockers[0]?.includes(`"the app"`), progress.blockers[0]);
        if (engine.label === "MySQL") ok(progress.blockers.length === 1, "no blocker was named");
      }),
  });
}

for (const engine of engines) {
  Deno.test({
    name: `${engine.label}: the connection with the lock is ended: the run stops before it writes more (T08)`,
    ignore: engine.url === null,
    fn: () =>
      inCell(engine, async (cell) => {
        const { driver } = engine, isPostgres = driver.dialect.name === "postgres";
        await cell.run("CREATE TABLE held (x int)");
        await cell.write("one", "CREATE TABLE a (x int);\nINSERT INTO held VALUES (1);\nCREATE TABLE b (x int);");
        await using holder = await driver.connect(cell.url);
        for (const sql of isPostgres ? ["BEGIN", "LOCK TABLE held"] : ["LOCK TABLES held WRITE"]) {
          await holder.execute(sql);
        }
        const error = await cell.migrate({
          statementLockTimeoutMs: 120_000,
          onEvent: (event) => {
            if (event.type !== "statement-start" || event.number !== 2) return;
            void endLock(cell).finally(() => holder.execute(isPostgres ? "ROLLBACK" : "UNLOCK TABLES")).catch(() => {});
          },
        }).then(() => null, (error) => error);
        equal(error?.code, "SQA-521", error?.stack);
        equal(error.more.exit, 75);
        equal((await cell.migrate()).applied.length, 1);
      }),
  });
}

/** A run is killed in an ALTER, and the next one goes on. False when that did not see the ALTER at work. */
async function killedInAlter(cell: Cell, doublings: number): Promise<boolean> {
  await cell.run(
    "CREATE TABLE big (id int AUTO_INCREMENT PRIMARY KEY, a varchar(200))",
    "INSERT INTO big (a) VALUES ('x')",
  );
  for (let i = 0; i < doublings; i++) await cell.run("INSERT INTO big (a) SELECT REPEAT('x', 180) FROM big");
  // Each row keeps it busy. MariaDB ends a statement without a client when it waits for a lock, not when it works.
  await cell.write(
    "long",
    "CREATE TABLE first (x int);\nALTER TABLE big MODIFY id bigint AUTO_INCREMENT, ADD COLUMN b char(128) AS (SHA2(REPEAT(a, 20000), 512)) STORED, ALGORITHM=COPY;\nCREATE TABLE last (x int);",
  );
  const working =
    "SELECT 1 AS one FROM information_schema.PROCESSLIST WHERE DB = DATABASE() AND INFO LIKE 'ALTER TABLE big%'";
  let isOver = false;
  await using watcher = await cell.engine.driver.connect(cell.url);
  const runner = startRunner(cell.dir, cell.url), ended = runner.ended.finally(() => isOver = true);
  await until("the ALTER is under way", async () => isOver || (await watcher.query(working)).length === 1);
  runner.kill();
  await ended;
  const events: MigrateEvent[] = [];
  await cell.migrate({ onEvent: (event) => events.push(event) });
  if (!events.some(({ type }) => type === "earlier-run")) return false;
  const resumed = events.filter((event) => event.type === "resumed");
  deepEqual(resumed.map(({ number, found }) => [number, found]), [[2, "done"]]);
  const [row] = await cell.query("SELECT COUNT(*) AS n, MAX(id) > 0 AS ok FROM big");
  equal(Number(row!.n), 2 ** doublings);
  equal((await cell.query("SHOW COLUMNS FROM big")).length, 3);
  return true;
}

/** Ends the session that holds the lock, and nothing else. */
async function endLock({ engine: { driver }, url }: Cell): Promise<void> {
  await using connection = await driver.connect(url);
  const name = lockName({ history: historyOf(driver.dialect) });
  for (const { id } of await driver.sessions!.holders(connection, name)) await driver.sessions!.end(connection, id);
}

Deno.test("a run that is stopped while it connects says that it was stopped, not that the server is away (T04)", async () => {
  using silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = silent.addr as Deno.NetAddr, accepted = silent.accept();
  await withFolder(async (dir) => {
    const stop = new AbortController(), url = `postgresql://a@127.0.0.1:${port}/a`;
    const running = migrate({ driver: postgres!.driver, url, dir, version: "test", signal: stop.signal });
    using _line = await accepted;
    stop.abort();
    equal((await running.then(() => null, (error) => error))?.code, "SQA-525");
  });
});

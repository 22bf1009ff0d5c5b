/**
 * The process is killed in the middle of a long statement: one in a transaction leaves nothing and frees its locks within seconds (T02); one outside
 * of any, which the server goes on with, is waited for and found done (T03); a process that is asked to stop ends in order (T04).
 */
import { deepEqual, equal, ok } from "node:assert/strict";
import type { MigrateEvent } from "../../migrate/events.ts";
import { migrate } from "../../migrate/apply.ts";
import { historyOf } from "../../migrate/history.ts";
import { lockName } from "../../migrate/runner.ts";
import { withFolder } from "../support/scratch.ts";
import { engines } from "./engines.ts";
import { startRunner } from "./processes.ts";
import { type Cell, inCell } from "./project.ts";

const [postgres, ...mysql] = engines;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

Deno.test({
  name:
    "Postgres: killed in a long statement of a transaction, the lock is free within three seconds and nothing is applied (T02)",
  ignore: postgres!.url === null,
  fn: () =>
    inCell(postgres!, async (cell) => {
      await cell.write("slow", "CREATE TABLE a (x int);\nSELECT pg_sleep(30);\nCREATE TABLE b (x int);");
      const runner = startRunner(cell.dir, cell.url);
      ok(await runner.said("statement-start 2"));
      await pause(300);
      runner.kill();
      await runner.ended;
      const start = performance.now();
      for (;;) {
        const held = await cell.query(
          "SELECT 1 AS one FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) UNION ALL SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%pg_sleep(30)%' AND state = 'active' AND pid <> pg_backend_pid()",
        );
        if (held.length === 0) break;
        ok(performance.now() - start < 5000, "still held after five seconds");
        await pause(100);
      }
      deepEqual(await cell.query("SELECT 1 AS one FROM pg_class WHERE relname IN ('a', 'b')"), []);
      ok(performance.now() - start < 3500, `${Math.round(performance.now() - start)} ms`);
    }),
});

for (const engine of mysql) {
  Deno.test({
    name: `${engine.label}: killed in a long ALTER, the next run waits for the server, finds it done and goes on (T03)`,
    fn: () =>
      inCell(engine, async (cell) => {
        await cell.run(
          "CREATE TABLE big (id int AUTO_INCREMENT PRIMARY KEY, a varchar(200))",
          "INSERT INTO big (a) VALUES ('x')",
        );
        for (let i = 0; i < 17; i++) await cell.run("INSERT INTO big (a) SELECT REPEAT('x', 180) FROM big");
        await cell.write(
          "long",
          "CREATE TABLE first (x int);\nALTER TABLE big MODIFY id bigint AUTO_INCREMENT, ADD COLUMN b int, ALGORITHM=COPY;\nCREATE TABLE last (x int);",
        );
        const runner = startRunner(cell.dir, cell.url);
        ok(await runner.said("statement-start 2"));
        await pause(150);
        runner.kill();
        await runner.ended;
        ok(!runner.lines.includes("statement-done 2"), "it was too fast to be killed");
        const events: MigrateEvent[] = [];
        await cell.migrate({ onEvent: (event) => events.push(event) });
        ok(events.some(({ type }) => type === "earlier-run"), "the statement was not seen at work");
        deepEqual(events.filter((event) => event.type === "resumed").map(({ number, found }) => [number, found]), [[
          2,
          "done",
        ]]);
        const [row] = await cell.query("SELECT COUNT(*) AS n, MAX(id) > 0 AS ok FROM big");
        equal(Number(row!.n), 131072);
        equal((await cell.query("SHOW COLUMNS FROM big")).length, 3);
      }),
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
        ok(performance.now() - start < 15_000, `${Math.round(performance.now() - start)} ms`);
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
        const sleep = isPostgres ? "SELECT pg_sleep(1.5);" : "DO SLEEP(1.5);";
        await cell.write("one", `CREATE TABLE a (x int);\n${sleep}\nCREATE TABLE b (x int);`);
        const running = cell.migrate({
          onEvent: (event) => {
            if (event.type !== "statement-start" || event.number !== 2) return;
            void endLock(cell).catch(() => {});
          },
        }).then(() => null, (error) => error);
        const error = await running;
        equal(error?.code, "SQA-521", error?.stack);
        equal(error.more.exit, 75);
        equal((await cell.migrate()).applied.length, 1);
      }),
  });
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

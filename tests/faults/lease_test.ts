/**
 * Runners that exclude each other by the lease alone: many at once, one that was paused past its end and wakes up again, one that was killed. Also
 * through PgBouncer in transaction mode.
 */
import { deepEqual, equal, ok } from "node:assert/strict";
import { pgbouncer, startPgbouncer } from "../support/servers/pgbouncer.ts";
import { type Engine, engines } from "./engines.ts";
import { startRunner } from "./processes.ts";
import { type Cell, inCell } from "./project.ts";

/** What the next one has to wait for after a holder that is gone; what is renewed on a busy machine must not run out. */
const brief = { leaseMs: 3000 }, ample = { leaseMs: 30_000 };
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Two files of which the first takes a while in its middle, at statement 3; no key would refuse a second row. */
async function writeFiles(cell: Cell): Promise<void> {
  const isPostgres = cell.engine === engines[0], mode = isPostgres ? "all" : "none";
  const sleep = isPostgres
    ? "SELECT pg_sleep(1);"
    : "INSERT INTO effects (n) SELECT s FROM (SELECT SLEEP(1) AS s) AS slow;";
  const effect = (n: number): string => `INSERT INTO effects (n) VALUES (${n});`;
  await cell.write(
    "slow",
    `CREATE TABLE effects (n integer);\n${effect(1)}\n${sleep}\n${
      effect(2)
    }\nALTER TABLE effects ADD COLUMN extra integer;\n${effect(3)}`,
    mode,
  );
  await cell.write("next", `${effect(4)}\nALTER TABLE effects ADD COLUMN more integer;\n${effect(5)}`, mode);
}

async function expectOnce(cell: Cell): Promise<void> {
  const effects = await cell.query("SELECT n, count(*) AS times FROM effects WHERE n > 0 GROUP BY n ORDER BY n");
  deepEqual(effects.map(({ n, times }) => [Number(n), Number(times)]), [1, 2, 3, 4, 5].map((n) => [n, 1]));
  const [row] = await cell.query("SELECT count(*) AS n FROM sqa_history WHERE state = 'done'");
  equal(Number(row!.n), 2);
  for (const sql of cell.engine.leftovers) equal(JSON.stringify(await cell.query(sql)), "[]");
}

/** The holder is stopped in the middle, the next one waits for the end of the lease and does the work; the first wakes up and gives way. */
async function paused(cell: Cell, url: string, at: number): Promise<void> {
  await writeFiles(cell);
  const first = startRunner(cell.dir, url, brief);
  ok(await first.said(`statement-start ${at}`), "the first did not come so far");
  first.kill("SIGSTOP");
  const second = startRunner(cell.dir, url, ample);
  const locked = await second.said("locked");
  await pause(1000);
  first.kill("SIGCONT");
  const [one, two] = await Promise.all([first.ended, second.ended]);
  ok(locked, two.stderr);
  equal(two.code, 0, two.stderr);
  ok(one.code !== 0, "the one that was paused went on");
  // Outside a transaction its session is ended by the next one, so that it cannot send its statement.
  ok(/lease was lost|closed|lost/i.test(one.stderr), one.stderr);
  ok(!/Duplicate|already exists/.test(one.stderr), one.stderr);
  await expectOnce(cell);
}

async function killed(cell: Cell, url: string): Promise<void> {
  await writeFiles(cell);
  const first = startRunner(cell.dir, url, brief);
  ok(await first.said("statement-start 3"), "the first did not come so far");
  first.kill("SIGKILL");
  await first.ended;
  const second = startRunner(cell.dir, url, ample);
  const two = await second.ended;
  equal(two.code, 0, two.stderr);
  await expectOnce(cell);
}

async function many(cell: Cell, url: string): Promise<void> {
  await writeFiles(cell);
  const ended = await Promise.all(Array.from({ length: 5 }, () => startRunner(cell.dir, url, ample).ended));
  deepEqual(ended.filter(({ code }) => code !== 0).map(({ stderr }) => stderr), []);
  await expectOnce(cell);
}

const scenes: readonly (readonly [string, (cell: Cell, url: string) => Promise<void>])[] = [
  ["five runners at once", many],
  ["a holder that is killed is waited for until its time is over", killed],
  ...[3, 5].map((at): readonly [string, (cell: Cell, url: string) => Promise<void>] => [
    `a holder that was paused past its time at statement ${at} gives way, and nothing happens twice`,
    (cell, url) => paused(cell, url, at),
  ]),
];

for (const engine of engines) {
  for (const [name, scene] of scenes) {
    Deno.test({
      name: `${engine.label}, by the lease: ${name}`,
      ignore: engine.url === null,
      fn: () => inCell(engine, (cell) => scene(cell, cell.url)),
    });
  }
}

const postgres: Engine = engines[0]!;

Deno.test({
  name: "Postgres through PgBouncer in transaction mode, by the lease: many, killed, paused (T11)",
  ignore: postgres.url === null || pgbouncer === null,
  fn: async (t) => {
    const pooler = await startPgbouncer(postgres.url!, 30);
    try {
      for (const [name, scene] of scenes) {
        await t.step(name, () => inCell(postgres, (cell) => scene(cell, pooler.through(cell.url))));
      }
    } finally {
      await pooler.stop();
    }
  },
});

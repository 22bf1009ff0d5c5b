/**
 * CREATE INDEX CONCURRENTLY: beside waiting runners (T12), failed on duplicates (T13), cancelled and killed in each of its phases (T14). In
 * the end the index is valid and refuses duplicates.
 */
import { equal, ok } from "node:assert/strict";
import { SqaError } from "../../schema/error.ts";
import type { MigrateEvent } from "../../migrate/events.ts";
import { engines } from "./engines.ts";
import { startRunner } from "./processes.ts";
import { type Cell, inCell } from "./project.ts";
import { until } from "../support/until.ts";

const engine = engines[0]!, { driver } = engine;
const ignore = engine.url === null;
const index = "CREATE UNIQUE INDEX CONCURRENTLY items_name ON items (name);";

async function items(cell: Cell, rows = 2000): Promise<void> {
  await cell.run(
    "CREATE TABLE items (id bigint PRIMARY KEY, name text)",
    `INSERT INTO items SELECT g, 'item ' || g FROM generate_series(1, ${rows}) AS g`,
  );
}

async function expectValid(cell: Cell): Promise<void> {
  const rows = await cell.query(
    "SELECT c.relname AS name, x.indisvalid AND x.indisready AS valid FROM pg_index AS x JOIN pg_class AS c ON c.oid = x.indexrelid WHERE x.indrelid = 'items'::regclass ORDER BY 1",
  );
  equal(
    JSON.stringify(rows),
    JSON.stringify([{ name: "items_name", valid: true }, { name: "items_pkey", valid: true }]),
  );
  const refused = await cell.run("INSERT INTO items VALUES (-1, 'item 1')").then(() => null, (error) => error);
  equal(refused?.more?.code, "23505");
}

for (const text of [index, index.replace("CONCURRENTLY", "CONCURRENTLY IF NOT EXISTS")]) {
  Deno.test({
    name: `Postgres: a unique index that fails on duplicates is built when they are gone (T13): ${text.slice(0, 47)}`,
    ignore,
    fn: () =>
      inCell(engine, async (cell) => {
        await items(cell);
        await cell.run("INSERT INTO items VALUES (0, 'item 1')");
        await cell.write("index", text, "none");
        const error = await cell.migrate().then(() => null, (error) => error as SqaError);
        equal(error?.code, "SQA-510");
        ok(error!.message.includes("could not create unique index"), error!.message);
        ok(error!.more.hint!.includes("mend the rows"), error!.more.hint);
        equal((await cell.query("SELECT 1 AS one FROM pg_class WHERE relname = 'items_name'")).length, 0);
        await cell.run("DELETE FROM items WHERE id = 0");
        equal((await cell.migrate()).applied.length, 1);
        await expectValid(cell);
      }),
  });
}

Deno.test({
  name: "Postgres: an invalid index that somebody's attempt has left is found, removed and built again (T13)",
  ignore,
  fn: () =>
    inCell(engine, async (cell) => {
      await items(cell);
      await cell.run("INSERT INTO items VALUES (0, 'item 1')");
      await cell.run(index.slice(0, -1)).catch(() => {});
      equal((await cell.query("SELECT 1 AS one FROM pg_class WHERE relname = 'items_name'")).length, 1);
      await cell.run("DELETE FROM items WHERE id = 0");
      await cell.write("index", index.replace("CONCURRENTLY", "CONCURRENTLY IF NOT EXISTS"), "none");
      const events: MigrateEvent[] = [];
      await cell.migrate({ onEvent: (event) => events.push(event) });
      ok(events.some(({ type }) => type === "cleared"));
      await expectValid(cell);
    }),
});

Deno.test({
  name: "Postgres: an index of that name that is another one is left alone, and said",
  ignore,
  fn: () =>
    inCell(engine, async (cell) => {
      await items(cell);
      await cell.run("CREATE TABLE other (name text)", "CREATE INDEX items_name ON other (name)");
      await cell.write("index", index, "none");
      const error = await cell.migrate().then(() => null, (error) => error as SqaError);
      ok(error?.message.includes("already exists"), error?.message);
      equal((await cell.query("SELECT 1 AS one FROM pg_indexes WHERE tablename = 'other'")).length, 1);
    }),
});

Deno.test({
  name: "Postgres: runners that wait for the lock do not stand in the way of the index (T12)",
  ignore,
  fn: () =>
    inCell(engine, async (cell) => {
      await items(cell, 100_000);
      await cell.write("index", index, "none");
      const results = await Promise.all(Array.from({ length: 4 }, () => cell.migrate()));
      equal(results.flatMap(({ applied }) => applied).length, 1);
      await expectValid(cell);
    }),
});

Deno.test({
  name: "Postgres: a runner that waits for the lock has no transaction open that an index build could wait for (T12)",
  ignore,
  fn: () =>
    inCell(engine, async (cell) => {
      const { lock } = driver, given = { timeoutMs: 600_000 };
      await using watcher = await driver.connect(cell.url);
      const held = await lock(cell.url, "waits", given);
      const waiting = lock(cell.url, "waits", given);
      // The one that holds the lock is idle in its transaction. Between two tries passes a quarter of a second at first, later two.
      const outside = `SELECT 1 AS one FROM pg_stat_activity WHERE datname = current_database()
        AND application_name = 'sqa lock' AND state = 'idle' AND xact_start IS NULL AND query = 'ROLLBACK'
        AND clock_timestamp() - state_change > interval '0.1 s'`;
      await until("it is between two tries, without a transaction", async () =>
        (await watcher.query(outside)).length === 1);
      await held![Symbol.asyncDispose]();
      await (await waiting)![Symbol.asyncDispose]();
    }),
});

/** What the build waits for, by the phase that it is then in (pg_stat_progress_create_index). */
const phases = [
  "waiting for writers before build",
  "waiting for writers before validation",
  "waiting for old snapshots",
];

for (const [i, phase] of phases.entries()) {
  for (const how of ["killed", "cancelled", "ended by the server"] as const) {
    Deno.test({
      name: `Postgres: a run ${how} while its index build is ${phase} leaves no invalid index to the next one (T14)`,
      ignore,
      fn: () =>
        inCell(engine, async (cell) => {
          await items(cell);
          await cell.write("index", index, "none");
          // A writer for the first two, a snapshot for the third; the build gets past a transaction that begins after its phase.
          await using blocker = await driver.connect(cell.url);
          await using second = await driver.connect(cell.url);
          const open = async (connection: typeof blocker, nth: number, row: number) => {
            await connection.execute(nth === 2 ? "BEGIN ISOLATION LEVEL REPEATABLE READ" : "BEGIN");
            await connection.execute(
              nth === 2 ? "SELECT count(*) FROM items" : `UPDATE items SET name = name WHERE id = ${row}`,
            );
          };
          await open(blocker, 0, 1);
          const runner = startRunner(cell.dir, cell.url);
          ok(
            await runner.said("statement-start"),
            (await Promise.race([runner.ended, Promise.resolve(null)]))?.stderr ?? "",
          );
          await inPhase(cell, phases[0]!);
          if (i > 0) {
            // The first gives way when the second is there, which is met in the next phase.
            await open(second, i, 2);
            await blocker.execute("COMMIT");
            await inPhase(cell, phase);
          }
          // Two more runs wait for the lock meanwhile.
          const waiting = [cell.migrate(), cell.migrate()];
          if (how === "killed") runner.kill();
          else {
            const end = how === "cancelled" ? "pg_cancel_backend" : "pg_terminate_backend";
            await cell.query(`SELECT ${end}(pid) AS done FROM pg_stat_progress_create_index`);
          }
          const { code, signal } = await runner.ended;
          ok(how === "killed" ? signal === "SIGKILL" : code !== 0);
          await (i > 0 ? second : blocker).execute("ROLLBACK");
          const applied = (await Promise.all(waiting)).flatMap(({ applied }) => applied);
          equal(applied.length, 1);
          equal((await cell.migrate()).applied.length, 0);
          await expectValid(cell);
        }),
    });
  }
}

for (const phase of ["building index", "index validation"]) {
  Deno.test({
    name:
      `Postgres: a run killed with its server process at work on ${phase} leaves no invalid index to the next one (T14)`,
    ignore,
    fn: () =>
      inCell(engine, async (cell) => {
        await items(cell, 400_000);
        await cell.write("index", index, "none");
        await using connection = await driver.connect(cell.url);
        const runner = startRunner(cell.dir, cell.url);
        ok(await runner.said("statement-start"));
        await inPhase(connection, phase);
        runner.kill();
        await connection.query("SELECT pg_terminate_backend(pid) AS done FROM pg_stat_progress_create_index");
        equal((await runner.ended).signal, "SIGKILL");
        equal((await cell.migrate()).applied.length, 1);
        await expectValid(cell);
      }),
  });
}

/** Waits until the build is in the phase whose name begins so. */
async function inPhase(on: Pick<Cell, "query">, phase: string): Promise<void> {
  await until(`the index build is at "${phase}"`, async () => {
    const rows = await on.query("SELECT phase FROM pg_stat_progress_create_index WHERE datname = current_database()");
    return String(rows[0]?.phase).startsWith(phase);
  });
}

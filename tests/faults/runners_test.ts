/**
 * Twenty runners at once, half of them with an older set of files (T09, T10), on each kind of database and through PgBouncer in transaction mode
 * (T11): every process ends with 0 and each file is applied once.
 */
import { deepEqual, equal, ok } from "node:assert/strict";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pgbouncer, startPgbouncer } from "../support/servers/pgbouncer.ts";
import { engines, sqlite } from "./engines.ts";
import { startRunner } from "./processes.ts";
import { type Cell, inCell } from "./project.ts";

const runners = Number(Deno.env.get("SQA_TEST_RUNNERS") ?? 20);
const files = 6, old = 4;

/** Each file makes a table, fills it, and changes the one before it. */
async function writeFiles(cell: Cell, from: number, to: number): Promise<void> {
  for (let i = from; i < to; i++) {
    const alter = i > 0 ? `ALTER TABLE t${i - 1} ADD COLUMN extra integer;` : "";
    await cell.write(
      `file_${i}`,
      `CREATE TABLE t${i} (id integer PRIMARY KEY);\nINSERT INTO t${i} VALUES (1);\n${alter}`,
    );
  }
}

async function race(cell: Cell, url: string): Promise<void> {
  const older = await mkdtemp(join(tmpdir(), "sqa-test-older-"));
  try {
    await writeFiles(cell, 0, old);
    await cp(cell.dir, older, { recursive: true });
    await writeFiles(cell, old, files);
    const started = Array.from({ length: runners }, (_, i) => startRunner(i % 2 ? older : cell.dir, url));
    const ended = await Promise.all(started.map(({ ended }) => ended));
    deepEqual(ended.filter(({ code }) => code !== 0).map(({ code, stderr }) => [code, stderr]), []);
    const applied = started.map(({ lines }) => Number(/^applied (\d+)/.exec(lines.at(-1) ?? "")?.[1] ?? NaN));
    equal(applied.reduce((a, b) => a + b, 0), files);
    const rows = await cell.query(
      "SELECT count(*) AS n, count(DISTINCT id) AS ids FROM sqa_history WHERE state = 'done'",
    );
    deepEqual(Object.values(rows[0]!).map(Number), [files, files]);
    for (let i = 0; i < files; i++) {
      const [row] = await cell.query(`SELECT count(*) AS n FROM t${i}`);
      equal(Number(row!.n), 1);
    }
    for (const sql of cell.engine.leftovers) equal(JSON.stringify(await cell.query(sql)), "[]");
  } finally {
    await rm(older, { recursive: true, force: true });
  }
}

for (const engine of [sqlite, ...engines]) {
  Deno.test({
    name: `${engine.label}: ${runners} runners at once with old and new files (T09, T10)`,
    ignore: engine.url === null,
    fn: () => inCell(engine, (cell) => race(cell, cell.url)),
  });
}

const postgres = engines[0]!;

Deno.test({
  name: `Postgres through PgBouncer in transaction mode: ${runners} runners at once, old and new files (T09, T10, T11)`,
  ignore: postgres.url === null || pgbouncer === null,
  fn: async () => {
    // Each runner takes a server connection for its lock and one for its work.
    const pooler = await startPgbouncer(postgres.url!, 60);
    try {
      await inCell(postgres, (cell) => race(cell, pooler.through(cell.url)));
    } finally {
      await pooler.stop();
    }
  },
});

Deno.test({
  name:
    "Postgres through PgBouncer in transaction mode: it is noticed, statements of every sort run, no setting and no lock leaks (T11)",
  ignore: postgres.url === null || pgbouncer === null,
  fn: async () => {
    const pooler = await startPgbouncer(postgres.url!, 3);
    try {
      await inCell(postgres, async (cell) => {
        const url = pooler.through(cell.url);
        {
          await using direct = await postgres.driver.connect(cell.url);
          equal(direct.server.pooled, undefined);
          await using pooled = await postgres.driver.connect(url);
          equal(pooled.server.pooled, true);
        }
        await cell.write("twenty", postgres.script, postgres.mode);
        const { applied } = await cell.migrate({ url });
        equal(applied[0]!.statements, postgres.statements);
        for (const sql of postgres.leftovers) equal(JSON.stringify(await cell.query(sql)), "[]");
        // Every server connection of the pool, asked through it at the same time.
        const pooled = await Promise.all(Array.from({ length: 3 }, () => postgres.driver.connect(url)));
        const shown = await Promise.all(pooled.map((connection) =>
          connection.transaction(async (tx) => {
            const [row] = await tx.query(
              "SELECT current_setting('lock_timeout') AS lock, current_setting('statement_timeout') AS time, current_setting('search_path') AS path, pg_sleep(0.2)",
            );
            return row!;
          })
        ));
        await Promise.all(pooled.map((connection) => connection.close()));
        for (const row of shown) deepEqual([row.lock, row.time, row.path], ["0", "0", '"$user", public']);
        ok(shown.length === 3);
      });
    } finally {
      await pooler.stop();
    }
  },
});

/** What every server connection of a pool says, asked through it at the same time. */
async function settingsOfPool(url: string, size: number, names: readonly string[]): Promise<readonly string[]> {
  const pooled = await Promise.all(Array.from({ length: size }, () => postgres.driver.connect(url)));
  const list = names.map((name) => `current_setting('${name}')`).join(" || ' ' || ");
  const shown = await Promise.all(pooled.map((connection) =>
    connection.transaction(async (tx) => {
      const [row] = await tx.query(`SELECT current_user || ' ' || ${list} AS text, pg_sleep(0.2)`);
      return String(row!.text);
    })
  ));
  await Promise.all(pooled.map((connection) => connection.close()));
  return [...new Set(shown)];
}

Deno.test({
  name:
    "Postgres through PgBouncer in transaction mode: what a file sets holds in each of its transactions and in nobody else's (T11)",
  ignore: postgres.url === null || pgbouncer === null,
  fn: async () => {
    const pooler = await startPgbouncer(postgres.url!, 4);
    const names = ["session_replication_role", "check_function_bodies", "TimeZone", "work_mem", "role"];
    try {
      await inCell(postgres, async (cell) => {
        const url = pooler.through(cell.url), clean = await settingsOfPool(cell.url, 1, names);
        const seen =
          "INSERT INTO seen SELECT current_setting('session_replication_role'), current_setting('work_mem');";
        await cell.write(
          "sets",
          `-- sqa: group transaction
CREATE TABLE seen (role text, memory text);
SET session_replication_role = replica;
SET SESSION work_mem TO '7MB';
SELECT pg_catalog.set_config('check_function_bodies', 'off', false);
SET TIME ZONE 'Asia/Tokyo';
-- sqa: group transaction
${seen}
-- sqa: group alone
CREATE INDEX CONCURRENTLY seen_role ON seen (role);
-- sqa: group transaction
${seen}
SET ROLE pg_monitor;
RESET ROLE;
-- sqa: group transaction
${seen}`,
          "groups",
        );
        await cell.write("next", seen, "all");
        await cell.migrate({ url });
        deepEqual(await settingsOfPool(url, 4, names), clean);
        const rows = await cell.query("SELECT role, memory FROM seen ORDER BY ctid");
        deepEqual(rows.map(({ role, memory }) => `${role} ${memory}`), [
          ...Array.from({ length: 3 }, () => "replica 7MB"),
          "origin 4MB",
        ]);
      });
    } finally {
      await pooler.stop();
    }
  },
});

Deno.test({
  name:
    "Postgres through PgBouncer in transaction mode: a setting outside a transaction would be somebody else's, and is refused before anything runs (T11)",
  ignore: postgres.url === null || pgbouncer === null,
  fn: async () => {
    const pooler = await startPgbouncer(postgres.url!, 3);
    try {
      await inCell(postgres, async (cell) => {
        await cell.write("table", "CREATE TABLE t (id integer);", "all");
        await cell.write(
          "sets",
          "SET session_replication_role = replica;\nCREATE INDEX CONCURRENTLY i ON t (id);",
          "none",
        );
        const url = pooler.through(cell.url), error = await cell.migrate({ url }).then(() => null, (error) => error);
        equal(error?.code, "SQA-532", String(error?.stack));
        equal((await cell.query("SELECT 1 AS one FROM pg_class WHERE relname IN ('t', 'i')")).length, 0);
        equal((await cell.migrate()).applied.length, 2);
      });
    } finally {
      await pooler.stop();
    }
  },
});

Deno.test({
  name:
    "Postgres through PgBouncer in transaction mode: killed in an index build that the server goes on with, the next run waits and converges (T03, T11, T14)",
  ignore: postgres.url === null || pgbouncer === null,
  fn: async () => {
    const pooler = await startPgbouncer(postgres.url!, 4);
    try {
      await inCell(postgres, async (cell) => {
        await cell.run(
          "CREATE TABLE items (id bigint PRIMARY KEY, name text)",
          "INSERT INTO items SELECT g, 'item ' || g FROM generate_series(1, 2000) AS g",
        );
        await cell.write("index", "CREATE UNIQUE INDEX CONCURRENTLY items_name ON items (name);", "none");
        const url = pooler.through(cell.url);
        await using blocker = await postgres.driver.connect(cell.url);
        await blocker.execute("BEGIN");
        await blocker.execute("UPDATE items SET name = name WHERE id = 1");
        const runner = startRunner(cell.dir, url);
        ok(await runner.said("statement-start"));
        const building = "SELECT 1 AS one FROM pg_stat_progress_create_index WHERE datname = current_database()";
        for (let i = 0; i < 100 && (await cell.query(building)).length === 0; i++) {
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
        runner.kill();
        await runner.ended;
        const events: string[] = [];
        const next = cell.migrate({ url, onEvent: ({ type }) => events.push(type) });
        await new Promise((resolve) => setTimeout(resolve, 1500));
        // The pooler closes the server's connection with the client's; the server looks at its own only at the end of the wait.
        await blocker.execute("ROLLBACK");
        equal((await next).applied.length, 1, events.join(" "));
        const [row] = await cell.query(
          "SELECT indisvalid AS valid FROM pg_index WHERE indexrelid = 'items_name'::regclass",
        );
        equal(row!.valid, true);
        const refused = await cell.run("INSERT INTO items VALUES (-1, 'item 1')").then(() => null, (error) => error);
        equal(refused?.more?.code, "23505");
        for (const sql of postgres.leftovers) equal(JSON.stringify(await cell.query(sql)), "[]");
      });
    } finally {
      await pooler.stop();
    }
  },
});

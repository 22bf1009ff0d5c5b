/**
 * Twenty runners at once, half of them with an older set of files (T09, T10), on each kind of database and through PgBouncer in transaction mode
 * (T11): every process ends with 0 and each file is applied once.
 */
import { deepEqual, equal, ok } from "node:assert/strict";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sqliteDriver } from "../../dialects/sqlite/driver.ts";
import { withSqlite } from "../support/scratch.ts";
import { pgbouncer, startPgbouncer } from "../support/servers/pgbouncer.ts";
import { type Engine, engines } from "./engines.ts";
import { startRunner } from "./processes.ts";
import { type Cell, inCell } from "./project.ts";

const sqlite: Engine = {
  label: "SQLite",
  url: "sqlite:",
  driver: sqliteDriver,
  mode: "none",
  script: "",
  statements: 0,
  leftovers: [],
  with: withSqlite,
};

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
  name: `Postgres through PgBouncer in transaction mode: ${runners} runners at once (T11)`,
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

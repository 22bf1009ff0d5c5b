/**
 * Statements of one transaction travel behind each other where one that fails ends them all; what is said of them, and what is left, is as if
 * each had been sent when the one before it was done.
 */
import { deepEqual, equal, ok } from "node:assert/strict";
import type { MigrateEvent } from "../../migrate/events.ts";
import { SqaError } from "../../schema/error.ts";
import { type Engine, engines, sqlite } from "./engines.ts";
import { type Cell, inCell } from "./project.ts";

const insert = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, i) => `INSERT INTO t VALUES (${from + i});`);

/** Migrates and returns the error, with what was told of statements on the way: "start 1", "done 1"; stopped a while after `stopAfter`. */
async function failed(cell: Cell, stopAfter?: string): Promise<{ error: SqaError; told: string[] }> {
  const stop = new AbortController();
  const told: string[] = [];
  const onEvent = (event: MigrateEvent) => {
    if (event.type === "statement-start" || event.type === "statement-done") {
      if (event.file.name === "many") told.push(`${event.type.slice("statement-".length)} ${event.number}`);
      if (told.at(-1) === stopAfter) setTimeout(() => stop.abort(), 300);
    }
  };
  const error = await cell.migrate({ onEvent, signal: stop.signal }).then(() => null, (error) => error);
  ok(error instanceof SqaError, String(error));
  return { error, told };
}

const rowsOf = async (cell: Cell) => Number((await cell.query("SELECT count(*) AS n FROM t"))[0]!.n);
const transactional: readonly Engine[] = [sqlite, ...engines].filter(({ driver }) => driver.dialect.transactionalDdl);

for (const engine of transactional) {
  const test = (what: string, work: (cell: Cell) => Promise<void>, on: boolean = true) =>
    Deno.test({
      name: `${engine.label}: ${what}`,
      ignore: engine.url === null || !on,
      fn: () =>
        inCell(engine, async (cell) => {
          await cell.write("table", "CREATE TABLE t (n integer NOT NULL UNIQUE);");
          await work(cell);
        }),
    });

  test("each statement is told of in its turn, and all of them run in order", async (cell) => {
    await cell.write("many", [...insert(1, 300), "DELETE FROM t WHERE n > 150;", ...insert(200, 210)].join("\n"));
    const told: string[] = [];
    await cell.migrate({
      onEvent: (event) => {
        if ("number" in event && event.file.name === "many") told.push(`${event.type} ${event.number}`);
      },
    });
    deepEqual(
      told,
      Array.from({ length: 312 }, (_, i) => [`statement-start ${i + 1}`, `statement-done ${i + 1}`]).flat(),
    );
    equal(await rowsOf(cell), 161);
  });

  test("of many statements the one that failed is named, and nothing of the file stays", async (cell) => {
    const path = await cell.write("many", [...insert(1, 99), ...insert(50, 50), ...insert(101, 300)].join("\n"));
    const { error, told } = await failed(cell);
    equal(error.code, "SQA-510");
    ok(error.message.startsWith("statement 100 of 300 of "), error.message);
    const text = await Deno.readTextFile(path);
    equal(text.split("\n")[error.more.place!.line! - 1], "INSERT INTO t VALUES (50);");
    equal(told.at(-1), "start 100");
    equal(await rowsOf(cell), 0);
  });

  test("a statement behind one that failed cannot make it good", async (cell) => {
    await cell.write(
      "many",
      ["SAVEPOINT s;", "INSERT INTO t VALUES (NULL);", "ROLLBACK TO s;", ...insert(1, 9)].join("\n"),
    );
    const { error } = await failed(cell);
    ok(["SQA-510", "SQA-505"].includes(error.code), `${error.code} ${error.message}`);
    equal(await rowsOf(cell), 0);
  });

  const isPostgres = engine.driver.failsAsAWhole === true;
  test("stopped at a statement, those behind it are not waited for", async (cell) => {
    await cell.write("many", ["SELECT pg_sleep(1);", "SELECT pg_sleep(60);", ...insert(1, 9)].join("\n"));
    const start = performance.now(), { error, told } = await failed(cell, "start 1");
    equal(error.code, "SQA-525");
    ok(performance.now() - start < 50_000, `${performance.now() - start} ms`);
    ok(!told.includes("done 2"), told.join());
    equal(await rowsOf(cell), 0);
    const rest = await cell.query(
      "SELECT 1 FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(60)%' AND state = 'active' AND datname = current_database()",
    );
    equal(rest.length, 0);
  }, isPostgres);

  test("the connection is lost between statements: it is said, and nothing stays", async (cell) => {
    await cell.write(
      "many",
      [...insert(1, 20), "SELECT pg_terminate_backend(pg_backend_pid());", ...insert(21, 300)].join("\n"),
    );
    const { error } = await failed(cell);
    equal(error.more.exit, 75);
    // Which of them it was is known where the server's answers to those before it have come.
    ok(/statement (\d|1\d|2[01]) of 301/.test(error.message), error.message);
    equal(await rowsOf(cell), 0);
  }, isPostgres);
}

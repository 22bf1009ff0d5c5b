/**
 * Small files share a transaction where a database has no history yet and nobody is told of single files. Whatever happens, schema and history
 * are what they are without that.
 */
import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { introspect } from "../../introspect/introspect.ts";
import { historyOf } from "../../migrate/history.ts";
import { fingerprint } from "../../schema/hash.ts";
import { watched } from "../../migrate/project_test.ts";
import { DatabaseError } from "../../dialects/driver.ts";
import { type Engine, engines, sqlite } from "./engines.ts";
import { type Cell, inCell } from "./project.ts";

interface Seen {
  readonly schema: string;
  readonly history: readonly unknown[];
}

/** The schema, and what the history says but for times. */
async function seen(cell: Cell): Promise<Seen> {
  const { driver } = cell.engine;
  await using connection = await driver.connect(cell.url);
  const history = historyOf(driver.dialect);
  const graph = await introspect(connection, driver.dialect, { ignoreTables: [history.path] });
  const rows = await history.read(connection) ?? [];
  const texts = await Promise.all(rows.map(({ id }) => history.texts(connection, id)));
  return {
    schema: fingerprint(graph),
    history: rows.map(({ startedAt, finishedAt, durationMs, ...row }, i) => ({
      ...row,
      // The id is made anew with each folder; its place in the order is what counts.
      id: i,
      parents: row.parents.map((parent) => rows.findIndex(({ id }) => id === parent)),
      finished: finishedAt !== null && startedAt <= finishedAt && durationMs !== null,
      up: texts[i]!.up.replaceAll(/[0-9a-f]{12}/g, "id"),
      down: texts[i]!.down?.replaceAll(/[0-9a-f]{12}/g, "id"),
    })),
  };
}

/** Which files were told of one by one: those of which a statement was. */
async function oneByOne(cell: Cell, options: Parameters<Cell["migrate"]>[0] = {}): Promise<string[]> {
  const files = new Set<string>();
  await cell.migrate({
    together: true,
    ...options,
    onEvent: (event) => {
      if (event.type === "statement-start") files.add(event.file.name);
    },
  });
  return [...files];
}

async function tables(cell: Cell, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    await cell.write(`t${i}`, `CREATE TABLE t${i} (id integer PRIMARY KEY);\nCREATE INDEX i${i} ON t${i} (id);`);
  }
}

const transactional: readonly Engine[] = [sqlite, ...engines].filter(({ driver }) => driver.dialect.transactionalDdl);

for (const engine of transactional) {
  const test = (what: string, work: (cell: Cell) => Promise<void>) =>
    Deno.test({
      name: `${engine.label}: ${what}`,
      ignore: engine.url === null,
      fn: () => inCell(engine, work),
    });

  test("files that share a transaction leave what they leave one by one", async (cell) => {
    await tables(cell, 150);
    deepEqual(await oneByOne(cell), ["t149"], "the last file is run by itself");
    const together = await seen(cell);
    await inCell(engine, async (other) => {
      await tables(other, 150);
      await other.migrate();
      deepEqual(together, await seen(other));
    });
    equal((await cell.migrate({ together: true })).applied.length, 0);
  });

  test("a file that fails among them is named, and those before it stay", async (cell) => {
    await tables(cell, 5);
    await cell.write("wrong", "CREATE TABLE t3 (id integer);");
    await rejects(cell.migrate({ together: true }), /statement 1 of 1 of \S*_wrong_\S* failed/);
    deepEqual((await seen(cell)).history.length, 5);
  });

  test("files with rows, settings or more than one group are run by themselves", async (cell) => {
    await tables(cell, 2);
    await cell.write("rows", "INSERT INTO t0 VALUES (1);");
    await cell.write("later", "CREATE TABLE later (id integer);");
    await cell.write("last", "CREATE TABLE last (id integer);");
    deepEqual(await oneByOne(cell), ["rows", "later", "last"]);
  });

  test("where there is a history, each file has its own transaction", async (cell) => {
    await cell.write("first", "CREATE TABLE first (id integer);");
    await cell.migrate();
    await tables(cell, 3);
    deepEqual(await oneByOne(cell), ["t0", "t1", "t2"]);
  });

  test("any of their statements fails once: the same end", async (cell) => {
    await tables(cell, 4);
    await cell.migrate();
    const wanted = await seen(cell);
    let stop = 1;
    for (let through = false; !through; stop++) {
      await inCell(engine, async (other) => {
        await tables(other, 4);
        through = true;
        const driver = watched(engine.driver, (sql, nth) => {
          if (nth !== stop) return;
          through = false;
          throw new DatabaseError("disk full", { code: "TEST", sql, class: "other" });
        });
        await other.migrate({ driver, together: true }).catch(() => {});
        await other.migrate({ together: true });
        deepEqual(await seen(other), wanted);
      });
    }
    ok(stop > 8, `only ${stop} places to fail at`);
  });

  test("ten runners at once apply each file once", async (cell) => {
    await tables(cell, 40);
    const results = await Promise.all(Array.from({ length: 10 }, () => cell.migrate({ together: true })));
    equal(results.reduce((sum, { applied }) => sum + applied.length, 0), 40);
    equal((await seen(cell)).history.length, 40);
  });

  if (engine.driver.failsAsAWhole) {
    test("what needs a commit between two files gets it", async (cell) => {
      await cell.run("CREATE TYPE mood AS ENUM ('sad')");
      await cell.write("value", "ALTER TYPE mood ADD VALUE 'glad';");
      await cell.write("used", "CREATE TABLE used (m mood DEFAULT 'glad');");
      await cell.write("last", "CREATE TABLE last (id integer);");
      deepEqual(await oneByOne(cell), ["value", "used", "last"]);
    });
  }
}

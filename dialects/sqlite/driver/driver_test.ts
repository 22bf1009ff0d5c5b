/** The driver on real files: URLs, locks, broken files, the guards around a migration. */
import { deepEqual, equal, match, ok, rejects, throws } from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { join, resolve } from "node:path";
import type { Connection } from "../../driver.ts";
import { sqliteDriver } from "../driver.ts";
import { maskUrl, parseUrl } from "./url.ts";

const limits = { transactional: true, lockTimeoutMs: 300, statementTimeoutMs: 0 };

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await work(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function migrate(connection: Connection, ...statements: readonly string[]): Promise<void> {
  await sqliteDriver.migration(connection, limits, async (tx) => {
    for (const sql of statements) await tx.execute(sql);
  });
}

Deno.test("URLs name files and databases in memory", () => {
  deepEqual(parseUrl("sqlite:app.db"), { memory: false, path: resolve("app.db") });
  deepEqual(parseUrl("sqlite:///var/lib/a%20b.db"), { memory: false, path: "/var/lib/a b.db" });
  deepEqual(parseUrl("sqlite:/var/lib/a.db"), { memory: false, path: "/var/lib/a.db" });
  deepEqual(parseUrl("sqlite://./rel/a.db"), { memory: false, path: resolve("rel/a.db") });
  deepEqual(parseUrl("file:a.db"), { memory: false, path: resolve("a.db") });
  deepEqual(parseUrl("file:///tmp/a.db"), { memory: false, path: "/tmp/a.db" });
  for (const url of ["sqlite::memory:", "sqlite://:memory:", "file::memory:", "file:x?mode=memory"]) {
    deepEqual(parseUrl(url), { memory: true });
  }
  for (const url of ["sqlite:", "sqlite://", "app.db", "sqlite:%zz", "mysql://x"]) {
    throws(() => parseUrl(url), { code: "SQA-203" });
  }
  equal(maskUrl("sqlite:app.db?key=secret"), "sqlite:app.db");
});

Deno.test("a missing file is only made when asked for", () =>
  inFolder(async (folder) => {
    const url = `sqlite:${join(folder, "a.db")}`;
    await rejects(sqliteDriver.connect(url), { code: "SQA-201", message: /does not exist/ });
    await using made = await sqliteDriver.connect(url, { create: true });
    equal(made.server.product.startsWith("SQLite 3."), true);
    equal(made.server.identity, await Deno.realPath(join(folder, "a.db")));
    await rejects(sqliteDriver.connect(`sqlite:${folder}`), { code: "SQA-201", message: /is a folder/ });
    await rejects(sqliteDriver.connect(`sqlite:${folder}/no/a.db`, { create: true }), { code: "SQA-201" });
  }));

Deno.test("files that are no database or are damaged say so", () =>
  inFolder(async (folder) => {
    const path = join(folder, "a.db");
    await Deno.writeTextFile(
      path,
      "this is no database at all, but long enough to have a header of one hundred bytes".repeat(9),
    );
    await rejects(sqliteDriver.connect(`sqlite:${path}`), { code: "SQA-204" });
    equal((await Deno.readTextFile(path)).startsWith("this is no"), true);
  }));

Deno.test("integers beyond 2^53 are read without loss", async () => {
  await using connection = await sqliteDriver.connect("sqlite::memory:");
  deepEqual(
    await connection.query("SELECT 9007199254740993 AS big, 5 AS small, 1.5 AS real, ? AS given", [2n ** 60n]),
    [
      { big: 9007199254740993n, small: 5, real: 1.5, given: 2n ** 60n },
    ],
  );
});

Deno.test("the mathematical functions are there, also within schemas", async () => {
  await using connection = await sqliteDriver.connect("sqlite::memory:");
  await connection.execute("CREATE TABLE t(a CHECK (sqrt(a) < 3), b AS (pow(a, 2)) STORED, c CHECK (c REGEXP '^x'))");
  await connection.execute("CREATE INDEX i ON t(floor(a / 2))");
  await connection.execute("INSERT INTO t(a, c) VALUES (4, 'xy')");
  deepEqual(
    await connection.query(
      "SELECT b, log(100) AS l, log(2, 8) AS m, ceil(1.2) AS n, sqrt('x') AS o, ln(-1) AS p, pi() > 3 AS q FROM t",
    ),
    [
      { b: 16, l: 2, m: 3, n: 2, o: null, p: null, q: 1 },
    ],
  );
  await rejects(connection.execute("INSERT INTO t(a) VALUES (16)"), /CHECK constraint failed/);
});

Deno.test("a file that another program is writing to is waited for, then given up with exit 75", () =>
  inFolder(async (folder) => {
    const path = join(folder, "a.db");
    await using connection = await sqliteDriver.connect(`sqlite:${path}`, { create: true });
    const other = new DatabaseSync(path);
    other.exec("CREATE TABLE t(a); BEGIN IMMEDIATE");
    await rejects(migrate(connection, "CREATE TABLE u(a)"), (error: { code: string; more: { exit: number } }) => {
      equal(error.code, "SQA-520");
      equal(error.more.exit, 75);
      return true;
    });
    setTimeout(() => other.exec("ROLLBACK"), 100);
    const patient = { ...limits, lockTimeoutMs: 60_000 };
    await sqliteDriver.migration(connection, patient, (tx) => tx.execute("CREATE TABLE u(a)"));
    other.close();
    equal((await connection.query("SELECT name FROM sqlite_schema")).length, 2);
  }));

Deno.test("a file in WAL with a reader is migrated under it", () =>
  inFolder(async (folder) => {
    const path = join(folder, "a.db");
    const reader = new DatabaseSync(path);
    reader.exec("PRAGMA journal_mode = WAL; CREATE TABLE t(a); INSERT INTO t VALUES (1); BEGIN; SELECT * FROM t");
    await using connection = await sqliteDriver.connect(`sqlite:${path}`);
    await migrate(
      connection,
      "CREATE TABLE _sqa_new_t(a INT)",
      "INSERT INTO _sqa_new_t SELECT * FROM t",
      "DROP TABLE t",
      "ALTER TABLE _sqa_new_t RENAME TO t",
    );
    equal(reader.prepare("SELECT a FROM t").get()!.a, 1);
    reader.exec("COMMIT");
    reader.close();
  }));

Deno.test("read-only connections write nothing and say so", () =>
  inFolder(async (folder) => {
    const path = join(folder, "a.db");
    new DatabaseSync(path).exec("CREATE TABLE t(a)");
    await using connection = await sqliteDriver.connect(`sqlite:${path}`, { readOnly: true });
    await rejects(connection.execute("CREATE TABLE u(a)"), (error: { more: { code: string } }) => {
      equal(error.more.code, "SQLITE_READONLY");
      return true;
    });
  }));

Deno.test("a statement that fails takes the whole migration back", async () => {
  await using connection = await sqliteDriver.connect("sqlite::memory:");
  await connection.execute("PRAGMA foreign_keys = ON");
  await rejects(
    migrate(connection, "CREATE TABLE t(a)", "PRAGMA legacy_alter_table = ON", "CREATE TABLE t(a)"),
    /already exists/,
  );
  deepEqual(await connection.query("SELECT name FROM sqlite_schema"), []);
  deepEqual(await connection.query("PRAGMA foreign_keys"), [{ foreign_keys: 1 }]);
  deepEqual(await connection.query("PRAGMA legacy_alter_table"), [{ legacy_alter_table: 0 }]);
});

Deno.test("foreign keys stay off inside a migration, whatever the file says", async () => {
  await using connection = await sqliteDriver.connect("sqlite::memory:");
  await connection.execute("CREATE TABLE p(id INTEGER PRIMARY KEY)");
  await connection.execute("CREATE TABLE c(p REFERENCES p(id) ON DELETE CASCADE)");
  await connection.execute("INSERT INTO p VALUES (1)");
  await connection.execute("INSERT INTO c VALUES (1)");
  await connection.execute("PRAGMA foreign_keys = ON");
  await rejects(migrate(connection, "PRAGMA foreign_keys = ON", "DROP TABLE p"), { code: "SQA-530" });
  deepEqual(await connection.query("SELECT * FROM c"), [{ p: 1 }]);
});

Deno.test("a rebuild that leaves rows behind is stopped", async () => {
  await using connection = await sqliteDriver.connect("sqlite::memory:");
  await connection.execute("CREATE TABLE t(a)");
  await connection.execute("INSERT INTO t VALUES (1), (2)");
  const rebuild = [
    "CREATE TABLE _sqa_new_t(a INT)",
    "INSERT INTO _sqa_new_t SELECT a FROM t WHERE a < 2",
    "DROP TABLE t",
    "ALTER TABLE _sqa_new_t RENAME TO t",
  ];
  await rejects(migrate(connection, ...rebuild), (error: { code: string; more: { detail: string } }) => {
    equal(error.code, "SQA-530");
    equal(error.more.detail, "2 before, 1 after");
    return true;
  });
  deepEqual(await connection.query("SELECT * FROM t"), [{ a: 1 }, { a: 2 }]);
});

Deno.test("a data migration may delete rows, but not leave children without a parent", async () => {
  await using connection = await sqliteDriver.connect("sqlite::memory:");
  await migrate(
    connection,
    "CREATE TABLE p(id INTEGER PRIMARY KEY)",
    "CREATE TABLE c(p REFERENCES p(id))",
    "INSERT INTO p VALUES (1), (2)",
    "INSERT INTO c VALUES (1)",
  );
  await migrate(connection, "DELETE FROM p WHERE id = 2");
  await rejects(migrate(connection, "WITH x AS (SELECT 1) DELETE FROM main.p WHERE id = 1"), { code: "SQA-530" });
  await migrate(connection, "DELETE FROM p", "DELETE FROM c");
  deepEqual(await connection.query("SELECT * FROM p"), []);
});

Deno.test("a migration cannot end its own transaction", async () => {
  await using connection = await sqliteDriver.connect("sqlite::memory:");
  await rejects(migrate(connection, "CREATE TABLE t(a)", "COMMIT"), (error: { code: string; message: string }) => {
    equal(error.code, "SQA-530");
    match(error.message, /cannot begin or end one itself/);
    return true;
  });
  deepEqual(await connection.query("SELECT name FROM sqlite_schema"), []);
});

Deno.test("an interrupted wait for the lock ends at once", () =>
  inFolder(async (folder) => {
    const path = join(folder, "a.db");
    await using connection = await sqliteDriver.connect(`sqlite:${path}`, { create: true });
    const other = new DatabaseSync(path);
    other.exec("BEGIN IMMEDIATE");
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error("stopped")), 50);
    const start = performance.now();
    await rejects(
      sqliteDriver.migration(connection, { ...limits, lockTimeoutMs: 60_000, signal: stop.signal }, async () => {}),
      /stopped/,
    );
    ok(performance.now() - start < 50_000);
    other.close();
  }));

Deno.test("transactions roll back when asked or when they throw, nested ones by themselves", async () => {
  await using connection = await sqliteDriver.connect("sqlite::memory:");
  await connection.transaction(async (tx) => await tx.execute("CREATE TABLE gone(a)"), { rollback: true });
  await connection.transaction(async (tx) => {
    await tx.execute("CREATE TABLE t(a)");
    await rejects(tx.transaction(async (inner) => {
      await inner.execute("CREATE TABLE u(a)");
      throw new Error("no");
    }));
  });
  deepEqual(await connection.query("SELECT name FROM sqlite_schema"), [{ name: "t" }]);
});

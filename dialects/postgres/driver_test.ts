import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import { postgresUrls, withDatabase } from "../../tests/support/scratch.ts";
import { type Connection, DatabaseError } from "../driver.ts";
import { postgresDriver } from "./driver.ts";

Deno.test("a server that is not there is SQA-201, exit 75, and the password is nowhere", async () => {
  await rejects(
    postgresDriver.connect("postgres://me:canary@127.0.0.1:1/x"),
    (error: Error & { code: string; more: { exit: number } }) => {
      deepEqual([error.code, error.more.exit], ["SQA-201", 75]);
      match(error.message, /^cannot reach Postgres at 127\.0\.0\.1:1: /);
      return !Deno.inspect(error).includes("canary");
    },
  );
});

for (const [i, server] of (postgresUrls.length ? postgresUrls : [""]).entries()) {
  const test = (name: string, work: (connection: Connection, url: string) => Promise<void>) =>
    Deno.test({
      name: `Postgres ${i + 1}: ${name}`,
      ignore: server === "",
      fn: () =>
        withDatabase(server, async (url) => {
          await using connection = await postgresDriver.connect(url);
          await work(connection, url);
        }),
    });

  test("a database that is not there is SQA-205", async (_, url) => {
    const missing = new URL(url);
    missing.pathname = "/sqa_test_missing";
    await rejects(postgresDriver.connect(missing.href), { code: "SQA-205" });
  });

  test("a server without TLS says so instead of a reset connection", async (_, url) => {
    await rejects(postgresDriver.connect(`${url}?sslmode=verify-full`), {
      code: "SQA-206",
      message: /does not speak TLS/,
    });
  });

  test("execute() runs exactly one statement", async (connection) => {
    await rejects(connection.execute("CREATE TABLE a (); CREATE TABLE b ()"), { name: "DatabaseError" });
    deepEqual(await connection.query("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"), []);
  });

  test("values keep all their digits", async (connection) => {
    const sql =
      "SELECT 9007199254740993::int8 AS big, 1.10::numeric AS exact, '2020-01-02 03:04:05.678901'::timestamp AS at, $1::text AS given";
    deepEqual(await connection.query(sql, ["it's"]), [
      { big: "9007199254740993", exact: "1.10", at: "2020-01-02 03:04:05.678901", given: "it's" },
    ]);
  });

  test("an error carries the server's words, place and class", async (connection) => {
    await rejects(connection.execute("SELECT nothing"), (error: DatabaseError) => {
      deepEqual([error.message, error.more.code, error.more.position, error.more.class, error.more.sql], [
        'column "nothing" does not exist',
        "42703",
        8,
        "other",
        "SELECT nothing",
      ]);
      return true;
    });
  });

  test("of statements sent together the one that failed is reported", async (connection) => {
    const sent = connection.transaction((tx) =>
      Promise.all([tx.query("SELECT 1"), tx.query("SELECT nothing"), tx.query("SELECT 2")])
    );
    await rejects(sent, { message: 'column "nothing" does not exist' });
    deepEqual(await connection.query("SELECT 1 AS x"), [{ x: 1 }]);
  });

  test("transactions nest, roll back alone, and never outlive an error", async (connection) => {
    await connection.transaction(async (tx) => {
      await tx.execute("CREATE TABLE kept ()");
      await tx.transaction((inner) => inner.execute("CREATE TABLE gone ()"), { rollback: true });
      await rejects(tx.transaction((inner) => inner.execute("SELECT nothing")));
    });
    await rejects(
      connection.transaction(async (tx) => {
        await tx.execute("CREATE TABLE lost ()");
        throw new Error("no");
      }),
      { message: "no" },
    );
    const tables = await connection.query(
      "SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace",
    );
    deepEqual(tables, [{ name: "kept" }]);
    await rejects(connection.transaction((tx) => tx.execute("CREATE TABLE x ()"), { readOnly: true }), /read-only/);
  });

  test("one run holds the lock, the other is told by whom and gives up in time", async (_, url) => {
    const held = await postgresDriver.lock(url, "app", { timeoutMs: 5000 })!;
    const told: (string | null)[] = [];
    const second = postgresDriver.lock(url, "app", { timeoutMs: 4000, onWait: (holder) => told.push(holder) })!;
    await rejects(second, (error: Error & { code: string; more: { exit: number; detail: string } }) => {
      deepEqual([error.code, error.more.exit], ["SQA-520", 75]);
      match(error.more.detail, /^held by process \d+ \("sqa lock" of role /);
      return true;
    });
    equal(told.length, 1);
    match(told[0]!, /process \d+/);
    const other = await postgresDriver.lock(url, "another history", { timeoutMs: 5000 })!;
    await other[Symbol.asyncDispose]();
    await held.check();
    await held[Symbol.asyncDispose]();
    const third = await postgresDriver.lock(url, "app", { timeoutMs: 5000 })!;
    await third[Symbol.asyncDispose]();
  });

  test("a lock whose connection was cut is SQA-521, and free for others", async (connection, url) => {
    const held = await postgresDriver.lock(url, "app", { timeoutMs: 1000 })!;
    await connection.query("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted");
    await rejects(held.check(), { code: "SQA-521" });
    const next = await postgresDriver.lock(url, "app", { timeoutMs: 60_000 })!;
    await next[Symbol.asyncDispose]();
    await held[Symbol.asyncDispose]();
  });

  test("the waiting lock does not stop CREATE INDEX CONCURRENTLY", async (connection, url) => {
    const held = await postgresDriver.lock(url, "app", { timeoutMs: 1000 })!;
    let isOver = false;
    const waiting = postgresDriver.lock(url, "app", { timeoutMs: 60_000 })!.finally(() => isOver = true);
    await connection.execute("CREATE TABLE t (a int)");
    await connection.execute("CREATE INDEX CONCURRENTLY i ON t (a)");
    ok(!isOver, "the index was there while the other still waited");
    await held[Symbol.asyncDispose]();
    await (await waiting)[Symbol.asyncDispose]();
  });

  test("a migration has its own limits and search_path, in a transaction and without", async (connection) => {
    const settings =
      "SELECT current_setting('lock_timeout') AS lock, current_setting('search_path') AS path, current_setting('client_connection_check_interval') AS check";
    const before = await connection.query(settings);
    for (const transactional of [true, false]) {
      const options = { transactional, lockTimeoutMs: 3000, statementTimeoutMs: 0 };
      const inside = await postgresDriver.migration(connection, options, (tx) => tx.query(settings));
      deepEqual(inside, [{ lock: "3s", path: "public", check: "2s" }]);
      deepEqual(await connection.query(settings), before, "and nothing stays behind");
    }
  });

  test("a statement that waits too long for a lock fails as busy", async (connection, url) => {
    await connection.execute("CREATE TABLE t ()");
    await using other = await postgresDriver.connect(url);
    await connection.transaction(async (tx) => {
      await tx.execute("LOCK TABLE t");
      const options = { transactional: true, lockTimeoutMs: 200, statementTimeoutMs: 0 };
      const blocked = postgresDriver.migration(
        other,
        options,
        (migration) => migration.execute("ALTER TABLE t ADD a int"),
      );
      await rejects(blocked, (error: DatabaseError) => error.more.class === "lock");
    });
  });

  test("a connection that was cut says so, at once and afterwards", async (connection, url) => {
    await using victim = await postgresDriver.connect(url);
    const [{ pid }] = await victim.query<{ pid: number }>("SELECT pg_backend_pid() AS pid") as [{ pid: number }];
    await connection.execute(`SELECT pg_terminate_backend(${pid})`);
    for (const _ of [1, 2]) {
      await rejects(victim.query("SELECT 1"), (error: DatabaseError) => error.more.class === "connection");
    }
  });

  test("who may not ask for the system's number is told the rest", async (connection, url) => {
    await connection.execute("REVOKE EXECUTE ON FUNCTION pg_catalog.pg_control_system() FROM PUBLIC");
    const role = `sqa_test_unknowing_${crypto.randomUUID().slice(0, 8)}`;
    await connection.execute(`CREATE ROLE ${role} LOGIN PASSWORD 'x'`);
    try {
      const unknowing = new URL(url);
      unknowing.username = role;
      unknowing.password = "x";
      await using other = await postgresDriver.connect(unknowing.href);
      match(other.server.identity, /^postgres:unknown:\d+:/);
      equal(other.version, connection.version);
      deepEqual(await other.query("SELECT current_user::text AS me"), [{ me: role }]);
    } finally {
      await connection.execute(`DROP ROLE ${role}`);
    }
  });

  test("two connections to one database have one identity, another database another", async (connection, url) => {
    await using same = await postgresDriver.connect(url);
    equal(same.server.identity, connection.server.identity);
    await using other = await postgresDriver.connect(server);
    ok(other.server.identity !== connection.server.identity);
    match(connection.server.product, /^PostgreSQL \d+\.\d+$/);
  });
}

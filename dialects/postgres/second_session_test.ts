/** Two sessions read what one would have read; and where there can be no second one, the first reads it all. */
import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { ask } from "../../introspect/introspect.ts";
import { withCountingRelay } from "../../tests/support/counting_relay.ts";
import { postgresUrls, withDatabase } from "../../tests/support/scratch.ts";
import { connect } from "./connection.ts";
import { postgres } from "./mod.ts";
import { type Line, secondSession } from "./second_session.ts";

type Rows = readonly Record<string, unknown>[];

/** A session that says who it is and what it was asked. */
function session(name: string, answers: Readonly<Record<string, Rows | Error>> = {}) {
  const asked: string[] = [];
  const run = (sql: string): Promise<Rows> => {
    asked.push(sql);
    const found = Object.entries(answers).find(([part]) => sql.includes(part))?.[1];
    if (found instanceof Error) return Promise.reject(found);
    return Promise.resolve(found ?? [{ by: name }]);
  };
  return { run, asked, begin: beginWith(run), end: () => Promise.resolve(asked.push("end")).then(() => {}) };
}

/** Of a session that answers each statement by itself. */
function beginWith(run: (sql: string) => Promise<Rows>): Line["begin"] {
  return async (statements) => ({ rows: (await Promise.all(statements.map(run))).at(-1)!, run });
}

const firstOne = () => session("first", { pg_export_snapshot: [{ snapshot: "1-2-3", same: "here" }] });
const here = { set_config: [{ same: "here" }] };

Deno.test("a second session answers in the snapshot of the first, and its transaction ends with that of the first", async () => {
  const first = firstOne(), second = session("second", here);
  const beside = await secondSession(first.run, () => Promise.resolve(second));
  deepEqual(await beside.query("SELECT 1"), [{ by: "second" }]);
  await beside.close();
  deepEqual(second.asked.map((sql) => sql.slice(0, 30)), [
    "BEGIN ISOLATION LEVEL REPEATAB",
    "SET TRANSACTION SNAPSHOT '1-2-",
    second.asked[2]!.slice(0, 30),
    "SELECT 1",
    "end",
  ]);
});

const gone = new Error("invalid snapshot identifier");
const lines: Readonly<Record<string, () => Promise<Line>>> = {
  "cannot be opened": () => Promise.reject(new Error("too many clients")),
  "does not find the snapshot": () => Promise.resolve(session("second", { ...here, SNAPSHOT: gone })),
  "is on another server": () => Promise.resolve(session("second", { set_config: [{ same: "there" }] })),
  "breaks": () => Promise.resolve(session("second", { ...here, "SELECT 1": new Error("lost") })),
};

for (const [what, open] of Object.entries(lines)) {
  Deno.test(`where a second session ${what}, the first one answers`, async () => {
    const beside = await secondSession(firstOne().run, open);
    deepEqual(await Promise.all([beside.query("SELECT 1"), beside.query("SELECT 1")]), [
      [{ by: "first" }],
      [{ by: "first" }],
    ]);
    await beside.close();
  });
}

Deno.test("a second session that is not there yet when the first has nothing to do any more is not waited for", async () => {
  const rejected = Promise.withResolvers<never>();
  const end = () => Promise.resolve(rejected.reject(new Error("given up")));
  const beside = await secondSession(firstOne().run, () => Promise.resolve({ begin: () => rejected.promise, end }));
  const answer = beside.query("SELECT 1");
  beside.firstIsFree();
  deepEqual(await answer, [{ by: "first" }]);
  await beside.close();
});

Deno.test("what may come from either comes from the session that is free first", async () => {
  const first = firstOne(), begin = Promise.withResolvers<Rows>();
  const second = session("second", here);
  const run = async (sql: string) => sql === "SELECT 1" ? await begin.promise : await second.run(sql);
  const beside = await secondSession(first.run, () => Promise.resolve({ begin: beginWith(run), end: second.end }));
  const slow = beside.query("SELECT 1"),
    either = beside.query("SELECT 2", true),
    other = beside.query("SELECT 3", true);
  beside.firstIsFree();
  deepEqual(await Promise.all([either, other]), [[{ by: "first" }], [{ by: "first" }]]);
  begin.resolve([{ by: "second" }]);
  deepEqual(await slow, [{ by: "second" }]);
  await beside.close();

  const idle = await secondSession(firstOne().run, () => Promise.resolve(session("second", here)));
  const own = idle.query("SELECT 1"), late = idle.query("SELECT 2", true);
  deepEqual(await Promise.all([own, late]), [[{ by: "second" }], [{ by: "second" }]]);
  await idle.close();
});

Deno.test("after the end of the transaction nobody answers", async () => {
  const beside = await secondSession(firstOne().run, () => Promise.reject(new Error("too many clients")));
  await beside.close();
  await rejects(beside.query("SELECT 1"), /too many/);
});

Deno.test("where the transaction has failed, a second session that does not answer is not waited for", async () => {
  const second = session("second", here), end = Promise.withResolvers<Rows>();
  const run = async (sql: string) => sql === "SELECT 1" ? await end.promise : await second.run(sql);
  const ended = () => Promise.resolve(end.reject(new Error("given up")));
  const beside = await secondSession(firstOne().run, () => Promise.resolve({ begin: beginWith(run), end: ended }));
  const answer = rejects(beside.query("SELECT 1"), /given up/);
  await new Promise((resolve) => setTimeout(resolve, 1));
  await beside.close();
  await answer;
});

Deno.test("a first session that has no snapshot to give has no second one", async () => {
  const first = session("first", { pg_export_snapshot: new Error("disk full") });
  await rejects(secondSession(first.run, () => Promise.reject(new Error("not to be opened"))), /disk full/);
});

/** Makes the catalog large, and a schema in which every kind of question has an answer. */
const large = `DO $$ BEGIN
  FOR i IN 1..12 LOOP
    EXECUTE 'CREATE TABLE wide (' || (SELECT string_agg(format('c%s int', n), ', ') FROM generate_series(1, 1500) AS n) || ')';
    DROP TABLE wide;
  END LOOP;
  FOR i IN 1..40 LOOP
    EXECUTE format('CREATE TABLE t%s (id bigserial PRIMARY KEY, n int CHECK (n > 0), UNIQUE (n, id))', i);
    EXECUTE format('COMMENT ON TABLE t%s IS ''%1$s''', i);
    EXECUTE format('CREATE VIEW v%s AS SELECT * FROM t%1$s', i);
    EXECUTE format('CREATE INDEX i%s ON t%1$s ((n + 1))', i);
  END LOOP;
END $$`;

/** What a pooler does: it tells its clients another process number than the server's. BackendKeyData is "K", a length of 12, the number and a key. */
function renumber(bytes: Uint8Array): void {
  const at = bytes.findIndex((byte, k) => byte === 0x4b && bytes[k + 3] === 0 && bytes[k + 4] === 12);
  if (at >= 0 && at + 8 < bytes.length) bytes[at + 8]! ^= 1;
}

for (const [i, server] of postgresUrls.entries()) {
  const printed = async (url: string) => {
    await using connection = await connect(url);
    const answers = await ask(connection, postgres, { print: true });
    return { print: answers.print(), objects: [...answers.graph().objects.values()] };
  };

  Deno.test(`Postgres ${i + 1}: a large catalog is read by two sessions in 15 round trips, by one where a role may have no other, and it is the same`, () =>
    withDatabase(server, async (url) => {
      await using connection = await connect(url);
      await connection.execute(large);
      const twice = await withCountingRelay(url, async (through, traffic) => {
        const found = await printed(through), { connections, roundTrips } = traffic();
        equal(connections, 2);
        // Connecting and authentication too, of both.
        ok(roundTrips <= 15, `${roundTrips} round trips`);
        return found;
      });
      const role = `sqa_test_single_${crypto.randomUUID().slice(0, 8)}`;
      await connection.execute(`CREATE ROLE ${role} LOGIN SUPERUSER`);
      try {
        const alone = new URL(url);
        alone.username = role;
        const same = await printed(alone.href);
        await connection.execute(`ALTER ROLE ${role} NOSUPERUSER CONNECTION LIMIT 1`);
        const once = await printed(alone.href);
        deepEqual(once.objects, same.objects);
        equal(once.print, same.print);
        // Another role reads: what belongs to the first is another's now.
        deepEqual(same.objects.filter(({ kind }) => kind !== "owner"), twice.objects);
      } finally {
        await connection.execute(`DROP ROLE ${role}`);
      }
    }));

  Deno.test(`Postgres ${i + 1}: two sessions see one moment, and nothing that an open transaction has made is missed`, () =>
    withDatabase(server, async (url) => {
      await using connection = await connect(url), other = await connect(url);
      await connection.execute(large);
      await using again = await connect(url);
      const names = async (tx: Parameters<typeof postgres.read>[0]) =>
        (await postgres.read(tx, { schemas: null }))().objects.map(({ id }) => id).sort();
      const seen = await again.transaction(async (tx) => {
        equal(typeof tx.queryBeside, "function");
        const before = await names(tx);
        await other.execute("CREATE TABLE public.after (a int PRIMARY KEY)");
        await other.execute("CREATE INDEX late ON t1 (n)");
        return [before, await names(tx)];
      }, { readOnly: true, snapshot: true });
      deepEqual(seen[0], seen[1]);
      const own = await again.transaction(async (tx) => {
        await tx.execute("CREATE INDEX own ON t1 (n)");
        return await tx.transaction((inner) => names(inner), { readOnly: true, snapshot: true });
      }, { rollback: true });
      equal(own.some((id) => id.includes("own")), true);
    }));

  Deno.test(`Postgres ${i + 1}: behind a pooler one session reads a large catalog`, () =>
    withDatabase(server, async (url) => {
      {
        await using connection = await connect(url);
        await connection.execute(large);
      }
      await withCountingRelay(url, async (through) => {
        await using connection = await connect(through);
        equal(connection.server.pooled, true);
        await connection.transaction((tx) => Promise.resolve(equal(tx.queryBeside, undefined)), {
          readOnly: true,
          snapshot: true,
        });
      }, renumber);
    }));
}

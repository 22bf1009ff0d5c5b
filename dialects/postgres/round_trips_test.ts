/** How often introspection talks to the server, whatever there is to read; and that it reads one moment, under its own search_path. */
import { deepEqual, equal, ok } from "node:assert/strict";
import { ask, introspect } from "../../introspect/introspect.ts";
import { withCountingRelay } from "../../tests/support/counting_relay.ts";
import { postgresUrls, withDatabase } from "../../tests/support/scratch.ts";
import { connect } from "./connection.ts";
import { postgres } from "./mod.ts";

for (const [i, server] of postgresUrls.entries()) {
  Deno.test(`Postgres ${i + 1}: introspection takes 15 round trips at most, however much there is (T41)`, () =>
    withDatabase(server, (url) =>
      withCountingRelay(url, async (through, traffic) => {
        await using connection = await connect(through);
        const read = async () => {
          const before = traffic();
          const { objects } = await introspect(connection, postgres);
          const after = traffic();
          return {
            objects: objects.size,
            statements: after.statements - before.statements,
            roundTrips: after.roundTrips - before.roundTrips,
          };
        };
        const empty = await read();
        await connection.execute(`DO $$ BEGIN
          FOR i IN 1..60 LOOP
            EXECUTE format('CREATE SCHEMA s%s', i);
            EXECUTE format('CREATE TYPE s%s.mood AS ENUM (''a'', ''b'')', i);
            EXECUTE format('CREATE TABLE s%s.t (id bigserial PRIMARY KEY, mood s%1$s.mood, n int CHECK (n > 0), UNIQUE (n, mood))', i);
            EXECUTE format('CREATE VIEW s%s.v AS SELECT * FROM s%1$s.t', i);
          END LOOP;
        END $$`);
        const full = await read();
        ok(full.objects > empty.objects + 400, `read ${full.objects} objects`);
        equal(full.statements, empty.statements);
        ok(full.statements <= 15, `${full.statements} statements`);
        ok(full.roundTrips <= 15, `${full.roundTrips} round trips`);
      })));

  Deno.test(`Postgres ${i + 1}: the same schema gives the same answers, row for row, however eager the server is to share the work out`, () =>
    withDatabase(server, async (url) => {
      await using connection = await connect(url);
      await connection.execute(`DO $$ BEGIN
        FOR i IN 1..400 LOOP EXECUTE format('CREATE TABLE t%s (id bigserial PRIMARY KEY, n int CHECK (n > 0))', i); END LOOP;
      END $$`);
      for (const cheap of ["parallel_setup_cost", "parallel_tuple_cost", "min_parallel_table_scan_size"]) {
        await connection.execute(`SET ${cheap} = 0`);
      }
      const prints = new Set<string | null>();
      for (let n = 0; n < 4; n++) prints.add((await ask(connection, postgres, { print: true })).print());
      deepEqual([prints.size, prints.has(null)], [1, false]);
    }));

  Deno.test(`Postgres ${i + 1}: introspection sees one moment and leaves the session's settings alone`, () =>
    withDatabase(server, async (url) => {
      await using connection = await connect(url), other = await connect(url);
      await connection.execute("CREATE TABLE before (a int)");
      await connection.execute("SET search_path = nowhere, public");
      const seen = await connection.transaction(async (tx) => {
        const first = (await postgres.read(tx, { schemas: null }))();
        await other.execute("CREATE TABLE public.after (a int)");
        const second = (await postgres.read(tx, { schemas: null }))();
        const [row] = await tx.query<{ path: string }>("SELECT current_setting('search_path') AS path");
        equal(row!.path, "nowhere, public");
        return [first, second].map(({ objects }) => objects.map(({ id }) => id).sort());
      }, { readOnly: true, snapshot: true });
      deepEqual(seen[0], seen[1]);
    }));
}

/** Base types and shell types, which are not read: what has them is, they are told of, and nothing drops them. */
import { deepEqual, equal } from "node:assert/strict";
import { makePlan } from "../../diff/plan.ts";
import { introspect } from "../../introspect/introspect.ts";
import type { SchemaGraph as Graph } from "../../schema/graph.ts";
import { postgresUrls, withDatabase } from "../../tests/support/scratch.ts";
import { postgresDriver } from "./driver.ts";

const { dialect } = postgresDriver;

const types = [
  "CREATE TYPE bt",
  "CREATE FUNCTION bt_in(cstring) RETURNS bt LANGUAGE internal STRICT IMMUTABLE AS 'int4in'",
  "CREATE FUNCTION bt_out(bt) RETURNS cstring LANGUAGE internal STRICT IMMUTABLE AS 'int4out'",
  "CREATE TYPE bt (INPUT = bt_in, OUTPUT = bt_out, LIKE = integer)",
  "CREATE TYPE shell",
];
const holders = [
  "CREATE DOMAIN d AS bt",
  "CREATE TABLE t (a bt DEFAULT '5', b bt[], c d, n int)",
  "CREATE TYPE c AS (x bt)",
  "CREATE FUNCTION f(bt) RETURNS bt LANGUAGE sql AS 'SELECT $1'",
  "CREATE VIEW v AS SELECT a, b FROM t",
];

for (const [i, server] of (postgresUrls.length ? postgresUrls : [""]).entries()) {
  Deno.test({
    name: `Postgres ${i + 1}: base types and shell types are told of and stay, and what has them comes and goes`,
    ignore: server === "",
    fn: () =>
      withDatabase(server, async (url) => {
        await using connection = await postgresDriver.connect(url);
        const { version } = connection;
        const run = async (all: readonly string[]) => {
          for (const sql of all) await connection.execute(sql);
        };
        const read = () => introspect(connection, dialect);
        const plan = (from: Graph, to: Graph) =>
          makePlan({ from, to, dialect, options: { columnOrder: "lax", version } }).plan;
        const bare = await read();
        await run(types);
        const empty = await read();
        deepEqual(empty.notes.map(({ message }) => message), [
          "base type public.bt is not read yet: it is left alone and not compared",
          "shell type public.shell is not read yet: it is left alone and not compared",
        ]);
        deepEqual(plan(empty, bare).up, [], "neither they nor their functions are dropped");
        await run(holders);
        const full = await read();
        const { up, down } = plan(empty, full);
        const dropped = plan(full, bare).up;
        equal(
          dropped.some(({ sql }) => /\bDROP (TYPE|FUNCTION) (public\.)?(bt|shell)/.test(sql)),
          false,
          "nor with what has them",
        );
        await run(down.map(({ sql }) => sql));
        deepEqual(plan(await read(), empty).up, []);
        await run(up.map(({ sql }) => sql));
        deepEqual(plan(await read(), full).up, []);
        await run(["INSERT INTO t VALUES ('1', '{2,3}', '4', 5)"]);
        await run(plan(full, bare).up.map(({ sql }) => sql));
        deepEqual((await read()).notes, empty.notes, "they are still there");
      }),
  });
}

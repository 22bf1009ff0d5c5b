/** A column that a table has from a parent goes when the table leaves that: the plan names the loss like any other. */
import { deepEqual } from "node:assert/strict";
import { makePlan } from "../../diff/plan.ts";
import { introspect } from "../../introspect/introspect.ts";
import type { SchemaGraph } from "../../schema/graph.ts";
import { postgresUrls, withDatabase } from "../../tests/support/scratch.ts";
import type { Connection } from "../driver.ts";
import { postgresDriver } from "./driver.ts";

const { dialect } = postgresDriver;

/** The table `h` loses its column `b` by each of these, and nothing else does. */
const cases = [
  {
    name: "an heir leaves its parent",
    from: `CREATE TABLE t (a int, b int); CREATE TABLE h () INHERITS (t)`,
    to: `CREATE TABLE t (a int, b int); CREATE TABLE h (a int)`,
  },
  {
    name: "an heir goes to another parent",
    from: `CREATE TABLE t (a int, b int); CREATE TABLE u (a int); CREATE TABLE h () INHERITS (t)`,
    to: `CREATE TABLE t (a int, b int); CREATE TABLE u (a int); CREATE TABLE h () INHERITS (u)`,
  },
  {
    name: "a partition is detached",
    from: `CREATE TABLE t (a int, b int) PARTITION BY LIST (a); CREATE TABLE h PARTITION OF t DEFAULT`,
    to: `CREATE TABLE t (a int, b int) PARTITION BY LIST (a); CREATE TABLE h (a int)`,
  },
  {
    name: "a partition goes to another table",
    from: `CREATE TABLE t (a int, b int) PARTITION BY LIST (a); CREATE TABLE u (a int) PARTITION BY LIST (a);
      CREATE TABLE h PARTITION OF t DEFAULT`,
    to: `CREATE TABLE t (a int, b int) PARTITION BY LIST (a); CREATE TABLE u (a int) PARTITION BY LIST (a);
      CREATE TABLE h PARTITION OF u DEFAULT`,
  },
  {
    name: "an heir becomes a table of a type",
    from: `CREATE TYPE y AS (a int); CREATE TABLE t (a int, b int); CREATE TABLE h () INHERITS (t)`,
    to: `CREATE TYPE y AS (a int); CREATE TABLE t (a int, b int); CREATE TABLE h OF y`,
  },
] as const;

async function graphOf(connection: Connection, script: string): Promise<SchemaGraph> {
  const statements = dialect.split(`DROP SCHEMA public CASCADE; CREATE SCHEMA public; ${script}`);
  for (const { sql } of statements) await connection.execute(sql);
  return await introspect(connection, dialect);
}

for (const [i, server] of (postgresUrls.length ? postgresUrls : [""]).entries()) {
  Deno.test({
    name: `Postgres ${i + 1}: a column that goes when its table leaves a parent is a loss that the plan names`,
    ignore: server === "",
    fn: (t) =>
      withDatabase(server, async (url) => {
        await using connection = await postgresDriver.connect(url);
        for (const { name, from, to } of cases) {
          await t.step(name, async () => {
            const ends = { to: await graphOf(connection, to), from: await graphOf(connection, from) };
            const options = { columnOrder: "lax", version: connection.version } as const;
            const { plan } = makePlan({ ...ends, dialect, options });
            const losses = plan.hazards.filter(({ code }) => code === "drop-column");
            deepEqual(losses.map(({ object }) => object), ["column:public.h.b"]);
            const { sql, effects } = plan.up[losses[0]!.statement]!;
            deepEqual([sql, effects.loses], ["ALTER TABLE public.h DROP COLUMN b", ["column:public.h.b"]]);
          });
        }
      }),
  });
}

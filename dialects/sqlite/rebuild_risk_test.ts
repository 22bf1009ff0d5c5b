import { equal } from "node:assert/strict";
import { introspect } from "../../introspect/introspect.ts";
import { makePlan } from "../../diff/plan.ts";
import type { SchemaGraph } from "../../schema/graph.ts";
import { withSqlite } from "../../tests/support/scratch.ts";
import { sqliteDriver } from "./driver.ts";
import { sqlite } from "./mod.ts";

function graphOf(sql: string): Promise<SchemaGraph> {
  return withSqlite(async (url) => {
    await using connection = await sqliteDriver.connect(url, { create: true });
    await connection.execute(sql);
    return await introspect(connection, sqlite);
  });
}

/** The risk of the copying statement, and what its probe counts with two rows in the table. */
async function risk(
  before: string,
  after: string,
): Promise<{ reason: string | undefined; counted: number | undefined }> {
  const options = { columnOrder: "lax", version: null } as const;
  const { plan } = makePlan({ from: await graphOf(before), to: await graphOf(after), dialect: sqlite, options });
  const mayFail = plan.up.find(({ sql }) => sql.startsWith("INSERT OR ABORT"))?.effects.mayFail;
  if (!mayFail?.probe) return { reason: mayFail?.reason, counted: undefined };
  const probe = mayFail.probe;
  const counted = await withSqlite(async (url) => {
    await using connection = await sqliteDriver.connect(url, { create: true });
    await connection.execute(before);
    await connection.execute("INSERT INTO t (a, b) VALUES (1, 1), (1, 2)");
    const [row] = await connection.query(probe);
    return Number(Object.values(row!)[0]);
  });
  return { reason: mayFail.reason, counted };
}

const before = "CREATE TABLE t (a INTEGER, b INTEGER)";

Deno.test("a key over a new column with a default says that rows get the same value", async () => {
  const { reason, counted } = await risk(
    before,
    "CREATE TABLE t (a INTEGER, b INTEGER, c TEXT NOT NULL DEFAULT 'x' UNIQUE)",
  );
  equal(reason, 'all rows get the same "c"');
  equal(counted, 1);
});

Deno.test("a key over an old and a new column counts equal values of the old one", async () => {
  const { reason, counted } = await risk(
    before,
    "CREATE TABLE t (a INTEGER, b INTEGER, c TEXT DEFAULT 'x', UNIQUE (a, c))",
  );
  equal(reason, 'rows may have the same "a", "c"');
  equal(counted, 1);
});

Deno.test("a key over a new column without a value says nothing", async () => {
  equal((await risk(before, "CREATE TABLE t (a INTEGER, b INTEGER, c TEXT, UNIQUE (a, c))")).reason, undefined);
});

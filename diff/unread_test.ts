/** What one side could not read is neither made over it nor dropped. */
import { deepEqual } from "node:assert/strict";
import { sqlite } from "../dialects/sqlite/mod.ts";
import { openConnection } from "../dialects/sqlite/driver/connection.ts";
import { introspect } from "../introspect/introspect.ts";
import { makePlan } from "./plan.ts";

/** sqa cannot say this key: its column stands in it twice, with two collations. */
const unreadable = "CREATE TABLE t(a, b, PRIMARY KEY(a COLLATE NOCASE, a)) WITHOUT ROWID; CREATE INDEX i ON t(b)";
const readable = "CREATE TABLE t(a PRIMARY KEY, b, c) WITHOUT ROWID; CREATE INDEX i ON t(c)";

async function planned(before: string, after: string): Promise<{ up: readonly string[]; notes: readonly string[] }> {
  await using from = openConnection({ memory: true }, "from");
  await using to = openConnection({ memory: true }, "to");
  from.db.exec(before);
  to.db.exec(after);
  const { plan } = makePlan({
    from: await introspect(from, sqlite),
    to: await introspect(to, sqlite),
    dialect: sqlite,
    options: { columnOrder: "lax", version: null },
  });
  return { up: plan.up.map(({ sql }) => sql), notes: plan.notes.map(({ object }) => String(object)) };
}

Deno.test("a table that only the wanted side can read is not made over the one that is there", async () => {
  const { up, notes } = await planned(unreadable, `${readable}; CREATE TABLE u(a)`);
  deepEqual(up, ["CREATE TABLE u (\n  a\n)"]);
  deepEqual(notes, ["table:t"]);
});

Deno.test("a table that the wanted side has and cannot read is not dropped", async () => {
  const { up, notes } = await planned(`${readable}; CREATE TABLE u(a)`, unreadable);
  deepEqual(up, ["DROP TABLE u"]);
  deepEqual(notes, ["table:t"]);
});

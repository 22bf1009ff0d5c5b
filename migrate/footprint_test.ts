import { deepEqual } from "node:assert/strict";
import { sqlite } from "../dialects/sqlite/mod.ts";
import { DatabaseSync } from "node:sqlite";
import type { SchemaGraph } from "../schema/graph.ts";
import { drivers } from "../dialects/drivers.ts";
import { introspect } from "../introspect/introspect.ts";
import { conflicts, footprint, merged } from "./footprint.ts";
import { makeGraph } from "../schema/graph.ts";
import { fingerprint } from "../schema/hash.ts";

const base = "CREATE TABLE a (id INTEGER PRIMARY KEY, x TEXT); CREATE TABLE b (id INTEGER PRIMARY KEY, y TEXT);";

/** Where the ways from `base` to base-with-`one` and base-with-`other` meet. */
async function meet(one: string, other: string): Promise<readonly string[]> {
  const from = await graphOf(base), first = await graphOf(base + one), second = await graphOf(base + other);
  return conflicts(footprint(from, first, sqlite), footprint(from, second, sqlite)).map(({ what, one, other }) =>
    `${what} ${one}/${other}`
  );
}

async function graphOf(script: string): Promise<SchemaGraph> {
  const path = await Deno.makeTempFile({ suffix: ".db" });
  try {
    const database = new DatabaseSync(path);
    database.exec(script);
    database.close();
    const driver = await drivers.find((each) => each.schemes.includes("sqlite"))!.load(`sqlite:${path}`);
    await using connection = await driver.connect(`sqlite:${path}`, { readOnly: true });
    return await introspect(connection, sqlite, { schemas: null, ignoreTables: [] });
  } finally {
    await Deno.remove(path);
  }
}

Deno.test("branches in different tables, and new columns of one table, are independent (T21)", async () => {
  deepEqual(await meet("CREATE TABLE c (id INTEGER);", "CREATE INDEX i ON a (x);"), []);
  deepEqual(await meet("ALTER TABLE a ADD COLUMN p TEXT;", "ALTER TABLE a ADD COLUMN q TEXT;"), []);
});

Deno.test("the same object, a dropped need, one name twice and a table made anew are conflicts (T21)", async () => {
  deepEqual(await meet("ALTER TABLE a ADD COLUMN p TEXT;", "ALTER TABLE a ADD COLUMN p INTEGER;"), [
    "column:a.p changes/changes",
  ]);
  deepEqual(await meet("ALTER TABLE a DROP COLUMN x;", "CREATE VIEW v AS SELECT x FROM a;"), [
    "column:a.x changes/needs",
  ]);
  deepEqual((await meet("DROP TABLE a;", "CREATE INDEX i ON a (x);")).includes("table:a changes/needs"), true);
  deepEqual((await meet("CREATE TABLE n (id INTEGER);", "CREATE VIEW n AS SELECT 1;")).length > 0, true);
  const anew = "DROP TABLE a; CREATE TABLE a (id INTEGER PRIMARY KEY, x TEXT NOT NULL);";
  deepEqual((await meet(anew, "ALTER TABLE a ADD COLUMN q TEXT;")).includes("table:a changes/needs"), true);
});

Deno.test("the merged schema is what the database has after both branches (T21)", async () => {
  const one = "ALTER TABLE a ADD COLUMN p TEXT; CREATE TABLE c (id INTEGER);",
    other = "ALTER TABLE a ADD COLUMN q TEXT;";
  const objects = merged(await graphOf(base), await graphOf(base + one), await graphOf(base + other + "DROP TABLE b;"));
  const both = await graphOf(base + one + other + "DROP TABLE b;");
  deepEqual(fingerprint(makeGraph("sqlite", objects.values())), fingerprint(both));
  const position = (graph: ReadonlyMap<string, unknown>, id: string) =>
    (graph.get(id) as { position: number }).position;
  deepEqual(position(objects, "column:a.q"), position(both.objects, "column:a.q"));
});

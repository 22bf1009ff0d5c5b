import { deepEqual, equal, notEqual } from "node:assert/strict";
import { sqliteDriver } from "../dialects/sqlite/driver.ts";
import { ask } from "./introspect.ts";

const start = [
  "CREATE TABLE a (id INTEGER PRIMARY KEY, name TEXT)",
  "CREATE INDEX a_name ON a (name)",
  "CREATE VIEW v AS SELECT name FROM a",
];
const changes = [
  "ALTER TABLE a ADD COLUMN more INT",
  "DROP INDEX a_name",
  "CREATE TABLE b (id INT)",
  "CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; END",
  "DROP VIEW v",
  `CREATE VIEW w AS SELECT '${"x".repeat(300)}' AS long FROM a`,
];

Deno.test("what a database answers has one print as long as its schema is the same, and another afterwards", async () => {
  await using connection = await sqliteDriver.connect("sqlite::memory:");
  const { dialect } = sqliteDriver;
  for (const sql of start) await connection.execute(sql);
  const print = async () => (await ask(connection, dialect, { print: true })).print();
  const prints = [await print()];
  await connection.execute("INSERT INTO a (name) VALUES ('x')");
  equal(await print(), prints[0]);
  for (const sql of changes) {
    await connection.execute(sql);
    prints.push(await print());
  }
  await connection.execute("DROP VIEW w");
  await connection.execute(`CREATE VIEW w AS SELECT '${"x".repeat(299)}y' AS long FROM a`);
  prints.push(await print());
  equal(new Set(prints).size, changes.length + 2);
  notEqual(prints[0], null);
});

Deno.test("the print says what was asked for too, and is not there once the graph is made or where nobody wants it", async () => {
  await using connection = await sqliteDriver.connect("sqlite::memory:");
  const { dialect } = sqliteDriver;
  for (const sql of start) await connection.execute(sql);
  const all = await ask(connection, dialect, { print: true });
  const less = await ask(connection, dialect, { print: true, ignoreTables: [["a"]] });
  notEqual(all.print(), less.print());
  const late = await ask(connection, dialect, { print: true });
  const ids = [...late.graph().objects.keys()];
  equal(late.print(), null);
  equal((await ask(connection, dialect)).print(), null);
  deepEqual([...all.graph().objects.keys()], ids);
  equal(all.graph(), all.graph());
});

/** Views and triggers that do not work stand in the way of SQLite's ALTER TABLE, and of nothing that sqa does. */
import { deepEqual, equal } from "node:assert/strict";
import { makePlan } from "../../diff/plan.ts";
import { introspect } from "../../introspect/introspect.ts";
import { objectId } from "../../schema/id.ts";
import { openConnection } from "./driver/connection.ts";
import { sqliteDriver } from "./driver.ts";
import { sqlite } from "./mod.ts";

const limits = { transactional: true, lockTimeoutMs: 1000, statementTimeoutMs: 0 };
const broken = `
  CREATE VIEW no_table AS SELECT nope FROM missing;
  CREATE VIEW no_column AS SELECT zzz FROM u;
  CREATE VIEW on_broken AS SELECT * FROM no_table;
  CREATE TRIGGER on_view INSTEAD OF INSERT ON no_column BEGIN DELETE FROM u; END;
  CREATE TRIGGER on_table AFTER UPDATE OF x ON u BEGIN INSERT INTO gone VALUES (new.x); END;
  CREATE VIEW works AS SELECT x FROM u;
  CREATE TRIGGER works_too AFTER DELETE ON u BEGIN DELETE FROM t; END;`;

const pairs: { readonly [what: string]: readonly [before: string, after: string, renamed?: readonly string[]] } = {
  "a column goes": ["CREATE TABLE t(a, b, c); CREATE TABLE u(x, y)", "CREATE TABLE t(a, c); CREATE TABLE u(x, y)"],
  "a column comes": ["CREATE TABLE t(a); CREATE TABLE u(x)", "CREATE TABLE t(a, b CHECK (b > 0)); CREATE TABLE u(x)"],
  "a table is made anew": ["CREATE TABLE t(a); CREATE TABLE u(x)", "CREATE TABLE t(a); CREATE TABLE u(x INT)"],
  "a column has another name": [
    "CREATE TABLE t(a); CREATE TABLE u(x)",
    "CREATE TABLE t(b); CREATE TABLE u(x)",
    ["column", "t", "a", "t", "b"],
  ],
};

for (const [what, [before, after, renamed]] of Object.entries(pairs)) {
  Deno.test(`${what} while views and triggers do not work`, async () => {
    await using connection = openConnection({ memory: true }, "from");
    await using wanted = openConnection({ memory: true }, "to");
    connection.db.exec(`${before};${broken} INSERT INTO t DEFAULT VALUES`);
    wanted.db.exec(`${after};${broken}`);
    const from = await introspect(connection, sqlite), to = await introspect(wanted, sqlite);
    deepEqual(from.notes.map(({ message }) => message), [
      'view "no_table" does not work: no such table: main.missing',
      'view "no_column" does not work: no such column: zzz',
      'view "on_broken" does not work: no such table: main.missing',
      'trigger "on_view" does not work: no such column: zzz',
      'trigger "on_table" does not work: no such table: main.gone',
    ]);
    const options = { columnOrder: "lax" as const, version: connection.version };
    const renames = renamed
      ? [{ from: objectId("column", renamed.slice(1, 3)), to: objectId("column", renamed.slice(3)), source: "test" }]
      : [];
    const { plan } = makePlan({ from, to, dialect: sqlite, renames, options });
    for (const [statements, target] of [[plan.up, to], [plan.down, from]] as const) {
      await sqliteDriver.migration(connection, limits, async (tx) => {
        for (const { sql } of statements) await tx.execute(sql);
      });
      const rest = makePlan({ from: await introspect(connection, sqlite), to: target, dialect: sqlite, options });
      deepEqual(rest.plan.up.map(({ sql }) => sql), []);
    }
    equal(connection.db.prepare("SELECT count(*) AS n FROM t").get()!.n, 1);
  });
}

/**
 * What the statements say about copying a table, held against what the server does: a table that is made anew has another number in InnoDB's
 * own list. A wrong claim here would make a rule call a dangerous statement harmless. A few of the cases a run; SQA_TEST_FAULTS=full tries all.
 */
import { deepEqual, ok } from "node:assert/strict";
import { makePlan } from "../../diff/plan.ts";
import { introspect } from "../../introspect/introspect.ts";
import { settleForms } from "../../migrate/settle_forms.ts";
import { engineAt } from "../../tests/faults/engines.ts";
import { random, sampleOf, sampling } from "../../tests/faults/project.ts";
import { mysqlUrls, withDatabase } from "../../tests/support/scratch.ts";
import type { Connection, Driver } from "../driver.ts";

/** Columns before, and what leads to after. */
const cases: readonly (readonly [before: string, change: string])[] = [
  ["a int", "ADD COLUMN b int"],
  ["a int", "ADD COLUMN b int NOT NULL DEFAULT 5"],
  ["a int", "ADD COLUMN b timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP"],
  ["a int", "ADD COLUMN b int GENERATED ALWAYS AS (a + 1) VIRTUAL"],
  ["a int", "ADD COLUMN b int GENERATED ALWAYS AS (a + 1) STORED"],
  ["a int, b int", "RENAME COLUMN b TO c"],
  ["a int, b int", "DROP COLUMN b"],
  ["a int", "ALTER COLUMN a SET DEFAULT 1"],
  ["a varchar(10)", "MODIFY a varchar(20)"],
  ["a varchar(20)", "MODIFY a varchar(10)"],
  ["a varchar(200) CHARACTER SET utf8mb4", "MODIFY a varchar(300) CHARACTER SET utf8mb4"],
  ["a enum('x', 'y')", "MODIFY a enum('x', 'y', 'z')"],
  ["a enum('x', 'y')", "MODIFY a enum('y', 'x')"],
  ["a int", "MODIFY a bigint"],
  ["a int", "MODIFY a int NOT NULL"],
  ["a int NOT NULL", "MODIFY a int NULL"],
  ["a decimal(10,2)", "MODIFY a decimal(12,2)"],
  ["a datetime", "MODIFY a datetime(3)"],
  ["a text", "MODIFY a longtext"],
  ["a varchar(10) CHARACTER SET latin1", "MODIFY a varchar(10) CHARACTER SET utf8mb4"],
  ["a int", "ADD INDEX i (a)"],
  ["a int", "ADD UNIQUE INDEX i (a)"],
  ["a int, INDEX i (a)", "DROP INDEX i"],
  ["a text", "ADD FULLTEXT INDEX i (a)"],
  ["a int", "ADD CONSTRAINT c CHECK (a > 0)"],
  ["a int", "ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES parent (id)"],
  ["a int", "COMMENT = 'x'"],
  ["a int", "ROW_FORMAT = COMPRESSED"],
];

for (const url of mysqlUrls) {
  const { label, driver } = engineAt(url);
  Deno.test(`${label}: what copies a table is what the statements say (T37)`, (t) =>
    withDatabase(url, async (url) => {
      await using connection = await driver.connect(url);
      for (const [columns, change] of sampleOf(cases, random(sampling.seed))) {
        await t.step(`(${columns}) ${change}`, () => measureCase(driver, connection, columns, change));
      }
    }));
}

async function measureCase(driver: Driver, connection: Connection, columns: string, change: string): Promise<void> {
  const { dialect } = driver;
  for (const name of ["t", "parent"]) await connection.execute(`DROP TABLE IF EXISTS ${name}`);
  const make = async () => {
    await connection.execute("CREATE TABLE parent (id int PRIMARY KEY)");
    await connection.execute(`CREATE TABLE t (id int PRIMARY KEY, ${columns})`);
  };
  await make();
  await connection.execute(`ALTER TABLE t ${change}`);
  const to = await introspect(connection, dialect);
  for (const name of ["t", "parent"]) await connection.execute(`DROP TABLE ${name}`);
  await make();
  const from = await introspect(connection, dialect);
  const options = { columnOrder: "lax", version: connection.version } as const;
  const plain = makePlan({ from, to, dialect, options }).plan;
  const forms = await settleForms({ driver, connection, plan: plain, from });
  const { plan } = makePlan({ from, to, dialect, options: { ...options, forms } });
  ok(plan.up.length > 0, "no statement");
  for (const { sql, effects } of plan.up) {
    const before = await number(connection);
    await connection.execute(sql);
    const copied = before !== await number(connection);
    const claimed = effects.rewrites.includes("table:t");
    // In place a table may be made anew too, beside its writers; that is no claim.
    if (/ALGORITHM=(INPLACE|NOCOPY)/.test(sql)) continue;
    deepEqual({ sql, copied }, { sql, copied: claimed });
  }
}

/** The table's number in InnoDB, which a copy of it does not have. */
async function number(connection: Connection): Promise<string> {
  const list = /MariaDB/.test(connection.server.product) ? "INNODB_SYS_TABLES" : "INNODB_TABLES";
  const rows = await connection.query(
    `SELECT TABLE_ID AS id FROM information_schema.${list} WHERE NAME = CONCAT(DATABASE(), '/t')`,
  );
  return String(rows[0]!["id"]);
}

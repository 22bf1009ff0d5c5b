/**
 * Servers whose own sql_mode changes how names, texts and operators are written: what is there is read, made anew in an empty database as a
 * migration makes it, and is the same by the server's own words; then nothing differs. Needs servers of its own.
 */
import { deepEqual } from "node:assert/strict";
import { makePlan } from "../../diff/plan.ts";
import { introspect } from "../../introspect/introspect.ts";
import { withDatabase } from "../../tests/support/scratch.ts";
import { crashable, startCrashable } from "../../tests/support/servers/crashable.ts";
import type { Connection, Driver } from "../driver.ts";
import { mariadbDriver } from "../mariadb/driver.ts";
import { mysqlDriver } from "../mysql/driver.ts";

const plain = [
  "create table t (id int primary key, a varchar(40) default 'it''s \"x\"' comment 'say \"it''s\"', e enum('a','b''c'), check (a <> 'x'))",
  "create view v as select id, concat(a, 'it''s') as c from t",
  "create trigger tr before insert on t for each row set new.a = 'it''s'",
  "create procedure p() select 'it''s' as x",
  "create event ev on schedule every 1 day disable comment 'it''s' do delete from t where a = 'it''s'",
];
/** A backslash is itself there. */
const backslashes = [
  "create table b (a varchar(40) default 'a\\b' comment 'c:\\new\\', g varchar(90) as (concat(a, '\\n')), check (a <> '\\'))",
  "create view w as select 'a\\b' as x",
  "create function f() returns varchar(9) no sql return 'a\\'",
];
const quoted = ['create table "q ""x" ("a b" int, key "k" ("a b"))', 'create view "w q" as select "a b" from "q ""x"'];

const modes: readonly (readonly [string, readonly string[]])[] = [
  ["", plain],
  ["NO_BACKSLASH_ESCAPES", [...plain, ...backslashes]],
  ["ANSI_QUOTES", [...plain, ...quoted]],
  ["ANSI,NO_BACKSLASH_ESCAPES,STRICT_ALL_TABLES", [...plain, ...backslashes, ...quoted]],
  ["PIPES_AS_CONCAT,HIGH_NOT_PRECEDENCE,NO_ZERO_DATE", [
    ...plain,
    "create view o as select a || 'x' as c, not id between 1 and 2 as d from t",
  ]],
];

async function catalog(connection: Connection): Promise<readonly string[]> {
  const lists = [
    "select TABLE_NAME, TABLE_COMMENT from information_schema.TABLES where TABLE_SCHEMA = database()",
    "select TABLE_NAME, COLUMN_NAME, COLUMN_TYPE, COLUMN_DEFAULT, COLUMN_COMMENT, GENERATION_EXPRESSION from information_schema.COLUMNS where TABLE_SCHEMA = database()",
    "select CONSTRAINT_NAME, CHECK_CLAUSE from information_schema.CHECK_CONSTRAINTS where CONSTRAINT_SCHEMA = database()",
    "select TABLE_NAME, replace(VIEW_DEFINITION, concat('`', database(), '`.'), '') as text from information_schema.VIEWS where TABLE_SCHEMA = database()",
    "select TRIGGER_NAME, ACTION_STATEMENT, SQL_MODE from information_schema.TRIGGERS where TRIGGER_SCHEMA = database()",
    "select ROUTINE_NAME, ROUTINE_DEFINITION, SQL_MODE from information_schema.ROUTINES where ROUTINE_SCHEMA = database()",
    "select EVENT_NAME, EVENT_DEFINITION, EVENT_COMMENT, SQL_MODE from information_schema.EVENTS where EVENT_SCHEMA = database()",
  ];
  const found: string[] = [];
  for (const sql of lists) {
    found.push(...(await connection.query(`${sql} order by 1, 2`)).map((row) => JSON.stringify(row)));
  }
  return found;
}

async function anew(driver: Driver, from: string, to: string, statements: readonly string[]): Promise<void> {
  const { dialect } = driver;
  {
    await using author = await driver.connect(from);
    // As another client would be.
    await author.execute("set session sql_mode = @@global.sql_mode");
    for (const sql of statements) await author.execute(sql);
  }
  await using left = await driver.connect(from);
  await using right = await driver.connect(to);
  const start = await introspect(right, dialect), wanted = await introspect(left, dialect);
  const options = { columnOrder: "strict" as const, version: left.version };
  const { plan } = makePlan({ from: start, to: wanted, dialect, options });
  const limits = { lockTimeoutMs: 0, statementTimeoutMs: 0, transactional: false };
  await driver.migration(right, limits, async (tx) => {
    for (const { sql } of plan.up) await tx.execute(sql);
  });
  const [here, there] = [await catalog(left), await catalog(right)];
  deepEqual(there.filter((line) => !here.includes(line)), here.filter((line) => !there.includes(line)));
  const made = await introspect(right, dialect);
  deepEqual(makePlan({ from: made, to: wanted, dialect, options }).plan.up.map(({ sql }) => sql), []);
}

for (const [name, driver] of [["mariadb", mariadbDriver], ["mysql", mysqlDriver]] as const) {
  const kind = crashable[name];
  Deno.test({
    name: `${kind.label}: what the server's own sql_mode says is read and made anew`,
    ignore: !kind.found || Deno.env.get("SQA_TEST_CRASHES") === "0",
    fn: async (t) => {
      const server = await startCrashable({
        ...kind,
        command: (data, port) => [...kind.command(data, port), "--event-scheduler=OFF"],
      });
      try {
        for (const [mode, statements] of modes) {
          await t.step(mode || "none", async () => {
            {
              await using admin = await driver.connect(server.url);
              await admin.execute(`set global sql_mode = '${mode}'`);
            }
            await withDatabase(
              server.url,
              (from) => withDatabase(server.url, (to) => anew(driver, from, to, statements)),
            );
          });
        }
      } finally {
        await server.stop();
      }
    },
  });
}

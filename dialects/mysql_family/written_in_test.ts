/**
 * What the server keeps with a view, routine, trigger or event beside its text: mode, character set, collation of its literals, definer, time zone.
 * Each case is made as its author would, read, made anew in another database by a session with other settings, and must be the same
 * by the server's own catalog; then nothing differs.
 */
import { deepEqual, equal } from "node:assert/strict";
import { makePlan } from "../../diff/plan.ts";
import { introspect } from "../../introspect/introspect.ts";
import { emptyGraph } from "../../schema/graph.ts";
import { mysqlUrls, withDatabase } from "../../tests/support/scratch.ts";
import { mariadbDriver } from "../mariadb/driver.ts";
import { mysqlDriver } from "../mysql/driver.ts";
import type { Connection } from "../driver.ts";
import { chooseDriver } from "./choose_driver.ts";
import { databaseId } from "./kinds/database.ts";

const tables = ["create table t (id int primary key, a varchar(20), b varchar(20), n int, d datetime)"];
const mode = (text: string, sql: string) => [`set session sql_mode = '${text}'`, sql];
const latin = (sql: string) => ["set names latin1", sql];

/** Name, statements; "mariadb" or "mysql" in front of the name where only that server has it. */
const cases: readonly (readonly [string, ...string[]])[] = [
  ["view", "create view v as select id, a from t"],
  ["view with a literal", "create view v as select 'x' as l, concat(a, '-') as c from t"],
  ["view of a latin1 client", ...latin("create view v as select 'x' as l, concat(a, '-') as c from t")],
  ["view of a utf8mb3 client", "set names utf8mb3", "create view v as select 'x' as l from t"],
  [
    "view with a collation of literals",
    "set names utf8mb4 collate utf8mb4_bin",
    "create view v as select 'x' as l from t",
  ],
  ["view beyond ASCII", "create view v as select 'é☃' as `ü` from t"],
  ["view written with ANSI_QUOTES", ...mode("ANSI_QUOTES", 'create view v as select "a" from "t"')],
  ["view written with PIPES_AS_CONCAT", ...mode("PIPES_AS_CONCAT", "create view v as select a || b as c from t")],
  [
    "view written with HIGH_NOT_PRECEDENCE",
    ...mode("HIGH_NOT_PRECEDENCE", "create view v as select not n between 1 and 2 as c from t"),
  ],
  [
    "view written with NO_BACKSLASH_ESCAPES",
    ...mode("NO_BACKSLASH_ESCAPES", "create view v as select 'a\\b' as c from t"),
  ],
  ["view of another definer", "create definer = 'nobody'@'10.0.0.%' view v as select 1 as x"],
  ["view of an invoker", "create sql security invoker view v as select id from t"],
  [
    "view by merge with a check",
    "create algorithm = merge view v as select id from t where id > 1 with local check option",
  ],
  ["function", "create function f(x int) returns int deterministic return x + 1"],
  [
    "function with a mode",
    ...mode("ANSI_QUOTES,PIPES_AS_CONCAT", "create function f(x text) returns text deterministic return x || 'y'"),
  ],
  ["function with no mode at all", ...mode("", "create function f() returns int no sql return 1 / 0")],
  [
    "function with ANSI_QUOTES and a quoted name",
    ...mode("ANSI_QUOTES", 'create function "f""g"() returns int no sql return 1'),
  ],
  [
    "function with NO_BACKSLASH_ESCAPES",
    ...mode("NO_BACKSLASH_ESCAPES", "create function f() returns text no sql return 'a\\'"),
  ],
  ["function of a latin1 client", ...latin("create function f() returns text no sql return 'abc'")],
  [
    "function with a character set",
    "create function f(x varchar(9) character set latin1) returns varchar(9) character set ascii no sql return x",
  ],
  ["function of another definer", "create definer = nobody@localhost function f() returns int no sql return 1"],
  [
    "function of an invoker, with a comment",
    "create function f() returns int no sql sql security invoker comment 'it''s' return 1",
  ],
  ["function beyond ASCII", "create function f() returns text no sql return '日本 😀'"],
  ["procedure", "create procedure p(in a int, out b int, inout c int) begin set b = a; select ';' ; end"],
  [
    "procedure with a mode",
    ...mode("STRICT_ALL_TABLES", "create procedure p() begin insert into t (id) values (1); end"),
  ],
  [
    "procedure of the name of a function",
    "create function p() returns int no sql return 1",
    "create procedure p() select 1",
  ],
  [
    "procedure with labels and handlers",
    "create procedure p() begin declare continue handler for sqlexception begin end; l: loop leave l; end loop l; end",
  ],
  ["procedure of a collation", "set names utf8mb4 collate utf8mb4_unicode_ci", "create procedure p() select 'a' = 'A'"],
  ["mariadb: procedure in the language of Oracle", ...mode("ORACLE", "create procedure p as begin null; end")],
  ["trigger", "create trigger g before insert on t for each row set new.a = upper(new.a)"],
  [
    "trigger with a mode",
    ...mode("PIPES_AS_CONCAT", "create trigger g before insert on t for each row set new.a = new.a || new.b"),
  ],
  [
    "trigger of another definer",
    "create definer = nobody@localhost trigger g after delete on t for each row set @x = old.id",
  ],
  ["trigger of a latin1 client", ...latin("create trigger g before update on t for each row set new.b = 'x'")],
  [
    "triggers in order",
    ...["g2", "g1", "g3"].map((name) => `create trigger ${name} before insert on t for each row set new.n = 1`),
  ],
  [
    "trigger before another",
    "create trigger g1 before insert on t for each row set new.n = 1",
    "create trigger g2 before insert on t for each row precedes g1 set new.n = 2",
  ],
  [
    "trigger in other quotes",
    ...mode("ANSI_QUOTES", 'create trigger "g" before insert on "t" for each row set new."a" = \'x\''),
  ],
  ["event", "create event e on schedule every 1 day do delete from t"],
  [
    "event with a mode",
    ...mode(
      "NO_ZERO_DATE",
      "create event e on schedule every 1 hour on completion preserve disable comment 'c' do update t set n = 1",
    ),
  ],
  [
    "event in a time zone",
    "set time_zone = '+05:30'",
    "create event e on schedule every 1 day starts '2037-01-01 00:00:00' do delete from t",
  ],
  ["event of a latin1 client", ...latin("create event e on schedule every 2 week do update t set a = 'x'")],
  [
    "event of another definer, once",
    "create definer = nobody@localhost event e on schedule at '2037-05-05 05:05:05' do begin delete from t; end",
  ],
  [
    "zero dates",
    "set session sql_mode = ''",
    "create table z (a datetime not null default '0000-00-00 00:00:00', b date default '2020-00-01')",
  ],
];

/** Everything that the catalog has of the stored objects, but for names of databases and moments. */
async function catalog(connection: Connection): Promise<readonly unknown[]> {
  const lists = [
    `select TABLE_NAME, CHECK_OPTION, IS_UPDATABLE, DEFINER, SECURITY_TYPE, CHARACTER_SET_CLIENT, COLLATION_CONNECTION,
      replace(VIEW_DEFINITION, concat('\`', database(), '\`.'), '') as text from information_schema.VIEWS where TABLE_SCHEMA = database()`,
    `select TABLE_NAME, COLUMN_NAME, COLUMN_TYPE, COLLATION_NAME, COLUMN_DEFAULT from information_schema.COLUMNS where TABLE_SCHEMA = database()`,
    `select ROUTINE_NAME, ROUTINE_TYPE, DTD_IDENTIFIER, ROUTINE_DEFINITION, SQL_DATA_ACCESS, IS_DETERMINISTIC, SECURITY_TYPE, SQL_MODE,
      ROUTINE_COMMENT, DEFINER, CHARACTER_SET_CLIENT, COLLATION_CONNECTION from information_schema.ROUTINES where ROUTINE_SCHEMA = database()`,
    `select TRIGGER_NAME, EVENT_MANIPULATION, ACTION_TIMING, ACTION_ORDER, ACTION_STATEMENT, SQL_MODE, DEFINER, CHARACTER_SET_CLIENT,
      COLLATION_CONNECTION from information_schema.TRIGGERS where TRIGGER_SCHEMA = database()`,
    `select EVENT_NAME, DEFINER, TIME_ZONE, EVENT_DEFINITION, EVENT_TYPE, EXECUTE_AT, INTERVAL_VALUE, INTERVAL_FIELD, SQL_MODE, ENDS, STATUS,
      if(STARTS > '2036-01-01', STARTS, null) as STARTS, ON_COMPLETION, EVENT_COMMENT, CHARACTER_SET_CLIENT, COLLATION_CONNECTION
      from information_schema.EVENTS where EVENT_SCHEMA = database()`,
  ];
  const found: unknown[] = [];
  for (const sql of lists) found.push((await connection.query(`${sql} order by 1, 2`)).map((row) => ({ ...row })));
  return found;
}

for (const url of mysqlUrls) {
  Deno.test(`stored objects keep what they were written in, on ${new URL(url).protocol}`, async () => {
    const failed: string[] = [];
    for (const [name, ...statements] of cases) {
      const [, only] = /^(mariadb|mysql): /.exec(name) ?? [];
      if (only && !url.startsWith(`${only}:`)) continue;
      try {
        await withDatabase(url, (from) => withDatabase(url, (to) => thereAndAnew(from, to, statements)));
      } catch (error) {
        failed.push(`${name}: ${(error as Error).message}`);
      }
    }
    equal(failed.join("\n\n"), "");
  });
}

async function thereAndAnew(from: string, to: string, statements: readonly string[]): Promise<void> {
  const driver = await chooseDriver(from, {
    mysql: () => Promise.resolve(mysqlDriver),
    mariadb: () => Promise.resolve(mariadbDriver),
  });
  const { dialect } = driver;
  {
    await using author = await driver.connect(from);
    for (const sql of [...tables, ...statements]) await author.execute(sql);
  }
  await using left = await driver.connect(from);
  await using right = await driver.connect(to);
  const graph = await introspect(left, dialect);
  const options = { columnOrder: "strict" as const, version: left.version };
  const { plan } = makePlan({ from: emptyGraph(dialect.name), to: graph, dialect, options });
  for (const { sql } of plan.up) await right.execute(sql);
  deepEqual(await catalog(right), await catalog(left));
  const made = await introspect(right, dialect);
  for (const [a, b] of [[graph, made], [made, graph]] as const) {
    deepEqual(makePlan({ from: a, to: b, dialect, options }).plan.up.map(({ sql }) => sql), []);
  }
  for (const { sql } of plan.down) await right.execute(sql);
  deepEqual([...(await introspect(right, dialect)).objects.keys()], [databaseId]);
}

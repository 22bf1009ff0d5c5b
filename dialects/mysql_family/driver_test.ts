/** The driver on real servers: values keep every digit, scratch databases of dead runs go, a role that may not make one is told so, URLs lead to the right dialect. */
import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import { makePlan } from "../../diff/plan.ts";
import { introspect } from "../../introspect/introspect.ts";
import { prove } from "../../migrate/prove.ts";
import { settleForms } from "../../migrate/mod.ts";
import { SqaError } from "../../schema/error.ts";
import { objectId } from "../../schema/id.ts";
import { mysqlUrls, withDatabase } from "../../tests/support/scratch.ts";
import { type Connection, DatabaseError, type Driver } from "../driver.ts";
import { mariadbDriver } from "../mariadb/driver.ts";
import { mysqlDriver } from "../mysql/driver.ts";
import { chooseDriver } from "./choose_driver.ts";

const drivers = { mysql: () => Promise.resolve(mysqlDriver), mariadb: () => Promise.resolve(mariadbDriver) };

function on(url: string, name: string, test: (url: string, driver: Driver) => Promise<void>): void {
  const driver = url.startsWith("mariadb:") ? mariadbDriver : mysqlDriver;
  Deno.test(`${driver.dialect.label}: ${name}`, () => withDatabase(url, (own) => test(own, driver)));
}

/** Expressions and the text that must come back, whichever protocol brings it. */
const values: readonly (readonly [string, string])[] = [
  ["cast(18446744073709551615 as unsigned)", "18446744073709551615"],
  ["cast(-9223372036854775808 as signed)", "-9223372036854775808"],
  ["9007199254740993", "9007199254740993"],
  [
    "cast('12345678901234567890123456789012345.123456789012345678901234567890' as decimal(65,30))",
    "12345678901234567890123456789012345.123456789012345678901234567890",
  ],
  ["cast('0.10' as decimal(5,2))", "0.10"],
  ["cast('2020-02-29 23:59:59.123456' as datetime(6))", "2020-02-29 23:59:59.123456"],
  ["cast('9999-12-31' as date)", "9999-12-31"],
  ["cast('-838:59:58.000001' as time(6))", "-838:59:58.000001"],
  ["x", "0000-00-00"],
  ["y", "2020-00-15 00:00:00"],
  ["b", "18446744073709551615"],
];

for (const url of mysqlUrls) {
  on(url, "a query gives its rows by name, and none where it has none to give", async (own, driver) => {
    await using connection = await driver.connect(own);
    const both = "SELECT 1 AS a, NULL AS b UNION ALL SELECT 2, 'x'";
    deepEqual(await connection.query(both), [{ a: 1, b: null }, { a: 2, b: "x" }]);
    deepEqual(await connection.query("SELECT 1 AS a WHERE 1 = 0"), []);
    deepEqual(await connection.query("SELECT 1 INTO @sqa"), []);
    deepEqual(await connection.query("SET @sqa = 2"), []);
    deepEqual(await connection.query("SELECT @sqa AS a"), [{ a: 2 }]);
  });

  on(url, "numbers, dates and decimals keep every digit", async (own, driver) => {
    await using connection = await driver.connect(own);
    await connection.execute("set session sql_mode = ''");
    await connection.execute("create table t (x date, y datetime, b bigint unsigned, d decimal(65,30), f double)");
    const exact = [
      "0000-00-00",
      "2020-00-15 00:00:00",
      18446744073709551615n,
      "-1.000000000000000000000000000001",
      0.1,
    ];
    await connection.execute("insert into t values (?, ?, ?, ?, ?)", exact);
    for (const [sql, text] of values) {
      const [plain] = await connection.query(`select ${sql} as v from t`);
      const [prepared] = await connection.query(`select ${sql} as v from t where 1 = ?`, [1]);
      deepEqual([String(plain!.v), String(prepared!.v)], [text, text], sql);
    }
    const [row] = await connection.query("select cast(d as char) as d, f = 0.1e0 as same, f from t");
    deepEqual({ ...row, same: Number(row!.same) }, { d: "-1.000000000000000000000000000001", same: 1, f: 0.1 });
  });

  on(url, "defaults beyond the digits of a double come through", async (own, driver) => {
    await using connection = await driver.connect(own);
    await connection.execute(
      "create table t (a bigint unsigned default 18446744073709551615, b decimal(65,30) default 12345678901234567890123456789012345.123456789012345678901234567890, c datetime(6) default '2020-02-29 23:59:59.123456')",
    );
    const graph = await introspect(connection, driver.dialect);
    const text = (name: string) => {
      const object = graph.objects.get(objectId("column", ["t", name]));
      return object?.kind === "column" ? object.default?.sql.replaceAll("'", "") : undefined;
    };
    deepEqual(["a", "b", "c"].map(text), [
      "18446744073709551615",
      "12345678901234567890123456789012345.123456789012345678901234567890",
      "2020-02-29 23:59:59.123456",
    ]);
  });

  on(url, "a value that is no number, date or text of the new type is one of the rows", async (own, driver) => {
    await using connection = await driver.connect(own);
    await connection.execute("create table t (j json, v varchar(20), x varchar(20))");
    await connection.execute(`insert into t values ('{"a": 1}', 'x', 'long')`);
    for (const change of ["j int", "j bit(8)", "j date", "v int", "v date", "v json", "x varchar(2)", "x point"]) {
      await rejects(connection.execute(`alter table t modify ${change}`), (error) => {
        ok(error instanceof DatabaseError, String(error));
        deepEqual([change, error.more.class, error.message], [change, "data", error.message]);
        return true;
      });
    }
  });

  on(url, "what was set in a scratch database and not set back does not stay", async (own, driver) => {
    await using connection = await driver.connect(own);
    const settings = () =>
      connection.query(
        "show session variables where Variable_name in ('sql_mode', 'time_zone', 'character_set_client', 'collation_connection', 'system_versioning_alter_history')",
      );
    const before = await settings();
    const work = driver.scratch(connection, async (place) => {
      await place.execute("set session sql_mode = '', time_zone = '+03:00', character_set_client = latin1");
      await place.execute("set session collation_connection = latin1_bin");
      if (driver.dialect.name === "mariadb") await place.execute("set session system_versioning_alter_history = KEEP");
      await place.execute("drop table none");
    });
    await rejects(work!, /none/);
    deepEqual(await settings(), before);
  });

  on(url, "the scratch database of a dead run is removed, one in use stays", async (own, driver) => {
    await using connection = await driver.connect(own);
    await using other = await driver.connect(own);
    const dead = `sqa_scratch_1_${crypto.randomUUID().slice(0, 8)}`,
      used = `sqa_scratch_2_${crypto.randomUUID().slice(0, 8)}`;
    const others = `sqa_scratch_${crypto.randomUUID().slice(0, 8)}`;
    for (const name of [dead, used, others]) await connection.execute(`create database ${name}`);
    await other.query("select get_lock(?, 0)", [used]);
    try {
      const inside = await driver.scratch(connection, async (place) => {
        const [row] = await place.query<{ db: string }>("select database() as db");
        return row!.db;
      });
      match(String(inside), /^sqa_scratch_\d+_[0-9a-f]{8}$/);
      const left = await connection.query<{ name: string }>(
        "select SCHEMA_NAME as name from information_schema.SCHEMATA where SCHEMA_NAME in (?, ?, ?, ?) order by 1",
        [dead, used, others, inside],
      );
      deepEqual(left.map(({ name }) => name).sort(), [used, others].sort());
      const [home] = await connection.query<{ db: string }>("select database() as db");
      equal(home!.db, connection.server.database);
    } finally {
      for (const name of [dead, used, others]) await connection.execute(`drop database if exists ${name}`);
    }
  });

  on(
    url,
    "a role that may not make a database: nothing is guessed, nothing is tried, and the reason is said",
    (own, driver) =>
      asRole(own, driver, async (connection) => {
        const { dialect } = driver;
        await connection.execute("create table t (a int, check (a > 0))");
        const from = await introspect(connection, dialect);
        const check = [...from.objects.values()].find(({ kind }) => kind === "check")!;
        const [answer] = await driver.canonicalize(connection, from, [
          { object: check.id, field: "expression", expression: { sql: "a>0" } },
        ]);
        match(JSON.stringify(answer), /unanswered.*denied.*"refused":true/i);
        await connection.execute("alter table t add column b int");
        const to = await introspect(connection, dialect);
        await connection.execute("alter table t drop column b");
        const { plan } = makePlan({ from, to, dialect, options: { columnOrder: "lax", version: connection.version } });
        equal((await settleForms({ driver, connection, plan, from })).size, 0);
        const proof = await prove({ driver, connection, plan, from, to });
        deepEqual([proof.proven, proof.refuted], [false, false]);
        match(proof.reason ?? "", /no scratch place can be made: .*denied/i);
      }),
  );

  Deno.test(`${new URL(url).protocol}//… leads to the server that answers, or says which scheme does`, async () => {
    const isMariadb = url.startsWith("mariadb:");
    const asMysql = url.replace(/^mariadb:/, "mysql:"), asMariadb = url.replace(/^mysql:/, "mariadb:");
    equal((await chooseDriver(asMysql, drivers)).dialect.name, isMariadb ? "mariadb" : "mysql");
    const named = await chooseDriver(asMariadb, drivers);
    equal(named.dialect.name, "mariadb");
    if (isMariadb) return;
    await rejects(named.connect(asMariadb), (error) => {
      ok(error instanceof SqaError);
      equal(error.code, "SQA-209");
      match(error.message, /the server is MySQL \d+\.\d+\.\d+, not MariaDB/);
      equal(error.more.hint, "begin the URL with mysql://");
      return true;
    });
  });
}

/** A user who may do everything in this database and nothing else. */
async function asRole(url: string, driver: Driver, test: (connection: Connection) => Promise<void>): Promise<void> {
  await using admin = await driver.connect(url);
  const name = `sqa_${crypto.randomUUID().slice(0, 8)}`;
  // On localhost too: the anonymous user of a fresh MariaDB, where there is one, would come before "%".
  const users = ["%", "localhost"].map((host) => `${name}@'${host}'`);
  await admin.execute(`create user ${users.map((user) => `${user} identified by 'secret'`).join(", ")}`);
  try {
    await admin.execute(`grant all on \`${admin.server.database}\`.* to ${users.join(", ")}`);
    const own = new URL(url);
    own.username = name, own.password = "secret";
    await using connection = await driver.connect(own.href);
    await test(connection);
  } finally {
    await admin.execute(`drop user ${users.join(", ")}`);
  }
}

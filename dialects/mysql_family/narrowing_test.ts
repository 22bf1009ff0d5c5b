/** What may not fit a new type: known pairs, and each probe on the servers that are there, over values that do and do not fit. */
import { equal, ok } from "node:assert/strict";
import { columnOfT } from "../../tests/support/mysql_column.ts";
import { driverOf } from "../../tests/support/mysql_places.ts";
import { mysqlUrls, withDatabase } from "../../tests/support/scratch.ts";
import { narrowing } from "./narrowing.ts";

function risk(from: string, to: string, collations: readonly [string | null, string | null] = [null, null]) {
  return narrowing({ from: columnOfT("c", from), to: columnOfT("c", to), table: "`t`", collations });
}

const fits: readonly (readonly [string, string])[] = [
  ["int", "bigint"],
  ["int unsigned", "bigint"],
  ["tinyint", "decimal(3,0)"],
  ["decimal(10,2)", "decimal(12,4)"],
  ["varchar(20)", "varchar(300)"],
  ["varchar(300)", "text"],
  ["tinytext", "mediumtext"],
  ["int", "varchar(11)"],
  ["enum('a','b')", "enum('b','a','c')"],
  ["set('a')", "set('a','b')"],
  ["enum('abc')", "varchar(3)"],
  ["date", "datetime"],
  ["datetime", "datetime(3)"],
  ["timestamp", "datetime"],
  ["float", "double"],
  ["json", "longtext"],
  ["varbinary(10)", "blob"],
];

Deno.test("types that hold all that was there are no risk", () => {
  for (const [from, to] of fits) equal(risk(from, to), null, `${from} to ${to}`);
});

/** Type before, type after, values of which the first does not fit. */
const cuts: readonly (readonly [string, string, ...string[]])[] = [
  ["bigint", "int", "3000000000", "5"],
  ["int", "int unsigned", "-1", "7"],
  ["decimal(10,2)", "decimal(10,1)", "1.25", "1.50"],
  ["decimal(10,2)", "decimal(4,2)", "100.00", "99.99"],
  ["double", "int", "1.5", "2"],
  ["varchar(20)", "varchar(3)", "'abcd'", "'abc'"],
  ["text", "tinytext", "repeat('x', 256)", "'x'"],
  ["varchar(20)", "char(20)", "'a '", "'a'"],
  ["varchar(20)", "int", "'12a'", "'12'"],
  ["int", "varchar(2)", "123", "12"],
  ["enum('a','b')", "enum('a')", "'b'", "'a'"],
  ["set('a','b')", "set('a')", "'a,b'", "'a'"],
  ["varchar(9)", "enum('x')", "'y'", "'x'"],
  ["datetime", "date", "'2026-01-02 03:04:05'", "'2026-01-02 00:00:00'"],
  ["datetime(6)", "datetime(3)", "'2026-01-02 03:04:05.123456'", "'2026-01-02 03:04:05.123'"],
  ["datetime", "timestamp", "'1900-01-01'", "'2026-01-01'"],
  ["longtext", "json", "'{'", "'{}'"],
  ["varbinary(9)", "varbinary(2)", "'abc'", "'ab'"],
];

Deno.test("a type that holds less is a risk with a probe", () => {
  for (const [from, to] of cuts) ok(risk(from, to)?.probe, `${from} to ${to}`);
  ok(risk("varchar(9)", "varchar(9)", ["utf8mb4_general_ci", "latin1_swedish_ci"])?.probe);
  equal(risk("varchar(9)", "varchar(9)", ["latin1_swedish_ci", "utf8mb4_general_ci"]), null);
});

for (const url of mysqlUrls) {
  Deno.test(`probes count the values that do not fit, on ${new URL(url).protocol}`, () =>
    withDatabase(url, async (place) => {
      const driver = await driverOf(place);
      await using connection = await driver.connect(place);
      const count = async (probe: string) => Number(Object.values((await connection.query(probe))[0]!)[0]);
      for (const [from, to, ...values] of cuts) {
        await connection.execute("DROP TABLE IF EXISTS t");
        await connection.execute(`CREATE TABLE t (c ${from} NULL)`);
        for (const value of [...values, "NULL"]) await connection.execute(`INSERT INTO t VALUES (${value})`);
        equal(await count(risk(from, to)!.probe!), 1, `${from} to ${to}`);
      }
      await connection.execute("DROP TABLE t");
      await connection.execute("CREATE TABLE t (c varchar(9) CHARACTER SET utf8mb4)");
      await connection.execute("INSERT INTO t VALUES ('é'), ('☃'), (NULL)");
      const probe = risk("varchar(9)", "varchar(9)", ["utf8mb4_general_ci", "latin1_swedish_ci"])!.probe!;
      equal(await count(probe), 1);
    }));
}

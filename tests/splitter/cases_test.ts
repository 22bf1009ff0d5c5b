/** The 36 splitter cases, cut as they should be; and each server takes every piece. */
import { deepEqual, equal, throws } from "node:assert/strict";
import type { Driver } from "../../dialects/driver.ts";
import { mariadbDriver } from "../../dialects/mariadb/driver.ts";
import { mysqlDriver } from "../../dialects/mysql/driver.ts";
import { postgresDriver } from "../../dialects/postgres/driver.ts";
import { sqliteDriver } from "../../dialects/sqlite/driver.ts";
import { mysqlUrls, postgresUrls, withDatabase, withSqlite } from "../support/scratch.ts";
import { mysqlCases, postgresCases, type SplitterCase, sqliteCases } from "./cases.ts";

interface Server {
  readonly label: string;
  readonly ignore: boolean;
  with<T>(test: (url: string) => Promise<T>): Promise<T>;
}

function casesOf(driver: Driver, cases: readonly SplitterCase[], servers: readonly Server[]): void {
  const { dialect } = driver;
  for (const { number, what, script, statements, refused } of cases) {
    Deno.test(`${dialect.label}: splitter case ${number}, ${what} (T23)`, () => {
      if (refused) return void throws(() => dialect.split(script), { code: refused });
      const found = dialect.split(script);
      deepEqual(found.map(({ sql }) => sql), statements);
      for (const { sql, start, end } of found) equal(script.slice(start, end), sql);
    });
  }
  for (const { label, ignore, with: withServer } of servers) {
    Deno.test({
      name: `${label}: takes every piece of the splitter cases (T23)`,
      ignore,
      fn: async () => {
        for (const { number, script, refused } of cases) {
          if (refused) continue;
          await withServer(async (url) => {
            await using connection = await driver.connect(url, { create: true });
            for (const { sql } of dialect.split(script)) {
              await connection.execute(sql).catch((error) => {
                throw new Error(`case ${number}: ${error.message}\n${sql}`);
              });
            }
          });
        }
      },
    });
  }
}

const at = (url: string | undefined, label: string): Server => ({
  label,
  ignore: url === undefined,
  with: (test) => withDatabase(url!, test),
});
const family = (scheme: string) =>
  mysqlUrls.filter((url) => url.startsWith(scheme)).map((url) => at(url, scheme === "mysql:" ? "MySQL" : "MariaDB"));

casesOf(postgresDriver, postgresCases, [at(postgresUrls.at(-1), "Postgres")]);
casesOf(mysqlDriver, mysqlCases, family("mysql:"));
casesOf(mariadbDriver, mysqlCases, family("mariadb:"));
casesOf(sqliteDriver, sqliteCases, [{ label: "SQLite", ignore: false, with: withSqlite }]);

Deno.test("the splitter cases are 36, by their numbers", () => {
  const numbers = [...postgresCases, ...mysqlCases, ...sqliteCases].map(({ number }) => number);
  deepEqual(numbers, Array.from({ length: 36 }, (_, i) => i + 1));
});

import { equal } from "node:assert/strict";
import { mariadbDriver } from "../dialects/mariadb/driver.ts";
import { mysqlDriver } from "../dialects/mysql/driver.ts";
import { postgresDriver } from "../dialects/postgres/driver.ts";
import type { Connection, Driver } from "../dialects/driver.ts";

/** A connection that answers every question with these rows. */
function answering(rows: readonly Record<string, unknown>[]): Connection {
  return { query: () => Promise.resolve(rows) } as unknown as Connection;
}

Deno.test("servers whose session locks exclude nobody are known by what they say of themselves", async () => {
  const mysql = (variables: Record<string, string>) =>
    answering(Object.entries(variables).map(([name, value]) => ({ Variable_name: name, Value: value })));
  const asked = (driver: Driver, connection: Connection) => driver.uncertainLock!(connection);
  equal(await asked(mysqlDriver, mysql({ version: "9.7.0", version_comment: "MySQL Community Server - GPL" })), null);
  equal(await asked(mysqlDriver, mysql({ version: "8.0.11-TiDB-v8.5.1", version_comment: "TiDB Server" })), "TiDB");
  equal(await asked(mysqlDriver, mysql({ version: "8.0.30-Vitess", version_comment: "Vitess" })), "Vitess");
  equal(await asked(mysqlDriver, mysql({ version: "8.0.23-PlanetScale" })), "Vitess");
  equal(await asked(mariadbDriver, mysql({ version: "10.11.19-MariaDB", wsrep_on: "OFF" })), null);
  equal(await asked(mariadbDriver, mysql({ version: "10.11.19-MariaDB", wsrep_on: "ON" })), "Galera");
  const postgres = (version: string) => answering([{ version }]);
  equal(await asked(postgresDriver, postgres("PostgreSQL 17.10 on x86_64-pc-linux-gnu")), null);
  equal(await asked(postgresDriver, postgres("PostgreSQL 15.12-YB-2025.1.0.0-b0 on x86_64")), "Yugabyte");
  equal(await asked(postgresDriver, postgres("CockroachDB CCL v25.1.0")), "CockroachDB");
});

/**
 * A throw-away database beside the real one. Its name is locked by the connection that uses it, so that what a killed run left behind is
 * known by its free lock, found and removed by the next run.
 */
import type { Connection } from "../driver.ts";
import { accountOf, quoteAccount } from "./accounts.ts";
import { undisturbed } from "./session.ts";
import { quote } from "./sql.ts";

const prefix = "sqa_scratch_";

/**
 * Runs `work` with the connection in a new, empty database of the same character set; puts it back and drops the database. `grants`: privileges may
 * be given on it, which a server keeps when a database goes.
 */
export async function inScratch<T>(
  connection: Connection,
  work: (place: Connection) => Promise<T>,
  grants = false,
): Promise<T> {
  await removeLeftovers(connection, grants);
  const [row] = await connection.query<{ id: number; charset: string; collation: string }>(
    "SELECT CONNECTION_ID() AS id, @@character_set_database AS charset, @@collation_database AS collation",
  );
  const name = `${prefix}${row!.id}_${crypto.randomUUID().slice(0, 8)}`;
  const home = connection.server.database;
  await connection.query("SELECT GET_LOCK(?, 0)", [name]);
  try {
    await connection.execute(`CREATE DATABASE ${quote(name)} CHARACTER SET ${row!.charset} COLLATE ${row!.collation}`);
    try {
      await connection.execute(`USE ${quote(name)}`);
      const place = { ...connection, server: { ...connection.server, database: name } };
      return await undisturbed(connection, () => work(place));
    } finally {
      await connection.execute(`USE ${quote(home)}`);
      if (grants) await takeBackAll(connection, name);
      await connection.execute(`DROP DATABASE IF EXISTS ${quote(name)}`);
    }
  } finally {
    await connection.query("SELECT RELEASE_LOCK(?)", [name]).catch(() => {});
  }
}

async function removeLeftovers(connection: Connection, grants: boolean): Promise<void> {
  const rows = await connection.query<{ name: string }>(
    "SELECT SCHEMA_NAME AS name FROM information_schema.SCHEMATA WHERE SCHEMA_NAME REGEXP '^sqa_scratch_[0-9]+_[0-9a-f]{8}$'",
  );
  for (const { name } of rows) {
    // A lock of this very session can be taken again, so whether it is free is another question.
    const [lock] = await connection.query<{ free: number }>(
      "SELECT IS_FREE_LOCK(?) AND GET_LOCK(?, 0) AS free",
      [name, name],
    );
    if (Number(lock?.free) !== 1) continue;
    if (grants) await takeBackAll(connection, name);
    await connection.execute(`DROP DATABASE IF EXISTS ${quote(name)}`).catch(() => {});
    await connection.query("SELECT RELEASE_LOCK(?)", [name]);
  }
}

/** Takes back what anybody holds on the database and what is in it. What this user may not see or take stays, of use to nobody. */
export async function takeBackAll(connection: Connection, name: string): Promise<void> {
  const rows = await connection.query<{ user: string; host: string; word: string; own: string | null }>(
    `SELECT User AS user, Host AS host, '' AS word, NULL AS own FROM mysql.db WHERE Db = ?
UNION SELECT User, Host, 'TABLE', Table_name FROM mysql.tables_priv WHERE Db = ?
UNION SELECT User, Host, Routine_type, Routine_name FROM mysql.procs_priv WHERE Db = ?`,
    [name, name, name],
  ).catch(() => []);
  for (const { user, host, word, own } of rows) {
    const on = `${word} ${quote(name)}.${own === null ? "*" : quote(own)}`;
    const account = quoteAccount(accountOf(user, host), { rolesHaveHosts: host !== "" });
    for (const what of ["ALL PRIVILEGES", "GRANT OPTION"]) {
      await connection.execute(`REVOKE ${what} ON ${on} FROM ${account}`).catch(() => {});
    }
  }
}

/**
 * A throw-away database beside the real one. Its name is locked by the connection that uses it, so that what a killed run left behind is
 * known by its free lock, found and removed by the next run.
 */
import type { Connection } from "../driver.ts";
import { quote } from "./sql.ts";

const prefix = "sqa_scratch_";

/** Runs `work` with the connection in a new, empty database of the same character set; puts it back and drops the database. */
export async function inScratch<T>(connection: Connection, work: (place: Connection) => Promise<T>): Promise<T> {
  await removeLeftovers(connection);
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
      return await work({ ...connection, server: { ...connection.server, database: name } });
    } finally {
      await connection.execute(`USE ${quote(home)}`);
      await connection.execute(`DROP DATABASE IF EXISTS ${quote(name)}`);
    }
  } finally {
    await connection.query("SELECT RELEASE_LOCK(?)", [name]).catch(() => {});
  }
}

async function removeLeftovers(connection: Connection): Promise<void> {
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
    await connection.execute(`DROP DATABASE IF EXISTS ${quote(name)}`).catch(() => {});
    await connection.query("SELECT RELEASE_LOCK(?)", [name]);
  }
}

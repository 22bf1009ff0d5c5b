/** Postgres over the network or a socket: the only file of the dialect that others open connections with. */
import type { Connection, Driver, MigrationOptions } from "../driver.ts";
import { canonicalize } from "./canonicalize.ts";
import { connect } from "./connection.ts";
import { lacking } from "./lacking.ts";
import { lock, sessions, uncertainLock } from "./lock.ts";
import { postgresDialect } from "./set_up.ts";
import { putCatalogFirst } from "./search_path.ts";
import { quote, quoteText } from "./sql.ts";
import { standalone } from "./standalone.ts";
import { mask, setUpOf } from "./url.ts";

/** Without a URL it looks at nothing that has to be asked for. */
export const postgresDriver: Driver = {
  dialect: postgresDialect({ roles: [], owners: false }),
  at: (url) => ({ ...postgresDriver, dialect: postgresDialect(setUpOf(url)) }),
  schemes: ["postgresql", "postgres"],
  connect,
  mask,
  lock,
  uncertainLock,
  sessions,
  migration,
  failsAsAWhole: true,
  lacking,
  standalone,
  canonicalize,
  // An identity's sequence is called t_id_seq1 where t_id_seq is another transaction's (ChooseRelationName in indexcmds.c).
  scratchIsLive: true,
  scratch: (connection, work) => connection && connection.transaction((tx) => work(tx, "live"), { rollback: true }),
};

/**
 * A transactional file is one transaction with its time limits and search_path set for it alone, so that nothing leaks through a pooler. The
 * statements of another file each stand alone; their limits are set for the session and taken back.
 */
async function migration<T>(
  connection: Connection,
  options: MigrationOptions,
  work: (tx: Connection) => Promise<T>,
): Promise<T> {
  const limits: readonly (readonly [string, string])[] = [
    ["lock_timeout", String(options.lockTimeoutMs)],
    ["statement_timeout", String(options.statementTimeoutMs)],
    ["search_path", quote(options.searchPath ?? "public")],
    // A table whose file names no access method is a heap everywhere, whatever the database's own default.
    ["default_table_access_method", "heap"],
  ];
  if (options.transactional) {
    return await connection.transaction(async (tx) => {
      const settings = limits.map(([name, value]) => `pg_catalog.set_config('${name}', ${quoteText(value)}, true)`);
      const set = tx.execute(
        `SELECT ${[...settings, `CASE WHEN ${noticesLostClient} THEN ${noticeLostClient} END`].join(", ")}`,
      );
      set.catch(() => {});
      if (!options.readsFirst) await set;
      const result = await work(tx);
      await set;
      return result;
    }, { readsFirst: options.readsFirst ?? false });
  }
  // Behind a pooler a setting would be somebody else's, and the statement would go to another session.
  if (connection.server.pooled) return await work(connection);
  for (const [name, value] of limits) {
    // A text would be taken for one name, quotes and all.
    await connection.execute(`SET ${name} = ${name === "search_path" ? value : quoteText(value)}`);
  }
  await connection.execute("SET client_connection_check_interval = '2s'").catch(() => {});
  try {
    return await work(connection);
  } finally {
    for (const name of [...limits.map(([each]) => each), "client_connection_check_interval"]) {
      await connection.execute(`RESET ${name}`).catch(() => {});
    }
    await putCatalogFirst(connection).catch(() => {});
  }
}

/**
 * Lets the server notice within two seconds that its client is gone, instead of finishing the statement with all locks held (measured:
 * 18 s for a statement of 20 s). Only some platforms can; others refuse the setting, which is no reason to stop.
 */
const noticeLostClient = "pg_catalog.set_config('client_connection_check_interval', '2s', true)";
const noticesLostClient = "pg_catalog.version() ~ 'linux|darwin|apple|bsd|illumos|solaris'";

/**
 * A database that is made for a trial and gone afterwards is on a server that is not: what is the server's (`Dialect.shared`) is left as it is.
 * Statements about it are passed over, and what there is of it is neither read nor expected. All else is as it is elsewhere.
 */
import type { Dialect } from "../dialects/dialect.ts";
import type { Connection, Driver } from "../dialects/driver.ts";

/** The driver for such databases. The same one where they have nothing that others share. */
export function trialOf(driver: Driver): Driver {
  const { dialect } = driver, { shared } = dialect;
  if (!shared) return driver;
  const own: Dialect = {
    ...dialect,
    leavesOne: (object) =>
      shared.object(object) || shared.goesAlong?.(object)
        ? "it is the server's, which no trial touches"
        : dialect.leavesOne?.(object) ?? null,
    setUp: `trial ${dialect.setUp ?? ""}`,
  };
  const over = (connection: Connection) => overTrial(driver, connection);
  const trial: Driver = {
    ...driver,
    dialect: own,
    at: () => trial,
    connect: async (url, options) => over(await driver.connect(url, options)),
    migration: (connection, options, work) => driver.migration(connection, options, (tx) => work(over(tx))),
    scratch: (connection, work) => driver.scratch(connection, (place, holds) => work(over(place), holds)),
  };
  return trial;
}

/** The connection to such a database, as those of the driver above are. */
export function overTrial(driver: Pick<Driver, "dialect">, connection: Connection): Connection {
  const { shared } = driver.dialect;
  if (!shared) return connection;
  return {
    ...connection,
    execute: async (sql, params) => {
      if (!shared.statement(sql)) await connection.execute(sql, params);
    },
    transaction: (work, options) => connection.transaction((tx) => work(overTrial(driver, tx)), options),
  };
}

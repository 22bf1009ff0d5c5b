/** Two empty databases of one server of the MySQL family, with a connection to each. For tests only. */
import type { Connection, Driver } from "../../dialects/driver.ts";
import { mariadbDriver } from "../../dialects/mariadb/driver.ts";
import { mysqlDriver } from "../../dialects/mysql/driver.ts";
import { chooseDriver } from "../../dialects/mysql_family/choose_driver.ts";
import { withDatabase } from "./scratch.ts";

export interface TwoPlaces {
  readonly driver: Driver;
  readonly from: Connection;
  readonly to: Connection;
}

/** The driver of the server, whatever the URL calls it. */
export function driverOf(url: string): Promise<Driver> {
  return chooseDriver(url, {
    mysql: () => Promise.resolve(mysqlDriver),
    mariadb: () => Promise.resolve(mariadbDriver),
  });
}

/** Both are dropped whatever happens. */
export function withTwoPlaces<T>(url: string, work: (places: TwoPlaces) => Promise<T>): Promise<T> {
  return withDatabase(url, (fromUrl) =>
    withDatabase(url, async (toUrl) => {
      const driver = await driverOf(url);
      await using from = await driver.connect(fromUrl);
      await using to = await driver.connect(toUrl);
      return await work({ driver, from, to });
    }));
}

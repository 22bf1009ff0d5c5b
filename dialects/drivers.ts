/**
 * The drivers by URL scheme. A literal list whose entries load on first use, so that a run on one database never loads another's
 * client. A new database is one line here and one in mod.ts.
 */
import type { Driver } from "./driver.ts";

/** A setting that decides what is compared, as a connection is told of it. */
export type InUrl = "grants" | "roles" | "owners";

export interface DriverEntry {
  /** URL schemes in lower case, without the colon. */
  readonly schemes: readonly string[];
  /** What follows the scheme is a file: a relative one starts at the working directory or at the config file's folder. */
  readonly file: boolean;
  /** Settings that its URLs hold in their queries, beside those of files. */
  readonly inUrl?: readonly InUrl[];
  /** The driver for this URL: one scheme may stand for more than one kind of server. */
  load(url: string): Promise<Driver>;
}

export const drivers: readonly DriverEntry[] = [
  {
    schemes: ["postgresql", "postgres"],
    file: false,
    inUrl: ["roles", "owners"],
    load: async () => (await import("./postgres/driver.ts")).postgresDriver,
  },
  {
    schemes: ["mysql", "mariadb"],
    file: false,
    inUrl: ["grants", "roles"],
    load: async (url) =>
      await (await import("./mysql_family/choose_driver.ts")).chooseDriver(url, {
        mysql: async () => (await import("./mysql/driver.ts")).mysqlDriver,
        mariadb: async () => (await import("./mariadb/driver.ts")).mariadbDriver,
      }),
  },
  { schemes: ["sqlite", "sqlite3"], file: true, load: async () => (await import("./sqlite/driver.ts")).sqliteDriver },
];

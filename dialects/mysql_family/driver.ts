/** The driver of either server over mysql2, made from the facts of one of them. */
import type { Dialect } from "../dialect.ts";
import type { Connection, Driver, MigrationOptions } from "../driver.ts";
import { canonicalize } from "./canonicalize.ts";
import { connect } from "./connection.ts";
import { familyDialect } from "./dialect.ts";
import type { FamilyFacts } from "./facts.ts";
import { lacking } from "./lacking.ts";
import { lockOn, sessions, uncertainLock } from "./lock.ts";
import { inScratch, takeBackAll } from "./scratch.ts";
import type { SetUp } from "./set_up.ts";
import { standalone } from "./standalone.ts";
import { mask, setUpOf } from "./url.ts";

export const schemes = ["mysql", "mariadb"] as const;

/**
 * The server of these facts; what is looked at on request alone, the URL says. `limit` sets the time limit of one statement for the session, in
 * milliseconds; null gives it back the server's own.
 */
export function familyDriver(facts: FamilyFacts, limit: (milliseconds: number | null) => string): Driver {
  // One set-up is one dialect, so that what is known of a graph is known by it.
  const known = new Map<string, Driver>();
  const driverFor = ({ grants, roles }: SetUp): Driver => {
    const setUp = { grants, roles: [...new Set(roles)].sort() }, key = JSON.stringify(setUp);
    const driver = known.get(key) ?? { ...driverOf(facts, familyDialect(facts, setUp), limit, grants), at };
    known.set(key, driver);
    return driver;
  };
  const at = (url: string): Driver => driverFor(setUpOf(url));
  return driverFor({ grants: false, roles: [] });
}

function driverOf(
  expected: FamilyFacts,
  dialect: Dialect,
  limit: (milliseconds: number | null) => string,
  grants: boolean,
): Driver {
  return {
    dialect,
    schemes,
    connect: (url, options = {}) => connect(url, options, expected),
    mask,
    lock: async (url, name, options) => {
      // Not tied to the run's signal: what is under way when the run is stopped ends under the lock.
      return await lockOn(await connect(url, {}, expected), name, options);
    },
    migration: (connection, options, work) => migration(connection, options, work, limit),
    uncertainLock,
    lacking,
    sessions,
    standalone: (connection) => standalone(dialect, expected, connection),
    canonicalize: (connection, graph, questions) => canonicalize(dialect, connection, graph, questions),
    scratch: (connection, work) => connection && inScratch(connection, (place) => work(place, "empty"), grants),
    ...(grants ? { emptied: takeBackAll } : {}),
  };
}

/** DDL commits by itself, so a transaction only holds what changes rows. Limits are set for the session and taken back. */
async function migration<T>(
  connection: Connection,
  options: MigrationOptions,
  work: (tx: Connection) => Promise<T>,
  limit: (milliseconds: number | null) => string,
): Promise<T> {
  // Both count whole seconds. The first is for the table's definition, the second for rows; the default of the first is a year.
  const seconds = options.lockTimeoutMs === 0 ? 31_536_000 : Math.max(1, Math.ceil(options.lockTimeoutMs / 1000));
  await connection.execute(`SET SESSION lock_wait_timeout = ${seconds}`);
  await connection.execute(`SET SESSION innodb_lock_wait_timeout = ${Math.min(seconds, 1_073_741_824)}`);
  const limited = options.statementTimeoutMs !== 0;
  if (limited) await connection.execute(limit(options.statementTimeoutMs));
  try {
    return options.transactional ? await connection.transaction(work) : await work(connection);
  } finally {
    const back = [
      "SET SESSION lock_wait_timeout = DEFAULT",
      "SET SESSION innodb_lock_wait_timeout = DEFAULT",
      ...(limited ? [limit(null)] : []),
    ];
    for (const sql of back) await connection.execute(sql).catch(() => {});
  }
}

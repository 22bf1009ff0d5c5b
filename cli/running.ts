/** What `migrate` and `rollback` hand to the runner: the project's settings in the runner's words, and lines for its events. */
import type { RunnerOptions } from "../migrate/runner.ts";
import type { Project } from "./context.ts";
import { eventPrinter } from "./output/events.ts";
import { version } from "./version.ts";

/** The runner's options for this project. */
export function runnerOptions({ database, settings, config, session }: Project): RunnerOptions {
  const print = eventPrinter(session.out, database.label);
  return {
    driver: database.driver,
    url: database.url,
    dir: settings.dir,
    version,
    schemas: settings.schemas,
    lockTimeoutMs: settings.lockTimeout,
    leaseMs: settings.lockLease,
    statementTimeoutMs: settings.statementTimeout,
    waitMs: settings.wait,
    project: settings.project,
    label: settings.label ?? config.env,
    locked: settings.locked,
    ignoreTables: settings.ignoreTables,
    together: !session.out.verbose && !session.listeners.followFiles(),
    others: [...config.historyTables].filter(([name]) => name !== config.history).map(([name, table]) => ({
      name,
      table,
    })),
    signal: session.io.signal,
    onEvent: (event) => {
      print(event);
      session.listeners.runner(event);
    },
    ...(settings.historyTable === null ? {} : { historyTable: settings.historyTable }),
  };
}

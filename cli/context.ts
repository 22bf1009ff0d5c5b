/** The composition root: the flags and the config of a run become a database, models and files. Everything is made on first use. */
import type { Connection, ConnectOptions } from "../dialects/driver.ts";
import { type Config, type ConfigInput, readConfig } from "./config/config.ts";
import type { Settings } from "./config/settings.ts";
import { type Database, databaseOf } from "./database.ts";
import { type LiveModels, modelsKey, type ModelsRead, readLiveModels, readModels } from "./models_source.ts";
import { secretsOf } from "./output/redact.ts";
import { shownPath } from "./output/path.ts";
import type { Session } from "./session.ts";
import { ownTables } from "../migrate/guard.ts";
import { fileLog } from "./output/log.ts";
import { parseDefaults } from "../models/validate/defaults.ts";
import { objectFilter } from "./object_filter.ts";
import { requirePart } from "./parts.ts";
import { tenantDatabase } from "./tenant_database.ts";
import { version } from "./version.ts";

/** A project as a command sees it. */
export interface Project {
  readonly session: Session;
  readonly config: Config;
  readonly settings: Settings & {
    /** sqa's own tables of other histories. */
    readonly ignoreTables: readonly (readonly string[])[];
  };
  readonly database: Database;
  /** Opens the database with the run's signal and waiting time. */
  connect(options?: ConnectOptions): Promise<Connection>;
  models(): Promise<ModelsRead>;
  /** What the models' graph depends on: to look up what was kept under it, or `sure`, anew, to keep something. Null where nothing may be kept. */
  modelsKey(sure?: boolean): Promise<string | null>;
  /** The models too, not only their graph: always imported. */
  liveModels(): Promise<LiveModels>;
  /** A path as it is printed: relative to the working directory when it is below it. */
  shown(path: string): string;
}

/** Settings that a command has flags of its own for. */
export type MoreSettings = NonNullable<ConfigInput["more"]>;

/** Reads the configuration of a run. Secrets in the URL are known to the output from here on. */
export async function configure(session: Session, more: MoreSettings = {}): Promise<Config> {
  const { io, flags, out } = session;
  const config = await readConfig({ cwd: io.cwd, env: io.env, flags, more });
  for (const value of Object.values(config.variables)) if (value?.includes("://")) out.hideUrl(value);
  out.hideUrl(config.settings.url);
  return config;
}

function otherTables({ history, historyTables }: Config, dialect: Database["dialect"]): readonly (readonly string[])[] {
  return [...historyTables].filter(([name]) => name !== history).flatMap(([, table]) => ownTables(dialect, table));
}

/** Which folder, which settings, which database: who works in the wrong folder sees it at once. */
function whereLine({ file, origins }: Config, cwd: string, label: string): string {
  const settings = file ? `with ${shownPath(cwd, file)}` : "no config file";
  const from = origins.url === "default" ? "the default: set DATABASE_URL or --url for another" : `from ${origins.url}`;
  return `in ${cwd}, ${settings}: ${label} (${from})`;
}

/** The project of a run: configured, nothing opened. `backwards`: with several histories, the last one goes first. */
export async function openProject(session: Session, more: MoreSettings = {}, backwards = false): Promise<Project> {
  const { io, out, flags } = session;
  const config = await configure(session, more);
  const { logFile, logLevel, logFormat } = config.settings;
  if (logFile !== null) {
    out.logTo(fileLog(logFile, logLevel, logFormat, (message) => io.stderr(`warning[log]: ${message}\n`)));
  }
  requirePart(config, backwards);
  await session.listeners.begin(config);
  if (config.origins.url === "--url" && secretsOf(config.settings.url).secrets.length) {
    out.note("warning: a password in --url is seen by everybody who can list processes; use DATABASE_URL or --url-env");
  }
  const given = await databaseOf(config.settings.url, config.urlBase, {
    settings: config.settings,
    root: config.root,
  });
  const tenant = flags.tenant ?? null;
  const database = tenant === null ? given : tenantDatabase(given, tenant, config);
  const settings = {
    ...config.settings,
    // One project for several kinds of databases: each has files of its own.
    dir: config.settings.dir.replaceAll("{dialect}", database.dialect.name),
    ignoreTables: otherTables(config, database.dialect),
  };
  const shown = (path: string): string => shownPath(io.cwd, path);
  out.note(whereLine(config, io.cwd, database.label));
  const include = objectFilter(config);
  if (settings.unknownKeys !== "error") parseDefaults({ unknownKeys: settings.unknownKeys, warn: out.warn });
  const query = {
    cwd: config.root,
    globs: settings.models,
    exclude: settings.exclude,
    modules: settings.modules,
    dialect: database.dialect,
    says: {
      naming: config.naming,
      lenient: settings.unknownKeys !== "error",
      ...(settings.tablePrefix === null ? {} : { tablePrefix: settings.tablePrefix }),
    },
    ...(include ? { include } : {}),
    beside: database.driver.configured?.(database.url) ?? [],
    cache: flags.cache !== false,
  };
  return {
    session,
    config,
    settings,
    database,
    shown,
    connect: (options) =>
      out.timed(
        "connect",
        () =>
          database.connect({ signal: io.signal, waitMs: settings.wait, applicationName: `sqa/${version}`, ...options }),
      ),
    models: () => out.timed("models", () => readModels(query)),
    // What a function of the config leaves out, no key says.
    modelsKey: async (sure = false) =>
      config.includeObject ? null : await out.timed("models", () => modelsKey(query, sure)),
    liveModels: () => out.timed("models", () => readLiveModels(query)),
  };
}

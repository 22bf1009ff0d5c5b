/**
 * Every setting of sqa, once: what it may be, its default, the variables and the config key that set it. A new setting is one line
 * in `settings` and one in `Settings`. Keys in files may be written `lock_timeout`, `lock-timeout` or `lockTimeout`.
 */
import type { Form, Value } from "./value.ts";

/** The settings of a run, after flags, environment, .env, config file and defaults. Times are milliseconds. */
export interface Settings {
  readonly url: string;
  readonly urlEnv: string | null;
  /** Globs of model files; null lets sqa look for them. */
  readonly models: readonly string[] | null;
  readonly exclude: readonly string[];
  /** Where nothing is named: look for models in the whole project. */
  readonly discover: boolean;
  /** What becomes of keys that nothing knows: options in models ("ignore" warns there too), and keys of rows in `parse`. */
  readonly unknownKeys: "error" | "warn" | "ignore";
  /** Before the names of the tables of features, so that several copies of them fit into one database. */
  readonly tablePrefix: string | null;
  /** Features of this project alone are looked at; those of others are left alone. */
  readonly featureProject: string | null;
  /** Modules of the models that are looked at; null is all. What belongs to the others is left alone. */
  readonly modules: readonly string[] | null;
  /** Folder of the migration files. */
  readonly dir: string;
  /** "modelled": what the models name and what sqa's migrations made. "all": the models are the whole truth. */
  readonly scope: "modelled" | "all";
  /** Globs of names: only these objects of models and database are looked at; null is all. */
  readonly includeObjects: readonly string[] | null;
  /** Globs of names of objects that are left alone, whatever the models say. */
  readonly excludeObjects: readonly string[];
  /** Kinds of objects that are kept where no model names them and sqa did not make them, also where the models are the whole truth. */
  readonly ignoreUnmodelled: readonly string[];
  /** False: a difference between the types of two columns is a note. */
  readonly compareType: boolean;
  /** The same for defaults. */
  readonly compareDefault: boolean;
  /** "per-module": a diff writes a pair of files for each module. */
  readonly layout: "single" | "per-module";
  /** In which the time in the names of new files is. */
  readonly timezone: string;
  /** Database schemas to look at; null is all. */
  readonly schemas: readonly string[] | null;
  readonly columnOrder: "lax" | "strict";
  /** Further files of a database that is one (SQLite): "NAME=PATH". */
  readonly attach: readonly string[];
  /** Settings in the head of a database file: "user_version=5". */
  readonly pragmas: readonly string[];
  /** Modules with functions that the SQL of a database file calls. */
  readonly functions: readonly string[];
  /** Compare privileges also where they are looked at on request alone. */
  readonly grants: boolean;
  /** Globs of names of roles of the server that this project makes and changes; none is looked at without it. */
  readonly roles: readonly string[];
  /** Compare who owns what. */
  readonly owners: boolean;
  /** Write migrations in the forms that do not stop the users of a live database. */
  readonly online: boolean;
  /** What this database is: "production" refuses `push`. */
  readonly label: string | null;
  /** Hazards that need no flag: "drop-table:audit", "drop-column". */
  readonly allow: readonly string[];
  /** sqa's own table, "name" or "schema.name"; null is the default one. */
  readonly historyTable: string | null;
  readonly lockTimeout: number;
  /** Exclude other runs by a lease that lasts so long, for servers whose locks cannot be trusted; 0: by a lock. */
  readonly lockLease: number;
  readonly statementTimeout: number;
  readonly wait: number;
  /** The project's name: kept in its databases, so that another project's files never run on them. */
  readonly project: string | null;
  /** Where every message is kept as well. */
  readonly logFile: string | null;
  readonly logLevel: "debug" | "info" | "warning" | "error" | "critical";
  readonly logFormat: "text" | "json";
  /** A webhook that is told how each command ends. */
  readonly notify: string | null;
  /** Run only what `sqa.lock` lists. */
  readonly locked: boolean;
}

export interface Setting {
  readonly form: Form;
  readonly initial: Value | null;
  /** Environment variables that set it, the strongest first. */
  readonly variables: readonly string[];
  /** Its value is or holds a path: relative to the config file's folder there, to the working directory elsewhere. */
  readonly path?: true;
}

export const settings: { readonly [Key in keyof Settings]: Setting } = {
  url: { form: "text", initial: "sqlite:sqa.db", variables: ["SQA_URL", "DATABASE_URL"] },
  urlEnv: { form: "text", initial: null, variables: ["SQA_URL_ENV"] },
  models: { form: "list", initial: null, variables: ["SQA_MODELS"], path: true },
  modules: { form: "list", initial: null, variables: ["SQA_MODULES"] },
  exclude: { form: "list", initial: [], variables: ["SQA_EXCLUDE"], path: true },
  discover: { form: "boolean", initial: true, variables: ["SQA_DISCOVER"] },
  unknownKeys: { form: ["error", "warn", "ignore"], initial: "error", variables: ["SQA_UNKNOWN_KEYS"] },
  tablePrefix: { form: "text", initial: null, variables: ["SQA_TABLE_PREFIX"] },
  featureProject: { form: "text", initial: null, variables: ["SQA_FEATURE_PROJECT"] },
  dir: { form: "text", initial: "migrations", variables: ["SQA_DIR"], path: true },
  scope: { form: ["modelled", "all"], initial: "modelled", variables: ["SQA_SCOPE"] },
  includeObjects: { form: "list", initial: null, variables: ["SQA_INCLUDE_OBJECTS"] },
  excludeObjects: { form: "list", initial: [], variables: ["SQA_EXCLUDE_OBJECTS"] },
  ignoreUnmodelled: { form: "list", initial: ["foreign_key"], variables: ["SQA_IGNORE_UNMODELLED"] },
  compareType: { form: "boolean", initial: true, variables: ["SQA_COMPARE_TYPE"] },
  compareDefault: { form: "boolean", initial: true, variables: ["SQA_COMPARE_DEFAULT"] },
  layout: { form: ["single", "per-module"], initial: "single", variables: ["SQA_LAYOUT"] },
  timezone: { form: "timezone", initial: "UTC", variables: ["SQA_TIMEZONE"] },
  schemas: { form: "list", initial: null, variables: ["SQA_SCHEMAS"] },
  columnOrder: { form: ["lax", "strict"], initial: "lax", variables: ["SQA_COLUMN_ORDER"] },
  attach: { form: "list", initial: [], variables: ["SQA_ATTACH"] },
  pragmas: { form: "list", initial: [], variables: ["SQA_PRAGMAS"] },
  functions: { form: "list", initial: [], variables: ["SQA_FUNCTIONS"], path: true },
  grants: { form: "boolean", initial: false, variables: ["SQA_GRANTS"] },
  roles: { form: "list", initial: [], variables: ["SQA_ROLES"] },
  owners: { form: "boolean", initial: false, variables: ["SQA_OWNERS"] },
  online: { form: "boolean", initial: true, variables: ["SQA_ONLINE"] },
  label: { form: "text", initial: null, variables: ["SQA_LABEL"] },
  allow: { form: "list", initial: [], variables: ["SQA_ALLOW"] },
  historyTable: { form: "text", initial: null, variables: ["SQA_HISTORY_TABLE"] },
  lockTimeout: { form: "duration", initial: 60_000, variables: ["SQA_LOCK_TIMEOUT"] },
  lockLease: { form: "duration", initial: 0, variables: ["SQA_LOCK_LEASE"] },
  statementTimeout: { form: "duration", initial: 0, variables: ["SQA_STATEMENT_TIMEOUT"] },
  wait: { form: "duration", initial: 0, variables: ["SQA_WAIT"] },
  logFile: { form: "text", initial: null, variables: ["SQA_LOG_FILE"], path: true },
  logLevel: {
    form: ["debug", "info", "warning", "error", "critical"],
    initial: "info",
    variables: ["SQA_LOG_LEVEL"],
  },
  logFormat: { form: ["text", "json"], initial: "text", variables: ["SQA_LOG_FORMAT"] },
  notify: { form: "text", initial: null, variables: ["SQA_NOTIFY"] },
  project: { form: "text", initial: null, variables: ["SQA_PROJECT"] },
  locked: { form: "boolean", initial: false, variables: ["SQA_LOCKED"] },
};

export const settingKeys = Object.keys(settings) as readonly (keyof Settings)[];

/** The setting that a key of a config file names, in any of its spellings. */
export function settingOfKey(key: string): keyof Settings | null {
  const plain = key.replace(/[_-]/g, "").toLowerCase();
  return settingKeys.find((name) => name.toLowerCase() === plain) ?? null;
}

/** A key as it is written in config files. */
export function fileKey(key: keyof Settings): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

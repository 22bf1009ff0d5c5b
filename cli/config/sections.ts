/**
 * The sections of a config file that are no settings of one run: environments, targets, named histories, tenants, hooks. It says which there
 * are and in which order; what stands in them is read by config.ts. Pure.
 */
import type { NamingOptions } from "../../models/contract.ts";
import { SqaError } from "../../schema/error.ts";
import type { SchemaObject } from "../../schema/object.ts";
import type { Hooks } from "../hooks.ts";
import type { PlanHook } from "../plan_hook.ts";
import { nearest } from "../suggest.ts";
import { type ConfigFile, lineOfKey } from "./file.ts";

type Values = Readonly<Record<string, unknown>>;

/** Tenants as they are configured: who they are, and how they are gone through. */
export interface Tenants {
  /** What a tenant is: a schema of the database, or a database of its own. */
  readonly kind: "schema" | "database";
  readonly list: readonly string[] | null;
  /** Asked of the database of the URL: its first column names the tenants. */
  readonly query: string | null;
  readonly concurrency: number;
  /** The one that goes first, alone; null: none does. */
  readonly canary: string | null;
}

export interface Sections {
  /** What is left: settings. */
  readonly top: Values;
  readonly env: ReadonlyMap<string, Values>;
  readonly targets: ReadonlyMap<string, Values>;
  /** In the order in which they are run. */
  readonly histories: ReadonlyMap<string, Values>;
  readonly tenants: Tenants | null;
  /** Event to commands. */
  readonly hooks: ReadonlyMap<string, readonly string[]>;
  /** Of a config module: is given the hooks to register its own. */
  readonly register: ((hooks: Hooks) => void) | null;
  /** Of a config module: false leaves an object of models or database alone. */
  readonly includeObject: ((object: SchemaObject) => unknown) | null;
  /** Of a config module: may write the statements of a plan otherwise. */
  readonly plan: PlanHook | null;
  /** Patterns of names for all models. */
  readonly naming: NamingOptions;
}

export const noSections: Sections = {
  top: {},
  env: new Map(),
  targets: new Map(),
  histories: new Map(),
  tenants: null,
  hooks: new Map(),
  register: null,
  includeObject: null,
  plan: null,
  naming: {},
};

/** Takes a file's values apart. SQA-014 for a section that is none. */
export function sectionsOf(file: ConfigFile): Sections {
  const { env, targets, histories, order, tenants, hooks, naming, includeObject, plan, ...top } = file.values;
  if (includeObject !== undefined && typeof includeObject !== "function") {
    throw wrongSection(file, "includeObject", "a function of an object");
  }
  if (plan !== undefined && typeof plan !== "function") {
    throw wrongSection(file, "plan", "a function of { up, down }");
  }
  return {
    top: flat(top),
    env: named(file, "env", env),
    targets: named(file, "targets", targets),
    histories: ordered(file, named(file, "histories", histories), order),
    tenants: tenants === undefined ? null : tenantsIn(file, tenants),
    hooks: typeof hooks === "function" ? new Map() : hooksIn(file, hooks),
    register: typeof hooks === "function" ? hooks as (hooks: Hooks) => void : null,
    includeObject: includeObject === undefined ? null : includeObject as (object: SchemaObject) => unknown,
    plan: plan === undefined ? null : plan as PlanHook,
    naming: namingIn(file, naming),
  };
}

function isTable(value: unknown): value is Values {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

function named(file: ConfigFile, key: string, value: unknown): ReadonlyMap<string, Values> {
  if (value === undefined) return new Map();
  if (!isTable(value)) throw wrongSection(file, key, `sections such as [${key}.main]`);
  for (const [name, section] of Object.entries(value)) {
    if (!isTable(section)) throw wrongSection(file, name, "keys and values");
  }
  return new Map((Object.entries(value) as [string, Values][]).map(([name, section]) => [name, flat(section)]));
}

/** Settings that may also stand in a section of their own, and what its keys are then. */
const grouped: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  log: { file: "log_file", level: "log_level", format: "log_format" },
  models: { auto: "discover", paths: "models", exclude: "exclude" },
  scope: { mode: "scope", project: "feature_project", table_prefix: "table_prefix", tablePrefix: "table_prefix" },
  compare: { type: "compare_type", default: "compare_default" },
};

/** [log] level is log_level; a key that there is none of stays, to be refused. */
function flat(values: Values): Values {
  return Object.fromEntries(
    Object.entries(values).flatMap(([group, value]): [string, unknown][] => {
      const keys = grouped[group];
      if (!keys || !isTable(value)) return [[group, value]];
      return Object.entries(value).map(([key, item]) => [keys[key] ?? `${group}.${key}`, item]);
    }),
  );
}

const patterns: Readonly<Record<string, keyof NamingOptions>> = {
  columns: "columns",
  pk: "primaryKey",
  uq: "unique",
  ck: "check",
  fk: "foreignKey",
  ix: "index",
  primaryKey: "primaryKey",
  primary_key: "primaryKey",
  unique: "unique",
  check: "check",
  foreignKey: "foreignKey",
  foreign_key: "foreignKey",
  index: "index",
};

/** [naming]: the patterns that `moduleBase` takes, for all models. */
function namingIn(file: ConfigFile, value: unknown): NamingOptions {
  if (value === undefined) return {};
  if (!isTable(value)) throw wrongSection(file, "naming", "keys and patterns");
  return Object.fromEntries(
    Object.entries(value).map(([key, pattern]) => {
      const name = patterns[key];
      if (name === undefined) throw unknownIn(file, key, "naming", Object.keys(patterns));
      if (name === "columns" && pattern !== "snake_case" && pattern !== "as_written") {
        throw wrongSection(file, key, '"snake_case" or "as_written"');
      }
      if (typeof pattern !== "string") throw wrongSection(file, key, 'a pattern such as "ix_{table}_{columns}"');
      return [name, pattern];
    }),
  );
}

/** SQA-013 for a key that a section has none of. */
function unknownIn(file: ConfigFile, key: string, section: string, known: readonly string[]): SqaError {
  const meant = nearest(key, known);
  return new SqaError("SQA-013", `there is no setting "${key}" (in [${section}])`, {
    place: placeOf(file, key),
    hint: meant ? `did you mean "${meant}"?` : `the settings are ${known.join(", ")}`,
    exit: 78,
  });
}

function ordered(
  file: ConfigFile,
  histories: ReadonlyMap<string, Values>,
  order: unknown,
): ReadonlyMap<string, Values> {
  if (order === undefined) return histories;
  const names = Array.isArray(order) ? order.map(String) : null;
  const complete = names && names.length === histories.size && new Set(names).size === names.length &&
    names.every((name) => histories.has(name));
  if (!complete) throw wrongSection(file, "order", `each of the histories once: ${[...histories.keys()].join(", ")}`);
  return new Map(names.map((name) => [name, histories.get(name)!]));
}

const tenantKeys = ["kind", "list", "schemas", "databases", "query", "concurrency", "canary"];

function tenantsIn(file: ConfigFile, value: unknown): Tenants {
  if (!isTable(value)) throw wrongSection(file, "tenants", "keys and values");
  for (const key of Object.keys(value)) {
    if (!tenantKeys.includes(key)) throw unknownIn(file, key, "tenants", tenantKeys);
  }
  const { kind, list, schemas, databases, query, concurrency = 4, canary = null } = value;
  const names = list ?? schemas ?? databases ?? null;
  if (kind !== undefined && kind !== "schema" && kind !== "database") {
    throw wrongSection(file, "kind", '"schema" or "database"');
  }
  if (names !== null && !(Array.isArray(names) && names.every((name) => typeof name === "string" && name !== ""))) {
    throw wrongSection(file, "list", "a list of texts");
  }
  if (query !== undefined && typeof query !== "string") throw wrongSection(file, "query", "a text");
  if ((names === null) === (query === undefined)) throw wrongSection(file, "tenants", "either a list or a query");
  if (!Number.isInteger(concurrency) || Number(concurrency) < 1) {
    throw wrongSection(file, "concurrency", "a number from 1");
  }
  if (canary !== null && typeof canary !== "string") throw wrongSection(file, "canary", "a text");
  return {
    kind: kind ?? (databases === undefined ? "schema" : "database"),
    list: names as readonly string[] | null,
    query: query ?? null,
    concurrency: Number(concurrency),
    canary,
  };
}

function hooksIn(file: ConfigFile, value: unknown): ReadonlyMap<string, readonly string[]> {
  if (value === undefined) return new Map();
  if (!isTable(value)) throw wrongSection(file, "hooks", "events and commands");
  return new Map(
    Object.entries(value).map(([event, commands]) => {
      const list = typeof commands === "string" ? [commands] : commands;
      if (Array.isArray(list) && list.every((item) => typeof item === "string")) return [event, list as string[]];
      throw wrongSection(file, event, "a command or a list of commands");
    }),
  );
}

function placeOf(file: ConfigFile, key: string) {
  const line = lineOfKey(file.text, key);
  return { file: file.path, ...(line ? { line } : {}) };
}

/** SQA-014 at a key. */
export function wrongSection(file: ConfigFile, key: string, expected: string): SqaError {
  return new SqaError("SQA-014", `the setting "${key}" needs ${expected}`, { place: placeOf(file, key), exit: 78 });
}

/**
 * The settings of a run: flags, then environment, then .env, then the config file's [env.NAME] section, then the config file, then
 * defaults. Every value remembers where it came from. It opens nothing but these files.
 */
import { existsSync, readFileSync } from "node:fs";
import { isAbsolute, join, relative, resolve } from "node:path";
import { parseEnv } from "node:util";
import { SqaError } from "../../schema/error.ts";
import type { GlobalFlags } from "../session.ts";
import { nearest } from "../suggest.ts";
import { type ConfigFile, lineOfKey, readConfigFile } from "./file.ts";
import { fileKey, settingKeys, settingOfKey, type Settings, settings } from "./settings.ts";
import { readValue, type Value } from "./value.ts";

/** Where a value came from: printable ("--url", "DATABASE_URL", ".env: DATABASE_URL", "sqa.toml:3"). */
export type Origins = { readonly [Key in keyof Settings]: string };

export interface Config {
  readonly settings: Settings;
  readonly origins: Origins;
  /** The folder that a relative file in `settings.url` starts from; absolute. */
  readonly urlBase: string;
  /** The folder that relative paths in the settings start from; absolute. */
  readonly root: string;
  /** The config file, or null when there is none. */
  readonly file: string | null;
  /** The value of --env or SQA_ENV. */
  readonly env: string | null;
  /** Variables of the environment and of .env, the environment's first. */
  readonly variables: Readonly<Record<string, string | undefined>>;
}

/** What is given beside the files. Flags of one command that are also settings come as `more`, already read. */
export interface ConfigInput {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly flags: GlobalFlags;
  readonly more?: Partial<Record<keyof Settings, { readonly raw: unknown; readonly flag: string }>>;
}

interface Found {
  readonly value: Value;
  readonly origin: string;
  /** What a path in it is relative to. */
  readonly base: string;
}

/** Reads all settings. Mistakes are SQA-010 to SQA-019, with exit 78 (64 when a flag is wrong). */
export async function readConfig(input: ConfigInput): Promise<Config> {
  const { cwd, flags } = input;
  const file = await readConfigFile(cwd, flags.config ?? input.env["SQA_CONFIG"] ?? null);
  const root = file?.root ?? cwd;
  const dotenv = readEnvFile(cwd, root, flags.envFile ?? null);
  const variables = { ...dotenv.values, ...definedOnly(input.env) };
  const env = flags.env ?? variables["SQA_ENV"] ?? null;
  const layers: readonly ((key: keyof Settings) => Found | null)[] = [
    fromFlags(input),
    fromVariables(input.env, cwd, ""),
    fromVariables(dotenv.values, root, `${dotenv.name}: `),
    ...fromFile(file, env, flags.env !== undefined),
  ];
  const found = {} as Record<keyof Settings, Found | null>;
  for (const key of settingKeys) found[key] = first(layers, key);
  resolveUrl(found, layers, variables);
  const values = {} as Record<string, Value | null>, origins = {} as Record<string, string>;
  for (const key of settingKeys) {
    const one = found[key];
    const value = one?.value ?? settings[key].initial;
    values[key] = settings[key].path ? placed(value, one?.base ?? root, root) : value;
    origins[key] = one?.origin ?? "default";
  }
  const urlBase = found.url?.base ?? root;
  return {
    settings: values as unknown as Settings,
    origins: origins as Origins,
    urlBase,
    root,
    file: file?.path ?? null,
    env,
    variables,
  };
}

/** The first layer that names the setting. */
function first(layers: readonly ((key: keyof Settings) => Found | null)[], key: keyof Settings): Found | null {
  for (const layer of layers) {
    const found = layer(key);
    if (found) return found;
  }
  return null;
}

/** `urlEnv` beats a `url` of the same or a weaker layer: who names a variable means what is in it. */
function resolveUrl(
  found: Record<keyof Settings, Found | null>,
  layers: readonly ((key: keyof Settings) => Found | null)[],
  variables: Readonly<Record<string, string | undefined>>,
): void {
  const named = found.urlEnv;
  if (!named) return;
  const strength = (key: keyof Settings): number => layers.findIndex((layer) => layer(key) !== null);
  if (found.url && strength("url") < strength("urlEnv")) return;
  const name = String(named.value), value = variables[name];
  if (!value) {
    throw new SqaError("SQA-018", `the environment variable "${name}" is not set`, {
      hint: `set it, or correct ${named.origin}`,
      exit: 78,
    });
  }
  found.url = { value, origin: `${named.origin}: ${name}`, base: named.base };
}

function fromFlags({ cwd, flags, more }: ConfigInput): (key: keyof Settings) => Found | null {
  const given: Partial<Record<keyof Settings, { readonly raw: unknown; readonly flag: string }>> = {
    url: { raw: flags.url, flag: "--url" },
    urlEnv: { raw: flags.urlEnv, flag: "--url-env" },
    models: { raw: flags.models, flag: "--models" },
    exclude: { raw: flags.exclude, flag: "--exclude" },
    dir: { raw: flags.dir, flag: "--dir" },
    lockTimeout: { raw: flags.lockTimeout, flag: "--lock-timeout" },
    locked: { raw: flags.locked, flag: "--locked" },
    wait: { raw: flags.wait === true ? "60s" : flags.wait, flag: "--wait" },
    ...more,
  };
  return (key) => {
    const one = given[key];
    if (!one || one.raw === undefined) return null;
    const read = readValue(one.raw, settings[key].form);
    if ("expected" in read) {
      throw new SqaError("SQA-019", `${one.flag} needs ${read.expected}`, {
        detail: `it is ${shown(one.raw)}`,
        exit: 64,
      });
    }
    return { value: read.value, origin: one.flag, base: cwd };
  };
}

function fromVariables(
  variables: Readonly<Record<string, string | undefined>>,
  base: string,
  prefix: string,
): (key: keyof Settings) => Found | null {
  return (key) => {
    for (const name of settings[key].variables) {
      const raw = variables[name];
      if (raw === undefined || raw === "") continue;
      const read = readValue(raw, settings[key].form);
      if ("expected" in read) {
        throw new SqaError("SQA-019", `${prefix}${name} needs ${read.expected}`, {
          detail: `it is ${shown(raw)}`,
          exit: 78,
        });
      }
      return { value: read.value, origin: prefix + name, base };
    }
    return null;
  };
}

/** The chosen section and the top of the file, in that order; every key is checked, used or not. */
function fromFile(
  file: ConfigFile | null,
  env: string | null,
  envAsked: boolean,
): readonly ((key: keyof Settings) => Found | null)[] {
  if (!file) return [];
  const { env: sections = {}, ...top } = file.values;
  if (sections === null || typeof sections !== "object" || Array.isArray(sections)) {
    throw wrong(file, "env", "a section for each environment, such as [env.production]");
  }
  const named = sections as Readonly<Record<string, unknown>>;
  const layers = [layerOf(file, top, "")];
  for (const [name, section] of Object.entries(named)) {
    if (section === null || typeof section !== "object" || Array.isArray(section)) {
      throw wrong(file, name, "keys and values");
    }
    const layer = layerOf(file, section as Readonly<Record<string, unknown>>, name);
    if (name === env) layers.unshift(layer);
  }
  if (envAsked && env !== null && !(env in named)) {
    const meant = nearest(env, Object.keys(named));
    throw new SqaError("SQA-015", `the config file has no section [env.${env}]`, {
      place: { file: file.path },
      hint: meant ? `did you mean --env ${meant}?` : `add [env.${env}] or leave --env away`,
      exit: 78,
    });
  }
  return layers;
}

function layerOf(
  file: ConfigFile,
  values: Readonly<Record<string, unknown>>,
  section: string,
): (key: keyof Settings) => Found | null {
  const found = new Map<keyof Settings, Found>();
  for (const [key, raw] of Object.entries(values)) {
    const setting = settingOfKey(key);
    if (!setting) throw unknownKey(file, key, section);
    const read = readValue(raw, settings[setting].form);
    if ("expected" in read) throw wrong(file, key, read.expected);
    const line = lineOfKey(file.text, key);
    const name = file.path.slice(file.root.length + 1);
    found.set(setting, { value: read.value, origin: line ? `${name}:${line}` : name, base: file.root });
  }
  return (key) => found.get(key) ?? null;
}

function unknownKey(file: ConfigFile, key: string, section: string): SqaError {
  const meant = nearest(key, [...settingKeys.map(fileKey), ...(section === "" ? ["env"] : [])]);
  const line = lineOfKey(file.text, key);
  return new SqaError("SQA-013", `there is no setting "${key}"${section === "" ? "" : ` (in [env.${section}])`}`, {
    place: { file: file.path, ...(line ? { line } : {}) },
    hint: meant ? `did you mean "${meant}"?` : `the settings are ${settingKeys.map(fileKey).join(", ")}`,
    exit: 78,
  });
}

function wrong(file: ConfigFile, key: string, expected: string): SqaError {
  const line = lineOfKey(file.text, key);
  return new SqaError("SQA-014", `the setting "${key}" needs ${expected}`, {
    place: { file: file.path, ...(line ? { line } : {}) },
    exit: 78,
  });
}

/** The variables of --env-file, else of .env in the working directory, else of .env in the project. */
function readEnvFile(
  cwd: string,
  root: string,
  given: string | null,
): { readonly name: string; readonly values: Record<string, string | undefined> } {
  if (given !== null && !existsSync(resolve(cwd, given))) {
    throw new SqaError("SQA-017", `the file "${given}" of --env-file does not exist`, { exit: 78 });
  }
  const path = given !== null
    ? resolve(cwd, given)
    : [cwd, root].map((folder) => join(folder, ".env")).find((one) => existsSync(one));
  return { name: given ?? ".env", values: path ? { ...parseEnv(readFileSync(path, "utf8")) } : {} };
}

function definedOnly(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** A path made absolute; globs made relative to the project, because an absolute folder may hold characters that mean something in a glob. */
function placed(value: Value | null, base: string, root: string): Value | null {
  if (typeof value === "string") return resolve(base, value);
  if (Array.isArray(value)) {
    return value.map((glob: string) => isAbsolute(glob) ? glob : join(relative(root, base), glob));
  }
  return value;
}

function shown(raw: unknown): string {
  return typeof raw === "string" ? `"${raw}"` : JSON.stringify(raw);
}

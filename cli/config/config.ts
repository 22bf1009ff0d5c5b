/**
 * The settings of a run: flags, then environment, then .env, then the config file's [env.NAME] section, then the config file, then
 * defaults. What stands in the section of a history or target that was chosen beats the environment: it is what tells them apart. Every value remembers where it came from. It opens nothing but these files.
 */
import { existsSync, readFileSync } from "node:fs";
import { isAbsolute, join, relative, resolve } from "node:path";
import { parseEnv } from "node:util";
import { SqaError } from "../../schema/error.ts";
import type { GlobalFlags } from "../session.ts";
import { nearest } from "../suggest.ts";
import { noSections, type Sections, sectionsOf, wrongSection } from "./sections.ts";
import { partOf, urlFromParts } from "./url_parts.ts";
import { type ConfigFile, lineOfKey, readConfigFile } from "./file.ts";
import { fileKey, settingKeys, settingOfKey, type Settings, settings } from "./settings.ts";
import { readValue, type Value } from "./value.ts";

/** Where a value came from: printable ("--url", "DATABASE_URL", ".env: DATABASE_URL", "sqa.toml:3"). */
export type Origins = { readonly [Key in keyof Settings]: string };

/** What a run is told: the settings, and the sections of the config file that are no settings. */
export interface Config extends Omit<Sections, "top" | "env" | "targets" | "histories"> {
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
  /** The history and the target of this run, and all that there are; null and empty without such sections. */
  readonly history: string | null;
  readonly histories: readonly string[];
  readonly target: string | null;
  readonly targets: readonly string[];
  /** The tables of all histories, by name. */
  readonly historyTables: ReadonlyMap<string, string>;
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
  const sections = file ? sectionsOf(file) : noSections;
  const history = chosen(sections.histories, flags.history ?? variables["SQA_HISTORY"], "histories", "--history", file);
  const target = chosen(sections.targets, flags.target ?? variables["SQA_TARGET"], "targets", "--target", file);
  const layers: readonly ((key: keyof Settings) => Found | null)[] = [
    fromFlags(input),
    ...(file && history ? [layerOf(file, sections.histories.get(history)!, `histories.${history}`)] : []),
    ...(file && target ? [layerOf(file, sections.targets.get(target)!, `targets.${target}`)] : []),
    fromVariables(input.env, cwd, ""),
    fromVariables(dotenv.values, root, `${dotenv.name}: `),
    ...fromFile(file, sections, env, flags.env !== undefined),
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
  if (values["models"] === null && values["discover"] === false) values["models"] = [];
  const urlBase = found.url?.base ?? root;
  const given = file && history ? layerOf(file, sections.histories.get(history)!, `histories.${history}`) : null;
  if (given && !given("dir") && !flags.dir) values["dir"] = join(String(values["dir"]), history!);
  const historyTables = new Map(
    file ? [...sections.histories].map(([name, section]) => [name, tableOf(file, name, section)]) : [],
  );
  if (history) values["historyTable"] = historyTables.get(history)!;
  if (sections.histories.size && values["scope"] === "all") {
    throw new SqaError("SQA-026", 'several histories share the database, so scope cannot be "all"', {
      ...(file ? { place: { file: file.path } } : {}),
      hint: 'leave scope at "modelled": what another history made is its own',
      exit: 78,
    });
  }
  return {
    history,
    histories: [...sections.histories.keys()],
    target,
    targets: [...sections.targets.keys()],
    historyTables,
    tenants: sections.tenants,
    hooks: sections.hooks,
    register: sections.register,
    includeObject: sections.includeObject,
    plan: sections.plan,
    naming: sections.naming,
    settings: values as unknown as Settings,
    origins: origins as Origins,
    urlBase,
    root,
    file: file?.path ?? null,
    env,
    variables,
  };
}

/** The section that a flag names. SQA-015 when there is none of that name. */
function chosen(
  sections: ReadonlyMap<string, unknown>,
  name: string | undefined,
  what: string,
  flag: string,
  file: ConfigFile | null,
): string | null {
  if (name === undefined || name === "") return null;
  if (sections.has(name)) return name;
  const meant = nearest(name, [...sections.keys()]);
  throw new SqaError("SQA-015", `the config has no section [${what}.${name}]`, {
    ...(file ? { place: { file: file.path } } : {}),
    hint: meant ? `did you mean ${flag} ${meant}?` : `add [${what}.${name}] or leave ${flag} away`,
    exit: 78,
  });
}

/** A named history has a table of its own. */
function tableOf(file: ConfigFile, name: string, section: Readonly<Record<string, unknown>>): string {
  const given = layerOf(file, section, `histories.${name}`)("historyTable");
  return given ? String(given.value) : `sqa_${name.replace(/[^A-Za-z0-9_]/g, "_")}_history`;
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
    const read = readValue(one.raw, settings[key].form, settings[key].path);
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
      const read = readValue(raw, settings[key].form, settings[key].path);
      if ("expected" in read) {
        throw new SqaError("SQA-019", `${prefix}${name} needs ${read.expected}`, {
          detail: `it is ${shown(raw)}`,
          exit: 78,
        });
      }
      return { value: read.value, origin: prefix + name, base };
    }
    if (key !== "url") return null;
    const inFile = settings.url.variables.find((name) => variables[`${name}_FILE`]);
    if (inFile) return { value: partOf(variables, inFile)!, origin: `${prefix}${inFile}_FILE`, base };
    const parts = urlFromParts(variables);
    return parts && { value: parts.url, origin: prefix + parts.origin, base };
  };
}

/** The chosen section and the top of the file, in that order; every key is checked, used or not. */
function fromFile(
  file: ConfigFile | null,
  { top, env: named, targets, histories }: Sections,
  env: string | null,
  envAsked: boolean,
): readonly ((key: keyof Settings) => Found | null)[] {
  if (!file) return [];
  const layers = [layerOf(file, top, "")];
  for (const [name, section] of named) {
    const layer = layerOf(file, section, `env.${name}`);
    if (name === env) layers.unshift(layer);
  }
  for (const [name, section] of targets) layerOf(file, section, `targets.${name}`);
  for (const [name, section] of histories) layerOf(file, section, `histories.${name}`);
  if (envAsked && env !== null && !named.has(env)) {
    const meant = nearest(env, [...named.keys()]);
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
    const read = readValue(raw, settings[setting].form, settings[setting].path);
    if ("expected" in read) throw wrongSection(file, key, read.expected);
    const line = lineOfKey(file.text, key, section);
    const name = file.path.slice(file.root.length + 1);
    found.set(setting, { value: read.value, origin: line ? `${name}:${line}` : name, base: file.root });
  }
  return (key) => found.get(key) ?? null;
}

function unknownKey(file: ConfigFile, key: string, section: string): SqaError {
  const meant = nearest(key, [
    ...settingKeys.map(fileKey),
    ...(section === "" ? ["env", "targets", "histories", "order", "tenants", "hooks", "log", "naming"] : []),
  ]);
  const line = lineOfKey(file.text, key);
  return new SqaError("SQA-013", `there is no setting "${key}"${section === "" ? "" : ` (in [${section}])`}`, {
    place: { file: file.path, ...(line ? { line } : {}) },
    hint: meant ? `did you mean "${meant}"?` : `the settings are ${settingKeys.map(fileKey).join(", ")}`,
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

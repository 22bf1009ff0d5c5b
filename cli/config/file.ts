/** Finds and reads the one config file of a project: TOML, YAML, JSON or a TypeScript module. It does not know what the keys mean. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { importUserModule } from "../../models/load/import_module.ts";
import { SqaError } from "../../schema/error.ts";

export interface ConfigFile {
  /** Absolute path. */
  readonly path: string;
  /** Absolute path of its folder: the project. */
  readonly root: string;
  /** For finding the line of a key; empty for a module. */
  readonly text: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** The names that are looked for, in the working directory and then in each folder above it up to the repository's root. */
export const configNames = ["sqa.toml", "sqa.yaml", "sqa.yml", "sqa.json", "sqa.config.ts"] as const;

/** Files of other programs that may hold the settings under the key "sqa", where there is no config file of our own. */
const hostNames = ["deno.json", "deno.jsonc", "package.json"] as const;

/** Null where the file is not there, is not read as JSON (its own program will say so), or has no such key. */
function readHosted(path: string): ConfigFile | null {
  if (!existsSync(path)) return null;
  const text = readFileSync(path, "utf8").replace(/^\ufeff/, "");
  if (!text.includes('"sqa"')) return null;
  let host: unknown;
  try {
    host = JSON.parse(text);
  } catch {
    return null;
  }
  const values = host !== null && typeof host === "object"
    ? (host as Readonly<Record<string, unknown>>)["sqa"]
    : undefined;
  return values === undefined ? null : { path, root: dirname(path), text, values: record(path, values) };
}

/** The config file named by `given`, or the one that is found, or null. SQA-010 for two in one folder, SQA-011 when `given` is missing. */
export async function readConfigFile(cwd: string, given: string | null): Promise<ConfigFile | null> {
  if (given !== null) {
    const path = resolve(cwd, given);
    if (!existsSync(path)) {
      throw new SqaError("SQA-011", `the config file "${given}" does not exist`, {
        hint: `it was looked for at ${path}`,
        exit: 78,
      });
    }
    return await read(path);
  }
  for (let folder = resolve(cwd);; folder = dirname(folder)) {
    const found = configNames.filter((name) => existsSync(join(folder, name)));
    if (found.length > 1) {
      throw new SqaError("SQA-010", `there are two config files: ${found.join(" and ")}`, {
        detail: `in ${folder}`,
        hint: `keep one of them, or choose with \`--config ${found[0]}\``,
        exit: 78,
      });
    }
    if (found[0]) return await read(join(folder, found[0]));
    for (const name of hostNames) {
      const hosted = readHosted(join(folder, name));
      if (hosted) return hosted;
    }
    if (existsSync(join(folder, ".git")) || dirname(folder) === folder) return null;
  }
}

async function read(path: string): Promise<ConfigFile> {
  const root = dirname(path);
  if (/\.[cm]?[jt]s$/.test(path)) return { path, root, text: "", values: await importModule(path) };
  const text = readFileSync(path, "utf8").replace(/^\ufeff/, "");
  const values = path.endsWith(".toml")
    ? await parseToml(path, text)
    : /\.ya?ml$/.test(path)
    ? await parseYaml(path, text)
    : parseJson(path, text);
  return { path, root, text, values: record(path, values ?? {}) };
}

async function parseToml(path: string, text: string): Promise<unknown> {
  const { parse, TomlError } = await import("smol-toml");
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const message = error.message.split("\n")[0]!.replace(/^Invalid TOML document: /, "");
    throw unreadable(path, message, error.line, error.column);
  }
}

async function parseYaml(path: string, text: string): Promise<unknown> {
  const { load, YAMLException } = await import("js-yaml");
  try {
    return text.trim() === "" ? {} : load(text);
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    throw unreadable(
      path,
      error.reason,
      error.mark ? error.mark.line + 1 : undefined,
      error.mark ? error.mark.column + 1 : undefined,
    );
  }
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const at = /line (\d+) column (\d+)/.exec(message);
    throw unreadable(path, message, at ? Number(at[1]) : undefined, at ? Number(at[2]) : undefined);
  }
}

async function importModule(path: string): Promise<Readonly<Record<string, unknown>>> {
  let module: { readonly default?: unknown };
  try {
    module = await importUserModule(pathToFileURL(path).href);
  } catch (error) {
    throw new SqaError("SQA-012", "the config file cannot be loaded", {
      place: { file: path },
      detail: error instanceof Error ? error.message : String(error),
      exit: 78,
    });
  }
  if (module.default === undefined) {
    throw new SqaError("SQA-012", "the config file has no default export", {
      place: { file: path },
      hint: 'write `export default { url: "…", models: ["…"] };`',
      exit: 78,
    });
  }
  return record(path, module.default);
}

function record(path: string, value: unknown): Readonly<Record<string, unknown>> {
  if (value !== null && typeof value === "object" && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new SqaError("SQA-012", "the config file does not hold keys and values", { place: { file: path }, exit: 78 });
}

function unreadable(path: string, message: string, line: number | undefined, column: number | undefined): SqaError {
  return new SqaError("SQA-012", `the config file cannot be read: ${message}`, {
    place: { file: path, ...(line === undefined ? {} : { line }), ...(column === undefined ? {} : { column }) },
    exit: 78,
  });
}

/** The 1-based line on which a key stands, where the text shows it. Good enough to point at; nothing depends on it. */
export function lineOfKey(text: string, key: string, section = ""): number | undefined {
  const literal = key.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
  const pattern = new RegExp(`(^|[\\s.\\["'{,])${literal}["']?\\s*[:=\\]]`);
  const lines = text.split("\n");
  // From the head of the section on: "[env.production]" in TOML, "production:" in YAML.
  const name = section.slice(section.indexOf(".") + 1);
  const head = section === ""
    ? -1
    : lines.findIndex((line) =>
      line.trim() === `[${section}]` || new RegExp(`^\\s*["']?${RegExp.escape(name)}["']?\\s*:`).test(line)
    );
  const index = lines.findIndex((line, i) => i > head && pattern.test(line));
  return index < 0 ? undefined : index + 1;
}

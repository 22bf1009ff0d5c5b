/**
 * Imports the user's model files into this process and gathers their models: the one step that runs code of the project. What the models mean is
 * not its business; `graph.ts` makes a graph of them.
 */
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { SqaError } from "../schema/error.ts";
import { type ModelMeta, modelOf } from "./contract.ts";
import { loadError } from "./load/errors.ts";
import { findKey, isLong } from "./load/find_key.ts";
import { findingColumns, numberedRun, numbering } from "./place.ts";
import { breather } from "./load/breathe.ts";
import { findModelFiles } from "./load/find_files.ts";
import { linkDirectly } from "./load/link_directly.ts";
import { withImports } from "./load/resolve_imports.ts";
import { loadAhead } from "./load/load_ahead.ts";
import { quietly } from "./load/quietly.ts";
import { readAliases } from "./load/aliases.ts";
import { copiesWithoutTypes, readsTypes } from "./load/without_types.ts";
import { aside, clearRegistry, registeredCount, registeredSince } from "./registry.ts";

export interface LoadOptions {
  /** Globs and messages start here. */
  readonly cwd: string;
  /** Files, folders or globs; null: every file below `cwd` that makes models with "sqa". */
  readonly globs: readonly string[] | null;
  readonly exclude: readonly string[];
  /** A file that takes longer to import is given up (SQA-114). */
  readonly timeoutMs?: number;
}

/** The models of a project, in the order of their files and within a file of their exports; each once. */
export interface Models {
  readonly files: readonly string[];
  readonly models: readonly ModelMeta[];
}

/** Models by file: a file is run once in a process, so what it gave has to be kept. */
const kept = new Map<string, readonly ModelMeta[]>();

/**
 * All models of a project. Files that cannot be imported are reported together: SQA-111 does not parse, SQA-112 throws, SQA-113 imports what
 * is not there, SQA-114 never ends; SQA-117 a broken deno.json; SQA-110 and SQA-115 when no file is found, SQA-116 when the files hold no model.
 */
export async function loadModels(options: LoadOptions): Promise<Models> {
  const cwd = resolve(options.cwd);
  const files = findModelFiles({ ...options, cwd });
  const found = await runDirectly(files, cwd) ?? await importAll(files, cwd, options.timeoutMs ?? 30_000);
  if (found.size === 0) {
    throw new SqaError("SQA-116", `no models in ${files.length === 1 ? files[0] : `${files.length} files`}`, {
      hint: "export what table(), view() and enumType() give: export const users = table(…)",
    });
  }
  return { files, models: [...found] };
}

/** The models of files that import nothing but "sqa" and one another; null when these are others, or one of them fails. */
async function runDirectly(files: readonly string[], cwd: string): Promise<ReadonlySet<ModelMeta> | null> {
  const linked = await linkDirectly(files, readAliases(cwd));
  if (!linked) return null;
  clearRegistry();
  const found = new Set<ModelMeta>(), breathe = breather();
  const { again } = linked;
  const late = again && numberedRun(() => aside(() => again(files, (file, run) => withColumns(file, run))));
  const run = (file: string) => withColumns(file, () => linked.run(file));
  try {
    for (const file of files) {
      await breathe();
      const before = registeredCount();
      const module = await quietly(() => late ? numbering(late, () => run(file)) : run(file));
      for (const value of Object.values(module)) addModels(value, found);
      for (const value of registeredSince(before)) addModels(value, found);
    }
    return found;
  } catch {
    // The mistake is made again, and reported, when the files are imported.
    return null;
  }
}

/** Runs a file; the columns of a long one are found by its text. */
function withColumns<T>(file: string, run: () => T): T {
  return isLong(file) ? findingColumns(findKey, run) : run();
}

async function importAll(files: readonly string[], cwd: string, timeoutMs: number): Promise<ReadonlySet<ModelMeta>> {
  clearRegistry();
  const found = new Set<ModelMeta>(), errors: SqaError[] = [];
  const copies = readsTypes() ? null : await copiesWithoutTypes(files, readAliases(cwd));
  await withImports(cwd, files, async () => {
    if (!copies) await loadAhead(files);
    for (const file of files) {
      try {
        for (const meta of await importFile(copies?.of(file) ?? file, timeoutMs)) found.add(meta);
      } catch (cause) {
        errors.push(loadError(file, cause, cwd));
      }
    }
  });
  copies?.remove();
  if (errors.length > 0) throw together(errors);
  return found;
}

/** One error, or SQA-100 with all of them; the same mistake reached through several files is one. */
function together(errors: readonly SqaError[]): SqaError {
  const distinct = new Map(errors.map((error) => [`${error.code} ${placeText(error)} ${error.message}`, error]));
  const places = new Map([...distinct.values()].map((error) => [`${error.code} ${placeText(error)}`, error]));
  const all = [...places.values()];
  return all.length === 1 ? all[0]! : new SqaError("SQA-100", `${all.length} model files cannot be loaded`, { all });
}

function placeText({ more: { place } }: SqaError): string {
  return `${place?.file}:${place?.line ?? ""}:${place?.column ?? ""}`;
}

/** What one file exports, and what its modules list. */
async function importFile(file: string, timeoutMs: number): Promise<readonly ModelMeta[]> {
  const url = pathToFileURL(file).href;
  const before = registeredCount();
  const module = await quietly(() => inTime(import(url), file, timeoutMs)) as Readonly<Record<string, unknown>>;
  const models = new Set(kept.get(url) ?? []);
  for (const value of Object.values(module)) addModels(value, models);
  for (const value of registeredSince(before)) addModels(value, models);
  kept.set(url, [...models]);
  return [...models];
}

/** A model, or the models in a list or plain object of models, such as `export const tables = { users, orders }`. */
function addModels(value: unknown, into: Set<ModelMeta>): void {
  const meta = modelOf(value);
  if (meta) into.add(meta);
  else if (value !== null && typeof value === "object" && isPlain(value)) {
    for (const item of Object.values(value)) {
      const inner = modelOf(item);
      if (inner) into.add(inner);
    }
  }
}

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === Object.prototype || prototype === null;
}

async function inTime<T>(work: Promise<T>, file: string, timeoutMs: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(
        new SqaError("SQA-114", `${file} is not done after ${timeoutMs / 1000} seconds`, {
          place: { file },
          hint: "a model file must not wait for anything: look for a top-level await",
        }),
      );
    }, timeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

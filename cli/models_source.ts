/** The models of a project as a graph, with the renames that they tell of. Runs the user's code; only commands that need it call this. */
import type { Dialect } from "../dialects/dialect.ts";
import type { ModelMeta } from "../models/contract.ts";
import type { ModelGraphOptions } from "../models/graph.ts";
import { makeGraph } from "../schema/graph.ts";
import { sha256 } from "../schema/hash.ts";
import type { SchemaObject } from "../schema/object.ts";
import type { CacheEntry, KeptModels } from "./models_cache.ts";
import type { ObjectFilter } from "./object_filter.ts";
import { version } from "./version.ts";

export interface ModelsQuery {
  readonly cwd: string;
  /** Null looks for models in the whole folder. */
  readonly globs: readonly string[] | null;
  readonly exclude: readonly string[];
  /** Modules that are looked at; null is all. */
  readonly modules?: readonly string[] | null;
  readonly dialect: Dialect;
  /** What the config says of all models. */
  readonly says?: ModelGraphOptions;
  /** Objects that are looked at; absent: all. */
  readonly include?: ObjectFilter;
  /** What the config asks for beside the models. */
  readonly beside?: readonly SchemaObject[];
  /** May the graph of an earlier run be taken, and this one's be kept? Then the models themselves may not be there. */
  readonly cache?: boolean;
}

export interface ModelsRead extends KeptModels {
  /** What is not looked at; absent where everything is. */
  readonly leftOut?: (object: SchemaObject) => boolean;
}

/** The models themselves too, for what the graph does not say: modules, features. */
export interface LiveModels extends ModelsRead {
  readonly models: readonly ModelMeta[];
}

/** The graph of the models, from an earlier run where it is certain to be the same (models_cache.ts). Errors as of `readLiveModels`. */
export async function readModels(query: ModelsQuery): Promise<ModelsRead> {
  const entry = await entryOf(query);
  if (entry === null) return await readLiveModels(query);
  const kept = entry.read();
  if (kept) return included(withBeside(kept, query), query);
  const read = await importModels(query);
  await entry.write(read);
  return included(withBeside(read, query), query);
}

/**
 * All that the graph of the models depends on, as it was when it was first asked for; null where there is no such thing. 64 hex digits. Only what
 * was kept when it was `sure` may be looked up by it: then it is null where the graph may be another one though no file changes, and anew.
 */
export async function modelsKey(query: ModelsQuery, sure: boolean): Promise<string | null> {
  const entry = await entryOf(sure ? { ...query } : query);
  return entry === null || (sure && !entry.isSure()) ? null : sha256(JSON.stringify([entry.key, query.beside ?? []]));
}

const entries = new WeakMap<ModelsQuery, Promise<CacheEntry | null>>();

/** The models' place in the cache, looked up once a query: that reads all their files. */
function entryOf(query: ModelsQuery): Promise<CacheEntry | null> {
  const known = entries.get(query);
  if (known !== undefined) return known;
  const entry = lookedUp(query);
  entries.set(query, entry);
  return entry;
}

async function lookedUp(query: ModelsQuery): Promise<CacheEntry | null> {
  const { cwd, globs, exclude, dialect, says, modules = null } = query;
  const { cacheEntry, programIdentity } = await import("./models_cache.ts");
  const program = query.cache !== true || modules !== null ? null : programIdentity();
  return program === null ? null : await cacheEntry({ cwd, globs, exclude, dialect, program, says });
}

/** Imports the models and makes their graph. SQA-1xx with file and line for mistakes in them, all together. */
export async function readLiveModels(query: ModelsQuery): Promise<LiveModels> {
  const { modules = null } = query, read = await importModels(query), whole = { ...read, ...withBeside(read, query) };
  if (modules === null) return included(whole, query);
  const { ofModules } = await import("./module_filter.ts");
  return included({ ...whole, ...ofModules(modules, whole.graph, whole.models) }, query);
}

/** Less what the filter leaves out, on both sides of a comparison. */
function included<T extends ModelsRead>(read: T, { include }: ModelsQuery): T {
  if (include === undefined) return read;
  const { graph, leftOut } = read, out = include(graph);
  const isOut = (object: SchemaObject): boolean => {
    const parent = object.parent === null ? undefined : graph.objects.get(object.parent);
    return out(object) || (parent !== undefined && isOut(parent));
  };
  const kept = [...graph.objects.values()].filter((object) => !isOut(object));
  return {
    ...read,
    graph: makeGraph(graph.dialect, kept, graph.notes),
    leftOut: (object: SchemaObject) => leftOut?.(object) === true || isOut(object),
  };
}

async function importModels({ cwd, globs, exclude, dialect, says }: ModelsQuery): Promise<LiveModels> {
  const [{ loadModels }, { modelsToGraph }] = await Promise.all([
    import("../models/load.ts"),
    import("../models/graph.ts"),
  ]);
  const loaded = await loadModels({ cwd, globs: globs && [...globs], exclude: [...exclude] });
  return { ...modelsToGraph(loaded, dialect, { ...says, version }), ...loaded };
}

function withBeside(read: ModelsRead, { beside = [] }: ModelsQuery): ModelsRead {
  if (beside.length === 0) return read;
  const { graph } = read;
  return { ...read, graph: makeGraph(graph.dialect, [...graph.objects.values(), ...beside], graph.notes) };
}

/** The models of a project as a graph, with the renames that they tell of. Runs the user's code; only commands that need it call this. */
import type { RenameHint } from "../diff/change.ts";
import type { Dialect } from "../dialects/dialect.ts";
import type { ModelMeta } from "../models/contract.ts";
import type { SoftReference } from "../models/graph/links.ts";
import { makeGraph, type SchemaGraph } from "../schema/graph.ts";
import type { SchemaObject } from "../schema/object.ts";
import { version } from "./version.ts";

export interface ModelsQuery {
  readonly cwd: string;
  /** Null looks for models in the whole folder. */
  readonly globs: readonly string[] | null;
  readonly exclude: readonly string[];
  /** Modules that are looked at; null is all. */
  readonly modules?: readonly string[] | null;
  readonly dialect: Dialect;
  /** What the config asks for beside the models. */
  readonly beside?: readonly SchemaObject[];
}

export interface ModelsRead {
  readonly graph: SchemaGraph;
  readonly renames: readonly RenameHint[];
  readonly softReferences: readonly SoftReference[];
  /** The models themselves, for what the graph does not say: modules, features. */
  readonly models: readonly ModelMeta[];
  readonly files: readonly string[];
  /** What belongs to a module that is not looked at; absent where all are. */
  readonly leftOut?: (object: SchemaObject) => boolean;
}

/** Imports the models and makes their graph. SQA-1xx with file and line for mistakes in them, all together. */
export async function readModels(query: ModelsQuery): Promise<ModelsRead> {
  const { cwd, globs, exclude, dialect, beside = [], modules = null } = query;
  const [{ loadModels }, { modelsToGraph }] = await Promise.all([
    import("../models/load.ts"),
    import("../models/graph.ts"),
  ]);
  const loaded = await loadModels({ cwd, globs: globs && [...globs], exclude: [...exclude] });
  const made = modelsToGraph(loaded, dialect, { version });
  const graph = beside.length === 0
    ? made.graph
    : makeGraph(made.graph.dialect, [...made.graph.objects.values(), ...beside], made.graph.notes);
  if (modules === null) return { ...made, graph, ...loaded };
  const { ofModules } = await import("./module_filter.ts");
  return { ...made, ...ofModules(modules, graph, loaded.models), ...loaded };
}

/** The models of a project as a graph, with the renames that they tell of. Runs the user's code; only commands that need it call this. */
import type { RenameHint } from "../diff/change.ts";
import type { Dialect } from "../dialects/dialect.ts";
import type { ModelMeta } from "../models/contract.ts";
import type { SoftReference } from "../models/graph/links.ts";
import type { SchemaGraph } from "../schema/graph.ts";
import { version } from "./version.ts";

export interface ModelsQuery {
  readonly cwd: string;
  /** Null looks for models in the whole folder. */
  readonly globs: readonly string[] | null;
  readonly exclude: readonly string[];
  readonly dialect: Dialect;
}

export interface ModelsRead {
  readonly graph: SchemaGraph;
  readonly renames: readonly RenameHint[];
  readonly softReferences: readonly SoftReference[];
  /** The models themselves, for what the graph does not say: modules, features. */
  readonly models: readonly ModelMeta[];
  readonly files: readonly string[];
}

/** Imports the models and makes their graph. SQA-1xx with file and line for mistakes in them, all together. */
export async function readModels({ cwd, globs, exclude, dialect }: ModelsQuery): Promise<ModelsRead> {
  const [{ loadModels }, { modelsToGraph }] = await Promise.all([
    import("../models/load.ts"),
    import("../models/graph.ts"),
  ]);
  const loaded = await loadModels({ cwd, globs: globs && [...globs], exclude: [...exclude] });
  return { ...modelsToGraph(loaded, dialect, { version }), ...loaded };
}

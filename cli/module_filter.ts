/** The models of some modules only. What belongs to the others is neither made nor dropped: their tables stay as they are. */
import { matchesGlob } from "node:path";
import type { ModelMeta, ModuleMeta } from "../models/contract.ts";
import { SqaError } from "../schema/error.ts";
import { makeGraph, type SchemaGraph } from "../schema/graph.ts";
import { pathOfId } from "../schema/id.ts";
import type { ObjectId, SchemaObject } from "../schema/object.ts";
import { nearest } from "./suggest.ts";

/** All modules of the models, by name. */
export function modulesOfModels(models: readonly ModelMeta[]): ReadonlyMap<string, ModuleMeta> {
  return new Map(models.flatMap(({ module }) => module ? [[module.name, module] as const] : []));
}

/**
 * The graph less the objects of modules that are not named, and which objects of a database belong to those: the ones that their models make, and all
 * under their prefix or in their schema. Models without a module are always looked at. Names may be globs. SQA-127 for one that no module has.
 */
export function ofModules(
  names: readonly string[],
  graph: SchemaGraph,
  models: readonly ModelMeta[],
): { readonly graph: SchemaGraph; readonly leftOut: (object: SchemaObject) => boolean } {
  const modules = modulesOfModels(models);
  const wanted = new Set<string>();
  for (const name of names.map((each) => each.toLowerCase())) {
    const found = [...modules.keys()].filter((module) => matchesGlob(module, name));
    for (const module of found) wanted.add(module);
    if (found.length > 0) continue;
    const guess = nearest(name, [...modules.keys()]);
    throw new SqaError("SQA-127", `the models have no module "${name}"`, {
      hint: guess ? `did you mean "${guess}"?` : `the modules are: ${[...modules.keys()].sort().join(", ") || "none"}`,
      exit: 78,
    });
  }
  const others = [...modules.values()].filter((module) => !wanted.has(module.name));
  const out = belongsTo(others, graph);
  const kept = [...graph.objects.values()].filter((object) => !out(object));
  return { graph: makeGraph(graph.dialect, kept, graph.notes), leftOut: out };
}

/** Does an object, of the models or of a database, belong to one of these modules? */
export function belongsTo(modules: readonly ModuleMeta[], graph: SchemaGraph): (object: SchemaObject) => boolean {
  const names = new Set(modules.map(({ name }) => name));
  const made = new Set<ObjectId>();
  for (const { id, origin } of graph.objects.values()) if (origin?.module && names.has(origin.module)) made.add(id);
  const prefixes = modules.flatMap(({ prefix }) => prefix === "" ? [] : [prefix]);
  const schemas = new Set(modules.flatMap(({ schema }) => schema === null ? [] : [schema]));
  const outer = (object: SchemaObject): boolean => {
    if (made.has(object.id)) return true;
    // A model of another module may begin with the same letters: what the models know, they know better.
    if (graph.objects.has(object.id)) return false;
    const name = object.name.at(-1)!;
    return (object.name.length > 1 && schemas.has(object.name[0]!)) ||
      prefixes.some((prefix) => name.startsWith(prefix));
  };
  const within = ["column", "primary_key", "unique", "check", "foreign_key", "index", "trigger"];
  return (object) => {
    if (outer(object)) return true;
    if (object.parent === null || !within.includes(object.kind)) return false;
    if (made.has(object.parent)) return true;
    if (graph.objects.has(object.parent)) return false;
    const path = pathOfId(object.parent);
    return (path.length > 1 && schemas.has(path[0]!)) || prefixes.some((prefix) => path.at(-1)!.startsWith(prefix));
  };
}

/** Which objects the config has looked at: by globs of names, by the project of a feature, by a function of the config module. */
import { matchesGlob } from "node:path";
import type { SchemaGraph } from "../schema/graph.ts";
import { kindOfId, pathOfId } from "../schema/id.ts";
import type { SchemaObject } from "../schema/object.ts";
import type { Config } from "./config/config.ts";

/** Given the models: is an object, of theirs or of a database, by itself not looked at? What lives in it is not either. */
export type ObjectFilter = (models: SchemaGraph) => (object: SchemaObject) => boolean;

/** The filter of the config; undefined where everything is looked at. */
export function objectFilter({ settings, includeObject }: Config): ObjectFilter | undefined {
  const { includeObjects, excludeObjects, featureProject } = settings;
  if (includeObjects === null && excludeObjects.length === 0 && featureProject === null && includeObject === null) {
    return undefined;
  }
  return (models) => {
    const objects = featureProject === null ? [] : [...models.objects.values()];
    const foreign = new Set(
      objects.filter(({ meta }) => (meta?.project ?? featureProject) !== featureProject).map(({ id }) => id),
    );
    return (object) => {
      if (foreign.has(object.id) || isNamed(object.name, excludeObjects) || includeObject?.(object) === false) {
        return true;
      }
      // Schemas and extensions are there for what is in them.
      if (includeObjects === null || object.kind === "schema" || object.kind === "extension") return false;
      return !isNamed(isPart(object) ? pathOfId(object.parent!) : object.name, includeObjects);
    };
  };
}

/** Does it live in a table, a view or the like? */
function isPart({ parent }: SchemaObject): boolean {
  return parent !== null && kindOfId(parent) !== "schema";
}

/** By the whole dotted name or the last part of it. */
function isNamed(path: readonly string[], globs: readonly string[]): boolean {
  const whole = path.join("/"), last = path.at(-1) ?? "";
  return globs.some((glob) => matchesGlob(whole, glob.replaceAll(".", "/")) || matchesGlob(last, glob));
}

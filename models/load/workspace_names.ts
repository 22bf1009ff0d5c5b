/** Names of the project's own packages: the members of a workspace, and the package that a file is in. Reads files, runs nothing. */
import { existsSync, readdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Alias } from "./aliases.ts";
import { ofConditions } from "./conditions.ts";
import { readConfig } from "./project_config.ts";

interface Config {
  readonly name?: unknown;
  readonly exports?: unknown;
  readonly workspace?: readonly string[] | { readonly members?: readonly string[] };
}

const configNames = ["package.json", "deno.jsonc", "deno.json"];

/**
 * A short name for each entry of "exports": of the nearest configurations with a name, which may import itself, and of the members of a deno.json's
 * workspace. Those of npm's workspaces are in node_modules.
 */
export function workspaceNames(folder: string): readonly Alias[] {
  const found: Alias[] = [];
  for (let at = resolve(folder);; at = dirname(at)) {
    for (const [file, config] of configsIn(at)) {
      found.push(...namesOf(config, file));
      const { workspace = [] } = config;
      const members = "members" in workspace ? workspace.members ?? [] : workspace as readonly string[];
      for (const member of members.flatMap((path) => foldersOf(at, path))) {
        for (const [own, inner] of configsIn(member)) found.push(...namesOf(inner, own));
      }
    }
    if (existsSync(join(at, ".git")) || dirname(at) === at) return found;
  }
}

function configsIn(folder: string): readonly (readonly [string, Config])[] {
  return configNames.map((name) => join(folder, name)).filter((path) => existsSync(path))
    .map((path) => [path, readConfig(path) as Config] as const);
}

/** The folders of a member; "packages/*" are all below "packages". */
function foldersOf(root: string, member: string): readonly string[] {
  if (!member.endsWith("/*")) return [resolve(root, member)];
  const above = resolve(root, member.slice(0, -2));
  if (!existsSync(above)) return [];
  return readdirSync(above, { withFileTypes: true }).filter((entry) => entry.isDirectory())
    .map((entry) => join(above, entry.name)).sort();
}

function namesOf({ name, exports }: Config, file: string): readonly Alias[] {
  if (typeof name !== "string" || exports === undefined) return [];
  const entries = exports !== null && typeof exports === "object" && !Array.isArray(exports) &&
      Object.keys(exports).every((key) => key.startsWith("."))
    ? Object.entries(exports)
    : [[".", exports] as const];
  return entries.flatMap(([path, target]) => {
    const to = ofConditions(target);
    return to === null ? [] : [{ from: name + path.slice(1), to: new URL(to, pathToFileURL(file)).href }];
  });
}

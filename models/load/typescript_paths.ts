/** Short names from tsconfig.json: `paths`, `baseUrl`, of the file itself, of what it extends, or of the projects that it refers to. */
import { existsSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Alias } from "./aliases.ts";
import { nearest, readConfig } from "./project_config.ts";

interface Typescript {
  readonly extends?: string | readonly string[];
  readonly references?: readonly { readonly path?: string }[];
  readonly compilerOptions?: {
    readonly paths?: Readonly<Record<string, readonly string[]>>;
    readonly baseUrl?: string;
  };
}

/** The names of the nearest tsconfig.json; where it has none itself, those of the projects that it refers to. */
export function typescriptPaths(folder: string): readonly Alias[] {
  const file = nearest(folder, ["tsconfig.json"]);
  if (!file) return [];
  const own = pathsOf(file, dirname(file), new Set());
  if (own) return own;
  const { references = [] } = readConfig(file) as Typescript;
  return references.flatMap(({ path }) => {
    const named = path === undefined ? null : resolve(dirname(file), path);
    const other = named !== null && isFolder(named) ? join(named, "tsconfig.json") : named;
    return other === null ? [] : pathsOf(other, dirname(other), new Set()) ?? [];
  });
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/**
 * Null where neither the file nor what it extends has any. Files of packages are not looked at: paths in them would mean their own folders, but
 * for `${configDir}`, the folder of the file that all of it is for.
 */
function pathsOf(file: string, configDir: string, seen: Set<string>): readonly Alias[] | null {
  if (seen.has(file) || !existsSync(file)) return null;
  seen.add(file);
  const { compilerOptions: { paths, baseUrl } = {}, extends: parents = [] } = readConfig(file) as Typescript;
  if (!paths && baseUrl === undefined) {
    const own = (typeof parents === "string" ? [parents] : [...parents]).filter((path) => /^\.{0,2}\//.test(path));
    const found = own.map((path) =>
      pathsOf(resolve(dirname(file), path.endsWith(".json") ? path : `${path}.json`), configDir, seen)
    );
    // The last file that is extended wins.
    return found.findLast((each) => each !== null) ?? null;
  }
  const whole = (path: string) => path.replace("${configDir}", () => configDir);
  const base = resolve(dirname(file), whole(baseUrl ?? "."));
  const named = Object.entries(paths ?? {}).flatMap(([from, places]) =>
    places.filter((to) => from.includes("*") === to.includes("*")).map((to) => ({
      from,
      to: urlOf(resolve(base, whole(to))),
    }))
  );
  // Every name that is no path may be one from there.
  return baseUrl === undefined ? named : [...named, { from: "*", to: urlOf(join(base, "*")) }];
}

function urlOf(path: string): string {
  return pathToFileURL(path).href.replace("%2A", "*");
}

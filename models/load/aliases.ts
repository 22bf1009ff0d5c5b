/**
 * Short names for folders and files (`@/db/`, `#db/x`) from the user's own deno.json, import map, tsconfig.json or package.json. Reads files,
 * runs nothing.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { SqaError } from "../../schema/error.ts";

/**
 * A specifier and what stands for it: a URL, or npm:, jsr: and the like. One that ends in "/" is the beginning of others; with a "*" it stands for
 * all that differ there, and the same text comes to the "*" of `to`.
 */
export interface Alias {
  readonly from: string;
  readonly to: string;
}

/** The short names that hold in a folder: those of the nearest configurations at or above it, longest first; of one name in their order. */
export function readAliases(folder: string): readonly Alias[] {
  const all = new Map<string, Alias[]>();
  // A name of deno.json beats one of tsconfig.json: that is the one that Deno goes by.
  for (const group of [packageImports(folder), typescriptPaths(folder), denoImports(folder)]) {
    for (const [from, some] of Map.groupBy(group, (alias) => alias.from)) all.set(from, some);
  }
  all.delete("sqa");
  return [...all.values()].flat().sort((a, b) => fixedLength(b) - fixedLength(a));
}

function fixedLength({ from }: Alias): number {
  return from.length - (from.includes("*") ? 1 : 0);
}

/** What a specifier may stand for, best first; nothing when no short name fits. Only tsconfig.json gives several places for one name. */
export function aliased(specifier: string, aliases: readonly Alias[]): readonly string[] {
  const first = aliases.find((alias) => standsFor(specifier, alias) !== null);
  return first ? aliases.flatMap((alias) => alias.from === first.from ? standsFor(specifier, alias) ?? [] : []) : [];
}

function standsFor(specifier: string, { from, to }: Alias): string | null {
  if (specifier === from) return to;
  if (from.endsWith("/") && specifier.startsWith(from)) return to + specifier.slice(from.length);
  const [before, after] = from.split("*");
  if (after === undefined || specifier.length < from.length - 1) return null;
  if (!specifier.startsWith(before!) || !specifier.endsWith(after)) return null;
  return to.replace("*", () => specifier.slice(before!.length, specifier.length - after.length));
}

function denoImports(folder: string): readonly Alias[] {
  const file = nearest(folder, ["deno.json", "deno.jsonc"]);
  if (!file) return [];
  const config = readConfig(file) as { readonly imports?: unknown; readonly importMap?: unknown };
  const own = importsOf(config, file);
  if (typeof config.importMap !== "string") return own;
  const map = resolve(dirname(file), config.importMap);
  return existsSync(map) ? [...importsOf(readConfig(map), map), ...own] : own;
}

function importsOf(config: { readonly imports?: unknown }, file: string): readonly Alias[] {
  return Object.entries((config.imports ?? {}) as Readonly<Record<string, unknown>>).flatMap(([from, to]) =>
    typeof to === "string" ? [{ from, to: placed(to, file) }] : []
  );
}

/** The "imports" of package.json, names that begin with "#" (nodejs.org/api/packages.html#subpath-imports). */
function packageImports(folder: string): readonly Alias[] {
  const file = nearest(folder, ["package.json"]);
  const { imports } = (file ? readConfig(file) : {}) as { readonly imports?: Readonly<Record<string, unknown>> };
  return Object.entries(imports ?? {}).flatMap(([from, target]) => {
    const to = from.startsWith("#") ? ofConditions(target) : null;
    return to === null ? [] : [{ from, to: placed(to, file!) }];
  });
}

/** The conditions that hold here, as everywhere in packages: the first that fits of those in the order of the file. */
const conditions: ReadonlySet<string> = new Set(["deno", "node", "import", "module-sync", "default"]);

/** The target of an entry of "imports" or "exports": a text, or the first of its conditions that holds; null when none does. */
export function ofConditions(target: unknown): string | null {
  if (typeof target === "string") return target;
  if (Array.isArray(target)) return target.map(ofConditions).find((each) => each !== null) ?? null;
  if (target === null || typeof target !== "object") return null;
  for (const [condition, inner] of Object.entries(target)) {
    const found = conditions.has(condition) ? ofConditions(inner) : null;
    if (found !== null) return found;
  }
  return null;
}

/** A path in a file, as the URL that it means there; anything else as it is. */
function placed(to: string, file: string): string {
  return /^\.{0,2}\//.test(to) ? new URL(to, pathToFileURL(file)).href : to;
}

interface Typescript {
  readonly extends?: string | readonly string[];
  readonly compilerOptions?: {
    readonly paths?: Readonly<Record<string, readonly string[]>>;
    readonly baseUrl?: string;
  };
}

/** `compilerOptions.paths` of the nearest tsconfig.json, or of the file that it extends. */
function typescriptPaths(folder: string): readonly Alias[] {
  const file = nearest(folder, ["tsconfig.json"]);
  return file ? pathsOf(file, new Set()) ?? [] : [];
}

/** Null where neither the file nor what it extends has any. Files of packages are not looked at: paths in them would mean their own folders. */
function pathsOf(file: string, seen: Set<string>): readonly Alias[] | null {
  if (seen.has(file) || !existsSync(file)) return null;
  seen.add(file);
  const { compilerOptions = {}, extends: parents = [] } = readConfig(file) as Typescript;
  if (!compilerOptions.paths) {
    const own = (typeof parents === "string" ? [parents] : [...parents]).filter((path) => /^\.{0,2}\//.test(path));
    const found = own.map((path) =>
      pathsOf(resolve(dirname(file), path.endsWith(".json") ? path : `${path}.json`), seen)
    );
    // The last file that is extended wins.
    return found.findLast((each) => each !== null) ?? null;
  }
  const base = resolve(dirname(file), compilerOptions.baseUrl ?? ".");
  return Object.entries(compilerOptions.paths).flatMap(([from, places]) =>
    places.filter((to) => from.includes("*") === to.includes("*")).map((to) => ({
      from,
      to: pathToFileURL(join(base, to)).href.replace("%2A", "*"),
    }))
  );
}

function nearest(folder: string, names: readonly string[]): string | null {
  for (let at = resolve(folder);; at = dirname(at)) {
    const found = names.map((name) => join(at, name)).find((path) => existsSync(path));
    if (found) return found;
    if (existsSync(join(at, ".git")) || dirname(at) === at) return null;
  }
}

/** JSON with comments and trailing commas, as both kinds of file allow. */
function readConfig(file: string): object {
  const text = readFileSync(file, "utf8").replace(/^\ufeff/, "");
  const bare = text.replace(
    /"(?:\\.|[^"\\])*"|\/\/[^\n]*|\/\*[\s\S]*?\*\//g,
    (part) => part.startsWith('"') ? part : "",
  )
    .replace(/"(?:\\.|[^"\\])*"|,(?=\s*[\]}])/g, (part) => part === "," ? "" : part);
  try {
    const value: unknown = JSON.parse(bare);
    return value !== null && typeof value === "object" ? value : {};
  } catch (cause) {
    throw new SqaError("SQA-117", `${file} is not valid JSON`, {
      place: { file },
      cause,
      hint: "models are imported with the names that it gives; correct it",
    });
  }
}

/**
 * Short names for folders and files (`@/db/`, `#db/x`) from the user's own deno.json, import map, tsconfig.json or package.json. Reads files,
 * runs nothing.
 */
import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { ofConditions } from "./conditions.ts";
import { nearest, readConfig } from "./project_config.ts";
import { typescriptPaths } from "./typescript_paths.ts";
import { workspaceNames } from "./workspace_names.ts";

/**
 * A specifier and what stands for it: a URL, or npm:, jsr: and the like. One that ends in "/" is the beginning of others; with a "*" it stands for
 * all that differ there, and the same text comes to the "*" of `to`.
 */
export interface Alias {
  readonly from: string;
  readonly to: string;
}

/** The short names that hold in a folder: those of the configurations at or above it, longest first; of one name in their order. */
export function readAliases(folder: string): readonly Alias[] {
  const all = new Map<string, Alias[]>();
  // A name of deno.json beats one of tsconfig.json: that is the one that Deno goes by.
  for (const group of [workspaceNames(folder), packageImports(folder), typescriptPaths(folder), denoImports(folder)]) {
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
  // A name for everything is none for paths, URLs and what begins with "#".
  if (from === "*" && (specifier === "sqa" || /^(?:#|\.{0,2}\/|\.{1,2}$|[a-z][\w+.-]*:)/i.test(specifier))) return null;
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

/** A path in a file, as the URL that it means there; anything else as it is. */
function placed(to: string, file: string): string {
  return /^\.{0,2}\//.test(to) ? new URL(to, pathToFileURL(file)).href : to;
}

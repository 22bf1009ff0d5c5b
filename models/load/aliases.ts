/** Short names for folders and files (`@/db/`) from the user's own deno.json, import map or tsconfig.json. Reads files, runs nothing. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { SqaError } from "../../schema/error.ts";

/** A specifier, or the beginning of one when it ends in "/", and what stands for it: a URL, or npm:, jsr: and the like. */
export interface Alias {
  readonly from: string;
  readonly to: string;
}

/** The short names that hold in a folder: those of the nearest configuration at or above it, longest first. */
export function readAliases(folder: string): readonly Alias[] {
  const found = new Map<string, string>();
  for (const { from, to } of [...typescriptPaths(folder), ...denoImports(folder)]) found.set(from, to);
  found.delete("sqa");
  return [...found].map(([from, to]) => ({ from, to })).sort((a, b) => b.from.length - a.from.length);
}

/** What a specifier stands for, or null when no short name fits. */
export function aliased(specifier: string, aliases: readonly Alias[]): string | null {
  for (const { from, to } of aliases) {
    if (specifier === from) return to;
    if (from.endsWith("/") && specifier.startsWith(from)) return to + specifier.slice(from.length);
  }
  return null;
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
    typeof to === "string" ? [{ from, to: /^\.{0,2}\//.test(to) ? new URL(to, pathToFileURL(file)).href : to }] : []
  );
}

/** `compilerOptions.paths`, of which only the first place is looked at, as Deno does not try several. */
function typescriptPaths(folder: string): readonly Alias[] {
  const file = nearest(folder, ["tsconfig.json"]);
  if (!file) return [];
  const { compilerOptions = {} } = readConfig(file) as {
    readonly compilerOptions?: {
      readonly paths?: Readonly<Record<string, readonly string[]>>;
      readonly baseUrl?: string;
    };
  };
  const base = resolve(dirname(file), compilerOptions.baseUrl ?? ".");
  return Object.entries(compilerOptions.paths ?? {}).flatMap(([from, [to]]) => {
    if (to === undefined || from.includes("*") !== to.includes("*")) return [];
    const url = pathToFileURL(join(base, to.replace(/\*$/, ""))).href;
    return [{ from: from.replace(/\*$/, ""), to: to.endsWith("*") && !url.endsWith("/") ? `${url}/` : url }];
  });
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

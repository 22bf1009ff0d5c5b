/**
 * What an import in a user's file means: "sqa" itself, a file, or something for the runtime. Beyond what the runtime finds by itself these are the
 * short names of the project, packages that are installed beside the files, and the ways in which projects for other tools write the names of
 * TypeScript files: with the end of the JavaScript that is made of them, or with none. Reads folders, runs nothing.
 */
import { statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { type Alias, aliased } from "./aliases.ts";
import { packageFile, packageIn } from "./packages.ts";

/** A file by its path, with the query that may follow it; "sqa"; or a specifier that is the runtime's business. */
export type Target =
  | { readonly is: "sqa" }
  | { readonly is: "file"; readonly path: string; readonly suffix: string }
  | { readonly is: "other"; readonly specifier: string };

/** What a specifier in a file means there. A file that is not there is given as it is written, for its import to say so. */
export function targetOf(specifier: string, from: string, aliases: readonly Alias[]): Target {
  if (specifier === "sqa") return { is: "sqa" };
  const meant = aliased(specifier, aliases);
  const files = meant.flatMap((each) => fileTarget(each, from) ?? []);
  const there = files.find(({ path }) => isFile(path));
  if (there) return there;
  // Names for everything (`baseUrl`, or "*") are for what is there: the rest are packages.
  if (files.length > 0 && aliases.some(({ from: name }) => name === "*")) {
    return targetOf(specifier, from, aliases.filter(({ from: name }) => name !== "*"));
  }
  if (files[0]) return files[0];
  const name = meant[0] ?? specifier;
  const file = fileTarget(name, from);
  if (file) return file;
  const installed = packageIn(name) ? packageFile(name, from) : null;
  return installed === null ? { is: "other", specifier: name } : { is: "file", path: installed, suffix: "" };
}

function fileTarget(specifier: string, from: string): Extract<Target, { is: "file" }> | null {
  const suffix = /[?#].*$/.exec(specifier)?.[0] ?? "";
  const bare = suffix && !specifier.startsWith("#") ? specifier.slice(0, -suffix.length) : specifier;
  if (bare.startsWith("file:")) return { is: "file", path: asFile(fileURLToPath(bare)), suffix };
  return /^\.{0,2}(\/|$)/.test(bare) ? { is: "file", path: asFile(resolve(dirname(from), bare)), suffix } : null;
}

/** In the order in which TypeScript looks for them ("bundler", and "nodenext" for names that end in .js). */
function asFile(path: string): string {
  if (isFile(path)) return path;
  const script = /\.(m?)js$/.exec(path);
  const tries = script
    ? [path.replace(/js$/, "ts")]
    : [`${path}.ts`, `${path}.mts`, `${path}.js`, `${path}.mjs`, join(path, "index.ts"), join(path, "index.js")];
  return tries.find(isFile) ?? path;
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

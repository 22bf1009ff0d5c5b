/** Finds model files: those that globs name, or, without globs, every file below a folder that makes models with "sqa". Reads texts, runs nothing. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { matchesGlob, relative, resolve, sep } from "node:path";
import { SqaError } from "../../schema/error.ts";
import { readAliases } from "./aliases.ts";
import { globMatcher } from "./glob.ts";
import { specifiersOf } from "./imports.ts";
import { targetOf } from "./resolve.ts";

export interface FileQuery {
  readonly cwd: string;
  /** Files, folders or globs from `cwd`; null looks everywhere below it. */
  readonly globs: readonly string[] | null;
  readonly exclude: readonly string[];
}

/** Folders that hold no models of the project itself. */
const foreignFolders: ReadonlySet<string> = new Set(["node_modules", ".git", "vendor", ".sqa"]);
const discoverySkips: ReadonlySet<string> = new Set([
  "dist",
  "build",
  "coverage",
  "migrations",
  "out",
  "target",
  "tests",
]);

const sourceFile = /\.(ts|mts|js|mjs)$/;
const notModels = /(\.d\.m?ts|[._](test|spec|bench)\.m?[jt]s|^sqa\.config\.m?[jt]s)$/;

/** The files, sorted, as absolute paths. SQA-110 when there are none, SQA-115 when a glob names nothing. */
export function findModelFiles({ cwd, globs, exclude }: FileQuery): readonly string[] {
  const root = resolve(cwd);
  const excluded = (path: string) => exclude.length > 0 && matchesAny(slashed(relative(root, path)), exclude);
  if (globs === null) {
    const found = discover(root, walk(root, true).filter((path) => !excluded(path)));
    if (found.length > 0) return found;
    throw new SqaError("SQA-110", `no models found in ${root}`, {
      hint:
        'write one that imports { table, t } from "sqa" (`sqa init` makes an example), or name files with --models "src/models/*.ts"',
    });
  }
  if (globs.length === 0) {
    throw new SqaError("SQA-110", "no model files are named, and looking for them is switched off", {
      hint: 'name them: models = ["src/models/**/*.ts"], or leave discover = false out',
    });
  }
  const found = new Set<string>();
  for (const glob of globs) {
    const matched = matching(root, glob).filter((path) => !excluded(path));
    if (matched.length === 0) {
      throw new SqaError("SQA-115", `no model file matches "${glob}"`, {
        detail: `searched from ${root}`,
        hint: 'globs start at the project\'s folder: --models "src/models/**/*.ts"',
      });
    }
    matched.forEach((path) => found.add(path));
  }
  return [...found].sort();
}

/** Files that a glob, a folder or a file name stands for. */
function matching(root: string, glob: string): readonly string[] {
  const path = resolve(root, glob);
  const kind = statSync(path, { throwIfNoEntry: false });
  if (kind?.isFile()) return [path];
  if (kind?.isDirectory()) return walk(path, false).filter(isModelFile);
  const parts = slashed(glob).split("/");
  const fixed = parts.slice(0, parts.findIndex((part) => /[*?[\]{}!]/.test(part)));
  const start = resolve(root, fixed.join("/") || (glob.startsWith("/") ? "/" : "."));
  if (!/[*?[\]{}]/.test(glob) || !statSync(start, { throwIfNoEntry: false })?.isDirectory()) return [];
  const matches = globMatcher(slashed(path));
  return walk(start, false).filter((file) => isModelFile(file) && matches(slashed(file)));
}

function isModelFile(path: string): boolean {
  const name = path.slice(path.lastIndexOf(sep) + 1);
  return sourceFile.test(name) && !notModels.test(name);
}

/** All files below a folder, in order; links to folders are not followed. */
function walk(folder: string, discovery: boolean): string[] {
  const found: string[] = [];
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => a.name < b.name ? -1 : 1);
  for (const entry of entries) {
    // Both are whole already: join() would look at every character of a thousand paths again.
    const path = folder.endsWith(sep) ? folder + entry.name : folder + sep + entry.name;
    if (entry.isDirectory()) {
      if (foreignFolders.has(entry.name)) continue;
      if (discovery && (entry.name.startsWith(".") || discoverySkips.has(entry.name))) continue;
      found.push(...walk(path, discovery));
    } else if (entry.isFile() || entry.isSymbolicLink()) found.push(path);
  }
  return found;
}

const usesSqa = /(?:from|import)\s*\(?\s*["']sqa["']/;
const makesModels = /\.(table|view|enumType|joined|single|concrete)\s*[(<]/;

/**
 * Files that import "sqa", and files that make models from what such a file gives them (a module's base, a parent table). Only texts are
 * looked at, so a server that merely uses models is not started.
 */
function discover(root: string, paths: readonly string[]): readonly string[] {
  const texts = new Map<string, string>();
  for (const path of paths) if (isModelFile(path)) texts.set(path, readText(path));
  const found = new Set([...texts].filter(([, text]) => usesSqa.test(text)).map(([path]) => path));
  const aliases = readAliases(root);
  const imports = (path: string, text: string): readonly string[] =>
    specifiersOf(text).map((specifier) => targetOf(specifier, path, aliases))
      .flatMap((target) => target.is === "file" ? [target.path] : []);
  const makers = [...texts].filter(([path, text]) => !found.has(path) && makesModels.test(text))
    .map(([path, text]) => [path, imports(path, text)] as const);
  for (let before = -1; before !== found.size;) {
    before = found.size;
    for (const [path, imported] of makers) {
      if (imported.some((each) => found.has(each))) found.add(path);
    }
  }
  return [...found].sort();
}

/** The text of a file, or nothing when it cannot be read: a file that nobody named must not stop the search. */
function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function matchesAny(path: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => {
    const plain = slashed(pattern).replace(/^\.\//, "").replace(/\/$/, "");
    return matchesGlob(path, plain) || matchesGlob(path, `${plain}/**`);
  });
}

function slashed(path: string): string {
  return sep === "/" ? path : path.replaceAll(sep, "/");
}

/** A file that imports "sqa" and is not loaded, with the reason: what people ask when a model is missing. */
export function skippedFiles(
  { cwd, globs, exclude }: FileQuery,
  found: readonly string[],
): readonly { readonly path: string; readonly reason: string }[] {
  const root = resolve(cwd), loaded = new Set(found);
  const wondered = walk(root, false).filter((path) => sourceFile.test(path) && !loaded.has(path));
  return wondered.filter((path) => usesSqa.test(readText(path))).map((path) => {
    const short = slashed(relative(root, path));
    const pattern = exclude.find((one) => matchesAny(short, [one]));
    const folder = short.split("/").slice(0, -1).find((name) => name.startsWith(".") || discoverySkips.has(name));
    const reason = pattern !== undefined
      ? `exclude has "${pattern}"`
      : !isModelFile(path)
      ? "its name is that of a test, of declarations or of the config"
      : globs !== null
      ? `models does not name it: ${globs.join(", ")}`
      : folder !== undefined
      ? `folders named "${folder}" are not searched; name it with --models`
      : "it was not found";
    return { path, reason };
  });
}

/** Finds packages that are installed beside the user's files, in node_modules (nodejs.org/api/esm.html#resolution-algorithm). Runs nothing. */
import { existsSync, readFileSync, realpathSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { ofConditions } from "./conditions.ts";

/** Node's loader, which most runs have no use for. */
const nodeModule = () => process.getBuiltinModule("node:module");

/** The name of the package in a specifier, with or without "npm:" or "jsr:", and the path within it; null for what names none. */
export function packageIn(specifier: string): { readonly name: string; readonly path: string } | null {
  const bare = specifier.replace(/^(?:npm|jsr):\/?/, "");
  const found = /^((?:@[\w.~-]+\/)?[\w~-][\w.~-]*)(?:@[^/]*)?((?:\/.*)?)$/.exec(bare);
  if (!found || nodeModule().isBuiltin(specifier)) return null;
  return { name: found[1]!, path: `.${found[2]!}` };
}

interface Manifest {
  readonly exports?: unknown;
  readonly main?: string;
  readonly type?: string;
}

/** The file that an import of a package gives, its real path; null when the package is not installed or does not give it out. */
export function packageFile(specifier: string, from: string): string | null {
  const wanted = packageIn(specifier);
  const folder = wanted && installed(wanted.name, from);
  if (!folder) return null;
  const { exports, main } = manifest(folder);
  const target = exports === undefined
    ? (wanted.path === "." ? main ?? "./index.js" : wanted.path)
    : exported(exports, wanted.path);
  const file = target === null ? null : withExtension(join(folder, target), exports === undefined);
  return file === null ? null : realpathSync(file);
}

function installed(name: string, from: string): string | null {
  for (let at = dirname(from);; at = dirname(at)) {
    const folder = join(at, "node_modules", name);
    if (existsSync(join(folder, "package.json"))) return folder;
    if (dirname(at) === at) return null;
  }
}

function manifest(folder: string): Manifest {
  try {
    return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
  } catch {
    return {};
  }
}

function exported(exports: unknown, path: string): string | null {
  const paths = exports !== null && typeof exports === "object" && !Array.isArray(exports) &&
      Object.keys(exports).every((key) => key.startsWith("."))
    ? exports as Readonly<Record<string, unknown>>
    : { ".": exports };
  if (path in paths) return ofConditions(paths[path]);
  const patterns = Object.keys(paths).filter((key) => key.includes("*"));
  const fitting = patterns.filter((key) => {
    const [before, after] = key.split("*");
    return path.length >= key.length && path.startsWith(before!) && path.endsWith(after!);
  });
  const best = fitting.sort((a, b) => b.indexOf("*") - a.indexOf("*"))[0];
  if (best === undefined) return null;
  const [before, after] = best.split("*");
  const part = path.slice(before!.length, path.length - after!.length);
  return ofConditions(paths[best])?.replaceAll("*", () => part) ?? null;
}

/** A package without "exports" may leave the ends of names out. */
function withExtension(path: string, search: boolean): string | null {
  const paths = search ? [path, `${path}.js`, `${path}.cjs`, `${path}.mjs`, join(path, "index.js")] : [path];
  return paths.find((each) => statSync(each, { throwIfNoEntry: false })?.isFile()) ?? null;
}

/** Is a file CommonJS? By its name, by its package, and where that is silent, as for most of the older ones, because it is no module's text. */
export function isCommonJs(file: string): boolean {
  if (/\.cjs$/.test(file)) return true;
  if (!/\.js$/.test(file)) return false;
  for (let at = dirname(file);; at = dirname(at)) {
    if (existsSync(join(at, "package.json"))) {
      const { type } = manifest(at);
      return type === undefined ? !hasModuleSyntax(file) : type === "commonjs";
    }
    if (dirname(at) === at) return false;
  }
}

function hasModuleSyntax(file: string): boolean {
  return /^\s*(?:import\s*["'{*\w]|export\s*(?:[{*]|default\b|const\b|let\b|var\b|function\b|class\b|async\b))/m.test(
    readFileSync(file, "utf8"),
  );
}

/** A module that gives out what a CommonJS file does. The file runs for its names, once, in Node's own loader. */
export function asModule(file: string): string {
  const all: unknown = nodeModule().createRequire(file)(file);
  const names = all !== null && (typeof all === "object" || typeof all === "function") ? Object.keys(all) : [];
  const plain = names.filter((name) => /^[A-Za-z_$][\w$]*$/.test(name) && name !== "default" && name !== "__esModule");
  return [
    'import { createRequire } from "node:module";',
    `const all = createRequire(${JSON.stringify(file)})(${JSON.stringify(file)});`,
    "export default all;",
    ...plain.map((name) => `const $_${name} = all[${JSON.stringify(name)}];\nexport { $_${name} as ${name} };`),
  ].join("\n");
}

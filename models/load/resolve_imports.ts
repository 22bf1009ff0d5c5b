/**
 * What imports in a user's model files mean. "sqa" is this very program's own module, so that models and program share their symbols and the list
 * of modules. That is so by itself where the import map of this program's own configuration is in use: under `deno run` of its main.ts from
 * any folder (Deno looks for the configuration beside the main module), and in the compiled binary, which embeds the map. Where it is
 * not (another `--config`, or none), and for imports that the runtime does not find by itself (resolve.ts), a hook steps in.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, resolve as resolvePath } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { ownFolder, ownModule } from "../own_files.ts";
import { type Alias, readAliases } from "./aliases.ts";
import { packageNotFound } from "./errors.ts";
import { specifiersOf } from "./imports.ts";
import { asModule, isCommonJs } from "./packages.ts";
import { type Target, targetOf } from "./resolve.ts";

type Resolve = (specifier: string, context: unknown) => { readonly url: string };
interface Hooks {
  resolve(specifier: string, context: { readonly parentURL?: string }, next: Resolve): unknown;
  load(url: string, context: unknown, next: (url: string, context: unknown) => unknown): unknown;
}

/** Runs `work`, which imports these files, while imports in them and in what they import mean what the user expects. */
export async function withImports<T>(root: string, files: readonly string[], work: () => Promise<T>): Promise<T> {
  const aliases = readAliases(root);
  if (resolvesByItself() && !needHelp(files, aliases)) return await work();
  // Deno 2.8 and later, compiled or not; older binaries resolve "sqa" by their embedded map, and everything else in copies.
  const { registerHooks } = await import("node:module") as {
    registerHooks?: (hooks: Hooks) => { deregister?(): void };
  };
  const registered = registerHooks?.(hooks(pathToFileURL(`${root}/`).href, aliases));
  try {
    return await work();
  } finally {
    registered?.deregister?.();
  }
}

function hooks(root: string, aliases: readonly Alias[]): Hooks {
  let requiring = false;
  return {
    resolve(specifier, context, next) {
      if (specifier === "sqa") return { url: ownModule, shortCircuit: true };
      const parent = context.parentURL ?? "";
      const own = parent.startsWith(ownFolder) &&
        !(root.startsWith(ownFolder) && root !== ownFolder && parent.startsWith(root));
      if (!parent.startsWith("file:") || own) return next(specifier, context);
      const from = fileURLToPath(parent.replace(/[?#].*$/, ""));
      const target = targetOf(specifier, from, from.includes("/node_modules/") ? [] : aliases);
      if (!isPlain(target, specifier, from)) {
        if (target.is === "file") {
          return { url: pathToFileURL(target.path).href + target.suffix, shortCircuit: true };
        }
        if (target.is === "other" && target.specifier !== specifier) return next(target.specifier, context);
      }
      const found = next(specifier, context);
      // Deno 2.9.6 takes a name that it does not know for a path, and says nothing of it until it is loaded.
      const asPath = !/^(\.{0,2}\/|[a-z][\w+.-]*:)/i.test(specifier) && found.url === new URL(specifier, parent).href;
      if (asPath) throw packageNotFound(specifier, from);
      return found;
    },
    // Without this, Deno 2.9.6 resolves a file's static imports natively and never asks the hook above; with it, it imports no CommonJS.
    load(url, context, next) {
      const file = url.startsWith("file:") && url.includes("/node_modules/") ? fileURLToPath(url) : null;
      if (file === null || requiring || !isCommonJs(file)) return next(url, context);
      // What is required comes here as well.
      requiring = true;
      try {
        return { format: "module", source: asModule(file), shortCircuit: true };
      } finally {
        requiring = false;
      }
    },
  };
}

/** Does one of the files, or of those that they import, have an import that the runtime would not find? Words in comments do no harm. */
function needHelp(files: readonly string[], aliases: readonly Alias[]): boolean {
  const open = new Set(files.map((file) => resolvePath(file)));
  for (const file of open) {
    if (!/\.(ts|mts|js|mjs)$/.test(file) || !existsSync(file)) continue;
    for (const specifier of specifiersOf(readFileSync(file, "utf8"))) {
      const target = targetOf(specifier, file, aliases);
      if (!isPlain(target, specifier, file)) return true;
      if (target.is === "file") open.add(target.path);
    }
  }
  return false;
}

/** Is the target what the runtime finds by itself? */
function isPlain(target: Target, specifier: string, from: string): boolean {
  if (target.is !== "file") return target.is === "sqa" || target.specifier === specifier;
  return /^\.{0,2}\//.test(specifier) && resolvePath(dirname(from), specifier) === target.path + target.suffix;
}

function resolvesByItself(): boolean {
  try {
    return import.meta.resolve("sqa") === ownModule;
  } catch {
    return false;
  }
}

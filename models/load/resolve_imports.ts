/**
 * What imports in a user's model files mean. "sqa" is this very program's own module, so that models and program share their symbols and the list
 * of modules. That is so by itself where the import map of this program's own configuration is in use: under `deno run` of its main.ts from
 * any folder (Deno looks for the configuration beside the main module), and in the compiled binary, which embeds the map. Where it is
 * not (another `--config`, or none), and for the short names that the user's own deno.json or tsconfig.json gives to folders, a hook steps in.
 */
import { pathToFileURL } from "node:url";
import { type Alias, aliased, readAliases } from "./aliases.ts";

type Resolve = (specifier: string, context: unknown) => unknown;
interface Hooks {
  resolve(specifier: string, context: { readonly parentURL?: string }, next: Resolve): unknown;
  load(url: string, context: unknown, next: (url: string, context: unknown) => unknown): unknown;
}

/** The module behind "sqa". */
export const ownModule: string = new URL("../mod.ts", import.meta.url).href;

/** This program's own files: what they import is not the user's business. */
const ownRoot = new URL("../../", import.meta.url).href;

/** Runs `work` while imports below `root` mean what the user expects. */
export async function withImports<T>(root: string, work: () => Promise<T>): Promise<T> {
  const aliases = readAliases(root);
  if (aliases.length === 0 && resolvesByItself()) return await work();
  // Deno 2.8 and later, compiled or not; older binaries resolve "sqa" by their embedded map and know no short names.
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
  return {
    resolve(specifier, context, next) {
      if (specifier === "sqa") return { url: ownModule, shortCircuit: true };
      const from = context.parentURL ?? "";
      const users = from.startsWith(root) && !from.includes("/node_modules/") &&
        (!from.startsWith(ownRoot) || root.startsWith(ownRoot) && root !== ownRoot);
      return next((users ? aliased(specifier, aliases) : null) ?? specifier, context);
    },
    // Without this, Deno 2.9.6 resolves a file's static imports natively and never asks the hook above.
    load: (url, context, next) => next(url, context),
  };
}

function resolvesByItself(): boolean {
  try {
    return import.meta.resolve("sqa") === ownModule;
  } catch {
    return false;
  }
}

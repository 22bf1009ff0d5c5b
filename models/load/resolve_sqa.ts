/**
 * Makes the bare import "sqa" in a user's model file mean this very program's own module, so that models and program share their symbols
 * and the list of modules. Where the import map of this program's own configuration is in use that is so already: under `deno run` of its
 * main.ts from any folder (Deno looks for the configuration beside the main module), and in the compiled binary, which embeds the map.
 * With another `--config`, or none, Deno's resolver knows no "sqa", and a hook steps in.
 */
type Resolve = (specifier: string, context: unknown) => { url: string };
interface Hooks {
  resolve(specifier: string, context: unknown, next: Resolve): unknown;
  load(url: string, context: unknown, next: (url: string, context: unknown) => unknown): unknown;
}

/** The module behind "sqa". */
export const ownModule: string = new URL("../mod.ts", import.meta.url).href;

let done = false;

/** Call once before models are imported; later calls do nothing. */
export async function resolveSqa(): Promise<void> {
  if (done) return;
  done = true;
  if (resolvesByItself()) return;
  // Deno 2.8 and later. Without a load hook beside it, Deno 2.9.6 resolves a file's static imports natively and never asks.
  const { registerHooks } = await import("node:module") as { registerHooks?: (hooks: Hooks) => void };
  registerHooks?.({
    resolve: (specifier, context, next) =>
      specifier === "sqa" ? { url: ownModule, shortCircuit: true } : next(specifier, context),
    load: (url, context, next) => next(url, context),
  });
}

function resolvesByItself(): boolean {
  try {
    return import.meta.resolve("sqa") === ownModule;
  } catch {
    return false;
  }
}

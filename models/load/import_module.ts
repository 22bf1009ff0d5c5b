/** Imports a module of the user's that holds no models, on runtimes that read TypeScript from disk and on those that do not. */
import { fileURLToPath, pathToFileURL } from "node:url";
import { copiesWithoutTypes, readsTypes } from "./without_types.ts";

/** The exports of the module at a file URL; rejects with what it throws or why it does not load. */
export async function importUserModule(url: string): Promise<Readonly<Record<string, unknown>>> {
  if (readsTypes()) return await import(url);
  const path = fileURLToPath(url), copies = await copiesWithoutTypes([path], []);
  try {
    return await import(pathToFileURL(copies.of(path)).href);
  } finally {
    copies.remove();
  }
}

/**
 * Importing a module of the user's: SQL functions, a data migration. The program says how, because a runtime that cannot read TypeScript
 * from disk needs help with it (models/load/without_types.ts).
 */

/** Imports a module by its file URL. */
export type ImportModule = (url: string) => Promise<Readonly<Record<string, unknown>>>;

let current: ImportModule = (url) => import(url);

/** From now on the user's modules are imported this way. */
export function importModulesWith(how: ImportModule): void {
  current = how;
}

/** The module's exports; rejects with what it throws or why it does not load. */
export function importModule(url: string): Promise<Readonly<Record<string, unknown>>> {
  return current(url);
}

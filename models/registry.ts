/**
 * What module bases have been made and which models they have. One list per program, reached through a global symbol so that two copies of
 * this package share it. The loader empties it before it imports models and reads it afterwards.
 */
import { model } from "./contract.ts";
import type { ModuleMeta } from "./contract.ts";

interface Registry {
  readonly modules: Map<string, { readonly [model]: ModuleMeta }>;
  readonly models: unknown[];
}

const key = Symbol.for("sqa.registry");
const place = globalThis as { [key]?: Registry };

function registry(): Registry {
  return place[key] ??= { modules: new Map(), models: [] };
}

/** Begins anew. Models that were made before stay whole; they are no longer listed. */
export function clearRegistry(): void {
  place[key] = { modules: new Map(), models: [] };
}

/** Does `work` with an empty list, and puts back the one that was there. */
export function aside(work: () => void): void {
  const before = registry();
  clearRegistry();
  try {
    work();
  } finally {
    place[key] = before;
  }
}

/** How many models are listed, to tell later which ones are new. */
export function registeredCount(): number {
  return registry().models.length;
}

/** The listed models from the given position on, in the order in which they were made. */
export function registeredSince(position: number): readonly unknown[] {
  return registry().models.slice(position);
}

/** The module base of this name, if there is one. */
export function registeredModule(name: string): { readonly [model]: ModuleMeta } | undefined {
  return registry().modules.get(name);
}

/** Keeps a module base. */
export function rememberModule<T extends { readonly [model]: ModuleMeta }>(name: string, base: T): T {
  registry().modules.set(name, base);
  return base;
}

/** Keeps a model of a module. */
export function register<T>(made: T): T {
  registry().models.push(made);
  return made;
}

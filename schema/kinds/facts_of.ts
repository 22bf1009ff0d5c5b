/** The facts of an object's own kind. The one place for the cast that TypeScript needs to tie a union member to its registry entry. */
import { kindFacts } from "./mod.ts";
import type { KindFacts } from "./facts.ts";
import type { Kind, SchemaObject } from "../object.ts";

/** The facts of `object`'s kind, typed so that they take `object`. */
export function factsOf<K extends Kind>(object: SchemaObject<K>): KindFacts<K> {
  return kindFacts[object.kind] as unknown as KindFacts<K>;
}

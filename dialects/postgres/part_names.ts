/**
 * Names that a partition's parts of its parent's indexes and keys have, where they are not those that the server would choose: `parts` of a
 * table in models, by the name of the whole. No server knows it: what it says is in the parts as soon as they are there. Pure.
 */
import type { Options } from "../../schema/object.ts";
import type { AnyTable } from "./inheritance.ts";

/** The names by those of the wholes; none for a table that says none. */
export function partNames(table: AnyTable): ReadonlyMap<string, string> {
  const { parts } = table.options as Options;
  if (parts === null || typeof parts !== "object" || Array.isArray(parts)) return new Map();
  return new Map(Object.entries(parts).filter((entry): entry is [string, string] => typeof entry[1] === "string"));
}

/** The table with these names for its parts; without a word about them where there are none. */
export function withPartNames(table: AnyTable, names: ReadonlyMap<string, string>): AnyTable {
  const plain = withoutPartNames(table);
  if (names.size === 0) return plain;
  const sorted = [...names].sort(([a], [b]) => a < b ? -1 : 1);
  return { ...plain, options: { ...plain.options, parts: Object.fromEntries(sorted) } } as AnyTable;
}

/** The table as the server knows it. */
export function withoutPartNames(table: AnyTable): AnyTable {
  const { parts: _parts, ...options } = table.options as Options;
  return { ...table, options } as AnyTable;
}

/** The metadata of what stands beside columns or on one of them: keys, indexes, foreign keys, checks. */
import type { CheckMeta, IndexMeta, KeyMeta, Place, Problem, ReferenceMeta, ReferenceTarget } from "../contract.ts";
import { named, nameKeys, optionProblems } from "../options.ts";
import type { NameOptions } from "../options.ts";
import { identityOptions } from "../../schema/kinds/column.ts";
import { sqlMeta } from "../sql.ts";
import type { Sql } from "../sql.ts";
import type { IndexOptions, KeyOptions, ReferenceOptions } from "./options.ts";

const keyKeys = [...nameKeys, "deferrable", "nullsDistinct"];
const indexKeys = [...nameKeys, "unique", "nullsDistinct", "method", "include", "where"];
const referenceKeys = [...nameKeys, "onDelete", "onUpdate", "match", "deferrable", "unchecked"];
/** What a serial column takes. */
export const serialKeys = ["start", "increment", "min", "max", "cache", "cycle", "sequence", "as", "owned"];
/** What an identity column takes. */
export const identityKeys: readonly string[] = ["always", ...identityOptions];

/** Metadata of a key, with the problems of its options put into `problems`. */
export function keyMeta(options: KeyOptions, what: string, place: Place, problems: Problem[]): KeyMeta {
  problems.push(...optionProblems(options, keyKeys, what, place));
  return {
    ...named(options),
    deferrable: options.deferrable ?? "no",
    nullsDistinct: options.nullsDistinct ?? true,
    place,
  };
}

/** Metadata of an index less its keys. */
export function indexMeta(
  options: IndexOptions,
  keys: IndexMeta["keys"],
  place: Place,
  problems: Problem[],
): IndexMeta {
  problems.push(...optionProblems(options, indexKeys, "an index", place));
  return {
    ...named(options),
    unique: options.unique ?? false,
    nullsDistinct: options.nullsDistinct ?? true,
    method: options.method ?? null,
    keys,
    include: options.include ?? [],
    where: options.where === undefined ? null : sqlMeta(options.where),
    place,
  };
}

/** Metadata of a foreign key less its columns. */
export function referenceMeta(
  target: ReferenceTarget,
  options: ReferenceOptions,
  place: Place,
  problems: Problem[],
): ReferenceMeta {
  problems.push(...optionProblems(options, referenceKeys, "a foreign key", place));
  return {
    ...named(options),
    target,
    onDelete: options.onDelete ?? "no action",
    onUpdate: options.onUpdate ?? "no action",
    match: options.match ?? "simple",
    deferrable: options.deferrable ?? "no",
    unchecked: options.unchecked ?? false,
    place,
  };
}

/** A reference as it was written, in one of three forms. */
export function referenceTarget(target: unknown): ReferenceTarget {
  if (typeof target === "string") return { text: target };
  if (typeof target === "function") return { thunk: target as () => unknown };
  if (Array.isArray(target)) return { path: target as readonly string[] };
  return { thunk: () => target };
}

/** Metadata of a check. */
export function checkMeta(
  sqlText: Sql | string,
  options: NameOptions,
  place: Place,
  problems: Problem[],
): CheckMeta {
  problems.push(...optionProblems(options, nameKeys, "a check", place));
  return { ...named(options), sql: sqlMeta(sqlText), place };
}

/** The key of an index that is one column. */
export function columnIndexKey(column: string | null): IndexMeta["keys"][number] {
  return { column, expression: null, order: "asc", nulls: null, collate: null, on: {} };
}

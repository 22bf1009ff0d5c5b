/** Checks of the options objects that users hand to builders: an unknown key is a mistake, never ignored. Pure. */
import { databaseNames } from "./contract.ts";
import type { DatabaseName, Named, PerDatabase, Place, Problem } from "./contract.ts";
import { nearest } from "./nearest.ts";

/** Options that everything with a name of its own takes. */
export interface NameOptions {
  /** The name in the database, as it is; without it, the default name. */
  readonly name?: string;
  readonly comment?: string;
  /** Its earlier name or names: the change becomes a rename. May stay when it is done. */
  readonly renamedFrom?: string | readonly string[];
  /** Attributes of one database, by that database's names. */
  readonly on?: PerDatabase<{ readonly [option: string]: unknown }>;
  /** Only for these databases. */
  readonly only?: readonly DatabaseName[];
}

export const nameKeys = ["name", "comment", "renamedFrom", "on", "only"] as const;

/** The problems of an options object: keys that are not in `known`, databases that do not exist. */
export function optionProblems(options: object, known: readonly string[], what: string, place: Place): Problem[] {
  const problems: Problem[] = [];
  for (const key of Object.keys(options)) {
    if (!known.includes(key)) problems.push(unknownKey(key, known, what, place));
  }
  const { on, only } = options as NameOptions;
  if (known.includes("on") && on) {
    for (const key of Object.keys(on)) {
      if (!databaseNames.includes(key as DatabaseName)) {
        problems.push(unknownKey(key, databaseNames, `\`on\` of ${what}`, place));
      }
    }
  }
  if (known.includes("only") && only) {
    for (const key of only) {
      if (!databaseNames.includes(key)) problems.push(unknownKey(key, databaseNames, `\`only\` of ${what}`, place));
    }
  }
  return problems;
}

/** "unknown option "colour" of table "x"", with the nearest known one. */
export function unknownKey(key: string, known: readonly string[], what: string, place: Place): Problem {
  const near = nearest(key, known);
  return {
    code: "SQA-102",
    message: `unknown option "${key}" of ${what}`,
    hint: near ? `did you mean "${near}"?` : `known are: ${known.join(", ")}`,
    place,
  };
}

/** The common part of metadata from the common options. */
export function named(options: NameOptions): Named {
  return {
    name: options.name ?? null,
    comment: options.comment ?? null,
    renamedFrom: listOf(options.renamedFrom),
    on: options.on ?? {},
    only: options.only ?? null,
  };
}

/** One or several as a list. */
export function listOf(value: string | readonly string[] | undefined): readonly string[] {
  return value === undefined ? [] : typeof value === "string" ? [value] : value;
}

/** A string as `{ name }`, anything else as it is. */
export function nameOrOptions<T extends NameOptions>(value: string | T | undefined): T | NameOptions {
  return typeof value === "string" ? { name: value } : value ?? {};
}

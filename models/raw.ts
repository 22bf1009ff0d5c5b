/** The escape: an object of any kind, given by the fields that sqa compares. For functions, policies, sequences and what else has no builder. */
import type { DataType, Expression, Json, Kind, Kinds, ObjectId } from "../schema/object.ts";
import { kinds } from "../schema/kinds/mod.ts";
import { model } from "./contract.ts";
import type { Problem, RawMeta } from "./contract.ts";
import type { AnyColumn } from "./column/any_column.ts";
import { nearest } from "./nearest.ts";
import { named, nameKeys, type NameOptions, optionProblems } from "./options.ts";
import { capture } from "./place.ts";
import type { Sql } from "./sql.ts";

/** A value of a kind's field as a model writes it: SQL for expressions, `t.text()` for types, and everything else as it is. */
export type RawValue<T> = [T] extends [never] ? never
  : T extends Expression ? Sql | string
  : T extends DataType ? AnyColumn
  : T extends readonly (infer Item)[] ? readonly RawValue<Item>[]
  : T extends null | string | number | boolean ? T
  : T extends { readonly [key: string]: Json } ? T
  : T extends object ? { readonly [K in keyof T]: RawValue<T[K]> }
  : T;

/** The fields of a kind. `options` and `position` may be left out. */
export type RawFields<K extends Kind> =
  & {
    readonly [F in Exclude<keyof Kinds[K], "options" | "position" | "unfilled" | "kept" | "alone">]: RawValue<
      Kinds[K][F]
    >;
  }
  & { readonly options?: { readonly [key: string]: Json }; readonly position?: number };

/** What else an object may say. */
export interface RawOptions extends Omit<NameOptions, "name" | "on"> {
  /**
   * The object that it lives in, by id: "table:audit.entry", or "table:users" in the default schema. Null: in none. Without it, the schema
   * that its path begins with.
   */
  readonly in?: string | null;
  /** Objects that must be there before it, by id, beside those that its SQL names. */
  readonly dependsOn?: readonly string[];
  /** The role that it belongs to, where the database has owners and the run compares them. */
  readonly owner?: string;
}

/** An object without a builder of its own. */
export interface RawModel {
  readonly [model]: RawMeta;
}

const rawKeys = [...nameKeys.filter((key) => key !== "name" && key !== "on"), "in", "dependsOn", "owner"];

/**
 * An object of any kind that the database has. `path` is its name, or all names from the schema on; fields are those of the kind.
 *
 * @example
 * ```ts
 * import { raw, sql } from "sqa";
 *
 * export const ticketNumbers = raw("sequence", "ticket_numbers", {
 *   dataType: "bigint",
 *   start: "1000",
 *   increment: "1",
 *   min: "1",
 *   max: "9223372036854775807",
 *   cache: "1",
 *   cycle: false,
 *   ownedBy: null,
 * });
 * export const touch = raw("function", ["public", "touch()"], {
 *   definition: sql`CREATE OR REPLACE FUNCTION public.touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$`,
 *   routine: "function",
 *   returns: "trigger",
 *   arguments: "",
 * });
 * ```
 */
export function raw<K extends Kind>(
  kind: K,
  path: string | readonly string[],
  fields: RawFields<K>,
  options: RawOptions = {},
): RawModel {
  const place = capture();
  const names = typeof path === "string" ? [path] : path;
  const what = `${kind} "${names.join(".")}"`;
  const problems: Problem[] = optionProblems(options, rawKeys, what, place);
  if (!kinds.includes(kind)) {
    const guess = nearest(kind, kinds);
    problems.push({
      code: "SQA-103",
      message: `"${kind}" is no kind of object`,
      hint: guess ? `did you mean "${guess}"?` : `kinds are: ${kinds.join(", ")}`,
      place,
    });
  }
  const meta: RawMeta = {
    kind: "raw",
    ...named(options),
    name: names.at(-1) ?? "",
    schema: null,
    module: null,
    meta: {},
    objectKind: kind,
    path: names,
    parent: options.in as ObjectId | null | undefined,
    refs: (options.dependsOn ?? []) as readonly ObjectId[],
    owner: options.owner,
    fields: fields as RawMeta["fields"],
    problems,
    place,
  };
  return Object.freeze({ [model]: meta });
}

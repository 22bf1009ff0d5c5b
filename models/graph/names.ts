/**
 * Names in the database: of columns from their keys, of constraints and indexes from what they are about. One function gives the default
 * names for models and tells `sqa pull` which names a model need not spell out. Pure.
 */
import type { Dialect } from "../../dialects/dialect.ts";
import { objectId } from "../../schema/id.ts";
import type { SchemaObject } from "../../schema/object.ts";
import { sha256 } from "../../schema/hash.ts";
import type { NamingOptions } from "../contract.ts";

/**
 * A key as a name in snake_case; what has no capitals stays as it is.
 *
 * @example
 * ```ts
 * import { snakeCase } from "./names.ts";
 * import { deepEqual } from "node:assert/strict";
 * deepEqual(["buyerId", "HTTPServer", "line2Text", "already_so", "a b"].map(snakeCase),
 *   ["buyer_id", "http_server", "line2_text", "already_so", "a b"]);
 * ```
 */
export function snakeCase(key: string): string {
  if (/^[a-z0-9_]*$/.test(key)) return key;
  return key
    .replace(/([\p{Ll}\p{N}])(\p{Lu})/gu, "$1_$2")
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, "$1_$2")
    .toLowerCase();
}

/** The name of a column without an explicit one. */
export function columnName(key: string, naming: NamingOptions): string {
  return naming.columns === "as_written" ? key : snakeCase(key);
}

/** Bytes of a name as the database counts them. */
export function byteLength(name: string): number {
  // Names are ASCII as a rule, and every one of a schema is measured.
  return /[^\0-\x7f]/.test(name) ? new TextEncoder().encode(name).length : name.length;
}

export type NamedKind = "primary_key" | "unique" | "check" | "foreign_key" | "index";

const patternOf = {
  primary_key: "primaryKey",
  unique: "unique",
  check: "check",
  foreign_key: "foreignKey",
  index: "index",
} as const satisfies Record<NamedKind, keyof NamingOptions>;

/** Something that may need a default name. */
export interface NameSlot {
  readonly kind: NamedKind;
  /** Path of its table. */
  readonly table: readonly string[];
  /** Names of its columns; an expression counts as the function that it calls, or as "expr". */
  readonly columns: readonly string[];
  readonly referredTable: string | null;
  readonly naming: NamingOptions;
  /** The explicit name, or null. */
  readonly name: string | null;
}

/** Something whose name is in use before any slot is looked at: a table, a view, a type. */
export type Taken = Pick<SchemaObject, "kind" | "name">;

/**
 * Names for all slots, in their order: the explicit one, else by the pattern, else what the database itself would choose given what is taken
 * by then; null where it names nothing. Explicit names are taken before any default one is worked out.
 */
export function assignNames(
  slots: readonly NameSlot[],
  taken: readonly Taken[],
  dialect: Dialect,
): readonly (string | null)[] {
  const used = new Set<string>();
  const spaces = (slot: NameSlot, name: string) => dialect.names(placed(slot, name, dialect));
  for (const item of taken) for (const name of dialect.names(item as SchemaObject)) used.add(name);
  for (const slot of slots) if (slot.name !== null) { for (const name of spaces(slot, slot.name)) used.add(name); }

  return slots.map((slot) => {
    if (slot.name !== null) return slot.name;
    const found = defaultName(slot, dialect, (name) => spaces(slot, name).some((space) => used.has(space)));
    if (found !== null) { for (const space of spaces(slot, found)) used.add(space); }
    return found;
  });
}

/** The path that a slot's object has under a name. */
export function slotPath(
  slot: Pick<NameSlot, "kind" | "table">,
  name: string,
  dialect: Pick<Dialect, "indexesInTables">,
): readonly string[] {
  return slot.kind === "index" && !dialect.indexesInTables ? [...slot.table.slice(0, -1), name] : [...slot.table, name];
}

/** As much of the object as its names depend on. */
function placed(slot: NameSlot, name: string, dialect: Dialect): SchemaObject {
  const path = slotPath(slot, name, dialect);
  const parent = objectId("table", slot.table);
  return { kind: slot.kind, id: objectId(slot.kind, path), name: path, parent, refs: [], comment: null } as never;
}

function defaultName(slot: NameSlot, dialect: Dialect, taken: (name: string) => boolean): string | null {
  const pattern = slot.naming[patternOf[slot.kind]];
  if (pattern !== undefined) return free(filled(pattern, slot), dialect.maxIdentifierBytes, taken);
  const name = dialect.defaultName(slot.kind, slot.table, slot.columns, taken);
  if (name !== null || slot.kind !== "index") return name;
  return free([slot.table.at(-1)!, ...slot.columns, "idx"].join("_"), dialect.maxIdentifierBytes, taken);
}

/** A pattern with its fields filled in. */
function filled(pattern: string, slot: NameSlot): string {
  const fields: Record<string, string> = {
    table: slot.table.at(-1)!,
    columns: slot.columns.join("_"),
    column: slot.columns[0] ?? "",
    referred_table: slot.referredTable ?? "",
  };
  return pattern.replace(/\{(\w+)\}/g, (whole, field: string) => fields[field] ?? whole);
}

/** The name, cut to the length that the database takes (a hash keeps it unique) and numbered until it is free. */
function free(name: string, bytes: number, taken: (name: string) => boolean): string {
  for (let n = 0;; n++) {
    const candidate = cut(n === 0 ? name : `${name}${n}`, bytes);
    if (!taken(candidate)) return candidate;
  }
}

function cut(name: string, bytes: number): string {
  if (byteLength(name) <= bytes) return name;
  const hash = sha256(name).slice(0, 8);
  let head = name;
  while (byteLength(head) > bytes - hash.length - 1) head = head.slice(0, -1);
  return `${head}_${hash}`;
}

/** What an expression counts as in a default name: the function that it calls, or "expr". */
export function expressionName(sql: string): string {
  return /^\s*([\p{L}_][\p{L}\p{N}_$]*)\s*\(.*\)\s*$/su.exec(sql)?.[1]?.toLowerCase() ?? "expr";
}

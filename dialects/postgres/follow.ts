/**
 * Routines are called by their argument types, casts by both of theirs: a type or a table that gets another name renames them along. What says
 * something of a partition by its path says it by the new one, and an extension is in its schema whatever that is called, with all that it owns.
 * Pure.
 */
import { isInherited } from "./inheritance.ts";
import { notNullOf, withNotNull } from "./inherited_not_null.ts";
import { objectName } from "./names.ts";
import type { Json, SchemaObject } from "../../schema/object.ts";
import { splitSignature } from "./routine.ts";
import { dotted, quote, quotePath, undotted } from "./sql.ts";

/**
 * The routine or cast with the new path of `moved` wherever its name, its arguments and its result name it, as the server will write them, or
 * what else says that path; the same id, to be changed by the caller. Null for what names nothing.
 */
export function follow(object: SchemaObject, moved: SchemaObject, path: readonly string[]): SchemaObject | null {
  if (object.kind === "trigger" || object.kind === "foreign_key") return withCopiesMoved(object, moved, path);
  if (moved.kind === "collation" || moved.kind === "schema") {
    const followed = withCollationMoved(object, moved, path);
    if (followed) return followed;
  }
  if (object.kind === "extension" && moved.kind === "schema") {
    return object.schema === moved.name[0] ? { ...object, schema: path[0]! } : null;
  }
  if (object.kind === "transform" && moved.kind === "language") return withLanguageMoved(object, moved, path);
  if (object.kind === "grant") return withMemberMoved(object, moved, path);
  if (object.kind === "column") return withNotNullMoved(object as SchemaObject<"column">, moved, path);
  const { kind } = object;
  if (kind !== "function" && kind !== "aggregate" && kind !== "cast" && kind !== "transform") return null;
  const replaced = replacing(moved, path);
  if (!replaced) return null;
  if (object.kind === "cast" || object.kind === "transform") {
    return { ...object, name: object.name.map(replaced), definition: { sql: replaced(object.definition.sql) } };
  }
  const [own, types] = splitSignature(object.name.at(-1)!);
  const name = [...object.name.slice(0, -1), own + replaced(types)];
  return object.kind === "function"
    ? {
      ...object,
      name,
      arguments: replaced(object.arguments),
      returns: object.returns === null ? null : replaced(object.returns),
    }
    : { ...object, name, definition: { ...object.definition, sql: replaced(object.definition.sql) } };
}

/** Writes a text that the server wrote, every name with its schema, with the new path of `moved`; null for what no such text names. */
function replacing(moved: SchemaObject, path: readonly string[]): ((text: string) => string) | null {
  const whole = moved.kind === "schema";
  if (!whole && !isType(moved)) return null;
  const old = whole ? `${quote(moved.name[0]!)}.` : quotePath(moved.name);
  const now = whole ? `${quote(path[0]!)}.` : quotePath(path);
  const escaped = old.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
  const named = new RegExp(`(?<![\\w$".])${escaped}${whole ? "" : '(?![\\w$"])'}`, "gu");
  return (text) => text.replace(named, () => now);
}

/** A privilege on what an extension owns, which says the name and the arguments of that itself; null for every other one. */
function withMemberMoved(
  object: SchemaObject<"grant">,
  moved: SchemaObject,
  path: readonly string[],
): SchemaObject | null {
  const { target: member } = object.options, replaced = replacing(moved, path);
  if (typeof member !== "string" || !replaced) return null;
  const target = replaced(member);
  const name = object.name.map((part, i) => i === object.name.length - 2 ? target : part);
  return { ...object, name, options: { ...object.options, target } };
}

function withLanguageMoved(
  object: SchemaObject<"transform">,
  moved: SchemaObject,
  [now]: readonly string[],
): SchemaObject | null {
  const [type, language] = object.name as [string, string], word = (name: string) => ` LANGUAGE ${quote(name)} (`;
  if (language !== moved.name[0]) return null;
  return {
    ...object,
    name: [type, now!],
    definition: { ...object.definition, sql: object.definition.sql.replace(word(language), () => word(now!)) },
  };
}

/** What sorts by a collation under another path, by that; null where nothing does. */
function withCollationMoved(object: SchemaObject, moved: SchemaObject, path: readonly string[]): SchemaObject | null {
  const isMoved = (old: string | null) => old !== null && moved.name.every((part, i) => undotted(old)[i] === part);
  const now = <T extends { readonly collation: string | null }>(each: T): T =>
    isMoved(each.collation)
      ? { ...each, collation: dotted([...path, ...undotted(each.collation!).slice(moved.name.length)]) }
      : each;
  switch (object.kind) {
    case "column":
    case "domain":
      return isMoved(object.collation) ? now(object) : null;
    case "composite_type":
      return object.attributes.some((each) => isMoved(each.collation))
        ? { ...object, attributes: object.attributes.map(now) }
        : null;
    case "index":
      return object.keys.some((each) => isMoved(each.collation)) ? { ...object, keys: object.keys.map(now) } : null;
    default:
      return null;
  }
}

/** A trigger or key whose option `copies` names partitions: under the paths that they have then; null where it names none that moves. */
function withCopiesMoved(
  object: SchemaObject<"trigger"> | SchemaObject<"foreign_key">,
  moved: SchemaObject,
  path: readonly string[],
): SchemaObject | null {
  const { copies } = object.options;
  if (typeof copies !== "object" || copies === null || !isTable(moved)) return null;
  const now = (old: string) => {
    const parts = undotted(old);
    const within = moved.name.every((part, i) => parts[i] === part);
    return within ? dotted([...path, ...parts.slice(moved.name.length)]) : old;
  };
  const renamed: Record<string, Json> = {};
  for (const [old, value] of Object.entries(copies)) renamed[now(old)] = value as Json;
  return { ...object, options: { ...object.options, copies: renamed } };
}

function isTable(object: SchemaObject): boolean {
  return ["schema", "table", "foreign_table"].includes(object.kind);
}

function isType(object: SchemaObject): boolean {
  return ["table", "view", "materialized_view", "foreign_table", "enum", "domain", "composite_type", "range_type"]
    .includes(object.kind);
}

/** An inherited NOT NULL is called as the server calls the parent's (18), which gets another name with its table or column (renameOwned). */
function withNotNullMoved(
  object: SchemaObject<"column">,
  moved: SchemaObject,
  path: readonly string[],
): SchemaObject | null {
  const notNull = notNullOf(object.options), column = object.name.at(-1)!;
  if (!isInherited(object) && !notNull.inherited || typeof notNull.name !== "string") return null;
  const isTable = moved.kind === "table" || moved.kind === "foreign_table";
  if (!isTable && (moved.kind !== "column" || moved.name.at(-1) !== column) || object.id === moved.id) return null;
  const called = ([, table, name]: readonly string[]) => objectName(table!, isTable ? column : name!, "not_null");
  if (notNull.name !== called(moved.name)) return null;
  const name = called(path), own = objectName(object.name[1]!, isTable ? column : path.at(-1)!, "not_null");
  const { name: _old, ...rest } = notNull;
  return { ...object, options: withNotNull(object.options, name === own ? rest : { ...rest, name }) } as SchemaObject;
}

/** Ids of schema objects: built and read here and nowhere else, so that a dot or a backslash in a name can never confuse two objects. */
import type { Kind, ObjectId } from "./object.ts";

/**
 * Builds the id of an object from its kind and its path, outermost name first.
 *
 * @example
 * ```ts
 * import { objectId } from "./id.ts";
 * import { equal } from "node:assert/strict";
 * equal(objectId("column", ["public", "users", "email"]), "column:public.users.email");
 * equal(objectId("table", ["a.b"]), "table:a\\.b");
 * ```
 */
export function objectId(kind: Kind, path: readonly string[]): ObjectId {
  let id = `${kind}:`;
  for (let i = 0; i < path.length; i++) id += i === 0 ? escaped(path[i]!) : `.${escaped(path[i]!)}`;
  return id as ObjectId;
}

/** The id of what lives in another object, under its own name: the path of `parent` and one name more. */
export function idWithin(kind: Kind, parent: ObjectId, name: string): ObjectId {
  return `${kind}:${parent.slice(parent.indexOf(":") + 1)}.${escaped(name)}`;
}

function escaped(part: string): string {
  return part.includes(".") || part.includes("\\") ? part.replace(/[\\.]/g, "\\$&") : part;
}

/** The kind that an id names. */
export function kindOfId(id: ObjectId): Kind {
  return id.slice(0, id.indexOf(":")) as Kind;
}

/** The path that an id names: the inverse of `objectId`. */
export function pathOfId(id: ObjectId): readonly string[] {
  const text = id.slice(id.indexOf(":") + 1);
  if (!text.includes("\\")) return text.split(".");
  const parts: string[] = [];
  let part = "";
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!;
    if (char === "\\") part += text[++i] ?? "";
    else if (char === ".") parts.push(part), part = "";
    else part += char;
  }
  return [...parts, part];
}

/** What to print for an id: the dotted path without its kind. */
export function labelOfId(id: ObjectId): string {
  return pathOfId(id).join(".");
}

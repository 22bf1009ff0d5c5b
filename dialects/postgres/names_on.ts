/**
 * The paths of what hangs on an object of any kind, a privilege or its owner: the object's path and kind, then its own name. A model may leave
 * out what its `in` says anyway: `raw("grant", "app", …, { in: "table:public.t" })`. Pure.
 */
import { kindOfId, objectId, pathOfId } from "../../schema/id.ts";
import type { SchemaObject } from "../../schema/object.ts";

/** The object under its whole path. */
export function withWholePath(object: SchemaObject): SchemaObject {
  if (object.kind !== "grant" && object.kind !== "owner" || object.parent === null) return object;
  const name = [...pathOfId(object.parent), kindOfId(object.parent), ...ownNames(object)];
  const id = objectId(object.kind, name);
  return id === object.id ? object : { ...object, name, id };
}

/** Whose grant it is, after the member of an extension that it is about; an owner is the only one. */
function ownNames(object: SchemaObject<"grant" | "owner">): readonly string[] {
  if (object.kind === "owner") return [];
  const { target } = object.options;
  return [...(typeof target === "string" ? [target] : []), object.name.at(-1)!];
}

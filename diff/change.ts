/**
 * What differs between two graphs: four verbs of SQL, one shape for every kind. `from` and `to` are complete, so that every change can
 * be inverted. Built only by the constructors here.
 */
import { kindOfId } from "../schema/id.ts";
import type { Field, Kind, ObjectId, SchemaObject } from "../schema/object.ts";

export interface Create<K extends Kind = Kind> {
  readonly op: "create";
  readonly kind: K;
  readonly to: SchemaObject<K>;
  /** Children made in the same statement. */
  readonly parts: readonly Change[];
}
export interface Drop<K extends Kind = Kind> {
  readonly op: "drop";
  readonly kind: K;
  readonly from: SchemaObject<K>;
  /** Children that go with it. */
  readonly parts: readonly Change[];
}
export interface Alter<K extends Kind = Kind> {
  readonly op: "alter";
  readonly kind: K;
  readonly from: SchemaObject<K>;
  readonly to: SchemaObject<K>;
  /** What differs. Empty when only children change (`parts`). */
  readonly fields: readonly (Field<K> | "order")[];
  readonly parts: readonly Change[];
}
export interface Rename<K extends Kind = Kind> {
  readonly op: "rename";
  readonly kind: K;
  readonly from: SchemaObject<K>;
  readonly to: SchemaObject<K>;
  readonly parts: readonly Change[];
}

/** One difference, of any kind or of kind `K`. */
export type Change<K extends Kind = Kind> = { [P in K]: Create<P> | Drop<P> | Alter<P> | Rename<P> }[K];

/** An answer to "is it the same object under another name?". Both ids are whole: the old path and the new path. */
export interface RenameHint {
  readonly from: ObjectId;
  readonly to: ObjectId;
  /** Where the answer came from: the model's `renamedFrom`, a flag, a prompt. */
  readonly source: string;
  /** Of a module that was renamed, and its objects with it: the two names of the module. */
  readonly module?: { readonly from: string; readonly to: string };
}

/** A change that makes `to`. */
export function create(to: SchemaObject, parts: readonly Change[] = []): Change {
  return { op: "create", kind: to.kind, to, parts } as unknown as Change;
}

/** A change that removes `from`. */
export function drop(from: SchemaObject, parts: readonly Change[] = []): Change {
  return { op: "drop", kind: from.kind, from, parts } as unknown as Change;
}

/** A change that turns `from` into `to`; `fields` are those that differ. */
export function alter(
  from: SchemaObject,
  to: SchemaObject,
  fields: readonly string[],
  parts: readonly Change[] = [],
): Change {
  return { op: "alter", kind: to.kind, from, to, fields, parts } as unknown as Change;
}

/** A change of name alone: `to` is `from` under its new id, with everything that follows from the name. */
export function rename(from: SchemaObject, to: SchemaObject, parts: readonly Change[] = []): Change {
  return { op: "rename", kind: to.kind, from, to, parts } as unknown as Change;
}

/** The same change with other parts. */
export function withParts(change: Change, parts: readonly Change[]): Change {
  return { ...change, parts } as Change;
}

/** The object's state before the change, or undefined for a create. */
export function before(change: Change): SchemaObject | undefined {
  return change.op === "create" ? undefined : change.from;
}

/** The object's state after the change, or undefined for a drop. */
export function after(change: Change): SchemaObject | undefined {
  return change.op === "drop" ? undefined : change.to;
}

/** The id that the change is about: the new one of a rename. */
export function subject(change: Change): ObjectId {
  return change.op === "drop" ? change.from.id : change.to.id;
}

/** What the object of the change is a part of: the table of a column, a key, an index; null for what a schema holds, or nothing. */
export function owner(change: Change): ObjectId | null {
  const { parent } = change.op === "drop" ? change.from : change.to;
  return parent !== null && kindOfId(parent) === "schema" ? null : parent;
}

/**
 * What exists in a schema: plain, readonly, JSON-safe objects. The bottom of the house; it imports only the kinds' shapes.
 * Models, live databases and snapshots all become these, in the normal form of one dialect.
 */
import type { Kinds } from "./kinds/mod.ts";

export type { Kinds } from "./kinds/mod.ts";

/** Anything that JSON can say. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Dialect-specific attributes by name (`strict`, `engine`, `fillfactor`…). An absent key means the database's default. */
export type Options = { readonly [key: string]: Json };

/** SQL text in the dialect's normal form. `opaque` text is never compared, only carried and reported as not compared. */
export interface Expression {
  readonly sql: string;
  readonly opaque?: true;
}

/** What rules and renderers reason about when the exact type does not matter. */
export type TypeFamily =
  | "integer"
  | "decimal"
  | "float"
  | "text"
  | "binary"
  | "boolean"
  | "temporal"
  | "json"
  | "uuid"
  | "enum"
  | "other";

/**
 * A column type in the dialect's normal form. `name` is the spelling that the database reports without arguments and array
 * brackets ("character varying", "VARCHAR"); for a type that is itself an object of the graph it is that object's dotted path
 * and `of` is its id, from which the dialect renders the quoted name.
 */
export interface DataType {
  readonly name: string;
  readonly args: readonly (string | number)[];
  readonly dimensions: number;
  readonly family: TypeFamily;
  readonly of: ObjectId | null;
}

/** What a foreign key does when the row that it points to goes or changes. */
export type Action = "no action" | "restrict" | "cascade" | "set null" | "set default";

/** When a constraint is checked. */
export type Deferrable = "no" | "immediate" | "deferred";

/** What indexes and keys have in common. */
export interface Placed {
  /** Its place among the indexes and keys of its table that the database takes for alike, where it assigns parts to them in that order. Never compared. */
  position?: number;
}

/** One key of an index: a column by name, or an expression. */
export interface IndexKey {
  readonly column: string | null;
  readonly expression: Expression | null;
  readonly order: "asc" | "desc";
  readonly nulls: "first" | "last" | null;
  readonly collation: string | null;
  /** Operator class, prefix length and the like, by the dialect's names. */
  readonly options: Options;
}

export type Kind = keyof Kinds;

/** Printable and sortable: "column:public.users.email". Only `objectId()` builds it; it escapes dots in names. */
export type ObjectId = `${Kind}:${string}`;

/** Where an object was declared. Carried for messages; never compared, hashed or written into a snapshot. */
export interface Origin {
  readonly module: string | null;
  readonly file: string | null;
  readonly line: number | null;
}

/** What models say of an object beside the schema. Kept in snapshots, where it can be looked up again; never compared or hashed. */
export interface NodeMeta {
  /** The key of the feature that a table is, with slashes, its project and its version when this was written. */
  readonly feature?: string;
  readonly project?: string;
  readonly featureVersion?: string;
  /** It comes with every feature and is filled by the system: no model can leave it out. */
  readonly owner?: "system";
  /** Fields in which a difference is a note and no change. */
  readonly uncompared?: readonly string[];
}

interface Common<K extends Kind> {
  readonly kind: K;
  readonly id: ObjectId;
  /** Outermost name first; the last one is its own. */
  readonly name: readonly string[];
  /** The object that it lives in and disappears with. */
  readonly parent: ObjectId | null;
  /** Objects that must exist before it, beside its parent. Derived, sorted, never compared. */
  readonly refs: readonly ObjectId[];
  readonly comment: string | null;
  /** The database has no name of its own for it; the last part of `name` describes it ("(email)"). */
  readonly unnamed?: true;
  readonly origin?: Origin;
  readonly meta?: NodeMeta;
}

/** One thing in a schema, of any kind or of kind `K`. */
export type SchemaObject<K extends Kind = Kind> = { [P in K]: Common<P> & Readonly<Kinds[P]> }[K];

/** The fields by which two objects of one kind are compared. */
export type Field<K extends Kind = Kind> = { [P in K]: "comment" | (keyof Kinds[P] & string) }[K];

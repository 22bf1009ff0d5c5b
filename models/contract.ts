/**
 * What a model is to the rest of sqa: plain metadata behind one global symbol. Builders write it, `graph.ts` reads it. Because the symbol
 * is global, models made by another copy of this package are understood all the same. No I/O, no dependency.
 */
import type { Action, Deferrable, Kind, ObjectId } from "../schema/object.ts";

/** The property that holds a model's metadata. Every value that carries it came out of a builder. */
export const model: unique symbol = Symbol.for("sqa.model") as never;

/** The databases that a model can be written for. */
export type DatabaseName = "postgres" | "mysql" | "mariadb" | "sqlite";

export const databaseNames: readonly DatabaseName[] = ["postgres", "mysql", "mariadb", "sqlite"];

/** Something that differs from database to database. */
export type PerDatabase<T> = { readonly [D in DatabaseName]?: T };

/** Where in the user's files a thing was written. Worked out when it is first asked for: most models are right. */
export interface Place {
  readonly file: string | null;
  readonly line: number | null;
  readonly column: number | null;
}

/** A mistake found while a model was built; reported with all the others when the models become a graph. */
export interface Problem {
  readonly code: `SQA-${number}`;
  readonly message: string;
  readonly hint?: string;
  readonly place: Place;
}

/** The column types of a model: those of `PortableType`, with an enum as a model of its own and `sql` as one text for all if so wished. */
export type ColumnType =
  | { readonly type: "smallint" | "int" | "bigint" | "boolean" | "text" | "uuid" | "date" | "json" | "jsonb" | "bytes" }
  | { readonly type: "real" | "double" | "inet" | "cidr" | "macaddr" | "xml" }
  | { readonly type: "varchar" | "char"; readonly length: number | null }
  | { readonly type: "decimal"; readonly precision: number | null; readonly scale: number | null }
  | { readonly type: "time" | "timestamp" | "timestamptz" | "interval"; readonly precision: number | null }
  | { readonly type: "array"; readonly of: ColumnType; readonly dimensions: number; readonly elsewhere?: "json" }
  | { readonly type: "vector"; readonly dimensions: number; readonly elsewhere?: "json" }
  | { readonly type: "enum"; readonly enum: EnumMeta }
  | { readonly type: "sql"; readonly sql: string | PerDatabase<string>; readonly name?: string };

/** What the text of a column has to be, beyond its length; only programs that parse rows look at it. */
export type TextFormat =
  | "url"
  | "http_url"
  | "websocket_url"
  | "email"
  | "ip"
  | "sha256"
  | "language_tag"
  | "path";

/** Bounds of a column's values, for programs that parse rows. What the database is to refuse stands in the column's checks as well. */
export interface Limits {
  readonly min?: number | bigint | string;
  readonly max?: number | bigint | string;
  /** `min` itself is too small. */
  readonly above?: true;
  /** In characters; of JSON, in characters of its text; of bytes, in bytes. */
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly format?: TextFormat;
  /** A bigint that programs read as a JavaScript number. */
  readonly asNumber?: true;
  /** A type of the user's own: what to make of a value, or a thrown error that says what is wrong with it. */
  readonly parse?: (value: unknown) => unknown;
}

/** A default that is not an expression. */
export type Literal = string | number | bigint | boolean | null;

/** A piece of an SQL text: text as written, a value to be quoted, a name to be quoted, or another SQL text. */
export type SqlPart =
  | { readonly text: string }
  | { readonly value: unknown }
  | { readonly name: readonly string[] }
  | { readonly model: ModelMeta | ColumnMeta }
  /** A column of the table that the text is about, by its key. */
  | { readonly key: string }
  | { readonly self: true };

export interface SqlMeta {
  readonly kind: "sql";
  readonly parts: readonly SqlPart[];
  /** Other texts for some databases; `parts` is for the rest. */
  readonly by: PerDatabase<SqlMeta> | null;
}

/** What every named thing may carry. */
export interface Named {
  /** Null: the default name. */
  readonly name: string | null;
  readonly comment: string | null;
  readonly renamedFrom: readonly string[];
  readonly on: PerDatabase<{ readonly [option: string]: unknown }>;
  /** Null: all databases. */
  readonly only: readonly DatabaseName[] | null;
}

/** Table and column(s) by name, as one text or as a path, or a function that gives the model. */
export type ReferenceTarget =
  | { readonly text: string }
  | { readonly path: readonly string[] }
  | { readonly thunk: () => unknown };

export interface ReferenceMeta extends Named {
  readonly target: ReferenceTarget;
  readonly onDelete: Action;
  readonly onUpdate: Action;
  readonly match: "simple" | "full" | "partial";
  readonly deferrable: Deferrable;
  /** The target is not checked: it may be unknown to the models or of another type. */
  readonly unchecked: boolean;
  readonly place: Place;
}

export interface KeyMeta extends Named {
  readonly deferrable: Deferrable;
  readonly nullsDistinct: boolean;
  readonly place: Place;
}

export interface CheckMeta extends Named {
  readonly sql: SqlMeta;
  readonly place: Place;
}

/** One key of an index: a column by its key in the model, or an expression. */
export interface IndexKeyMeta {
  readonly column: string | null;
  readonly expression: SqlMeta | null;
  readonly order: "asc" | "desc";
  readonly nulls: "first" | "last" | null;
  readonly collate: string | null;
  readonly on: PerDatabase<{ readonly [option: string]: unknown }>;
}

export interface IndexMeta extends Named {
  readonly unique: boolean;
  readonly nullsDistinct: boolean;
  readonly method: string | null;
  readonly keys: readonly IndexKeyMeta[];
  readonly include: readonly string[];
  readonly where: SqlMeta | null;
  readonly place: Place;
}

/** What a chain of calls on `t.…()` has gathered. */
export interface ColumnState extends Named {
  readonly type: ColumnType;
  readonly nullable: boolean;
  readonly default: { readonly sql: SqlMeta } | { readonly value: unknown } | null;
  readonly primaryKey: KeyMeta | null;
  readonly unique: readonly KeyMeta[];
  readonly indexes: readonly IndexMeta[];
  readonly references: readonly ReferenceMeta[];
  readonly checks: readonly CheckMeta[];
  readonly generated: { readonly sql: SqlMeta; readonly stored: boolean } | null;
  readonly identity:
    | { readonly mode: "always" | "by default" | "serial"; readonly options: { readonly [key: string]: unknown } }
    | null;
  readonly collate: string | null;
  readonly limits: Limits;
  /** Columns that its values point to without a constraint. */
  readonly softReferences: readonly ReferenceMeta[];
  /** What of it may differ from the database: said, and left as it is there. */
  readonly uncompared: readonly ("type" | "default")[];
  /** The mixin that it came from, so that rules can know a tenant's column when they see one. */
  readonly mixin: string | null;
  readonly problems: readonly Problem[];
  readonly place: Place;
}

/** A column of a table, or one that is not yet in a table (`table` null). */
export interface ColumnMeta {
  readonly kind: "column";
  readonly key: string | null;
  readonly table: TableMeta | null;
  readonly state: ColumnState;
}

/** A constraint, an index or a trigger given beside the columns. */
export type ExtraMeta =
  | { readonly kind: "primary_key"; readonly columns: readonly string[]; readonly key: KeyMeta }
  | { readonly kind: "unique"; readonly columns: readonly string[]; readonly key: KeyMeta }
  | { readonly kind: "index"; readonly index: IndexMeta }
  | { readonly kind: "check"; readonly check: CheckMeta }
  | {
    readonly kind: "foreign_key";
    readonly columns: readonly string[];
    readonly targetColumns: readonly string[] | null;
    readonly reference: ReferenceMeta;
  }
  | { readonly kind: "trigger"; readonly trigger: TriggerMeta };

export interface TriggerMeta extends Named {
  readonly sql: SqlMeta;
  readonly place: Place;
}

/** How database names are made from keys, and the names of constraints and indexes. */
export interface NamingOptions {
  /** `buyerId` becomes `buyer_id`, or stays. */
  readonly columns?: "snake_case" | "as_written";
  /** Patterns of `{table}`, `{columns}`, `{column}` (the first) and `{referred_table}`; without one, the database's own way. */
  readonly primaryKey?: string;
  readonly unique?: string;
  readonly check?: string;
  readonly foreignKey?: string;
  readonly index?: string;
}

/** The module base that a model was made with. */
export interface ModuleMeta {
  readonly kind: "module";
  readonly name: string;
  readonly prefix: string;
  readonly schema: string | null;
  readonly dependsOn: readonly string[];
  readonly renamedFrom: readonly string[];
  readonly naming: NamingOptions;
  /** Range of versions of sqa that it is written for: "^1.2". */
  readonly requires: string | null;
  /** Anything that programs want to keep beside the module. */
  readonly meta: { readonly [key: string]: unknown };
  /** Those of later calls for the same module come to it. */
  readonly problems: Problem[];
  readonly place: Place;
}

interface Owned extends Named {
  readonly name: string;
  readonly schema: string | null;
  readonly module: ModuleMeta | null;
  /** Anything that programs want to keep beside the model; sqa carries it and never reads it. */
  readonly meta: { readonly [key: string]: unknown };
  readonly problems: readonly Problem[];
  readonly place: Place;
}

/** How a table stands to its parent table. "single" has no table of its own: its columns are the parent's. */
export interface Inheritance {
  readonly as: "joined" | "single" | "concrete";
  readonly parent: TableMeta;
  /** The database refuses rows of this kind without a value in the kind's own columns that do not allow NULL (single). */
  readonly required: boolean;
}

/** The column that tells the kinds of rows of a table and of those made from it apart. */
export interface Discriminator {
  /** Its key. */
  readonly column: string;
  /** The database refuses every other value than those of the kinds. */
  readonly check: boolean;
}

/** A field of a feature: the version of the code that fills it, and the fields of other features that it is made from. */
export interface FeatureField {
  readonly codeVersion: string;
  readonly deps: readonly { readonly feature: TableMeta; readonly field: string }[];
}

/** The specification of a versioned feature. */
export interface FeatureMeta {
  readonly project: string;
  readonly key: readonly string[];
  /** Keys of the columns that tell its rows apart. */
  readonly ids: readonly string[];
  readonly fields: { readonly [name: string]: FeatureField };
  readonly deps: readonly TableMeta[];
  /** Before the names of the system's own columns. */
  readonly prefix: string;
  /** Hex digits of each version. */
  readonly hashLength: number;
}

export interface TableMeta extends Owned {
  readonly kind: "table";
  readonly columns: ReadonlyMap<string, ColumnMeta>;
  /** Called once, when the models become a graph; it may use other models that are not there yet when the table is made. */
  readonly extras: (() => readonly unknown[]) | null;
  readonly unmanaged: boolean;
  readonly naming: NamingOptions;
  readonly inherits: Inheritance | null;
  /** Tables of the database that it is a partition or an heir of. */
  readonly heirOf: readonly ReferenceTarget[];
  /** Said by the table itself or taken over from its parent. */
  readonly discriminator: Discriminator | null;
  /** The value of the discriminator in its rows: given, or worked out from the names of its parents and its own. */
  readonly identity: string | null;
  /** Identities that its rows had, or the part of one that its own name is. */
  readonly identityBefore: readonly string[];
  /** No row is only this: it exists for what is made from it. Without single or joined children it is no table at all. */
  readonly abstract: boolean;
  /** Key of the column that counts the changes of a row. */
  readonly versionColumn: string | null;
  /** What makes it a versioned feature. */
  readonly feature: FeatureMeta | null;
  /** Tables made from it, in the order in which they were made. */
  readonly children: readonly unknown[];
  /** Relations that were said of it; they come after the table, because the other side has to be there. */
  readonly relations: RelationsMeta[];
}

/** How to get from the rows of a table to those of another one. No part of the database. */
export interface RelationMeta {
  readonly many: boolean;
  readonly target: () => unknown;
  /** Keys of the columns on this side and on the other, as many; null: by the one foreign key between the two. */
  readonly from: readonly string[] | null;
  readonly to: readonly string[] | null;
  /** The table between the two, for many to many. */
  readonly through: (() => unknown) | null;
}

export interface RelationsMeta {
  readonly kind: "relations";
  readonly table: TableMeta;
  readonly relations: ReadonlyMap<string, RelationMeta>;
  readonly problems: readonly Problem[];
  readonly place: Place;
}

export interface ViewMeta extends Owned {
  readonly kind: "view";
  readonly sql: SqlMeta;
  readonly columns: readonly string[] | null;
  /** Null: found in the text. */
  readonly dependsOn: readonly (string | (() => unknown))[] | null;
  readonly triggers: readonly TriggerMeta[];
}

export interface EnumMeta extends Owned {
  readonly kind: "enum";
  readonly values: readonly string[];
  /** New label to old label. */
  readonly renamedValues: { readonly [value: string]: string };
  /** Written inside a column (`t.enum("status", …)`): it lives in that table's schema and several may be the same one. */
  readonly inline: boolean;
}

export interface SchemaMeta extends Owned {
  readonly kind: "schema";
}

/** An object of any kind as the graph holds it, for what no builder of its own makes yet. */
export interface RawMeta extends Owned {
  readonly kind: "raw";
  readonly objectKind: Kind;
  /** Outermost name first, the schema included where there are schemas. */
  readonly path: readonly string[];
  /** Undefined: the schema that its path begins with. */
  readonly parent: ObjectId | null | undefined;
  readonly refs: readonly ObjectId[];
  /** Whom it belongs to; absent where the model does not say it. */
  readonly owner?: string | undefined;
  /** Fields of the kind: `sql` for expressions, columns (`t.text()`) for types. */
  readonly fields: { readonly [field: string]: unknown };
}

export type ModelMeta = TableMeta | ViewMeta | EnumMeta | SchemaMeta | RawMeta;

/** Everything that can stand behind the symbol. */
export type Meta = ModelMeta | ColumnMeta | SqlMeta | ModuleMeta | ExtraMeta | RelationsMeta;

/** The metadata of a value that a builder made, or null for anything else. Understands other copies of this package. */
export function metaOf(value: unknown): Meta | null {
  if (value === null || (typeof value !== "object" && typeof value !== "function")) return null;
  const meta = (value as { readonly [model]?: Meta })[model];
  return meta !== undefined && typeof meta === "object" && meta !== null && "kind" in meta ? meta : null;
}

/** The model behind a value (table, view, enum, schema or raw object), or null. */
export function modelOf(value: unknown): ModelMeta | null {
  const meta = metaOf(value);
  return meta && modelKinds.has(meta.kind) ? meta as ModelMeta : null;
}

const modelKinds: ReadonlySet<string> = new Set(["table", "view", "enum", "schema", "raw"]);

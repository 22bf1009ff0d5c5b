/**
 * A column under construction: each call gives a new, frozen column that knows more, in its type as well as in its metadata. The names in
 * the database, the types of one database and all checks come later, in `graph.ts`.
 */
import type { DatabaseName, PerDatabase } from "./contract.ts";
import type { AnyColumn, InsertMode } from "./column/any_column.ts";
import type {
  ColumnOverride,
  IdentityOptions,
  IndexOptions,
  KeyOptions,
  Reference,
  ReferenceOptions,
  SerialOptions,
} from "./column/options.ts";
import type { NameOptions } from "./options.ts";
import type { SelfColumn, Sql } from "./sql.ts";

/** The argument of what only numbers have; nothing can be given where `Default` is no number. */
type NumberLimit<Default> = number extends Default ? Exclude<Default, Date> : never;
/** No argument, or a mistake where the column is no number. */
type NumbersOnly<Default> = number extends Default ? [options?: string | NameOptions] : [onlyForNumbers: never];
/** A length, or a mistake where the column has none. */
type LengthLimit<Value> = Value extends number | bigint | boolean | Date ? never : number;

/**
 * A column whose values are `Value`, may be null when `Nullable`, and whose default may be given as `Default`.
 * Columns are NOT NULL until `nullable()` is called.
 */
export interface Column<
  Value,
  Nullable extends boolean = false,
  Insert extends InsertMode = "required",
  Default = Value,
> extends AnyColumn {
  readonly $types: { readonly value: Value; readonly nullable: Nullable; readonly insert: Insert };

  /** The name in the database, as it is. Without it, the key in snake_case. */
  named(name: string): Column<Value, Nullable, Insert, Default>;
  /** Allows NULL. */
  nullable(): Column<Value, true, Insert extends "excluded" ? "excluded" : "optional", Default>;
  /** Refuses NULL; that is so from the start, and can be said again after a mixin that allowed it. */
  notNull(): Column<Value, false, Insert, Default>;
  /** A value, or an expression: `` default(sql`now()`) ``. */
  default(value: Default | Sql | (Nullable extends true ? null : never)): Column<
    Value,
    Nullable,
    Insert extends "excluded" ? "excluded" : "optional",
    Default
  >;
  /** The table's primary key is this column alone; for several columns, `self.primaryKey([...])`. */
  primaryKey(options?: string | KeyOptions): Column<Value, Nullable, Insert, Default>;
  unique(options?: string | KeyOptions): Column<Value, Nullable, Insert, Default>;
  index(options?: string | IndexOptions): Column<Value, Nullable, Insert, Default>;
  /**
   * A foreign key. A text needs no import and never makes a circle; a function needs its return type written out
   * (`(): AnyColumn => users.columns.id`) where two tables point to each other.
   */
  references(target: Reference, options?: ReferenceOptions): Column<Value, Nullable, Insert, Default>;
  /** A check: `` check((c) => `${c} >= 0`) ``. */
  check(
    condition: Sql | string | ((column: SelfColumn) => Sql | string),
    options?: string | NameOptions,
  ): Column<Value, Nullable, Insert, Default>;
  /** At least this, in the database and in `parse`. */
  min(limit: NumberLimit<Default>, options?: string | NameOptions): Column<Value, Nullable, Insert, Default>;
  /** At most this. */
  max(limit: NumberLimit<Default>, options?: string | NameOptions): Column<Value, Nullable, Insert, Default>;
  /** From the first to the second, both included: one check. */
  between(
    min: NumberLimit<Default>,
    max: NumberLimit<Default>,
    options?: string | NameOptions,
  ): Column<Value, Nullable, Insert, Default>;
  /** Above zero. */
  positive(...options: NumbersOnly<Default>): Column<Value, Nullable, Insert, Default>;
  /** Zero or above. */
  nonNegative(...options: NumbersOnly<Default>): Column<Value, Nullable, Insert, Default>;
  /** At least so many characters, in the database and in `parse`. */
  minLength(length: LengthLimit<Value>, options?: string | NameOptions): Column<Value, Nullable, Insert, Default>;
  /** At most so many characters (of JSON, of its text; of bytes, bytes), also where the database's type keeps no length. */
  maxLength(length: LengthLimit<Value>, options?: string | NameOptions): Column<Value, Nullable, Insert, Default>;
  /**
   * Points to rows of another table without a foreign key: for modules that may come and go. It is checked like a reference, shown in pictures
   * and never enforced.
   */
  softRef(target: Reference): Column<Value, Nullable, Insert, Default>;
  /** The database numbers the rows. */
  identity(options: IdentityOptions & { readonly always: true }): Column<Value, Nullable, "excluded", Default>;
  identity(options?: IdentityOptions): Column<Value, Nullable, "optional", Default>;
  /** As `identity()`, but on Postgres a default from a sequence of the column's own, as `serial` makes it there. */
  serial(options?: SerialOptions): Column<Value, Nullable, "optional", Default>;
  /** Computed from other columns; `stored: false` computes it when it is read. */
  generated(
    expression: Sql | string,
    options?: { readonly stored?: boolean },
  ): Column<Value, Nullable, "excluded", Default>;
  /** The database's type or default may be another one: the difference is a note, and nothing is changed. */
  uncompared(...fields: readonly ("type" | "default")[]): Column<Value, Nullable, Insert, Default>;
  collate(name: string): Column<Value, Nullable, Insert, Default>;
  comment(text: string): Column<Value, Nullable, Insert, Default>;
  /** Earlier name or names in the database: the change becomes a rename. May stay when it is done. */
  renamedFrom(...names: readonly string[]): Column<Value, Nullable, Insert, Default>;
  /** What some databases do otherwise: `.on({ postgres: { type: "citext" } })`. */
  on(overrides: PerDatabase<ColumnOverride>): Column<Value, Nullable, Insert, Default>;
  /** Only for these databases. */
  only(...databases: readonly DatabaseName[]): Column<Value, Nullable, Insert, Default>;
  /** Another TypeScript type for the same column (a branded id). */
  $type<T extends Value>(): Column<T, Nullable, Insert, Default>;
}

/**
 * A column under construction: each call gives a new, frozen column that knows more, in its type as well as in its metadata. The names in
 * the database, the types of one database and all checks come later, in `graph.ts`.
 */
import type { Action, Deferrable } from "../schema/object.ts";
import { model } from "./contract.ts";
import type {
  CheckMeta,
  ColumnMeta,
  ColumnState,
  ColumnType,
  DatabaseName,
  IndexMeta,
  KeyMeta,
  Limits,
  PerDatabase,
  Place,
  Problem,
  ReferenceMeta,
  ReferenceTarget,
} from "./contract.ts";
import { listOf, named, nameKeys, nameOrOptions, optionProblems } from "./options.ts";
import type { NameOptions } from "./options.ts";
import { captureColumn } from "./place.ts";
import { isSql, selfColumn, sql, sqlMeta } from "./sql.ts";
import type { SelfColumn, Sql } from "./sql.ts";

/** May a new row leave the column out? "excluded": the database computes it and takes no value. */
export type InsertMode = "required" | "optional" | "excluded";

/** The argument of what only numbers have; nothing can be given where `Default` is no number. */
type NumberLimit<Default> = number extends Default ? Exclude<Default, Date> : never;
/** No argument, or a mistake where the column is no number. */
type NumbersOnly<Default> = number extends Default ? [options?: string | NameOptions] : [onlyForNumbers: never];
/** A length, or a mistake where the column has none. */
type LengthLimit<Value> = Value extends number | bigint | boolean | Date ? never : number;

/** What the types of rows are made from; exists for the compiler only. */
export interface ColumnTypes {
  readonly value: unknown;
  readonly nullable: boolean;
  readonly insert: InsertMode;
}

/** Any column. The annotation for a reference to a table that refers back: `(): AnyColumn => nodes.columns.id`. */
export interface AnyColumn {
  readonly [model]: ColumnMeta;
  /** For the compiler only; there is nothing at run time. */
  readonly $types: ColumnTypes;
}

/** What a foreign key may say. */
export interface ReferenceOptions extends NameOptions {
  readonly onDelete?: Action;
  readonly onUpdate?: Action;
  readonly match?: "simple" | "full" | "partial";
  /** When it is checked: at once (default), at once unless the transaction defers it, or at the end of the transaction. */
  readonly deferrable?: Deferrable;
  /** Take the target as it is written: it may be a table without a model, and its type may differ. */
  readonly unchecked?: boolean;
}

/** What a primary key or unique constraint may say. */
export interface KeyOptions extends NameOptions {
  readonly deferrable?: Deferrable;
  /** False: two NULLs are equal (Postgres 15 and later). */
  readonly nullsDistinct?: boolean;
}

/** What an index may say. */
export interface IndexOptions extends NameOptions {
  readonly unique?: boolean;
  readonly nullsDistinct?: boolean;
  /** "btree" where nothing is said. */
  readonly method?: string;
  readonly include?: readonly string[];
  readonly where?: Sql | string;
}

/** How an identity column counts. */
export interface IdentityOptions {
  /** Explicit values are refused. */
  readonly always?: boolean;
  readonly start?: number | bigint;
  readonly increment?: number | bigint;
  readonly min?: number | bigint;
  readonly max?: number | bigint;
  readonly cache?: number | bigint;
  readonly cycle?: boolean;
  /** The sequence behind it, when it has another name than the database would give it (Postgres). */
  readonly sequence?: string;
  readonly unlogged?: boolean;
  /** The comment of that sequence (Postgres). */
  readonly comment?: string;
}

/** How a serial column counts. */
export interface SerialOptions extends Omit<IdentityOptions, "always" | "unlogged" | "comment"> {
  /** The sequence's own type, where it is not the column's (Postgres). */
  readonly as?: "smallint" | "integer" | "bigint";
  /** False: the sequence belongs to nobody and stays when the column goes (Postgres). */
  readonly owned?: boolean;
}

/** Where a foreign key points: `"users.id"`, `"audit.log.id"`, a path, or a function that gives the column or table. */
export type Reference =
  | string
  | readonly string[]
  | (() => AnyColumn | { readonly [model]: { readonly kind: "table" } });

/** What one database does otherwise. Beside the three named ones, attributes by that database's names. */
export interface ColumnOverride {
  /** The type as SQL text. */
  readonly type?: string;
  readonly default?: Sql | string | number | boolean | null;
  readonly collate?: string;
  readonly [option: string]: unknown;
}

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

/** Columns by their keys in the model. */
export type Columns = { readonly [key: string]: AnyColumn };

const keyKeys = [...nameKeys, "deferrable", "nullsDistinct"];
const indexKeys = [...nameKeys, "unique", "nullsDistinct", "method", "include", "where"];
const referenceKeys = [...nameKeys, "onDelete", "onUpdate", "match", "deferrable", "unchecked"];
const serialKeys = ["start", "increment", "min", "max", "cache", "cycle", "sequence", "as", "owned"];
const identityKeys = [
  "always",
  "start",
  "increment",
  "min",
  "max",
  "cache",
  "cycle",
  "sequence",
  "unlogged",
  "comment",
];

/** Metadata of a key, with the problems of its options put into `problems`. */
export function keyMeta(options: KeyOptions, what: string, place: Place, problems: Problem[]): KeyMeta {
  problems.push(...optionProblems(options, keyKeys, what, place));
  return {
    ...named(options),
    deferrable: options.deferrable ?? "no",
    nullsDistinct: options.nullsDistinct ?? true,
    place,
  };
}

/** Metadata of an index less its keys. */
export function indexMeta(
  options: IndexOptions,
  keys: IndexMeta["keys"],
  place: Place,
  problems: Problem[],
): IndexMeta {
  problems.push(...optionProblems(options, indexKeys, "an index", place));
  return {
    ...named(options),
    unique: options.unique ?? false,
    nullsDistinct: options.nullsDistinct ?? true,
    method: options.method ?? null,
    keys,
    include: options.include ?? [],
    where: options.where === undefined ? null : sqlMeta(options.where),
    place,
  };
}

/** Metadata of a foreign key less its columns. */
export function referenceMeta(
  target: ReferenceTarget,
  options: ReferenceOptions,
  place: Place,
  problems: Problem[],
): ReferenceMeta {
  problems.push(...optionProblems(options, referenceKeys, "a foreign key", place));
  return {
    ...named(options),
    target,
    onDelete: options.onDelete ?? "no action",
    onUpdate: options.onUpdate ?? "no action",
    match: options.match ?? "simple",
    deferrable: options.deferrable ?? "no",
    unchecked: options.unchecked ?? false,
    place,
  };
}

/** A reference as it was written, in one of three forms. */
export function referenceTarget(target: unknown): ReferenceTarget {
  if (typeof target === "string") return { text: target };
  if (typeof target === "function") return { thunk: target as () => unknown };
  if (Array.isArray(target)) return { path: target as readonly string[] };
  return { thunk: () => target };
}

/** Metadata of a check. */
export function checkMeta(
  sqlText: Sql | string,
  options: NameOptions,
  place: Place,
  problems: Problem[],
): CheckMeta {
  problems.push(...optionProblems(options, nameKeys, "a check", place));
  return { ...named(options), sql: sqlMeta(sqlText), place };
}

/** The key of an index that is one column. */
export function columnIndexKey(column: string | null): IndexMeta["keys"][number] {
  return { column, expression: null, order: "asc", nulls: null, collate: null, on: {} };
}

interface Built {
  readonly [model]: ColumnMeta;
}

/** The column with another limit and the check that holds the database to it. */
function limited(column: Built, limits: Limits, condition: Sql, options: string | NameOptions | undefined): unknown {
  const state = stateOf(column), problems: Problem[] = [];
  const check = checkMeta(condition, nameOrOptions(options), state.place, problems);
  return change(column, { limits: { ...state.limits, ...limits }, checks: [...state.checks, check] }, problems);
}

/** A limit as SQL. What is no number is a problem of the column. */
function numberSql(limit: number | bigint | string, column: Built, problems: Problem[]): Sql {
  const text = String(limit);
  if (!/^-?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) {
    problems.push({ code: "SQA-103", message: `${text} is no limit of a number`, place: stateOf(column).place });
    return sql.raw("0");
  }
  return sql.raw(text);
}

function atLeast(column: Built, min: number | bigint | string, options: string | NameOptions | undefined): unknown {
  const problems: Problem[] = [];
  const condition = sql`${selfColumn} >= ${numberSql(min, column, problems)}`;
  return withProblems(limited(column, { min }, condition, options), problems);
}

function withProblems(column: unknown, problems: readonly Problem[]): unknown {
  return problems.length === 0 ? column : change(column as Built, {}, problems);
}

/** How many characters or bytes the column's value has. */
function lengthSql(column: Built): Sql {
  const { type } = stateOf(column).type;
  if (type === "bytes") {
    return sql.by({ sqlite: sql`length(${selfColumn})`, otherwise: sql`octet_length(${selfColumn})` });
  }
  if (type === "json" || type === "jsonb") {
    return sql.by({
      postgres: sql`length(${selfColumn}::text)`,
      mysql: sql`char_length(cast(${selfColumn} as char))`,
      mariadb: sql`char_length(${selfColumn})`,
      sqlite: sql`length(${selfColumn})`,
    });
  }
  return sql.by({
    postgres: sql`length(${selfColumn})`,
    sqlite: sql`length(${selfColumn})`,
    otherwise: sql`char_length(${selfColumn})`,
  });
}

function lengthLimit(
  column: Built,
  key: "minLength" | "maxLength",
  length: number,
  options: string | NameOptions | undefined,
): unknown {
  const problems: Problem[] = [];
  if (!Number.isSafeInteger(length) || length < 0) {
    problems.push({ code: "SQA-103", message: `${length} is no length`, place: stateOf(column).place });
  }
  const sign = sql.raw(`${key === "minLength" ? ">=" : "<="} ${length}`);
  const condition = joinSql(lengthSql(column), sign);
  return withProblems(limited(column, { [key]: length }, condition, options), problems);
}

/** Two texts with a space between them, also where the first differs by database. */
function joinSql(left: Sql, right: Sql): Sql {
  const { by } = left[model];
  if (!by) return sql`${left} ${right}`;
  const each = Object.entries(by).map(([database, meta]) => [database, sql`${{ [model]: meta }} ${right}`]);
  const rest = left[model].parts.length === 0
    ? {}
    : { otherwise: sql`${{ [model]: { ...left[model], by: null } }} ${right}` };
  return sql.by({ ...Object.fromEntries(each), ...rest });
}

function stateOf(column: Built): ColumnState {
  return column[model].state;
}

/** The same column with some of its state changed. */
function change(column: Built, fields: Partial<ColumnState>, problems: readonly Problem[] = []): unknown {
  const state = stateOf(column);
  return build({ ...state, ...fields, problems: [...state.problems, ...problems] });
}

const methods = {
  named(this: Built, name: string): unknown {
    return change(this, { name });
  },
  nullable(this: Built): unknown {
    return change(this, { nullable: true });
  },
  notNull(this: Built): unknown {
    return change(this, { nullable: false });
  },
  default(this: Built, value: unknown): unknown {
    return change(this, { default: isSql(value) ? { sql: value[model] } : { value } });
  },
  primaryKey(this: Built, options?: string | KeyOptions): unknown {
    const problems: Problem[] = [];
    return change(
      this,
      { primaryKey: keyMeta(nameOrOptions(options), "a primary key", stateOf(this).place, problems) },
      problems,
    );
  },
  unique(this: Built, options?: string | KeyOptions): unknown {
    const problems: Problem[] = [];
    const key = keyMeta(nameOrOptions(options), "a unique constraint", stateOf(this).place, problems);
    return change(this, { unique: [...stateOf(this).unique, key] }, problems);
  },
  index(this: Built, options?: string | IndexOptions): unknown {
    const problems: Problem[] = [];
    const index = indexMeta(nameOrOptions(options), [columnIndexKey(null)], stateOf(this).place, problems);
    return change(this, { indexes: [...stateOf(this).indexes, index] }, problems);
  },
  references(this: Built, target: Reference, options: ReferenceOptions = {}): unknown {
    const problems: Problem[] = [];
    const reference = referenceMeta(referenceTarget(target), options, stateOf(this).place, problems);
    return change(this, { references: [...stateOf(this).references, reference] }, problems);
  },
  check(
    this: Built,
    condition: Sql | string | ((column: SelfColumn) => Sql | string),
    options?: string | NameOptions,
  ): unknown {
    const problems: Problem[] = [];
    const sqlText = typeof condition === "function" ? condition(selfColumn) : condition;
    return change(
      this,
      { checks: [...stateOf(this).checks, checkMeta(sqlText, nameOrOptions(options), stateOf(this).place, problems)] },
      problems,
    );
  },
  min(this: Built, limit: number | bigint | string, options?: string | NameOptions): unknown {
    return atLeast(this, limit, options);
  },
  max(this: Built, max: number | bigint | string, options?: string | NameOptions): unknown {
    const problems: Problem[] = [];
    const condition = sql`${selfColumn} <= ${numberSql(max, this, problems)}`;
    return withProblems(limited(this, { max }, condition, options), problems);
  },
  between(
    this: Built,
    min: number | bigint | string,
    max: number | bigint | string,
    options?: string | NameOptions,
  ): unknown {
    const problems: Problem[] = [];
    const low = numberSql(min, this, problems), high = numberSql(max, this, problems);
    const condition = sql`${selfColumn} >= ${low} AND ${selfColumn} <= ${high}`;
    return withProblems(limited(this, { min, max }, condition, options), problems);
  },
  positive(this: Built, options?: string | NameOptions): unknown {
    return limited(this, { min: 0, above: true }, sql`${selfColumn} > 0`, options);
  },
  nonNegative(this: Built, options?: string | NameOptions): unknown {
    return atLeast(this, 0, options);
  },
  minLength(this: Built, length: number, options?: string | NameOptions): unknown {
    return lengthLimit(this, "minLength", length, options);
  },
  maxLength(this: Built, length: number, options?: string | NameOptions): unknown {
    return lengthLimit(this, "maxLength", length, options);
  },
  softRef(this: Built, target: Reference): unknown {
    const reference = referenceMeta(referenceTarget(target), {}, stateOf(this).place, []);
    return change(this, { softReferences: [...stateOf(this).softReferences, reference] });
  },
  identity(this: Built, options: IdentityOptions = {}): unknown {
    const { always, ...counting } = options;
    const problems = optionProblems(options, identityKeys, "an identity column", stateOf(this).place);
    return change(this, { identity: { mode: always ? "always" : "by default", options: counting } }, problems);
  },
  serial(this: Built, options: SerialOptions = {}): unknown {
    const problems = optionProblems(options, serialKeys, "a serial column", stateOf(this).place);
    return change(this, { identity: { mode: "serial", options: { ...options } } }, problems);
  },
  generated(this: Built, expression: Sql | string, options: { readonly stored?: boolean } = {}): unknown {
    const problems = optionProblems(options, ["stored"], "a generated column", stateOf(this).place);
    return change(this, { generated: { sql: sqlMeta(expression), stored: options.stored ?? true } }, problems);
  },
  collate(this: Built, collate: string): unknown {
    return change(this, { collate });
  },
  comment(this: Built, comment: string): unknown {
    return change(this, { comment });
  },
  renamedFrom(this: Built, ...names: readonly string[]): unknown {
    return change(this, { renamedFrom: [...stateOf(this).renamedFrom, ...listOf(names)] });
  },
  on(this: Built, overrides: PerDatabase<ColumnOverride>): unknown {
    const problems = optionProblems({ on: overrides }, ["on"], "a column", stateOf(this).place);
    return change(this, { on: { ...stateOf(this).on, ...overrides } }, problems);
  },
  only(this: Built, ...databases: readonly DatabaseName[]): unknown {
    const problems = optionProblems({ only: databases }, ["only"], "a column", stateOf(this).place);
    return change(this, { only: databases }, problems);
  },
  $type(this: Built): unknown {
    return this;
  },
};

/** A column over this state. Its calls are shared by all columns, so making one costs one small object. */
function build(state: ColumnState): unknown {
  return fromMeta({ kind: "column", key: null, table: null, state });
}

function fromMeta(meta: ColumnMeta): unknown {
  return Object.freeze({ __proto__: methods, [model]: meta });
}

/** What is said of a column that only has a type: one list for all that say nothing. */
const none: readonly never[] = Object.freeze([]);
const plainState: Omit<ColumnState, "type" | "place"> = Object.freeze({
  name: null,
  comment: null,
  renamedFrom: none,
  on: Object.freeze({}),
  only: null,
  nullable: false,
  default: null,
  primaryKey: null,
  unique: none,
  indexes: none,
  references: none,
  checks: none,
  generated: null,
  identity: null,
  collate: null,
  limits: Object.freeze({}),
  softReferences: none,
  mixin: null,
  problems: none,
});

/** A new column of a type. */
export function makeColumn<Value, Default = Value>(
  type: ColumnType,
  problems: readonly Problem[] = none,
): Column<Value, false, "required", Default> {
  return build({ ...plainState, type, problems, place: captureColumn(makeColumn) }) as Column<
    Value,
    false,
    "required",
    Default
  >;
}

/** The column as a part of its table: this is what `table.columns.x` gives. */
export function bindColumn(column: AnyColumn, key: string, table: ColumnMeta["table"]): AnyColumn {
  return fromMeta({ kind: "column", key, table, state: column[model].state }) as AnyColumn;
}

/** The same column with some of its state changed, for mixins and inheritance. */
export function withState<C extends AnyColumn>(column: C, fields: Partial<ColumnState>): C {
  return change(column, fields) as C;
}

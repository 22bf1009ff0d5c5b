/** Tables: columns, what stands beside them, the types of their rows, and tables made from other tables. */
import { model } from "./contract.ts";
import type {
  ColumnMeta,
  Discriminator,
  FeatureMeta,
  Inheritance,
  ModuleMeta,
  NamingOptions,
  Problem,
  ReferenceTarget,
  TableMeta,
} from "./contract.ts";
import type { AnyColumn, Columns } from "./column/any_column.ts";
import { bindColumn } from "./column/build.ts";
import { referenceTarget } from "./column/parts.ts";
import { type Extra, makeSelf, type Self, type TableReference } from "./extras.ts";
import { concreteColumns, joinedColumns } from "./inherit.ts";
import { listOf, named, nameKeys, type NameOptions, optionProblems } from "./options.ts";
import { capture, settleColumn } from "./place.ts";

/** The same type, written out: what an editor shows and what is compared exactly. */
export type Simplify<T> = { [K in keyof T]: T[K] };

type ValueOf<C extends AnyColumn> = C["$types"]["nullable"] extends true ? C["$types"]["value"] | null
  : C["$types"]["value"];

type KeysWith<C extends Columns, Mode> = {
  [K in keyof C]: C[K]["$types"]["insert"] extends Mode ? K : never;
}[keyof C];

/** A row as it is read. */
export type Row<C extends Columns> = Simplify<{ -readonly [K in keyof C]: ValueOf<C[K]> }>;

/** A new row: columns with a default, an identity or NULL may be left out; generated ones must be. */
export type Insert<C extends Columns> = Simplify<
  & { -readonly [K in KeysWith<C, "required">]: ValueOf<C[K]> }
  & { -readonly [K in KeysWith<C, "optional">]?: ValueOf<C[K]> }
>;

/** What a table may say beside its columns. */
export interface TableOptions<Discriminator extends string = string> extends Omit<NameOptions, "name"> {
  /** The schema that it lives in; without it, the database's default. */
  readonly schema?: string;
  /** It exists and may be referred to, but sqa never creates, changes or drops it. */
  readonly unmanaged?: boolean;
  /** The table that it is a partition of, or the tables whose columns it inherits (Postgres). */
  readonly inherits?: TableReference | readonly TableReference[];
  /**
   * Key of the column that tells the kinds of rows apart. Without such a column, one of that name (`kind` for `single`) is added: a text
   * of up to 64 characters with an index. With `check` the database refuses every value but those of the kinds.
   */
  readonly discriminator?: Discriminator | { readonly column: Discriminator; readonly check?: boolean };
  /** The discriminator's value in rows of this table itself; without it, the table's name, behind its parent's identity and a dot. */
  readonly identity?: string;
  /**
   * The identity that its rows had, or the identities: the migration gives rows the new one. Not needed where the identity changes because the table
   * has another name. May stay when it is done.
   */
  readonly identityBefore?: string | readonly string[];
  /** No row is only this: `identities` leaves it out. Without single or joined children it is no table of the database at all. */
  readonly abstract?: boolean;
  /** Key of the whole-number column that counts the changes of a row, for optimistic locking. */
  readonly versionColumn?: string;
  readonly naming?: NamingOptions;
  /** Anything that programs want to find here again; sqa does not read it. */
  readonly meta?: { readonly [key: string]: unknown };
}

/** Any table. The annotation for a function that gives a table which refers back. */
export interface AnyTable {
  readonly [model]: TableMeta;
}

/** What stands beside the columns, as a list made from the table itself. */
export type Extras<C extends Columns> = (self: Self<C>) => readonly Extra[];

/** What a table that is joined to its parent may say. */
export interface JoinedOptions<Identity extends string = string> extends TableOptions {
  readonly identity?: Identity;
}

/** What a kind of rows in its parent's table may say. */
export interface SingleOptions {
  /** The database refuses rows of this kind that lack a value in one of its own columns without `nullable()`. */
  readonly required?: boolean;
  /** No row is only this; it exists for the kinds made from it. */
  readonly abstract?: boolean;
  /** Its earlier identity, or identities: the migration gives rows the new one. May stay when it is done. */
  readonly renamedFrom?: string | readonly string[];
  readonly meta?: { readonly [key: string]: unknown };
}

/** A row whose discriminator has one value, where that value is known. */
type Kind<R, D extends string, Identity extends string> = string extends Identity ? R
  : Omit<R, D> & { [K in D]: Identity };

/** A table. `$row` and `$insert` are for the compiler (`type User = typeof users.$row`) and hold nothing at run time. */
export interface Table<C extends Columns, R = Row<C>, I = Insert<C>, D extends string = "kind"> extends AnyTable {
  readonly columns: { readonly [K in keyof C]: C[K] };
  readonly $row: R;
  readonly $insert: I;

  /**
   * A table of its own for a special kind of this one's rows: its primary key is this table's, as a foreign key that deletes with it.
   *
   * @example
   * ```ts
   * import { table, t } from "sqa";
   *
   * export const people = table("people", { id: t.bigint().identity().primaryKey(), name: t.text() });
   * export const employees = people.joined("employees", { salary: t.decimal(10, 2) });
   * const employee: typeof employees.$insert = { name: "Ann", salary: "100.00" };
   * ```
   */
  joined<const Own extends Columns, const Identity extends string = string>(
    name: string,
    columns: Own,
    extras?: Extras<C & Own> | JoinedOptions<Identity>,
    options?: JoinedOptions<Identity>,
  ): Table<
    Simplify<C & Own>,
    Simplify<Kind<R, D, Identity> & Row<Own>>,
    Simplify<Kind<I, D, Identity> & Insert<Own>>,
    D
  >;

  /**
   * A special kind of this table's rows in this table: its columns are added here and allow NULL. `identity` is the value of the
   * discriminator column, which is `kind` unless the table names another.
   *
   * @example
   * ```ts
   * import { t, table } from "sqa";
   *
   * export const files = table("files", { id: t.bigint().identity().primaryKey(), name: t.text() });
   * export const images = files.single("image", { width: t.int() }, (self) => [self.index(["width"])], { required: true });
   * type File = typeof images.$row; // { id: bigint; name: string; kind: "image"; width: number }
   * ```
   */
  single<const Identity extends string, const Own extends Columns>(
    identity: Identity,
    columns: Own,
    extras?: Extras<C & Own> | SingleOptions,
    options?: SingleOptions,
  ): Table<
    Simplify<C & Own>,
    Simplify<Omit<R, D> & { [K in D]: Identity } & Row<Own>>,
    Simplify<Omit<I, D> & { [K in D]: Identity } & Insert<Own>>,
    D
  >;

  /** A whole table of its own that begins with this one's columns. Indexes and constraints over several columns are not taken over. */
  concrete<const Own extends Columns>(
    name: string,
    columns: Own,
    extras?: Extras<C & Own> | TableOptions,
    options?: TableOptions,
  ): Table<Simplify<C & Own>>;
}

export const tableKeys = [
  ...nameKeys.filter((key) => key !== "name"),
  "schema",
  "unmanaged",
  "inherits",
  "discriminator",
  "identity",
  "identityBefore",
  "abstract",
  "versionColumn",
  "naming",
  "meta",
];
const singleKeys = ["required", "abstract", "renamedFrom", "meta"];

/** What a table is made from, besides its columns. */
export interface TableSource {
  readonly name: string;
  readonly extras: Extras<Columns> | TableOptions | undefined;
  readonly options: TableOptions | undefined;
  readonly module: ModuleMeta | null;
  readonly inherits: Inheritance | null;
  /** The discriminator's value, where the options do not give it. */
  readonly identity?: string;
  /** Beside the columns, what a versioned feature says. */
  readonly feature?: FeatureMeta;
}

/** The discriminator as the options say it, else the parent's. */
function discriminatorOf(options: TableOptions, inherits: Inheritance | null): Discriminator | null {
  const given = options.discriminator;
  if (given === undefined) return inherits?.parent.discriminator ?? null;
  return typeof given === "string"
    ? { column: given, check: false }
    : { column: given.column, check: given.check ?? false };
}

/** What programs are told about caching has to be a number of seconds that means something. */
function metaProblems(
  meta: { readonly [key: string]: unknown },
  what: string,
  place: Problem["place"],
): readonly Problem[] {
  const ttl = meta["cacheTtl"];
  if (ttl === undefined || (Number.isSafeInteger(ttl) && (ttl as number) > 0)) return [];
  return [{
    code: "SQA-103",
    message: `cacheTtl of ${what} is ${String(ttl)}`,
    hint: "write a whole number above zero",
    place,
  }];
}

/** One table as a text or a function, or several of them as a list; a path of names stands in a list of its own. */
function heirOf(inherits: TableOptions["inherits"]): readonly ReferenceTarget[] {
  if (inherits === undefined) return [];
  return (Array.isArray(inherits) ? inherits : [inherits]).map((table: TableReference) => referenceTarget(table));
}

/** Tells a registry of a new model; a module's tables inherit this from their parent. */
export type Register = (made: AnyTable) => void;

/** A table over its columns. `parentColumns` can be used like its own but live elsewhere. */
export function makeTable(
  source: TableSource,
  columns: Columns,
  parentColumns: Columns = {},
  register: Register = () => {},
  found: readonly Problem[] = [],
): unknown {
  const place = capture();
  const extras = typeof source.extras === "function" ? source.extras : undefined;
  const options: TableOptions = (typeof source.extras === "function" ? undefined : source.extras) ?? source.options ??
    {};
  const single = source.inherits?.as === "single";
  const what = single ? `"${source.identity}" of table "${source.name}"` : `table "${source.name}"`;
  const problems: Problem[] = [
    ...optionProblems(options, single ? singleKeys : tableKeys, what, place),
    ...metaProblems(options.meta ?? {}, what, place),
    ...found,
  ];
  const children: unknown[] = [];
  const metas = new Map<string, ColumnMeta>();
  const bound: Record<string, AnyColumn> = { ...parentColumns };
  const meta: TableMeta = {
    kind: "table",
    ...named(single ? {} : options),
    name: source.name,
    schema: options.schema ?? source.module?.schema ?? null,
    module: source.module,
    meta: options.meta ?? {},
    columns: metas,
    extras: extras ? () => extras(makeSelf(bound)) : null,
    unmanaged: options.unmanaged ?? false,
    naming: { ...source.module?.naming, ...options.naming },
    inherits: source.inherits,
    heirOf: heirOf(options.inherits),
    discriminator: discriminatorOf(options, source.inherits),
    identity: source.identity ?? options.identity ?? null,
    identityBefore: listOf(single ? options.renamedFrom : options.identityBefore),
    abstract: options.abstract ?? false,
    versionColumn: options.versionColumn ?? source.inherits?.parent.versionColumn ?? null,
    feature: source.feature ?? null,
    children,
    relations: [],
    problems,
    place,
  };
  for (const [key, column] of Object.entries(columns)) {
    if ((column as Partial<AnyColumn> | null)?.[model]?.kind !== "column") {
      problems.push({
        code: "SQA-103",
        message: `"${key}" of table "${source.name}" is not a column`,
        hint: "columns are made with `t`, for example t.text()",
        place,
      });
      continue;
    }
    settleColumn((column as AnyColumn)[model].state.place, place, key);
    const own = bindColumn(column, key, meta);
    metas.set(key, own[model]);
    bound[key] = own;
  }
  const made = {
    [model]: meta,
    columns: Object.freeze(bound),
    joined: (name: string, own: Columns, extras?: Extras<Columns> | TableOptions, options?: TableOptions) =>
      born(makeTable(
        child("joined", name, extras, options),
        { ...joinedColumns(meta, problems, place), ...own },
        bound,
        register,
      )),
    single: (identity: string, own: Columns, extras?: Extras<Columns> | SingleOptions, options?: SingleOptions) => {
      const said = (typeof extras === "function" ? options : extras ?? options) ?? {};
      const { required = false, ...rest } = said;
      const inherits: Inheritance = { as: "single", parent: meta, required };
      const given = { name: source.name, extras: typeof extras === "function" ? extras : undefined, options: rest };
      return born(makeTable({ ...given, module: source.module, inherits, identity }, own, bound, register));
    },
    concrete: (name: string, own: Columns, extras?: Extras<Columns> | TableOptions, options?: TableOptions) =>
      born(makeTable(child("concrete", name, extras, options), { ...concreteColumns(meta), ...own }, {}, register)),
  };
  function born(table: unknown): unknown {
    children.push(table);
    return table;
  }
  function child(
    as: Inheritance["as"],
    name: string,
    extras: Extras<Columns> | TableOptions | undefined,
    options: TableOptions | undefined,
  ): TableSource {
    const inherits: Inheritance = { as, parent: meta, required: false };
    return { name: `${source.module?.prefix ?? ""}${name}`, extras, options, module: source.module, inherits };
  }
  Object.freeze(made);
  register(made as unknown as AnyTable);
  return made;
}

/**
 * A table: its name in the database, its columns by key, what stands beside them, and options. Keys become names in snake_case
 * (`buyerId` is the column `buyer_id`); `named()` says otherwise for one column and `naming` for all.
 *
 * @example
 * ```ts
 * import { sql, table, t } from "sqa";
 *
 * export const members = table("members", {
 *   teamId: t.bigint().references("teams.id", { onDelete: "cascade" }),
 *   email: t.varchar(320),
 *   joinedAt: t.timestamptz().default(sql`now()`),
 * }, (self) => [
 *   self.primaryKey(["teamId", "email"]),
 *   self.index([{ column: "joinedAt", order: "desc" }]),
 *   self.check(sql`position('@' in ${self.columns.email}) > 1`, "members_email_check"),
 * ], { comment: "Who belongs to which team" });
 * export const teams = table("teams", { id: t.bigint().identity().primaryKey() });
 *
 * type Member = typeof members.$row; // { teamId: bigint; email: string; joinedAt: Date }
 * ```
 */
export function table<const C extends Columns, const D extends string = "kind">(
  name: string,
  columns: C,
  extras?: Extras<C> | TableOptions<D>,
  options?: TableOptions<D>,
): Table<C, Row<C>, Insert<C>, D> {
  return makeTable(
    { name, extras: extras as Extras<Columns> | TableOptions | undefined, options, module: null, inherits: null },
    columns,
  ) as Table<C, Row<C>, Insert<C>, D>;
}

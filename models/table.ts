/** Tables: columns, what stands beside them, the types of their rows, and tables made from other tables. */
import { model } from "./contract.ts";
import type {
  ColumnMeta,
  Inheritance,
  ModuleMeta,
  NamingOptions,
  Problem,
  ReferenceTarget,
  TableMeta,
} from "./contract.ts";
import { type AnyColumn, bindColumn, type Columns, referenceTarget } from "./column.ts";
import { type Extra, makeSelf, type Self, type TableReference } from "./extras.ts";
import { concreteColumns, joinedColumns } from "./inherit.ts";
import { named, nameKeys, type NameOptions, optionProblems } from "./options.ts";
import { capture } from "./place.ts";

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
  /** Key of the column that tells the kinds of rows apart, for `single`. Without such a column, `kind` is added. */
  readonly discriminator?: Discriminator;
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
  joined<const Own extends Columns>(
    name: string,
    columns: Own,
    extras?: Extras<C & Own> | TableOptions,
    options?: TableOptions,
  ): Table<Simplify<C & Own>, Simplify<R & Row<Own>>, Simplify<I & Insert<Own>>>;

  /**
   * A special kind of this table's rows in this table: its columns are added here and allow NULL. `identity` is the value of the
   * discriminator column, which is `kind` unless the table names another.
   */
  single<const Identity extends string, const Own extends Columns>(
    identity: Identity,
    columns: Own,
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
  "naming",
  "meta",
];

/** What a table is made from, besides its columns. */
export interface TableSource {
  readonly name: string;
  readonly extras: Extras<Columns> | TableOptions | undefined;
  readonly options: TableOptions | undefined;
  readonly module: ModuleMeta | null;
  readonly inherits: Inheritance | null;
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
): unknown {
  const place = capture();
  const extras = typeof source.extras === "function" ? source.extras : undefined;
  const options: TableOptions = (typeof source.extras === "function" ? undefined : source.extras) ?? source.options ??
    {};
  const problems: Problem[] = optionProblems(options, tableKeys, `table "${source.name}"`, place);
  const metas = new Map<string, ColumnMeta>();
  const bound: Record<string, AnyColumn> = { ...parentColumns };
  const meta: TableMeta = {
    kind: "table",
    ...named(options),
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
    discriminator: options.discriminator ?? source.inherits?.parent.discriminator ?? null,
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
    const own = bindColumn(column, key, meta);
    metas.set(key, own[model]);
    bound[key] = own;
  }
  const made = {
    [model]: meta,
    columns: Object.freeze(bound),
    joined: (name: string, own: Columns, extras?: Extras<Columns> | TableOptions, options?: TableOptions) =>
      makeTable(
        child("joined", name, extras, options),
        { ...joinedColumns(meta, problems, place), ...own },
        bound,
        register,
      ),
    single: (identity: string, own: Columns) =>
      makeTable(
        { ...child("single", source.name, undefined, undefined), inherits: { as: "single", parent: meta, identity } },
        own,
        bound,
        register,
      ),
    concrete: (name: string, own: Columns, extras?: Extras<Columns> | TableOptions, options?: TableOptions) =>
      makeTable(child("concrete", name, extras, options), { ...concreteColumns(meta), ...own }, {}, register),
  };
  function child(
    as: Inheritance["as"],
    name: string,
    extras: Extras<Columns> | TableOptions | undefined,
    options: TableOptions | undefined,
  ): TableSource {
    const full = as === "single" ? name : `${source.module?.prefix ?? ""}${name}`;
    const inherits: Inheritance = { as, parent: meta, identity: null };
    return { name: full, extras, options, module: source.module, inherits };
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

/**
 * Everything that sqa knows about one database, behind one interface. Pure: I/O comes in as `Catalog`. A dialect is a folder beside
 * this file; nothing outside that folder asks for a dialect's name.
 */
import type { DataType, Expression, Kind, ObjectId, SchemaObject } from "../schema/object.ts";
import type { Note, SchemaGraph } from "../schema/graph.ts";
import type { Alter, Change, Rename, RenameHint } from "../diff/change.ts";
import type { TextRule } from "../diff/lint/rule.ts";
import type { Statement } from "../diff/plan_types.ts";
import type { PortableType } from "../schema/portable_type.ts";

/** Reads from a database. `version` is comparable: 170010 for Postgres 17.10, 3053002 for SQLite 3.53.2, 101119 for MariaDB 10.11.19. */
export interface Catalog {
  readonly version: number;
  /** Settings of the whole database that are compared on this connection, and what they shall be (SQLite: `user_version`); none without it. */
  readonly compared?: Readonly<Record<string, string>>;
  query<Row extends Record<string, unknown>>(sql: string, params?: readonly unknown[]): Promise<readonly Row[]>;
  /**
   * The same, of what another session may answer at the same time: one that sees the same snapshot. `whenFree`: whichever of the two has
   * nothing to do first. Absent where there is none.
   */
  queryBeside?<Row extends Record<string, unknown>>(sql: string, whenFree?: boolean): Promise<readonly Row[]>;
}

/** What to read: null is everything that is not the system's own. Names of sqa's own tables are left out by the caller. */
export interface ReadScope {
  readonly schemas: readonly string[] | null;
}

/** What a reader found: objects in normal form with the refs that only it can know, and honest gaps. */
export interface ReadResult {
  readonly objects: readonly SchemaObject[];
  /** The refs of the objects whose own are empty, for when somebody needs them. Absent: the objects have theirs. */
  readonly refs?: () => ReadonlyMap<ObjectId, readonly ObjectId[]>;
  readonly notes: readonly Note[];
}

/** What keeps a name as it is: an object, the same one or an heir's, and what it comes from besides. */
export interface NameKept {
  readonly heir: SchemaObject;
  readonly from: SchemaObject;
}

/** Both states, for renderers that need more than their own object: a rebuilt table's indexes, a view's columns. */
export interface RenderContext {
  readonly from: SchemaGraph;
  readonly to: SchemaGraph;
  /** The server's version where it is known; null renders for the oldest that is supported. */
  readonly version: number | null;
  /** What this plan drops and makes again. A change that makes something has a `from` without it. */
  readonly madeAnew?: ReadonlySet<ObjectId>;
  /** The plan's renames, in their order. */
  readonly renames?: readonly Rename[];
  /** This is the way back: values are turned by the opposite of what the way there does to them. */
  readonly wayBack?: boolean;
}

/**
 * How one kind changes in one dialect. "in place": one or more ALTERs. "recreate": drop and create, closed over all that depends on
 * it; "recreate parent": the same with what it lives in. A table that must be rebuilt but keeps its rows (SQLite) is "in place" here, and `Dialect.rebuilds` says so.
 */
export type Alteration = "in place" | "recreate" | "recreate parent";

/** One kind in one dialect. */
export interface KindDialect<K extends Kind> {
  /** To the spelling that this database would report back. Idempotent; both sides of a diff go through it. */
  normalize(object: SchemaObject<K>): SchemaObject<K>;
  alters(change: Alter<K>, context: RenderContext): Alteration;
  /** Can the database give it another name and keep everything else? Else a rename is rendered as what the dialect can do. */
  readonly renames: boolean;
  /** Must `dependent`, which refers to the altered object, be dropped before this change and made again after it? */
  blocks?(change: Alter<K>, dependent: SchemaObject, context: RenderContext): boolean;
  /** The same before the object gets another name; what is dropped for good goes before as well. */
  blocksRename?(
    change: Rename<K>,
    dependent: SchemaObject,
    context: Pick<RenderContext, "from" | "to" | "renames">,
  ): boolean;
  /**
   * Can the object stay while `dropped`, which it refers to, is dropped (and perhaps made again)? A function whose body only names a table
   * can, and so can a column that stays when the drop itself takes off its default first. Without this it goes and comes back, and what
   * it refers to is dropped after it. What is made anew itself (`madeAnew`, once that is known) may not be there by then.
   */
  survives?(
    object: SchemaObject<K>,
    dropped: SchemaObject,
    context: Pick<RenderContext, "from" | "to" | "madeAnew">,
  ): boolean;
  /** Does its text stay as it is when `moved`, which it mentions, gets another name? Else the database rewrites it. */
  keepsText?(object: SchemaObject<K>, moved: SchemaObject): boolean;
  render(change: Change<K>, context: RenderContext): readonly Statement[];
}

/** Which children travel with their parent's statements. */
export interface Inline {
  /** Written in the parent's CREATE. */
  readonly create: readonly Kind[];
  /** What is not, for all its kind: it must wait for something that comes after its parent. Absent: there is no such thing. */
  readonly apart?: (object: SchemaObject, graph: SchemaGraph) => boolean;
  /** Gone with the parent's DROP. */
  readonly drop: readonly Kind[];
  /** Merged into one ALTER of the parent. */
  readonly alter: readonly Kind[];
  /** Merged as well when `rebuilds` says that the parent is made anew. */
  readonly rebuild: readonly Kind[];
}

/** How the migrations' own table is spoken to. */
export interface HistorySql {
  /** `placeholder(1)` is "$1" or "?". */
  placeholder(position: number): string;
  /** Parameters cost a round trip of their own: values are written into the statements, by `quoteText`, instead. */
  readonly literals?: true;
  /** An expression for the database's clock as ISO 8601 text in UTC. */
  readonly now: string;
  /** An expression for the database's clock in whole milliseconds since 1970. Absent where runners need no lease (a file's own lock). */
  readonly clock?: string;
  readonly text: string;
  /** For a key column of short ASCII text, where `text` cannot be one. */
  readonly key?: string;
  readonly integer: string;
  /** Schema of the history table where there are schemas, else null. */
  readonly schema: string | null;
  /** A query that gives a row when there is a table of this path. */
  exists(path: readonly string[]): { readonly sql: string; readonly params: readonly string[] };
}

/** Objects whose changes come before and after a change. */
export interface Around {
  readonly before: readonly ObjectId[];
  readonly after: readonly ObjectId[];
  /** Objects that the change names: they have their new names by then. */
  readonly named?: readonly ObjectId[];
}

/** How a serial column's sequence differs from the one that the database would make by itself; numbers are decimal text. */
export interface SerialOptions {
  /** The sequence's own type, where it is not the column's. */
  readonly as?: string;
  readonly sequence?: string;
  readonly start?: string;
  readonly increment?: string;
  readonly min?: string;
  readonly max?: string;
  readonly cache?: string;
  readonly cycle?: boolean;
  /** False: the sequence belongs to nobody, and stays when the column goes. */
  readonly owned?: boolean;
}

/**
 * What other databases of the server have as well: their migrations change it, and it is the same in a database that is made for a trial, where
 * nothing may touch it.
 */
export interface Shared {
  /** In words ("roles"). */
  readonly what: string;
  /** Is the object shared? */
  object(object: SchemaObject): boolean;
  /** Is it the database's own, and yet gone when something shared goes that it needs? Absent: nothing is. */
  goesAlong?(object: SchemaObject): boolean;
  /** Does the statement make, change or drop anything of either? */
  statement(sql: string): boolean;
  /** Does it outlive its drop here while another database needs it? Then it may still be there afterwards. Absent: it goes. */
  readonly stays?: true;
}

/** What a serial column consists of. */
export interface Serial {
  readonly default: Expression;
  readonly sequence: SchemaObject<"sequence">;
}

export interface Dialect {
  readonly name: string;
  readonly label: string;
  readonly kinds: { readonly [K in Kind]: KindDialect<K> | "unsupported" };
  /** Kinds that the database has and this dialect leaves alone, as it is set up: why, and what changes that. Absent: there are none. */
  readonly leaves?: { readonly [K in Kind]?: string };
  /** Why this object of a kind that is not left alone is so all the same: a role that no setting names. Null: it is not. Absent: none is. */
  leavesOne?(object: SchemaObject): string | null;
  /** What tells it from the same dialect that is set up otherwise, beside `leaves`: what `leavesOne` goes by. */
  readonly setUp?: string;
  /** What belongs to the whole server, so that every database on it has a share of it (roles of MySQL). Absent: there is no such thing, or none is looked at. */
  readonly shared?: Shared;
  /** What a model's object asks for and no version of this database has, in words ("privilege TRUNCATE on a table"); null where there is no such thing. */
  lacks?(object: SchemaObject): string | null;
  readonly inline: Inline;
  /**
   * Is it the database itself or what cannot be without it, so that a graph without it does not say anything about it? It is neither made
   * nor dropped, and not listed when no model names it. Absent: there is no such thing.
   */
  readonly permanent?: (object: SchemaObject) => boolean;
  /** Does this table change, with its folded parts, make the table anew? */
  rebuilds(change: Alter<"table">, context: RenderContext): boolean;
  /** Can a column be placed anywhere, so that strict column order can be asked for? */
  readonly placesColumns: boolean;
  /**
   * The names that an object takes, each with its space ("relation:public.users", "constraint:public.users.users_pkey"): two objects
   * with one in common cannot exist at the same time, so a name must be free before it is taken.
   */
  names(object: SchemaObject): readonly string[];
  /** One spelling for all names that are one name to the database (letter case on SQLite); absent where names are exact. */
  readonly foldName?: (name: string) => string;
  /**
   * Objects whose changes must come before or after this one though neither needs the other, where there are such: a table can be
   * attached to another when that one's columns are as they shall be.
   */
  readonly around?: (change: Change, context: Pick<RenderContext, "from" | "to" | "madeAnew">) => Around;
  /**
   * What is in the way of the change until it goes, such as what has a name that the change takes, where `names` cannot tell: what drops, renames
   * or alters it comes before; what makes it again need not.
   */
  readonly holders?: (
    change: Change,
    context: Pick<RenderContext, "from" | "to" | "madeAnew">,
  ) => readonly ObjectId[];
  /**
   * `from` without what has to leave before all else, on the way to `to`: changes would wait for each other if it did so along with them, as
   * partitions do that change places. `now` says which id an object has after the renames.
   */
  readonly cleared?: (
    from: SchemaGraph,
    to: SchemaGraph,
    now: (id: ObjectId) => ObjectId,
    version: number | null,
  ) => SchemaGraph;
  /**
   * The object as it is called and written when `moved` gets another path, where its own name says that one's: a routine with a type among
   * its arguments. Null when it has nothing to do with it. `graph` is what both are in, `version` the
   * server's where it is known.
   */
  readonly follow?: (
    object: SchemaObject,
    moved: SchemaObject,
    path: readonly string[],
    context: { readonly graph: SchemaGraph; readonly version: number | null },
  ) => SchemaObject | null;
  /** What other tables have of this object under the same name because they inherit it: the database renames it there as well. */
  readonly heirs?: (object: SchemaObject, graph: SchemaGraph) => readonly SchemaObject[];
  /**
   * Why the object has to keep its name, though its kind has new ones: a table that has it inherits it from elsewhere, too, or what is called
   * `now`. What holds rows cannot get another name then; all else is dropped and made again.
   */
  readonly keepsName?: (object: SchemaObject, now: string, graph: SchemaGraph) => NameKept | null;
  /** Objects that are what another one has of them, whatever they are called: a partition's parts of indexes. Absent: there are none. */
  readonly parts?: {
    readonly isPart: (object: SchemaObject) => boolean;
    /** Their renames, which nobody has to confirm; some of one object twice, by way of a name that is free. */
    readonly renames: (from: SchemaGraph, to: SchemaGraph) => readonly RenameHint[];
  };
  /** What `sqa lint` asks of statements that somebody wrote: what the database does otherwise than they read. */
  readonly textRules?: readonly TextRule[];
  /** Is an index named within its table, so that its path is [table, index]? Else within the table's schema. */
  readonly indexesInTables?: boolean;
  /** May a foreign key name a table that does not exist (yet)? Then its refs do not order anything. */
  readonly looseForeignKeys: boolean;
  readonly transactionalDdl: boolean;
  readonly maxIdentifierBytes: number;
  /** What exists in a new, empty database (the schema "public"). */
  readonly initial: readonly SchemaObject[];
  /** The schema that a model without one lives in, or null where paths have no schema. */
  readonly defaultSchema: string | null;
  /** May a path begin with a schema all the same, that of another file which is attached to the connection (SQLite)? */
  readonly attaches?: boolean;
  /** What a model's enum becomes: a type of its own, a CHECK, or the column's own type. */
  readonly enums: "type" | "check" | "column";
  readonly history: HistorySql;
  quote(identifier: string): string;
  /** A string literal. */
  quoteText(text: string): string;
  /** How the last part of an object's name stands in statements where that is not the quoted name: an account in its parts (MySQL). */
  readonly written?: (id: ObjectId) => string;
  /** The qualified, quoted name of an object's path. */
  quotePath(path: readonly string[]): string;
  /** A serial column by its path and type, where that is another thing than an identity; absent: it is an identity. */
  serial?(column: readonly string[], type: DataType, options: SerialOptions): Serial;
  /** A portable type in this dialect, or null when it has none. */
  typeOf(type: PortableType): DataType | null;
  /** A type written as SQL text. */
  parseType(sql: string): DataType;
  renderType(type: DataType): string;
  /** A literal default as this database would write it for a column of that type. */
  literal(value: string | number | bigint | boolean | null, type: DataType): Expression;
  /**
   * The name that the database itself would give, so that models only spell out other names; null where it gives none.
   * `taken` answers whether a name is in use already.
   */
  defaultName(
    kind: "primary_key" | "unique" | "check" | "foreign_key" | "index",
    table: readonly string[],
    columns: readonly string[],
    taken: (name: string) => boolean,
  ): string | null;
  /**
   * A query that gives a row when dropping the object of this kind and path would lose something now (rows, values, a counter that has moved),
   * or when this session may not see it. Null where it cannot be asked.
   */
  holds(kind: Kind, path: readonly string[]): string | null;
  /** Identifiers that the text mentions, as the dialect folds them, in order; string literals and comments aside. Qualified names come as paths. */
  mentions(sql: string): readonly (readonly string[])[];
  /** The text with identifiers replaced by token: `replace` gets the folded name and what stands before the dot, if anything. */
  replaceIdentifiers(sql: string, replace: (name: string, qualifier: string | null) => string | null): string;
  /** Options that a model's dialect override may set, by kind, so that a typo is an error: null accepts any. */
  readonly knownOptions: { readonly [K in Kind]?: readonly string[] };
  /** Splits a script into statements without their terminators; pieces and the text between them make up the input. SQA-512 when it ends inside a quote or comment, SQA-531 at what only the shell of the database knows. */
  split(script: string): readonly SplitStatement[];
  /** The same one by one, for scripts of which nobody wants all statements in memory at once. */
  pieces?(script: string): Iterable<SplitStatement>;
  /** Does it only set something for its session (SET …), beyond its transaction? A run that goes on behind it has to set it again. Absent: nothing does. */
  isSetting?(sql: string): boolean;
  /**
   * Does the statement make, change or drop what is in the schema and nothing else, so that files of such statements may share a transaction: no
   * row, no setting, nothing of the session, nothing that depends on when a transaction ends? Absent: no files do.
   */
  sharesTransaction?(sql: string): boolean;
  /** A statement with its terminator as part of a script for the database's own shell; absent: a semicolon behind it. */
  terminated?(sql: string): string;
  /**
   * The same statement told how to run, with what it then does to its table: cheapest first. Which one the server takes is tried in a
   * scratch place. Empty for a statement that has one way; absent where all have.
   */
  readonly forms?: (statement: Statement, version: number | null) => readonly Statement[];
  /**
   * Asks for everything in scope, in a number of round trips that does not depend on the number of objects. What comes back makes objects
   * of the answers, once: of these alone, without asking again.
   */
  read(catalog: Catalog, scope: ReadScope): Promise<() => ReadResult>;
  /** All statements of one direction, less those that do what an earlier one has done for the whole file. */
  settle?(statements: readonly Statement[]): readonly Statement[];
  /**
   * The form of a rendered plan that does not stop the users of a live database, where there is one: it leads to the same schema in more
   * and longer steps. Absent: the dialect's statements are that form already, or there is none.
   */
  online?(statements: readonly Statement[], context: RenderContext): readonly Statement[];
  /** Whole-graph steps of normalisation that no single object can do alone (dropping what is implied by another object). Idempotent. Refs may be missing yet. */
  normalizeGraph(graph: SchemaGraph): SchemaGraph;
  /** An object of a model under its whole path, where the model may leave out what its parent says anyway. Absent: nothing may be left out. */
  withWholePath?(object: SchemaObject): SchemaObject;
  /**
   * A graph in normal form with what its tables have from others without saying so (a partition's columns and keys), for a server of that
   * version. Models may leave it out; what was read from a database has it. Idempotent. Absent: there is no such thing.
   */
  withInherited?(graph: SchemaGraph, version: number | null): SchemaGraph;
  /** The inverse, for models that are written: without what `withInherited` adds again. */
  withoutInherited?(graph: SchemaGraph, version: number | null): SchemaGraph;
  /** The normal graph with the refs that this dialect knows of beside the common ones; nothing else changes. Runs only when refs are needed. Idempotent. */
  completeRefs?(graph: SchemaGraph): SchemaGraph;
}

/** A statement of a script with its place: offsets in UTF-16 units and the 1-based line of its first character. */
export interface SplitStatement {
  readonly sql: string;
  readonly start: number;
  readonly end: number;
  readonly line: number;
}

/** The dialect's entry for an object's or a change's own kind. The one place for the cast that TypeScript needs. */
export function kindOf<K extends Kind>(dialect: Dialect, kind: K): KindDialect<K> | "unsupported" {
  return dialect.kinds[kind] as unknown as KindDialect<K> | "unsupported";
}

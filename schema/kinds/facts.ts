/** What the generic algorithms ask of a kind. Data and small pure functions; no dialect, no I/O. */
import type { DataType, Expression, Field, Kind, Kinds, ObjectId, Options, SchemaObject } from "../object.ts";

/** A column that gets another name. `expression` rewrites SQL text that may mention it (the dialect's lexer does the work). */
export interface ColumnRename {
  readonly table: ObjectId;
  readonly from: string;
  readonly to: string;
  expression(expression: Expression): Expression;
}

export interface KindFacts<K extends Kind> {
  /** For messages: "foreign key". */
  readonly label: string;
  readonly plural: string;
  /** The fields that are compared, `comment` aside. Listed, so that a field can never be forgotten by accident. */
  readonly fields: readonly Exclude<Field<K>, "comment">[];
  /** Dropping one of these destroys rows or values that `down` cannot bring back. */
  readonly holdsData: boolean;
  /**
   * A drop and a create under the same parent with equal fields are the same object under another name: nothing but the name can
   * differ, so renaming it loses nothing and is not a guess.
   */
  readonly sameByShape: boolean;
  /** SQL expressions inside it, for scanning and for asking the server; absent ones left out. */
  expressions(object: SchemaObject<K>): readonly { readonly field: string; readonly expression: Expression }[];
  /** The object with its expressions put through `map`, in the same places. */
  mapExpressions(object: SchemaObject<K>, map: (expression: Expression, field: string) => Expression): SchemaObject<K>;
  /** The object after a column of its own table, or of one that it points to, got another name. */
  renameColumn(object: SchemaObject<K>, rename: ColumnRename): SchemaObject<K>;
  /** Columns that it uses, by table: they become `refs`. */
  columnsUsed(object: SchemaObject<K>): readonly { readonly table: ObjectId; readonly columns: readonly string[] }[];
  /** Types that it is made of, where it has any: those that are objects become `refs`. */
  typesUsed?(object: SchemaObject<K>): readonly DataType[];
  /** The object with each type that it is made of put through `map`, and other ids among its fields through `id`. */
  mapIds?(object: SchemaObject<K>, map: IdMap): SchemaObject<K>;
  /**
   * Its parent has one whether anybody says so or not, so that a graph without it says nothing about it: it is set and never taken away, in
   * no scope, and it is not listed where no model names it. Absent: it is there or not.
   */
  readonly given?: true;
  /** Has the object no owner of its own, because it belongs to something that has one? */
  goesWithOwned?(object: SchemaObject<K>): boolean;
  /** Fields whose null means that the source does not say: not compared with what another says. */
  readonly unsaid?: readonly Exclude<Field<K>, "comment">[];
}

/** How ids inside an object's fields are replaced. */
export interface IdMap {
  type(type: DataType): DataType;
  id(id: ObjectId): ObjectId;
}

/** Facts of a kind that has no expressions and names no columns. */
export function plainFacts<K extends Kind>(
  facts: Pick<KindFacts<K>, "label" | "plural" | "fields" | "holdsData">,
): KindFacts<K> {
  return {
    ...facts,
    sameByShape: false,
    expressions: () => [],
    mapExpressions: (object) => object,
    renameColumn: (object) => object,
    columnsUsed: () => [],
  };
}

/** Kinds that are kept as one text. */
type Defined = { [K in Kind]: Kinds[K] extends { definition: Expression } ? K : never }[Kind];

/** Facts of a kind that is kept as the text of the statement that makes it, or of what it says. `fields`: where it has more than that and options. */
export function definedFacts<K extends Defined>(
  { fields, ...facts }: Pick<KindFacts<K>, "label" | "plural" | "unsaid"> & Partial<Pick<KindFacts<K>, "fields">>,
): KindFacts<K> {
  const kind: KindFacts<"language"> = {
    ...facts as Pick<KindFacts<"language">, "label" | "plural" | "unsaid">,
    fields: (fields ?? ["definition", "options"]) as KindFacts<"language">["fields"],
    holdsData: false,
    sameByShape: false,
    expressions: (object) => [{ field: "definition", expression: object.definition }],
    mapExpressions: (object, map) => ({ ...object, definition: map(object.definition, "definition") }),
    renameColumn: (object, rename) =>
      object.parent === rename.table || object.refs.includes(rename.table)
        ? { ...object, definition: rename.expression(object.definition) }
        : object,
    columnsUsed: () => [],
  };
  // All of them have the text, and what they have beside it plays no part here.
  return kind as unknown as KindFacts<K>;
}

/** `names` with one replaced, when the rename is about `table`. */
export function renamed(names: readonly string[], table: ObjectId | null, rename: ColumnRename): readonly string[] {
  return table === rename.table ? names.map((name) => name === rename.from ? rename.to : name) : names;
}

/** Options in which the column names under `key` are put through the rename: what a key includes, what a foreign key sets to null. */
export function withRenamedList(options: Options, key: string, table: ObjectId | null, rename: ColumnRename): Options {
  const names = options[key];
  return Array.isArray(names) ? { ...options, [key]: renamed(names as string[], table, rename) } : options;
}

/** What stands beside the columns of a table: keys, indexes, checks and foreign keys over several columns, triggers. */
import { model } from "./contract.ts";
import type { ExtraMeta, IndexKeyMeta, PerDatabase, Place, Problem, TriggerMeta } from "./contract.ts";
import type { Columns } from "./column/any_column.ts";
import type { IndexOptions, KeyOptions, ReferenceOptions } from "./column/options.ts";
import { checkMeta, columnIndexKey, indexMeta, keyMeta, referenceMeta, referenceTarget } from "./column/parts.ts";
import { named, nameKeys, type NameOptions, nameOrOptions, optionProblems } from "./options.ts";
import { capture } from "./place.ts";
import { isSql, type Sql, sqlMeta } from "./sql.ts";

/** A constraint, an index or a trigger, made by `self`. */
export interface Extra {
  readonly [model]: ExtraMeta;
  readonly problems: readonly Problem[];
}

/** The keys of a table's columns. */
export type ColumnKey<C extends Columns> = keyof C & string;

/** One key of an index, when a column's key or an expression does not say it all. */
export interface IndexKeyOptions<Key extends string> {
  readonly column?: Key;
  readonly expression?: Sql | string;
  readonly order?: "asc" | "desc";
  readonly nulls?: "first" | "last";
  readonly collate?: string;
  readonly on?: PerDatabase<{ readonly [option: string]: unknown }>;
}

/** One key of an index: a column, an expression, or either with an order. */
export type IndexKey<C extends Columns> = ColumnKey<C> | Sql | IndexKeyOptions<ColumnKey<C>>;

/** What an index over columns of a table may say. */
export interface TableIndexOptions<C extends Columns> extends IndexOptions {
  readonly include?: readonly ColumnKey<C>[];
}

/** Another table: by name, by path, or a function that gives it (annotate it, `(): AnyTable => users`, when the two refer to each other). */
export type TableReference = string | readonly string[] | (() => { readonly [model]: { readonly kind: "table" } });

/** The table that is being made, for what needs more than one of its columns. Column keys are those of the model. */
export interface Self<C extends Columns> {
  /** The columns, for use in `sql`. */
  readonly columns: { readonly [K in keyof C]: C[K] };
  /** `` self.index(["buyerId", { column: "createdAt", order: "desc" }, sql`lower(email)`]) `` */
  index(keys: readonly IndexKey<C>[], options?: string | TableIndexOptions<C>): Extra;
  unique(columns: readonly ColumnKey<C>[], options?: string | KeyOptions): Extra;
  primaryKey(columns: readonly ColumnKey<C>[], options?: string | KeyOptions): Extra;
  check(condition: Sql | string, options?: string | NameOptions): Extra;
  /** `targetColumns` are names in the database or keys of the other model; without them, its primary key. */
  foreignKey(
    columns: readonly ColumnKey<C>[],
    target: TableReference,
    targetColumns?: readonly string[] | null,
    options?: ReferenceOptions,
  ): Extra;
  /** The whole `create trigger` statement, in the words of each database. */
  trigger(name: string, statement: Sql | string, options?: Omit<NameOptions, "name">): Extra;
}

const keyOptionKeys = ["column", "expression", "order", "nulls", "collate", "on"];

function extra(meta: ExtraMeta, problems: readonly Problem[]): Extra {
  return Object.freeze({ [model]: meta, problems });
}

/** One key of an index as metadata. */
function indexKey(key: unknown, place: Place, problems: Problem[]): IndexKeyMeta {
  if (typeof key === "string") return columnIndexKey(key);
  if (isSql(key)) return { ...columnIndexKey(null), expression: key[model] };
  const options = key as IndexKeyOptions<string>;
  problems.push(...optionProblems(options, keyOptionKeys, "a key of an index", place));
  if ((options.column === undefined) === (options.expression === undefined)) {
    problems.push({
      code: "SQA-103",
      message: "a key of an index needs either `column` or `expression`",
      place,
    });
  }
  return {
    column: options.column ?? null,
    expression: options.expression === undefined ? null : sqlMeta(options.expression),
    order: options.order ?? "asc",
    nulls: options.nulls ?? null,
    collate: options.collate ?? null,
    on: options.on ?? {},
  };
}

/** A trigger as metadata. */
export function triggerMeta(
  name: string,
  statement: Sql | string,
  options: Omit<NameOptions, "name">,
  problems: Problem[],
): TriggerMeta {
  const place = capture();
  problems.push(...optionProblems(options, nameKeys.filter((key) => key !== "name"), `trigger "${name}"`, place));
  return { ...named({ ...options, name }), sql: sqlMeta(statement), place };
}

/** The `self` of a table over its bound columns. */
export function makeSelf<C extends Columns>(columns: { readonly [K in keyof C]: C[K] }): Self<C> {
  return {
    columns,
    index(keys, options) {
      const problems: Problem[] = [], place = capture();
      const metas = keys.map((key) => indexKey(key, place, problems));
      return extra({ kind: "index", index: indexMeta(nameOrOptions(options), metas, place, problems) }, problems);
    },
    unique(columns, options) {
      const problems: Problem[] = [];
      const key = keyMeta(nameOrOptions(options), "a unique constraint", capture(), problems);
      return extra({ kind: "unique", columns, key }, problems);
    },
    primaryKey(columns, options) {
      const problems: Problem[] = [];
      const key = keyMeta(nameOrOptions(options), "a primary key", capture(), problems);
      return extra({ kind: "primary_key", columns, key }, problems);
    },
    check(condition, options) {
      const problems: Problem[] = [];
      return extra(
        { kind: "check", check: checkMeta(condition, nameOrOptions(options), capture(), problems) },
        problems,
      );
    },
    foreignKey(columns, target, targetColumns = null, options = {}) {
      const problems: Problem[] = [];
      const reference = referenceMeta(referenceTarget(target), options, capture(), problems);
      return extra({ kind: "foreign_key", columns, targetColumns, reference }, problems);
    },
    trigger(name, statement, options = {}) {
      const problems: Problem[] = [];
      return extra({ kind: "trigger", trigger: triggerMeta(name, statement, options, problems) }, problems);
    },
  };
}

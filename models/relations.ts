/** Relations: how programs get from one table's rows to another's. Kept apart from the columns; nothing of them reaches the database. */
import { model } from "./contract.ts";
import type { Problem, RelationMeta, RelationsMeta, TableMeta } from "./contract.ts";
import { optionProblems } from "./options.ts";
import { capture } from "./place.ts";
import type { AnyTable } from "./table.ts";

/** By which columns; without them, by the one foreign key (or soft reference) between the two tables. Keys are those of the models. */
export interface RelationOptions {
  readonly from?: readonly string[];
  readonly to?: readonly string[];
}

/** One relation: the other table and whether there may be many rows of it. */
export interface Relation<Target extends AnyTable = AnyTable, Many extends boolean = boolean> {
  readonly many: Many;
  readonly target: () => Target;
  /** For the compiler only. */
  readonly $row?: Target extends { readonly $row: infer R } ? (Many extends true ? readonly R[] : R) : unknown;
}

/** What makes relations. */
export interface RelationBuilder {
  /** One row of the other table, or none. */
  one<T extends AnyTable>(target: () => T, options?: RelationOptions): Relation<T, false>;
  many<T extends AnyTable>(
    target: () => T,
    options?: RelationOptions & { readonly through?: () => AnyTable },
  ): Relation<T, true>;
}

/** The relations of a table, by name. */
export type Relations<R extends { readonly [name: string]: Relation } = { readonly [name: string]: Relation }> = R;

const optionKeys = ["from", "to", "through"];

/**
 * Says the relations of a table. Tables made from it inherit them and cannot say them otherwise (SQA-119). Targets are functions, so that two
 * tables may refer to each other. A mistake is reported with those of the models.
 *
 * @example
 * ```ts
 * import { relations, t, table } from "sqa";
 *
 * export const users = table("users", { id: t.bigint().identity().primaryKey() });
 * export const posts = table("posts", { id: t.bigint().identity().primaryKey(), authorId: t.bigint().references("users.id") });
 * export const userRelations = relations(users, (r) => ({ posts: r.many(() => posts) }));
 * export const postRelations = relations(posts, (r) => ({ author: r.one(() => users) }));
 * ```
 */
export function relations<const R extends { readonly [name: string]: Relation }>(
  table: AnyTable,
  define: (r: RelationBuilder) => R,
): Relations<R> {
  const place = capture();
  const problems: Problem[] = [];
  const metas = new Map<object, RelationMeta>();
  const make =
    (many: boolean) => (target: () => AnyTable, options: RelationOptions & { through?: () => AnyTable } = {}) => {
      problems.push(...optionProblems(options, optionKeys, "a relation", place));
      const made = Object.freeze({ many, target });
      metas.set(made, {
        many,
        target,
        from: options.from ?? null,
        to: options.to ?? null,
        through: options.through ?? null,
      });
      return made;
    };
  const made = define({ one: make(false), many: make(true) } as RelationBuilder);
  const named = new Map<string, RelationMeta>();
  for (const [name, relation] of Object.entries(made)) {
    const meta = metas.get(relation);
    if (meta) named.set(name, meta);
    else {problems.push({
        code: "SQA-119",
        message: `"${name}" is no relation`,
        hint: "make it with r.one or r.many",
        place,
      });}
  }
  const said: RelationsMeta = { kind: "relations", table: table[model], relations: named, problems, place };
  table[model].relations.push(said);
  return Object.freeze({ ...made });
}

/** All relations of a table, those of its parents first. */
export function relationsOf(table: AnyTable): ReadonlyMap<string, RelationMeta> {
  const all = new Map<string, RelationMeta>();
  for (const meta of lineage(table[model])) {
    for (const { relations } of meta.relations) {
      for (const [name, relation] of relations) if (!all.has(name)) all.set(name, relation);
    }
  }
  return all;
}

/** A table's parents, the topmost first, and itself. */
export function lineage(meta: TableMeta): readonly TableMeta[] {
  return meta.inherits ? [...lineage(meta.inherits.parent), meta] : [meta];
}

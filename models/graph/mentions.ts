/** Which objects a piece of SQL text names: the edges that a text gives the graph. It may find too many; it must not find too few. */
import type { Dialect } from "../../dialects/dialect.ts";
import { objectId } from "../../schema/id.ts";
import type { ObjectId } from "../../schema/object.ts";
import type { TableEntry } from "./catalog.ts";

export interface Mentions {
  /** Columns of one table that the text names, in the table's order. */
  columns(sql: string, table: TableEntry): readonly string[];
  /** Enum types that the text names. */
  types(sql: string): readonly ObjectId[];
  /** Tables, views and enums that the text names, and their columns that it may read. */
  everything(sql: string): readonly ObjectId[];
}

/** What the lookup has to know of a catalog. */
export interface Names {
  readonly tables: readonly NamedTable[];
  readonly views: readonly { readonly kind: "view"; readonly path: readonly string[]; readonly id: ObjectId }[];
  readonly enums: readonly { readonly path: readonly string[]; readonly id: ObjectId }[];
}

interface NamedTable {
  readonly kind: "table";
  readonly path: readonly string[];
  readonly id: ObjectId;
  readonly columns: readonly { readonly name: string }[];
}

/** The names of a catalog, ready for looking texts up in. */
export function makeMentions(catalog: Names, dialect: Dialect): Mentions {
  const folds = new Map<string, string>();
  const fold = (name: string): string => {
    let folded = folds.get(name);
    if (folded === undefined) folds.set(name, folded = dialect.mentions(dialect.quote(name))[0]?.at(-1) ?? name);
    return folded;
  };
  const relations = new Map<string, { path: readonly string[]; id: ObjectId; table: NamedTable | null }[]>();
  for (const entry of [...catalog.tables, ...catalog.views]) {
    const item = { path: entry.path.map(fold), id: entry.id, table: entry.kind === "table" ? entry : null };
    const name = item.path.at(-1)!;
    relations.set(name, [...(relations.get(name) ?? []), item]);
  }
  const enums = new Map(catalog.enums.map((entry) => [fold(entry.path.at(-1)!), entry.id]));
  const hasTypes = dialect.enums === "type" && enums.size > 0;

  const types = (paths: readonly (readonly string[])[]): ObjectId[] =>
    hasTypes ? paths.flatMap((path) => enums.get(path.at(-1)!) ?? []) : [];

  return {
    columns(sql, table) {
      const names = new Set(dialect.mentions(sql).map((path) => path.at(-1)!));
      return table.columns.filter((column) => names.has(fold(column.name))).map((column) => column.name);
    },
    types: (sql) => hasTypes ? types(dialect.mentions(sql)) : [],
    everything(sql) {
      const paths = dialect.mentions(sql);
      const names = new Set(paths.flat());
      const found = new Set<ObjectId>(types(paths));
      const star = /\bselect\s+((all|distinct)\s+)?\*|[.,]\s*\*/i.test(sql);
      for (const path of paths) {
        for (const item of relations.get(path.at(-1)!) ?? []) {
          if (path.length > 1 && item.path.length > 1 && path.at(-2) !== item.path.at(-2)) continue;
          found.add(item.id);
          for (const column of item.table?.columns ?? []) {
            if (star || names.has(fold(column.name))) found.add(objectId("column", [...item.table!.path, column.name]));
          }
        }
      }
      return [...found];
    },
  };
}

/** What a picture of a schema shows, whatever draws it: tables with their columns and keys, and which table points to which. */
import { children, ofKind, type SchemaGraph } from "../../schema/graph.ts";
import { inOrder } from "../../schema/kinds/column.ts";
import type { ObjectId, SchemaObject } from "../../schema/object.ts";
import type { SoftReference } from "../../models/graph/links.ts";
import type { Dialect } from "../../dialects/dialect.ts";

/** A column in a picture. */
export interface PicturedColumn {
  readonly name: string;
  readonly type: string;
  readonly keys: readonly ("PK" | "FK" | "UK")[];
  readonly nullable: boolean;
  readonly comment: string | null;
}

/** A table in a picture. */
export interface PicturedTable {
  readonly id: ObjectId;
  /** Its name, without the schema when that is the default one. */
  readonly name: string;
  readonly module: string | null;
  readonly comment: string | null;
  readonly columns: readonly PicturedColumn[];
}

/** A reference: of a foreign key, or a soft one, which no constraint stands behind. */
export interface PicturedReference {
  readonly from: PicturedTable;
  readonly to: PicturedTable;
  readonly columns: readonly string[];
  /** The columns that they point to; none where that is not said. */
  readonly targets: readonly string[];
  /** Rows of `from` need not point to one of `to`. */
  readonly optional: boolean;
  readonly soft: boolean;
}

/** A picture of a graph's tables, in the order of their ids. */
export interface Picture {
  readonly tables: readonly PicturedTable[];
  readonly references: readonly PicturedReference[];
}

/** The picture of a graph; `soft` are the references that only its models know. */
export function pictureOf(graph: SchemaGraph, dialect: Dialect, soft: readonly SoftReference[] = []): Picture {
  const tables = new Map(ofKind(graph, "table").map((table) => [table.id, pictured(table, graph, dialect)]));
  const reference = (
    from: ObjectId | null,
    to: ObjectId,
    columns: readonly string[],
    targets: readonly string[],
    isSoft: boolean,
  ): readonly PicturedReference[] => {
    const [one, other] = [from && tables.get(from), tables.get(to)];
    if (!one || !other) return [];
    const optional = one.columns.some(({ name, nullable }) => nullable && columns.includes(name));
    return [{ from: one, to: other, columns, targets, optional, soft: isSoft }];
  };
  const references = [...tables.keys()].flatMap((id) =>
    children(graph, id, "foreign_key").flatMap((key) =>
      reference(id, key.references.table, key.columns, key.references.columns, false)
    )
  );
  const softer = soft.flatMap(({ from, to }) => {
    const targetColumns = (id: ObjectId) =>
      graph.objects.get(id)?.kind === "column" ? [graph.objects.get(id)!.name.at(-1)!] : [];
    const column = graph.objects.get(from), target = graph.objects.get(to)?.parent ?? to;
    return column?.kind === "column"
      ? reference(column.parent, target, [column.name.at(-1)!], targetColumns(to), true)
      : [];
  });
  return { tables: [...tables.values()], references: [...references, ...softer] };
}

function pictured(table: SchemaObject<"table">, graph: SchemaGraph, dialect: Dialect): PicturedTable {
  const primary = new Set(children(graph, table.id, "primary_key").flatMap((key) => key.columns));
  const foreign = new Set(children(graph, table.id, "foreign_key").flatMap((key) => key.columns));
  const unique = new Set(
    children(graph, table.id, "unique").flatMap((key) => key.columns.length === 1 ? key.columns : []),
  );
  const columns = inOrder(children(graph, table.id, "column")).map((column): PicturedColumn => {
    const name = column.name.at(-1)!;
    const keys = [[primary, "PK"], [foreign, "FK"], [unique, "UK"]] as const;
    return {
      name,
      type: dialect.renderType(column.type),
      keys: keys.flatMap(([names, key]) => names.has(name) ? [key] : []),
      nullable: column.nullable,
      comment: column.comment || null,
    };
  });
  const path = table.name.length > 1 && table.name[0] === dialect.defaultSchema ? table.name.slice(1) : table.name;
  return {
    id: table.id,
    name: path.join("."),
    module: table.origin?.module ?? null,
    comment: table.comment || null,
    columns,
  };
}

/** Which tables point to which: by foreign keys of the graph, and by soft references, which the database knows nothing of. */
import { objectId } from "../../schema/id.ts";
import type { ObjectId, SchemaObject } from "../../schema/object.ts";
import type { ReferenceMeta } from "../contract.ts";
import type { Build, PrimaryKeys } from "./build.ts";
import { type ColumnEntry, isFor, type TableEntry } from "./catalog.ts";
import { resolveTarget } from "./references.ts";

/** One table pointing to another. */
export interface Link {
  readonly from: TableEntry;
  readonly to: TableEntry;
  /** Names in the database. */
  readonly columns: readonly string[];
  readonly targetColumns: readonly string[];
  /** No constraint stands behind it. */
  readonly soft: boolean;
}

/** A soft reference by ids, for pictures. */
export interface SoftReference {
  readonly from: ObjectId;
  readonly to: ObjectId;
}

/** All links of the catalog. Soft references to nothing are reported like references (SQA-105). */
export function linksOf(objects: readonly SchemaObject[], build: Build, primaryKeys: PrimaryKeys): readonly Link[] {
  const byId = new Map(build.catalog.tables.map((table) => [table.id, table]));
  const hard = objects.flatMap((object): Link[] => {
    if (object.kind !== "foreign_key") return [];
    const from = byId.get(object.parent!), to = byId.get(object.references.table);
    return from && to
      ? [{ from, to, columns: object.columns, targetColumns: object.references.columns, soft: false }]
      : [];
  });
  const soft = build.catalog.tables.flatMap((table) =>
    table.columns.flatMap((column) =>
      column.state.softReferences.flatMap((reference) => softLink(table, column, reference, build, primaryKeys) ?? [])
    )
  );
  return [...hard, ...soft];
}

function softLink(
  table: TableEntry,
  column: ColumnEntry,
  reference: ReferenceMeta,
  build: Build,
  primaryKeys: PrimaryKeys,
): Link | null {
  const { dialect, catalog, report } = build;
  if (!isFor(reference, dialect)) return null;
  const what = `the soft reference of "${table.meta.name}.${column.key}"`;
  const target = resolveTarget(reference, null, 1, {
    dialect,
    catalog,
    report,
    what,
    place: reference.place,
    primaryKeyOf: (entry) => primaryKeys.get(entry) ?? [],
  });
  return target?.entry
    ? { from: table, to: target.entry, columns: [column.name], targetColumns: target.columns, soft: true }
    : null;
}

/** The soft ones among links, by the ids of their columns. */
export function softReferences(links: readonly Link[]): readonly SoftReference[] {
  return links.filter((link) => link.soft).map(({ from, to, columns, targetColumns }) => ({
    from: objectId("column", [...from.path, columns[0]!]),
    to: objectId("column", [...to.path, targetColumns[0]!]),
  }));
}

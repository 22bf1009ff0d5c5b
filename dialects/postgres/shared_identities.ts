/**
 * Identities that a partition shares with its table (17). Only statements about the topmost table give, change or take one. DETACH takes it from the
 * partition and from all below, ATTACH gives it to the partition alone (MergeAttributesIntoExisting and DetachPartitionFinalize in tablecmds.c, the
 * same in 17 and 18): those below refuse rows without a value from then on, and a DROP IDENTITY, SET GENERATED or DETACH above fails on them ("is not
 * an identity column"). So partitions of a table that is attached are taken out before that and put back after it. Pure.
 */
import type { RenderContext } from "../dialect.ts";
import { sameJson } from "../../schema/canonical.ts";
import { children, type SchemaGraph, withoutRefs } from "../../schema/graph.ts";
import type { ObjectId, SchemaObject } from "../../schema/object.ts";
import {
  type AnyTable,
  heirsOf,
  inParents,
  isPartition,
  isRebound,
  isThere,
  joins,
  reboundIn,
  tableIn,
  wholesOf,
} from "./inheritance.ts";

type Graphs = Pick<RenderContext, "from" | "to" | "madeAnew">;
type Versioned = Graphs & Pick<RenderContext, "version">;
type Column = SchemaObject<"column">;

/** Is it a partition's column whose identity is not that of its table's? `graph` is of a server that shares identities (17). */
export function isUnshared(graph: SchemaGraph, column: Column): boolean {
  if (!isPartition(tableIn(graph, column.parent))) return false;
  const above = inParents(graph, column as unknown as SchemaObject)[0] as unknown as Column | undefined;
  return above !== undefined &&
    !sameJson(column.identity, above.identity && { mode: above.identity.mode, options: {} });
}

/** The first such column of a table. */
export function unsharedIn(graph: SchemaGraph, id: ObjectId): Column | undefined {
  return children(graph, id, "column").find((column) => isUnshared(graph, column));
}

/** Is an existing table attached in this plan, and are there identities that it is given with that? */
export function getsIdentities(context: Graphs, id: ObjectId): boolean {
  const table = tableIn(context.to, id);
  if (!table || !isPartition(table)) return false;
  const has = (graph: SchemaGraph) => children(graph, id, "column").some(({ identity }) => identity !== null);
  // The columns of its new table are what they shall be by then; those of the same table may change before or after.
  if (joins(context, id)) return has(context.to);
  return isRebound(context, id) &&
    (has(context.from) || has(context.to));
}

/** Is the table attached anew, or part of one that is? */
export function isCarried(context: Graphs, table: AnyTable | undefined): boolean {
  return table !== undefined && [table.id, ...wholesOf(context.to, table)].some((id) => getsIdentities(context, id));
}

/** The partitions that a table keeps all along. */
export function standing(context: Graphs, id: ObjectId): readonly AnyTable[] {
  return heirsOf(context.to, id).filter((table) => {
    const old = isThere(context, table.id) ? tableIn(context.from, table.id) : undefined;
    return isPartition(table) && isPartition(old) && old!.inherits[0] === id;
  });
}

/** The partitions of a table that is attached anew that are taken out meanwhile: all that shall share its identities. */
export function carried(context: Versioned, id: ObjectId): readonly AnyTable[] {
  if ((context.version ?? 0) < 170000 || !isCarried(context, tableIn(context.to, id))) return [];
  return standing(context, id).filter((table) => !unsharedIn(context.to, table.id));
}

/** What comes before such a table is attached, so that it is known which partitions it has by then: those that go, and others' new bounds. */
export function settledBelow(context: Graphs, id: ObjectId): readonly ObjectId[] {
  if (!isCarried(context, tableIn(context.to, id))) return [];
  const going = heirsOf(context.from, id).filter((old) =>
    isPartition(old) && !context.madeAnew?.has(old.id) && tableIn(context.to, old.id)?.inherits[0] !== id
  );
  return [
    ...[...going, ...reboundIn(context, id).slice(0, 1)].map((table) => table.id),
    ...standing(context, id).flatMap((table) => settledBelow(context, table.id)),
  ];
}

/** The tables above one that joins them which are attached anew themselves: they come before. */
export function attachedAnewAbove(context: Graphs, table: AnyTable): readonly ObjectId[] {
  return wholesOf(context.to, table).filter((id) => getsIdentities(context, id));
}

/**
 * The partitions of the old graph, by their ids there, whose tables have an identity that they lack, while they shall have it or their table shall
 * have none either: they are attached again. `now` says which id an object has after the renames.
 */
export function lackingIdentities(
  from: SchemaGraph,
  to: SchemaGraph,
  now: (id: ObjectId) => ObjectId,
  version: number | null,
): readonly ObjectId[] {
  if ((version ?? 0) < 170000) return [];
  const [old, next] = [withoutRefs(from), withoutRefs(to)];
  return [...old.objects.keys()].flatMap((id) => {
    const table = tableIn(old, id);
    if (!table || !isPartition(table) || !unsharedIn(old, id)) return [];
    const after = tableIn(next, now(id));
    return after && !unsharedIn(next, after.id) ? [id] : [];
  });
}

/**
 * Partitions of tables that foreign keys refer to. The server neither takes one out nor drops it while a row that stays refers to a row of it,
 * whether the key is valid, enforced or of the same table (ATDetachCheckNoForeignKeyRefs in tablecmds.c, the same in 15 to 18). So the keys that go
 * go before, and those that come come after. Pure.
 */
import type { Around, RenderContext } from "../dialect.ts";
import type { Change } from "../../diff/change.ts";
import type { Statement } from "../../diff/plan_types.ts";
import { children, type SchemaGraph } from "../../schema/graph.ts";
import type { ObjectId, SchemaObject } from "../../schema/object.ts";
import { dependentsOf } from "./dependents.ts";
import { type AnyTable, heirsOf, isKept, isPartition, isRebound, joins, leaves, tableIn } from "./inheritance.ts";
import { refusesReferred } from "./row_refusals.ts";
import { quoteId, quotePath } from "./sql.ts";
import { accessExclusive, statement } from "./statement.ts";

type ForeignKey = SchemaObject<"foreign_key">;
type Graphs = Pick<RenderContext, "from" | "to" | "madeAnew">;

/** The tables that a partition is part of, the nearest first. */
export function wholesOf(graph: SchemaGraph, table: AnyTable | undefined): readonly ObjectId[] {
  if (!table || !isPartition(table)) return [];
  const parent = table.inherits[0]!;
  return [parent, ...wholesOf(graph, tableIn(graph, parent))];
}

/** The partitions of a table, and theirs. */
export function partitionsBelow(graph: SchemaGraph, id: ObjectId): readonly AnyTable[] {
  return heirsOf(graph, id).filter(isPartition).flatMap((table) => [table, ...partitionsBelow(graph, table.id)]);
}

/** The foreign keys that refer to the tables that a partition is part of. */
export function referringKeys(graph: SchemaGraph, table: AnyTable | undefined): readonly ForeignKey[] {
  return wholesOf(graph, table).flatMap((id) =>
    // A key to its own table has that as its parent, and no reference to it.
    [...children(graph, id, "foreign_key"), ...dependentsOf(graph, id).filter((each) => each.parent !== id)]
      .filter((each): each is ForeignKey => each.kind === "foreign_key" && each.references.table === id)
  );
}

/** DETACH PARTITION: rows that refer to its rows by a key that stays stand in its way. */
export function detach(change: Change, table: AnyTable, context: RenderContext): Statement {
  const parent = table.inherits[0]!, sql = `ALTER TABLE ${quoteId(parent)} DETACH PARTITION ${quotePath(table.name)}`;
  const keys = referringKeys(context.from, tableIn(context.from, table.id)).filter((key) => isKept(context, key.id));
  return statement(change, sql, {
    locks: [accessExclusive(table.id)],
    scans: [...new Set(keys.map((key) => key.parent!))],
    mayFail: refusesReferred(table.name, keys, context.from),
  });
}

/** The foreign keys that go before the change: they refer to the partition that goes, leaves or gets another bound. */
export function goingKeys(change: Change, context: Graphs): readonly ObjectId[] {
  if (change.kind !== "table" && change.kind !== "foreign_table" || change.op === "create" || change.op === "rename") {
    return [];
  }
  return change.op === "drop" || moves(context, change.from.id)
    ? referringKeys(context.from, tableIn(context.from, change.from.id)).map(({ id }) => id).filter((id) =>
      !isKept(context, id)
    )
    : [];
}

/** A foreign key that comes, or gets valid, comes after the partitions whose rows it may refer to then, and after those that leave. */
export function aroundReferring(change: Change, context: Graphs): Around {
  if (change.kind !== "foreign_key" || change.op === "drop" || change.op === "rename") return { before: [], after: [] };
  const { table } = change.to.references;
  const moving = [...partitionsBelow(context.from, table), ...partitionsBelow(context.to, table)]
    .filter(({ id }) => !context.to.objects.has(id) || moves(context, id));
  return { before: moving.map(({ id }) => id), after: [] };
}

/** Does a table that stays leave its table as a partition, join one, or get another bound? */
function moves(context: Graphs, id: ObjectId): boolean {
  return leaves(context, id) || joins(context, id) || isRebound(context, id);
}

/** Does a key go before a partition leaves that has a copy of it, with the copy? Keys to other tables go after that. */
export function goesWithCopies(key: ForeignKey, table: AnyTable | undefined, context: Graphs): boolean {
  return !isKept(context, key.id) && wholesOf(context.from, table).includes(key.references.table);
}

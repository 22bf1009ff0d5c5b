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
import {
  type AnyTable,
  heirsOf,
  isKept,
  isPartition,
  isRebound,
  joins,
  leaves,
  reboundIn,
  tableIn,
  wholesOf,
} from "./inheritance.ts";
import { refusesReferred } from "./row_refusals.ts";
import { getsIdentities, standing } from "./shared_identities.ts";
import { quoteId, quotePath } from "./sql.ts";
import { accessExclusive, statement } from "./statement.ts";

type ForeignKey = SchemaObject<"foreign_key">;
type Graphs = Pick<RenderContext, "from" | "to" | "madeAnew">;

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
  const from = tableIn(context.from, change.from.id);
  if (change.op !== "drop" && !moves(context, change.from.id)) return [];
  const tables = from ? [from, ...takenAlong(context, from.id)] : [];
  return tables.flatMap((table) => referringKeys(context.from, table)).map(({ id }) => id)
    .filter((id) => !isKept(context, id));
}

/** The partitions below a table that are taken out while it is attached again (attach.ts). */
function takenAlong(context: Graphs, id: ObjectId): readonly AnyTable[] {
  const below = (each: ObjectId): readonly AnyTable[] =>
    standing(context, each).flatMap((table) => [tableIn(context.from, table.id)!, ...below(table.id)]);
  return getsIdentities(context, id) ? below(id) : [];
}

/** A foreign key that comes, or gets valid, comes after the partitions whose rows it may refer to then, and after those that leave. */
export function aroundReferring(change: Change, context: Graphs): Around {
  if (change.kind !== "foreign_key" || change.op === "drop" || change.op === "rename") return { before: [], after: [] };
  const { table } = change.to.references;
  const above = [table, ...wholesOf(context.to, tableIn(context.to, table))]
    .flatMap((id) => getsIdentities(context, id) ? attacherOf(context, id) : []);
  const moving = [...partitionsBelow(context.from, table), ...partitionsBelow(context.to, table)]
    .filter(({ id }) => !context.to.objects.has(id) || moves(context, id));
  return { before: [...above, ...moving.map(({ id }) => id)], after: [] };
}

/** The table whose change attaches a partition anew: of those that only get other bounds the first does so for all. */
function attacherOf(context: Graphs, id: ObjectId): ObjectId {
  const parent = tableIn(context.to, id)!.inherits[0]!, rebound = reboundIn(context, parent).map((each) => each.id);
  return rebound.includes(id) ? rebound[0]! : id;
}

/** Does a table that stays leave its table as a partition, join one, or get another bound? */
function moves(context: Graphs, id: ObjectId): boolean {
  return leaves(context, id) || joins(context, id) || isRebound(context, id);
}

/** Does a key go before a partition leaves that has a copy of it, with the copy? Keys to other tables go after that. */
export function goesWithCopies(key: ForeignKey, table: AnyTable | undefined, context: Graphs): boolean {
  return !isKept(context, key.id) && wholesOf(context.from, table).includes(key.references.table);
}

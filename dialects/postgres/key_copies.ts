/**
 * A foreign key of a partitioned table has a copy on each partition, made by the server under the key's own name, or taken over from the
 * partition when that had an equal one, whose name then stays: the key's option `copies` says which are named otherwise, by the partition's
 * path. Pure.
 */
import type { Around, RenderContext } from "../dialect.ts";
import { after, before, type Change, type Rename } from "../../diff/change.ts";
import type { Statement } from "../../diff/plan_types.ts";
import { sameJson } from "../../schema/canonical.ts";
import { children, type SchemaGraph } from "../../schema/graph.ts";
import { objectId, pathOfId } from "../../schema/id.ts";
import type { ObjectId, Options, SchemaObject } from "../../schema/object.ts";
import { type AnyTable, joins, leaves, tableIn, wholesOf } from "./inheritance.ts";
import { goesWithCopies, partitionsBelow } from "./referred_parts.ts";
import { dotted, quote, quoteId, undotted } from "./sql.ts";
import { quick } from "./statement.ts";

type ForeignKey = SchemaObject<"foreign_key">;

/** The copies that have a name of their own: `{"public.part": "part_a_fkey"}`. */
function copiesOf(key: ForeignKey): Readonly<Record<string, unknown>> {
  const { copies } = key.options;
  return typeof copies === "object" && copies !== null ? copies as Readonly<Record<string, unknown>> : {};
}

/** The name of a key's copy on that partition. */
export function copyName(key: ForeignKey, partition: ObjectId): string {
  return String(copiesOf(key)[dotted(pathOfId(partition))] ?? key.name.at(-1)!);
}

/** The foreign keys of the tables that a partition is part of: it has a copy of each. */
function copiedKeys(graph: SchemaGraph, table: AnyTable | undefined): readonly ForeignKey[] {
  return wholesOf(graph, table).flatMap((id) => children(graph, id, "foreign_key"));
}

/** The keys whose copies a partition takes along when it leaves: not those that go before. */
export function keysTakenAlong(
  context: Pick<RenderContext, "from" | "to" | "madeAnew">,
  table: AnyTable | undefined,
): readonly ForeignKey[] {
  return copiedKeys(context.from, table).filter((key) => !goesWithCopies(key, table, context));
}

/** Is a foreign key a copy that its table keeps when it leaves? */
export function isKeptCopy(context: RenderContext, key: ForeignKey): boolean {
  if (!leaves(context, key.parent)) return false;
  const kept = keysTakenAlong(context, tableIn(context.from, key.parent)).filter(({ id }) =>
    !context.madeAnew?.has(id)
  );
  return copied(kept, key).some((each) => Boolean(each.options.not_valid) === Boolean(key.options.not_valid));
}

/** Is a foreign key a copy that its table will have when it is attached? Before 18 the server does not take one over that rows need not meet. */
export function isCopiedKey({ to, version }: Pick<RenderContext, "to" | "version">, key: ForeignKey): boolean {
  if (key.options.not_valid && (version ?? 0) < 180000) return false;
  return copied(copiedKeys(to, tableIn(to, key.parent)), key).length > 0;
}

/** Those of the keys that this one would be the copy of. */
function copied(keys: readonly ForeignKey[], copy: ForeignKey): readonly ForeignKey[] {
  return keys.filter((each) => copyName(each, copy.parent!) === copy.name.at(-1) && alike(each, copy));
}

/** Does the server take one for the other (tryAttachPartitionForeignKey in tablecmds.c)? */
function alike(a: ForeignKey, b: ForeignKey): boolean {
  const shape = (key: ForeignKey) => [
    key.columns,
    key.references,
    key.onDelete,
    key.onUpdate,
    key.match,
    key.deferrable,
    Boolean(key.options.not_enforced),
  ];
  return sameJson(shape(a), shape(b));
}

/** Gives the copies of a made or altered key the names that they shall have. */
export function nameCopies(change: Change, context: RenderContext): readonly Statement[] {
  const from = change.op === "alter" ? before(change) as ForeignKey : null, to = after(change) as ForeignKey;
  return partitionsBelow(context.to, to.parent!).flatMap((table) =>
    renamed(change, table.id, nameNow(table, from, to, context), copyName(to, table.id))
  );
}

/** The name that the copy on a partition has before this plan names it. */
function nameNow(table: AnyTable, from: ForeignKey | null, to: ForeignKey, context: RenderContext): string {
  const made = to.name.at(-1)!;
  if (!tableIn(context.from, table.id)) return made;
  const stood = from !== null && partitionsBelow(context.from, from.parent!).some((each) => each.id === table.id);
  if (stood && !leaves(context, table.id)) return copyName(from, table.id);
  // One that comes with an equal key keeps it, and its own partitions keep the copies of that.
  const kept = [
    ...children(context.from, table.id, "foreign_key"),
    ...copiedKeys(context.from, tableIn(context.from, table.id)),
  ]
    .find((key) => joins(context, key.parent) && isCopiedKey(context, key));
  return kept ? copyName(kept, table.id) : made;
}

/** The server renames a key alone: the copies that have its name follow it here. */
export function renameCopies(change: Rename<"foreign_key">, context: RenderContext): readonly Statement[] {
  const { from, to } = change;
  return renamedAlong(change, context)
    .flatMap((table) => renamed(change as Change, table.id, from.name.at(-1)!, to.name.at(-1)!));
}

/** The partitions on which a renamed key's copy has its name. */
function renamedAlong({ to }: Rename<"foreign_key">, { from }: Pick<RenderContext, "from">): readonly AnyTable[] {
  return partitionsBelow(from, to.parent!).filter(({ id }) => copiesOf(to)[dotted(pathOfId(id))] === undefined);
}

function renamed(change: Change, table: ObjectId, from: string, to: string): readonly Statement[] {
  if (from === to) return [];
  return [quick(change, table, `ALTER TABLE ${quoteId(table)} RENAME CONSTRAINT ${quote(from)} TO ${quote(to)}`)];
}

/** The partitions are there, and attached, before their copies are named; where the key gets another name, they have theirs. */
export function aroundKeyCopies(change: Change, context: Pick<RenderContext, "from" | "to">): Around {
  if (change.kind !== "foreign_key" || change.op === "drop") return { before: [], after: [] };
  if (change.op === "rename") {
    const named = renamedAlong(change as Rename<"foreign_key">, context).map(({ id }) => id);
    return { before: [], after: [], named };
  }
  const named = Object.keys(copiesOf(change.to)).flatMap((path) => {
    const name = undotted(path);
    return [objectId("table", name), objectId("foreign_table", name)].filter((id) => tableIn(context.to, id));
  });
  return { before: named, after: [] };
}

/** Options of a key without the names of its copies. */
export function withoutCopies({ copies: _names, ...rest }: Options): Options {
  return rest;
}

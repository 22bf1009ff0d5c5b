/** The parts of partitioned indexes and keys: made with their table or by themselves, then attached to the whole. Pure. */
import type { Around, RenderContext } from "../dialect.ts";
import { after, type Change, type Create } from "../../diff/change.ts";
import type { Statement } from "../../diff/plan_types.ts";
import { sameJson } from "../../schema/canonical.ts";
import { children, type SchemaGraph } from "../../schema/graph.ts";
import type { Json, ObjectId, SchemaObject } from "../../schema/object.ts";
import { dependentsOf } from "./dependents.ts";
import { mentions } from "./expression.ts";
import {
  heirsOf,
  inParents,
  isAttached,
  isInherited,
  isPartition,
  joins,
  leaves,
  tableIn,
  wholeOf,
} from "./inheritance.ts";
import type { Part } from "./made_apart.ts";
import { objectName } from "./names.ts";
import { quote, quoteId, quotePath } from "./sql.ts";
import { accessExclusive, statement } from "./statement.ts";
import { isUnchecked, isUncheckedHere, rootsOf, tablesBelow } from "./unchecked.ts";

/**
 * Is a partitioned index or key one that not all partitions have a part of? It is invalid until they do (CREATE INDEX ON ONLY), and made when
 * they are there, for the server gives a partition that comes later its part at once.
 */
export function isIncomplete(object: SchemaObject): boolean {
  return "options" in object && Boolean(object.options.incomplete);
}

/**
 * Is it a part that only the server can make? It does not take an index that is there already for a part of a WITHOUT OVERLAPS key or an
 * exclusion constraint (CompareIndexInfo in index.c: "No support currently for comparing exclusion indexes").
 */
export function isServerMade(object: SchemaObject): boolean {
  return "options" in object && isAttached(object) &&
    (object.kind === "exclusion" || Boolean(object.options.without_overlaps));
}

/**
 * Must it be made anew to be as it shall be? The server takes no part from a partitioned index that is complete, none that is there already into
 * a key whose parts it makes itself, and looks whether an index is complete only when it gets a part.
 */
export function losesParts(from: SchemaObject, to: SchemaObject, context: RenderContext): boolean {
  return !isIncomplete(from) && isIncomplete(to) || !isServerMade(from) && isServerMade(to) ||
    isIncomplete(from) && !isIncomplete(to) && !isAttached(to as Part) && !becomesComplete(to, context);
}

/** Does an index that lacks parts, or one below it that does, get one, and all below it what they lack (validatePartitionedIndex in tablecmds.c)? */
function becomesComplete(whole: SchemaObject, context: RenderContext): boolean {
  const before = context.from.objects.get(whole.id);
  if (before && !isIncomplete(before)) return true;
  const parts = partsOf(whole, context.to),
    open = (part: SchemaObject) => {
      const old = context.from.objects.get(part.id);
      return old !== undefined && isIncomplete(old);
    };
  return parts.some((part) => open(part) || isGained(part, whole, context)) &&
    parts.every((part) => !open(part) || becomesComplete(part, context));
}

/** Is it a part that is attached by a statement of its own, not with its table? */
function isGained(part: SchemaObject, whole: SchemaObject, context: RenderContext): boolean {
  const old = context.from.objects.get(part.id);
  return tableIn(context.from, part.parent) !== undefined && !joins(context, part.parent) &&
    !old?.refs.includes(whole.id);
}

/** The parts of a partitioned index or key. */
export function partsOf(whole: SchemaObject, graph: SchemaGraph): readonly SchemaObject[] {
  return dependentsOf(graph, whole.id).filter((each) =>
    each.parent !== null && each.parent !== whole.parent && "options" in each && isAttached(each)
  );
}

/** Is it one that can only be made when its table has its place: a partition attached, or partitions of its own? */
export function isLater(object: SchemaObject, graph: SchemaGraph): boolean {
  if (!("options" in object)) return false;
  return isIncomplete(object) || isServerMade(object) || isUnchecked(object, graph) ||
    isAttached(object) && isIncomplete(wholeOf(graph, object) ?? object);
}

/** Is it made when the tables below are there? */
export function waitsForHeirs(object: SchemaObject, graph: SchemaGraph): boolean {
  return isIncomplete(object) || isUnchecked(object, graph) || isUncheckedHere(object, graph);
}

/**
 * What cannot be made with its table waits for the partitions that its table shall have: a check for those below them, too, while theirs get
 * the part of an index from the partition's own part.
 */
export function aroundIncomplete(change: Change, context: Pick<RenderContext, "from" | "to">): Around {
  const made = change.op === "create" ? change.to : null;
  const gone = tablesWithoutPart(change, context);
  if (gone.length > 0) return { before: gone, after: [] };
  // An heir's check comes with its parent's; where that one has to be added again, all heirs must be there.
  if (made?.kind === "check" && isInherited(made as SchemaObject<"check">)) {
    const roots = isUncheckedHere(made, context.to) ? rootsOf(made, context.to) : [];
    const below = roots.flatMap((root) => [root.id, ...tablesBelow(root.parent!, context.to)]);
    return { before: [...inParents(context.to, made).map(({ id }) => id), ...below], after: [] };
  }
  if (!made?.parent || !waitsForHeirs(made, context.to)) return { before: [], after: [] };
  const below = made.kind === "check"
    ? tablesBelow(made.parent, context.to)
    : heirsOf(context.to, made.parent).map(({ id }) => id);
  return { before: below, after: [] };
}

/** A foreign key needs a whole key, or unique index: the parts of a partitioned one are there before. */
export function aroundReferences(change: Change, context: Pick<RenderContext, "from" | "to">): Around {
  const none: Around = { before: [], after: [] };
  if (change.op !== "create" || change.kind !== "foreign_key") return none;
  const keys = change.to.refs.filter((id) =>
    ["primary_key", "unique", "index"].includes(context.to.objects.get(id)?.kind ?? "")
  );
  const partsBelow = (whole: SchemaObject): readonly ObjectId[] =>
    partsOf(whole, context.to).flatMap((part) => [part.id, ...partsBelow(part)]);
  return { ...none, before: keys.flatMap((id) => partsBelow(context.to.objects.get(id)!)) };
}

/** The partitions that go, or leave, before an index that waits for parts gets one: it is complete without them. */
function tablesWithoutPart(change: Change, context: Pick<RenderContext, "from" | "to">): readonly ObjectId[] {
  const part = after(change);
  if (change.op === "rename" || !part || !("options" in part) || !isAttached(part as Part)) return [];
  const whole = wholeOf(context.to, part), old = whole && context.from.objects.get(whole.id);
  if (!old || !isIncomplete(old) || isIncomplete(whole)) return [];
  return heirsOf(context.from, old.parent!).filter(({ id }) => !context.to.objects.has(id) || leaves(context, id)).map((
    { id },
  ) => id);
}

/** What a part of a key that the server has made is called, where that is not its name: RENAME CONSTRAINT. */
export function nameServerMade(change: Create, context: Pick<RenderContext, "to">): readonly Statement[] {
  const part = change.to as SchemaObject, name = part.name.at(-1)!;
  const made = objectName(
    part.name[1]!,
    part.kind === "primary_key" ? null : columnsOf(part, context).join("_"),
    part.kind === "primary_key" ? "pkey" : "excl",
  );
  if (made === name) return [];
  const sql = `ALTER TABLE ${quoteId(part.parent!)} RENAME CONSTRAINT ${quote(made)} TO ${quote(name)}`;
  return [statement(change as Change, sql, { locks: [accessExclusive(part.parent!)] })];
}

/** The columns of a key; of an exclusion constraint in the order of its text. */
function columnsOf(part: SchemaObject, context: Pick<RenderContext, "to">): readonly string[] {
  if (part.kind === "primary_key" || part.kind === "unique") return part.columns;
  if (part.kind !== "exclusion") return [];
  const names = new Set(children(context.to, part.parent!, "column").map((each) => each.name.at(-1)!));
  return mentions(part.definition.sql).map((path) => path.at(-1)!).filter((each) => names.has(each));
}

/** Does the CREATE TABLE of a new partition, or the ATTACH of an old table, make the part? */
export function isMadeByTable(object: SchemaObject, context: RenderContext): boolean {
  if (isLater(object, context.to)) return false;
  if (tableIn(context.from, object.parent) === undefined) return true;
  if (context.from.objects.has(object.id)) return false;
  return joins(context, object.parent) || isMadeBelow(object, context);
}

/** Is it the part of one that its table's own table gets before that is attached? The server takes no index that still waits for its parts. */
function isMadeBelow(object: SchemaObject, context: RenderContext): boolean {
  const whole = isAttached(object as Part) ? wholeOf(context.to, object) : undefined;
  return whole !== undefined && tableIn(context.from, whole.parent) !== undefined && isMadeByTable(whole, context);
}

/** ALTER INDEX … ATTACH PARTITION for a made or altered part. It does nothing where ATTACH of the table has done it already. */
export function attachPart(change: Change, context: RenderContext): readonly Statement[] {
  const part = after(change);
  if (!part || !("options" in part) || !isAttached(part)) return [];
  const whole = wholeOf(context.to, part);
  if (!whole) return [];
  const schema = whole.name[0]!, own = quotePath([part.name[0]!, part.name.at(-1)!]);
  const sql = `ALTER INDEX ${quote(schema)}.${quote(whole.name.at(-1)!)} ATTACH PARTITION ${own}`;
  return [statement(change, sql, { locks: [accessExclusive(part.parent!)] })];
}

/**
 * The wholes of parts that only say that they are attached, as models do: the index or key of the parent that is like them, first in all,
 * then in what the server demands. By id of the part.
 */
export function wholesByShape(graph: SchemaGraph): ReadonlyMap<ObjectId, ObjectId> {
  const found = new Map<ObjectId, ObjectId>();
  for (const table of graph.objects.values()) {
    const partition = tableIn(graph, table.id);
    if (!partition || !isPartition(partition)) continue;
    for (const kind of ["index", "primary_key", "unique", "exclusion"] as const) {
      const parts = children(graph, table.id, kind).filter(isAttached);
      const open = parts.filter((part) => !wholeOf(graph, part));
      if (open.length === 0) continue;
      const taken = new Set(parts.flatMap((part) => wholeOf(graph, part)?.id ?? []));
      const wholes = children(graph, partition.inherits[0]!, kind);
      for (const shape of [inAll, asDemanded]) {
        for (const part of open) {
          if (found.has(part.id)) continue;
          const whole = wholes.find((each) => !taken.has(each.id) && sameJson(shape(each), shape(part)));
          if (whole) found.set(part.id, whole.id), taken.add(whole.id);
        }
      }
    }
  }
  return found;
}

/** What it is, as far as texts are spelled alike. */
export function inAll(object: SchemaObject): Json {
  if (object.kind !== "index") return asDemanded(object);
  const { unique, nullsDistinct, method, keys, include, where } = object;
  return { unique, nullsDistinct, method, keys, include, where } as unknown as Json;
}

/** Columns and methods alone: texts may be spelled in more than one way, directions may differ. */
export function asDemanded(object: SchemaObject): Json {
  if (object.kind === "primary_key" || object.kind === "unique") return object.columns;
  if (object.kind === "exclusion") return object.definition.sql;
  if (object.kind !== "index") return null;
  const { unique, nullsDistinct, method, keys, include, where } = object;
  return { unique, nullsDistinct, method, include, keys: keys.map((key) => key.column), where: where === null };
}

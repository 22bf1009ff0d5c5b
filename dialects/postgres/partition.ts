/**
 * Attaching and detaching: what a table needs before it can be a partition, and what is left of it afterwards. The server makes the parts
 * of partitioned indexes and keys itself when they are missing, under names of its own; so they are made first, under theirs. Pure.
 */
import type { Around, RenderContext } from "../dialect.ts";
import { type Alter, type Change, type Create, create, type Drop, drop } from "../../diff/change.ts";
import type { Effects, Statement } from "../../diff/plan_types.ts";
import { sameJson } from "../../schema/canonical.ts";
import { comparable } from "../../schema/hash.ts";
import { children, type SchemaGraph } from "../../schema/graph.ts";
import { kindOfId, objectId, pathOfId } from "../../schema/id.ts";
import type { ObjectId, SchemaObject } from "../../schema/object.ts";
import { inOrderOfWholes } from "./alike_parts.ts";
import { attach, putBack, takenOut } from "./attach.ts";
import { withoutInherited } from "./handed_down.ts";
import {
  type AnyTable,
  hasParts,
  heirsOf,
  isAttached,
  isInherited,
  isMadeToJoin,
  isPartition,
  isRebound,
  isThere,
  joins,
  leaves,
  losesIdentities,
  reboundIn,
  tableIn,
  wholeOf,
  wholesOf,
} from "./inheritance.ts";
import { alterColumn } from "./alter_column.ts";
import { addedCheck } from "./check_words.ts";
import { dropColumn } from "./drop_column.ts";
import { columnDefinition, columnExtras } from "./kinds/column.ts";
import { constraintDefinition } from "./kinds/constraints.ts";
import { createIndex } from "./kinds/index.ts";
import { copyName, isKeptCopy, keysTakenAlong } from "./key_copies.ts";
import { notNullOf, withNotNull } from "./inherited_not_null.ts";
import { isBesideAnother, type Part, partsOn } from "./made_apart.ts";
import { attachPart, isLater, waitsForHeirs } from "./partition_index.ts";
import { refusePutBack } from "./put_back_refusals.ts";
import { detach, referringKeys } from "./referred_parts.ts";
import { goesAfterLeaving, isLeftBehind } from "./left_behind.ts";
import { firstDifference, rejoins } from "./rejoined.ts";
import { refusesBroken, refusesEmpty, refusesKeyless, refusesTwins } from "./row_refusals.ts";
import { quote, quoteId, quotePath } from "./sql.ts";
import { attachedAnewAbove, carried, settledBelow } from "./shared_identities.ts";
import { type StandIn, standInParent } from "./stand_in_parent.ts";
import { accessExclusive, quick, statement } from "./statement.ts";
import { copiesBelow } from "./trigger_copies.ts";
import { comesLater, isNotValid } from "./unchecked.ts";

type Column = SchemaObject<"column">;
type TableChange = Change<"table"> | Change<"foreign_table">;

/**
 * A partition is attached when its parent has the columns, checks and keys that it shall have, and detached while it has those that it
 * had: what one of them has and the other lacks is an error.
 */
export function around(change: Change, context: Pick<RenderContext, "from" | "to" | "madeAnew">): Around {
  if (change.kind !== "table" && change.kind !== "foreign_table" || change.op === "rename" || change.op === "drop") {
    return nothingAround;
  }
  const from = tableIn(context.from, change.to.id), to = tableIn(context.to, change.to.id)!;
  // Those that leave give up a bound that another may get.
  const leaving = () => leavingFrom(context, to.inherits[0]!);
  if (isRebound(context, to.id)) {
    // The first of them speaks for all, under the names that they will have.
    const all = reboundIn(context, to.inherits[0]!).map((each) => each.id), [first, ...others] = all;
    const settled = () => all.flatMap((id) => settledBelow(context, id));
    if (first === to.id) return { before: [...others, ...leaving(), ...settled()], after: [] };
  }
  // And so may those that get another one, here or farther above.
  const reboundAbove = () =>
    wholesOf(context.to, to).flatMap((id) => reboundIn(context, id).slice(0, 1).map((each) => each.id));
  const joining = joins(context, to.id) || !from || rejoins(from, to), gone = leaves(context, to.id);
  const before = joining ? to.inherits : [];
  // What a table loses with its parent is lost by those that inherit it, too, unless they have left it before.
  const hasLeft = (id: ObjectId) =>
    leaves(context, id) && (isPartition(to) || !tableIn(context.to, id)?.inherits.includes(to.id));
  const below = gone ? heirsOf(context.from, to.id).map((each) => each.id).filter(hasLeft) : [];
  const after = gone ? from!.inherits.filter((parent) => !to.inherits.includes(parent)) : [];
  if (before.length + after.length === 0) return nothingAround;
  // Made anew as well: an index that has all parts until a table without one comes.
  const waits = (id: ObjectId) => {
    const made = context.to.objects.get(id);
    return made !== undefined && waitsForHeirs(made, context.to);
  };
  const parts = (parent: ObjectId) =>
    [context.from, context.to].flatMap((graph) =>
      children(graph, parent).filter((each) => compared.has(each.kind) && !waits(each.id)).map((each) => each.id)
    );
  // What a kept parent loses and its heir still has, from another one, goes after it (aroundBetweenParents).
  const stay = isPartition(to) || !from ? [] : to.inherits.filter((parent) => from.inherits.includes(parent));
  const handed = (parents: readonly ObjectId[], [there, other]: readonly [SchemaGraph, SchemaGraph]) =>
    parents.flatMap((parent) =>
      children(there, parent).filter((each) =>
        !other.objects.has(each.id) && other.objects.has(objectId(each.kind, [...to.name, each.name.at(-1)!]))
      ).map((each) => each.id)
    );
  // One that is another than what its heir has until then comes when the heir has left.
  const isOther = (id: ObjectId) =>
    gone && context.madeAnew?.has(objectId(kindOfId(id), [...to.name, pathOfId(id).at(-1)!]));
  const others = handed(stay, [context.to, context.from]).filter(isOther);
  const later = new Set(joining ? [...handed(stay, [context.from, context.to]), ...others] : []);
  // And what it gets comes before its heir leaves the other: what is left for a moment becomes the heir's own.
  const sooner = gone ? handed(stay, [context.to, context.from]).filter((id) => !isOther(id)) : [];
  // What leaves takes its copies of foreign keys along, which go with the keys.
  const keys = gone ? keysTakenAlong(context, from).map((each) => each.id) : [];
  const columns = children(context.from, to.id, "column").filter((each) => goesAfterLeaving(context, each))
    .map((each) => each.id);
  return {
    before: [
      ...before.flatMap(parts).filter((id) => !later.has(id)),
      ...sooner,
      ...joining && isPartition(to)
        ? [...leaving(), ...reboundAbove(), ...attachedAnewAbove(context, to), ...settledBelow(context, to.id)]
        : [],
      ...joining ? defaultsNeed(to.id, context) : [],
      ...below,
    ],
    after: [...after.flatMap(parts), ...keys, ...columns],
  };
}

/** What the new defaults of a table's columns call: a table that joins a parent gets them with that, also those that are only its own. */
function defaultsNeed(id: ObjectId, context: Pick<RenderContext, "from" | "to" | "madeAnew">): readonly ObjectId[] {
  return children(context.to, id, "column").filter((column) => {
    const from = isThere(context, column.id) ? context.from.objects.get(column.id) : undefined;
    return column.default && !(from?.kind === "column" && sameJson(from.default, column.default));
  }).flatMap(({ refs }) => refs).filter((ref) => ["function", "sequence"].includes(kindOfId(ref)));
}

/** The partitions of a table that go, or stay as tables of their own. One that goes to another parent may itself wait for one that comes. */
function leavingFrom(context: Pick<RenderContext, "from" | "to">, parent: ObjectId): readonly ObjectId[] {
  return heirsOf(context.from, parent).filter((each) => isPartition(each) && !isPartition(tableIn(context.to, each.id)))
    .map((each) => each.id);
}

/** The server does not drop a partition while a foreign key points to its table: it is taken out before. */
export function detachReferenced(
  change: Drop<"table"> | Drop<"foreign_table">,
  context: RenderContext,
): readonly Statement[] {
  const table = change.from as AnyTable;
  return referringKeys(context.from, table).length > 0 ? [detach(change as Change, table, context)] : [];
}

const nothingAround: Around = { before: [], after: [] };

/** What the server compares when a partition is attached. */
const compared: ReadonlySet<string> = new Set(["column", "check", "primary_key", "unique", "index"]);

/** The indexes of a new partition that are parts of partitioned ones, and the keys and checks that do not stand in its CREATE TABLE. */
export function partsOf(change: TableChange, context: RenderContext): readonly Statement[] {
  const id = change.op === "drop" ? change.from.id : change.to.id;
  const isMissing = (part: Part) =>
    isAttached(part) && !isLater(part, context.to) && (part.kind === "index" || isBesideAnother(part, context.to));
  return [
    ...children(context.to, id, "check").filter((each) =>
      isInherited(each) && isNotValid(each) && !comesLater(each, context)
    ).map((each) => quick(change as Change, id, `ALTER TABLE ${quoteId(id)} ADD ${addedCheck(each)}`)),
    ...inOrderOfWholes(partsOn(id, context.to).filter(isMissing), context).map((each) =>
      each.kind === "index"
        ? statement(change as Change, createIndex(each))
        : quick(change as Change, id, `ALTER TABLE ${quoteId(id)} ADD ${constraintDefinition(each)!}`)
    ),
  ];
}

/** From one set of parents to another. */
export function changeParents(
  change: Alter<"table"> | Alter<"foreign_table">,
  context: RenderContext,
): readonly Statement[] {
  const { from, to } = change as { from: AnyTable; to: AnyTable };
  const path = quotePath(to.name), bounds = [from.options.bound, to.options.bound];
  if (JSON.stringify(from.inherits) === JSON.stringify(to.inherits) && bounds[0] === bounds[1]) return [];
  if (isPartition(from) && isPartition(to) && from.inherits[0] === to.inherits[0]) return rebind(change, to, context);
  const statements: Statement[] = [];
  const run = (sql: string) => statements.push(quick(change as Change, to.id, sql));
  const standIn = rejoins(from, to) ? standInParent(change, to.id, context) : null;
  const forGood = () => leftColumns(to.id, (each) => !context.to.objects.has(each.id), context);
  if (isPartition(from)) {
    statements.push(
      detach(change as Change, { ...from, name: to.name }, context),
      ...leftovers(change, from.id, context),
      ...ownIdentities(from.id, context),
    );
  } else {
    const first = firstDifference(from.inherits, to.inherits);
    statements.push(...standIn?.first ?? []);
    for (const parent of from.inherits.slice(first)) run(`ALTER TABLE ${path} NO INHERIT ${quoteId(parent)}`);
    statements.push(...leftovers(change, from.id, context));
  }
  if (isPartition(to)) {
    statements.push(
      ...givenIdentities(to.id, context),
      ...missing(change, to.id, context),
      ...forGood(),
      ...takenOut(change, to.id, context),
      attach(change, to, context),
      ...putBack(change, to.id, context),
      ...carried(context, to.id).flatMap(({ id }) =>
        copiesBelow(change as Change, id, context, wholesOf(context.to, to))
      ),
    );
  } else {
    const first = isPartition(from) ? 0 : firstDifference(from.inherits, to.inherits);
    if (standIn) statements.push(...standIn.before, ...missing(change, to.id, context, standIn));
    for (const parent of to.inherits.slice(first)) run(`ALTER TABLE ${path} INHERIT ${quoteId(parent)}`);
    statements.push(...standIn?.after ?? [], ...forGood());
  }
  return statements;
}

/**
 * Other bounds for partitions of one table: all are taken out before the first is put back, for what one gives up another may get. The
 * change of the first does it for all, at one go: nothing else may change the parent meanwhile.
 */
function rebind(change: TableChange, to: AnyTable, context: RenderContext): readonly Statement[] {
  const parent = to.inherits[0]!, all = reboundIn(context, parent);
  if (all[0]?.id !== to.id) return [];
  for (const table of all) refusePutBack(parent, table, context);
  return [
    ...all.flatMap((table) => [
      ...takenOut(change, table.id, context),
      detach(change as Change, table, context),
    ]),
    ...all.flatMap((table) => [attach(change, table, context), ...putBack(change, table.id, context)]),
    // A copy of a trigger that fires otherwise has been made anew, and fires like the trigger.
    ...all.flatMap((table) => copiesBelow(change as Change, table.id, context)),
  ];
}

/** What a table must have before it is attached: columns, checks, keys and indexes of its parent, less what is `made` already. */
function missing(
  change: TableChange,
  id: ObjectId,
  context: RenderContext,
  standIn: StandIn | null = null,
): readonly Statement[] {
  const wanted = (object: SchemaObject) => isMadeToJoin(context, object) && !standIn?.made.has(object.id);
  const part = (object: Part) => !isThere(context, object.id) && isAttached(object) && !isLater(object, context.to);
  const path = quoteId(id);
  const alter = (clause: string, mayFail: Effects["mayFail"]) =>
    statement(change as Change, `ALTER TABLE ${path} ADD ${clause}`, { locks: [accessExclusive(id)], mayFail });
  return [
    ...children(context.to, id, "column").filter(wanted)
      .toSorted((a, b) => Number(a.generated !== null) - Number(b.generated !== null)).flatMap((each) => [
        alter(`COLUMN ${columnDefinition(each, context)}`, refusesEmpty(each, context.from.objects.has(id))),
        ...columnExtras(create(each) as Create<"column">, context),
      ]),
    ...(joins(context, id) ? children(context.to, id, "column") : []).flatMap((each) =>
      altered(each, standIn, context)
    ),
    ...children(context.to, id, "check").filter((each) => wanted(each) && !comesLater(each, context))
      .map((each) => alter(addedCheck(each), isNotValid(each) ? null : refusesBroken(each))),
    ...newParts(change, id, part, context),
  ];
}

/** The keys and indexes that a table needs as parts, each with its own parts on the table's partitions: it must be complete to be taken. */
function newParts(
  change: TableChange,
  id: ObjectId,
  wanted: (part: Part) => boolean,
  context: RenderContext,
): readonly Statement[] {
  const path = quoteId(id), only = (part: Part) => hasParts(context.to, part) ? "ONLY " : "";
  const made = inOrderOfWholes(partsOn(id, context.to).filter(wanted), context);
  if (made.length === 0) return [];
  const wholes = new Set(made.map((each) => each.id));
  const below = heirsOf(context.to, id).filter((table) => tableIn(context.from, table.id) && !joins(context, table.id));
  return [
    ...made.map((each) =>
      each.kind === "index"
        ? statement(change as Change, createIndex(each, only(each) + path))
        : statement(change as Change, `ALTER TABLE ${only(each)}${path} ADD ${constraintDefinition(each)!}`, {
          locks: [accessExclusive(id)],
          mayFail: each.kind === "primary_key" ? refusesKeyless(each) : refusesTwins(each),
        })
    ),
    ...below.flatMap((table) => {
      const parts = partsOn(table.id, context.to)
        .filter((each) => isAttached(each) && wholes.has(wholeOf(context.to, each)?.id ?? each.id));
      return [
        ...newParts(change, table.id, (each) => parts.includes(each) && !isThere(context, each.id), context),
        ...parts.flatMap((each) => attachPart({ ...create(each), kind: each.kind } as Change, context)),
      ];
    }),
  ];
}

/** What differs in a column must be so before the server compares it with the parent's. */
function altered(to: SchemaObject<"column">, standIn: StandIn | null, context: RenderContext): readonly Statement[] {
  const found = isThere(context, to.id) ? context.from.objects.get(to.id) : undefined;
  if (found?.kind !== "column") return [];
  const { comment: _comment, ...notNull } = notNullOf(to.options);
  const { storage: _storage, compression: _compression, ...bare } = found.options;
  const { type, collation } = to;
  const retyped = standIn?.retyped.has(to.id)
    ? { ...found, type, collation, default: to.default, options: bare }
    : standIn?.plain.has(to.id)
    ? { ...found, generated: null }
    : found;
  // Its table's identity comes with the ATTACH (17).
  const shared = sharesIdentities(to.parent, context);
  const typed = shared ? { ...retyped, identity: to.identity } : retyped;
  const from = standIn?.notNulls.has(to.id)
    ? { ...typed, nullable: false, options: withNotNull(typed.options, notNull) }
    : typed;
  if (sameJson(comparable(from as SchemaObject), comparable(to as SchemaObject))) return [];
  const fields = (["type", "nullable", "default", "generated", "collation", "options", "comment"] as const)
    .filter((field) => !sameJson((from as unknown as typeof to)[field], to[field]));
  const change = { op: "alter", kind: "column", from: from as unknown as typeof to, to, fields, parts: [] } as const;
  // What a parent that stays hands down is there already (around).
  return alterColumn(withoutInherited(change, context), context);
}

/** The identities that a detached partition shall have, which were its table's (17). */
function ownIdentities(id: ObjectId, context: RenderContext): readonly Statement[] {
  if (!losesIdentities(context, id)) return [];
  return kept(id, context).flatMap(([from, to]) => from.identity && to.identity ? identity(null, to, context) : []);
}

/** A table that has identities of its own is not attached: it shares those of its table (17). */
function givenIdentities(id: ObjectId, context: RenderContext): readonly Statement[] {
  if (!sharesIdentities(id, context) || isPartition(tableIn(context.from, id))) return [];
  return kept(id, context).flatMap(([from]) => from.identity ? identity(from, from, context) : []);
}

function sharesIdentities(id: ObjectId | null, { to, version }: RenderContext): boolean {
  return (version ?? 0) >= 170000 && isPartition(tableIn(to, id));
}

/** The columns of a table that are there before and after it changes its parents. */
function kept(id: ObjectId, context: RenderContext): readonly (readonly [Column, Column])[] {
  return children(context.to, id, "column").flatMap((to) => {
    const from = isThere(context, to.id) ? context.from.objects.get(to.id) : undefined;
    return from?.kind === "column" ? [[from as unknown as Column, to]] : [];
  });
}

/** From no identity to that of `to`, or from that of `from` to none. */
function identity(from: Column | null, column: Column, context: RenderContext): readonly Statement[] {
  const none = { ...column, identity: null };
  const ends = from ? { from, to: none } : { from: none, to: column };
  return alterColumn({ op: "alter", kind: "column", ...ends, fields: ["identity"], parts: [] }, context);
}

/** What a detached partition keeps though it should be gone, or be another under the same name. */
function leftovers(change: TableChange, id: ObjectId, context: RenderContext): readonly Statement[] {
  const gone = (object: SchemaObject) => !context.to.objects.has(object.id);
  const goes = (object: SchemaObject<"index" | "primary_key" | "unique">) =>
    isAttached(object) && (gone(object) || context.madeAnew?.has(object.id));
  const path = quoteId(id),
    alter = (clause: string) => quick(change as Change, id, `ALTER TABLE ${path} DROP ${clause}`);
  const keys = keysTakenAlong(context, tableIn(context.from, id)).map((each) => copyName(each, id))
    .filter((name) => {
      const own = context.to.objects.get(objectId("foreign_key", [...pathOfId(id), name]));
      return own?.kind !== "foreign_key" || !isKeptCopy(context, own);
    });
  return [
    ...keys.map((name) => alter(`CONSTRAINT ${quote(name)}`)),
    ...children(context.from, id, "index").filter(goes)
      .map((each) => statement(change as Change, `DROP INDEX ${quotePath(each.name)}`)),
    ...[...children(context.from, id, "primary_key"), ...children(context.from, id, "unique")]
      .filter(goes).map((each) => alter(`CONSTRAINT ${quote(each.name.at(-1)!)}`)),
    ...children(context.from, id, "check").filter((each) => isLeftBehind(context, each))
      .map((each) => alter(`CONSTRAINT ${quote(each.name.at(-1)!)}`)),
    ...leftColumns(id, (each) => !gone(each), context),
  ];
}

/** What a table has from parents that it left, when the columns that stay read none of it any more, and before it joins others. */
function leftColumns(
  id: ObjectId,
  wanted: (column: SchemaObject) => boolean,
  context: RenderContext,
): readonly Statement[] {
  // Generated columns first: the server does not drop a column that one is made from.
  return children(context.from, id, "column").filter((each) => wanted(each) && isLeftBehind(context, each))
    .toSorted((a, b) => Number(b.generated !== null) - Number(a.generated !== null))
    .flatMap((each) => dropColumn(drop(each) as Drop<"column">, context));
}

/**
 * NOT NULL of columns that tables inherit, from Postgres 18 on, where it is a constraint with a name: an heir has its parent's, or one of its
 * own beside it, or both in one (pg_constraint.conislocal, coninhcount). While it is inherited it can neither be renamed nor dropped. Pure.
 */
import type { RenderContext } from "../dialect.ts";
import type { Alter, Change } from "../../diff/change.ts";
import type { Statement } from "../../diff/plan_types.ts";
import { children, type SchemaGraph } from "../../schema/graph.ts";
import type { ObjectId, Options, SchemaObject } from "../../schema/object.ts";
import { columnOf, heirsOf, inParents, isInherited, isPartition, keptParents, tableIn } from "./inheritance.ts";
import { objectName } from "./names.ts";
import { givers, rejoins, staysUnder } from "./rejoined.ts";
import { quote, quotePath } from "./sql.ts";
import { quick } from "./statement.ts";

type Column = SchemaObject<"column">;
type Context = Pick<RenderContext, "from" | "to" | "madeAnew" | "version">;

/** Has NOT NULL a name there? */
export function namesNotNull({ version }: Pick<RenderContext, "version">): boolean {
  return (version ?? 0) >= 180000;
}

/** The options of a NOT NULL. */
export function notNullOf(options: Options): Options {
  return (options.not_null ?? {}) as Options;
}

/** The name of the NOT NULL of a column. */
export function notNullName(column: Column): string {
  const { name } = notNullOf(column.options);
  return typeof name === "string" ? name : objectName(column.name[1]!, column.name[2]!, "not_null");
}

/** Does a NOT NULL that all rows met become one that is NOT VALID (18)? */
export function isUnproven(from: Column, to: Column): boolean {
  return !from.nullable && !to.nullable && !notNullOf(from.options).not_valid &&
    Boolean(notNullOf(to.options).not_valid);
}

/** The parents' columns whose NOT NULL a column inherits. */
export function notNullsAbove(graph: SchemaGraph, column: Column): readonly Column[] {
  return (inParents(graph, column) as readonly Column[]).filter((each) =>
    !each.nullable && !notNullOf(each.options).no_inherit
  );
}

/** Has a column its NOT NULL from its table's parents alone? */
export function isNotNullInherited(graph: SchemaGraph, column: Column): boolean {
  const { own, inherited } = notNullOf(column.options);
  if (column.nullable || own) return false;
  return Boolean(inherited) || isInherited(column) && notNullsAbove(graph, column).length > 0;
}

/** NOT NULL as a column gets it from a parent: under the parent's name, and marked where the column itself is not inherited. */
export function asHandedDown(column: Column, parent: Column): Options {
  const name = notNullName(parent);
  return {
    ...(name === objectName(column.name[1]!, column.name[2]!, "not_null") ? {} : { name }),
    ...(isInherited(column) ? {} : { inherited: true }),
  };
}

/** The column's options with that NOT NULL. */
export function withNotNull(options: Options, notNull: Options): Options {
  const { not_null: _old, ...rest } = options;
  return Object.keys(notNull).length ? { ...rest, not_null: notNull } : rest;
}

/** An heir's NOT NULL when it is the parents' turn no more: is it there, and with which options? */
export function afterParents(change: Alter<"column">, context: Context): { nullable: boolean; notNull: Options } {
  const { from, to } = change, own = notNullOf(from.options);
  const before = notNullsAbove(context.from, from), after = notNullsAbove(context.to, to);
  const stays = { nullable: from.nullable, notNull: own };
  const gone = before.length > 0 && after.length === 0, comes = before.length === 0 && after.length > 0;
  if (from.nullable) return comes ? handed(to, after[0]!) : stays;
  const inherited = isNotNullInherited(context.from, from);
  if (gone) {
    const left = before.every((each) => !tableIn(context.to, to.parent)?.inherits.includes(each.parent!));
    const { own: _own, inherited: _inherited, ...rest } = own;
    const kept = left || !inherited || before.some((each) => becomesOwn(each, context));
    return kept ? { nullable: false, notNull: rest } : { nullable: true, notNull: {} };
  }
  if (comes) {
    return isFreed(from, to, context) ? handed(to, after[0]!) : { nullable: false, notNull: renamed(own, from, to) };
  }
  const parent = before[0] && columnOf(context.to, before[0].parent!, from);
  if (!before[0] || !parent) return stays;
  if (isMadeAgain(before[0], context)) {
    return inherited && !isRestored(from, to, parent, context) || isFreed(from, to, context)
      ? handed(to, parent)
      : { nullable: false, notNull: renamed(own, from, to) };
  }
  if (inherited && isUnproven(before[0], parent)) return handed(to, parent);
  const validated = notNullOf(before[0].options).not_valid && !notNullOf(parent.options).not_valid;
  const { not_valid: _notValid, ...valid } = own;
  const now = validated ? valid : own;
  const follows = notNullName(before[0]) !== notNullName(parent) && notNullName(from) === notNullName(before[0]);
  return { nullable: false, notNull: follows ? named(now, from, notNullName(parent)) : now };
}

function handed(to: Column, parent: Column) {
  const { not_valid } = notNullOf(parent.options);
  return { nullable: false, notNull: { ...asHandedDown(to, parent), ...(not_valid ? { not_valid } : {}) } };
}

/** With the name that it shall have, and as what it is when a parent's joins it. */
function renamed(own: Options, from: Column, to: Column): Options {
  const { inherited: _inherited, ...rest } = named(own, from, notNullName(to));
  return isInherited(to) ? { ...rest, own: true } : rest;
}

function named({ name: _name, ...rest }: Options, column: Column, name: string): Options {
  return name === objectName(column.name[1]!, column.name[2]!, "not_null") ? rest : { ...rest, name };
}

/** ALTER CONSTRAINT … NO INHERIT leaves the heirs theirs, as their own. */
function becomesOwn(before: Column, context: Context): boolean {
  const after = columnOf(context.to, before.parent!, before);
  return after !== undefined && !after.nullable && Boolean(notNullOf(after.options).no_inherit);
}

/** Is an heir's own NOT NULL taken off before its parent's comes, for it shall only inherit it? Under a primary key it stays. */
export function isFreed(from: Column, to: Column, context: Context): boolean {
  if (from.nullable || isNotNullInherited(context.from, from) || !isNotNullInherited(context.to, to)) return false;
  // What goes with this plan goes before that.
  const stays = isBound(from, context.from, (key) => context.to.objects.has(key.id));
  return !stays && (!isPartition(tableIn(context.to, to.parent)) || isBound(from, context.from));
}

/** Does an heir that has had its NOT NULL from its parent get one of its own, under another name than the parent's? */
export function isRestored(from: Column, to: Column, parent: Column, context: Context): boolean {
  return isNotNullInherited(context.from, from) && !to.nullable && !isNotNullInherited(context.to, to) &&
    notNullName(to) !== notNullName(parent);
}

/** Must a column be NOT NULL, so that this cannot be taken off it? */
export function isBound(
  column: Column,
  graph: SchemaGraph,
  counts: (key: SchemaObject) => boolean = () => true,
): boolean {
  const name = column.name.at(-1)!;
  return column.identity !== null ||
    children(graph, column.parent!, "primary_key").some((key) => counts(key) && key.columns.includes(name)) ||
    children(graph, column.parent!, "unique").some((key) =>
      counts(key) && key.columns.includes(name) && key.options.replica_identity
    ) ||
    children(graph, column.parent!, "index").some((index) =>
      counts(index) && Boolean(index.options.replica_identity) && index.keys.some((key) => key.column === name)
    );
}

/**
 * Does a column's NOT NULL become what it shall be while its table has left its parents, which it joins (again) after that (standInParent)? One that
 * shall only be inherited is taken off and comes again from a parent that stands in; another one is renamed: `was` is its name by then.
 * A parent that is kept hands its own down, but leaves one that is there its name.
 */
export function movedNotNull(column: Column, context: Context): { readonly was: string | null } | null {
  if (!namesNotNull(context) || column.nullable || notNullOf(column.options).not_valid) return null;
  const tables = [context.from, context.to].map((graph) => tableIn(graph, column.parent));
  const from = context.from.objects.get(column.id) as Column | undefined;
  if (!tables[0] || !tables[1] || !rejoins(tables[0], tables[1]) || !from) return null;
  const handed = (givers(column as SchemaObject, context) as readonly Column[]).filter((each) => !each.nullable);
  if (staysUnder(handed, column as SchemaObject, context)) return null;
  // One that it has from one parent alone goes and comes with the parent's.
  const above = notNullsAbove(context.from, from), inherited = from.nullable || isNotNullInherited(context.from, from);
  const same = inherited && above.length === 1 && handed.find(({ id }) => id === above[0]!.id);
  const [was] = from.nullable ? handed.map(notNullName) : [notNullName(same || from)];
  const isSame = was === notNullName(column);
  if (!isNotNullInherited(context.to, column)) {
    const { not_valid, no_inherit } = notNullOf(from.options);
    if (not_valid || no_inherit || notNullOf(column.options).no_inherit) return null;
    return was === undefined || isSame ? null : { was };
  }
  return inherited && isSame || isBound(from, context.from) || isBound(column, context.to) ? null : { was: null };
}

/** Columns of direct heirs that are there before and after. */
export function heirs(column: Column, context: Context): readonly (readonly [Column, Column])[] {
  return heirsOf(context.to, column.parent!).flatMap((table) => {
    const from = columnOf(context.from, table.id, column), to = columnOf(context.to, table.id, column);
    return from && to && tableIn(context.from, table.id)?.inherits.includes(column.parent!)
      ? [[from, to] as const]
      : [];
  });
}

type Pair = readonly [Column, Column];

const known = new WeakMap<
  SchemaGraph,
  { readonly context: Context; readonly pairs: Map<ObjectId, readonly Pair[]> }[]
>();

/**
 * NOT NULL constraints of a table, and of others that share heirs with it, that stay and are taken off these and handed down again, for they get other
 * names than RENAME CONSTRAINT gives them.
 */
export function madeAgainIn(table: ObjectId, context: Context): readonly Pair[] {
  if (!namesNotNull(context) || heirsOf(context.to, table).length === 0) return [];
  const all = known.get(context.to) ?? [];
  known.set(context.to, all);
  let found = all.find(({ context: { from, madeAnew } }) => from === context.from && madeAnew === context.madeAnew);
  if (!found) all.push(found = { context, pairs: new Map() });
  const pairs = found.pairs.get(table) ?? madeAgainTogether(table, context);
  found.pairs.set(table, pairs);
  return pairs;
}

function madeAgainTogether(table: ObjectId, context: Context): readonly Pair[] {
  const tables = new Set([table]);
  for (const each of tables) {
    for (const heir of heirsOf(context.to, each)) {
      for (const parent of keptParents(context, heir.id)) tables.add(parent);
    }
  }
  const all = [...tables].toSorted().flatMap((id) => children(context.to, id, "column")).flatMap((to): Pair[] => {
    const from = context.from.objects.get(to.id) as Column | undefined;
    return from && isHandedDown(from, to, context) ? [[from, to]] : [];
  });
  const again = new Set(all.filter(([from, to]) => needsNewNames(from, to, context)));
  for (let size = -1; size !== again.size;) {
    size = again.size;
    for (const each of again.size > 0 ? all : []) {
      if ([...again].some((other) => meets(each, other) || haveOneHeir(each, other, context))) again.add(each);
    }
  }
  return all.filter((each) => again.has(each));
}

/** What one of a table gives up another may get. */
function meets([from, to]: Pair, [other, others]: Pair): boolean {
  return from.parent === other.parent && notNullName(from) !== notNullName(to) &&
    (notNullName(from) === notNullName(others) || notNullName(to) === notNullName(other));
}

/** Has an heir its NOT NULL from both, which it loses with both? */
function haveOneHeir([from]: Pair, [other]: Pair, context: Context): boolean {
  return from.id !== other.id && from.name.at(-1) === other.name.at(-1) &&
    heirs(from, context).some(([before]) => notNullsAbove(context.from, before).some(({ id }) => id === other.id));
}

/** Is it a NOT NULL of a table's own alone, for all heirs, before and after? */
function isHandedDown(from: Column, to: Column, context: Context): boolean {
  if (from.nullable || to.nullable || context.madeAnew?.has(to.id)) return false;
  if (notNullsAbove(context.from, from).length > 0) return false;
  const [before, after] = [notNullOf(from.options), notNullOf(to.options)];
  if (before.no_inherit || after.no_inherit || Boolean(before.not_valid) !== Boolean(after.not_valid)) return false;
  // What heirs get again is valid.
  return !before.not_valid || !heirs(from, context).some(([heir]) => notNullOf(heir.options).not_valid);
}

/** Is that NOT NULL one of these? */
export function isMadeAgain(from: Column, context: Context): boolean {
  return madeAgainIn(from.parent!, context).some(([each]) => each.id === from.id);
}

/** Can RENAME CONSTRAINT of a column's NOT NULL not give its heirs' the names that they shall have? */
export function needsNewNames(from: Column, to: Column, context: Context): boolean {
  const [parentWas, parentIs] = [notNullName(from), notNullName(to)];
  return heirs(from, context).some(([before, after]) => {
    if (before.nullable || after.nullable) return false;
    if (movedNotNull(after, context)) return parentWas !== parentIs;
    const [was, now] = [notNullName(before), notNullName(after)];
    if (isFreed(before, after, context) || exchangesName(before, after, context).length > 0) return true;
    const isShared = notNullsAbove(context.from, before).length > 1;
    if (parentWas !== parentIs && (isShared || was !== parentWas || now !== parentIs)) return true;
    // Its own is renamed meanwhile; one that it only inherits comes back under its parent's name.
    if (parentWas === parentIs && was !== now) {
      return !isNotNullInherited(context.from, before) || now === parentIs || isRestored(before, after, to, context);
    }
    return needsNewNames(before, after, context);
  });
}

/** The heir's own NOT NULL constraints that exchange names with one that it inherits. */
export function exchangesName(before: Column, after: Column, context: Context): readonly (readonly [Column, Column])[] {
  const [was, now] = [notNullName(before), notNullName(after)];
  if (was === now) return [];
  return children(context.to, after.parent!, "column").flatMap((to) => {
    const from = context.from.objects.get(to.id) as Column | undefined;
    const isOwn = from && !from.nullable && !to.nullable && notNullsAbove(context.from, from).length === 0 &&
      notNullsAbove(context.to, to).length === 0;
    return isOwn && notNullName(from) === now && notNullName(to) === was ? [[from, to] as const] : [];
  });
}

/** SET NOT NULL makes one that is inherited the heir's own as well. */
export function disinherit(change: Change<"column">, from: Column, to: Column, context: Context): readonly Statement[] {
  if (from.nullable || to.nullable || !isNotNullInherited(context.to, from) || isNotNullInherited(context.to, to)) {
    return [];
  }
  const column = `ALTER COLUMN ${quote(to.name[2]!)}`;
  return [quick(change, to.parent!, `ALTER TABLE ${quotePath(to.name.slice(0, 2))} ${column} SET NOT NULL`)];
}

/**
 * NOT NULL of columns that tables inherit, from Postgres 18 on, where it is a constraint with a name: an heir has its parent's, or one of its
 * own beside it, or both in one (pg_constraint.conislocal, coninhcount). While it is inherited it can neither be renamed nor dropped. Pure.
 */
import type { RenderContext } from "../dialect.ts";
import type { Alter, Change } from "../../diff/change.ts";
import type { Statement } from "../../diff/plan_types.ts";
import { sameJson } from "../../schema/canonical.ts";
import { children, type SchemaGraph } from "../../schema/graph.ts";
import { comparable } from "../../schema/hash.ts";
import type { Options, SchemaObject } from "../../schema/object.ts";
import { columnOf, heirsOf, inParents, isInherited, isPartition, tableIn } from "./inheritance.ts";
import { clipped, objectName } from "./names.ts";
import { quote, quotePath } from "./sql.ts";
import { accessExclusive, quick, statement } from "./statement.ts";

type Column = SchemaObject<"column">;
type Context = Pick<RenderContext, "from" | "to" | "version">;

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
  if (isMadeAgain(before[0], parent, context)) {
    return inherited && !isRestored(from, to, parent, context) || isFreed(from, to, context)
      ? handed(to, parent)
      : { nullable: false, notNull: renamed(own, from, to) };
  }
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
function isFreed(from: Column, to: Column, context: Context): boolean {
  if (from.nullable || isNotNullInherited(context.from, from) || !isNotNullInherited(context.to, to)) return false;
  // What goes with this plan goes before that.
  const stays = isBound(from, context.from, (key) => context.to.objects.has(key.id));
  return !stays && (!isPartition(tableIn(context.to, to.parent)) || isBound(from, context.from));
}

/** Does an heir that has had its NOT NULL from its parent get one of its own, under another name than the parent's? */
function isRestored(from: Column, to: Column, parent: Column, context: Context): boolean {
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

/** Columns of direct heirs that are there before and after. */
function heirs(column: Column, context: Context): readonly (readonly [Column, Column])[] {
  return heirsOf(context.to, column.parent!).flatMap((table) => {
    const from = columnOf(context.from, table.id, column), to = columnOf(context.to, table.id, column);
    return from && to && tableIn(context.from, table.id)?.inherits.includes(column.parent!)
      ? [[from, to] as const]
      : [];
  });
}

/**
 * Is a NOT NULL that stays dropped and made again, for its heirs' sake? RENAME CONSTRAINT asks for the same name in all heirs, and theirs cannot change
 * while they are inherited. Not where the server would refuse to drop it.
 */
function isMadeAgain(from: Column, to: Column, context: Context): boolean {
  if (!namesNotNull(context) || from.nullable || to.nullable) return false;
  if (isBound(from, context.from) || isBound(to, context.to) || isNotNullInherited(context.from, from)) return false;
  const [before, after] = [notNullOf(from.options), notNullOf(to.options)];
  if ([before, after].some(({ not_valid, no_inherit }) => not_valid || no_inherit)) return false;
  return needsNewNames(from, to, context);
}

function needsNewNames(from: Column, to: Column, context: Context): boolean {
  const [parentWas, parentIs] = [notNullName(from), notNullName(to)];
  return heirs(from, context).some(([before, after]) => {
    if (before.nullable || after.nullable) return false;
    const [was, now] = [notNullName(before), notNullName(after)];
    if (isFreed(before, after, context)) return true;
    if (parentWas !== parentIs && (was !== parentWas || now !== parentIs)) return true;
    // Its own is renamed meanwhile; one that it only inherits comes back under its parent's name.
    if (parentWas === parentIs && was !== now) {
      return !isNotNullInherited(context.from, before) || now === parentIs || isRestored(before, after, to, context);
    }
    return needsNewNames(before, after, context);
  });
}

/**
 * What comes before a parent's NOT NULL: heirs get the names that they shall have, or lose what they shall only inherit. `again`: the parent's
 * own, which stays, is dropped before that and made after it.
 */
export function beforeNotNull(
  change: Alter<"column">,
  context: Context,
): { readonly again: boolean; readonly statements: readonly Statement[] } {
  const { from, to } = change, again = isMadeAgain(from, to, context);
  if (!namesNotNull(context) || to.nullable || !from.nullable && !again) return { again: false, statements: [] };
  return { again, statements: madeReady(change, from, to, again, context) };
}

/** The same where the parents' columns have no change that could say it: the first of their heirs' changes says it for all. */
export function throughParents(change: Alter<"column">, context: Context): readonly Statement[] {
  if (!namesNotNull(context)) return [];
  return notNullsAbove(context.from, change.from).flatMap((from) => {
    const to = columnOf(context.to, from.parent!, from);
    if (!to || !isSame(from, to) || !isMadeAgain(from, to, context)) return [];
    const first = heirs(from, context).find(([before, after]) => !isSame(before, after))?.[0];
    return first?.id === change.from.id ? madeReady(change, from, to, true, context) : [];
  });
}

function isSame(from: Column, to: Column): boolean {
  return sameJson(comparable(from as SchemaObject), comparable(to as SchemaObject));
}

function madeReady(change: Alter<"column">, from: Column, to: Column, again: boolean, context: Context) {
  const alter = (column: Column, clause: string) =>
    quick(change, column.parent!, `ALTER TABLE ${quotePath(column.name.slice(0, 2))} ${clause}`);
  const column = quote(to.name[2]!);
  const freed = heirs(to, context).flatMap(([before, after]) => {
    if (before.nullable || after.nullable) return [];
    if (again && isNotNullInherited(context.from, before)) {
      return isRestored(before, after, to, context)
        ? [alter(after, `ADD CONSTRAINT ${quote(notNullName(after))} NOT NULL ${column}`)]
        : [];
    }
    if (isFreed(before, after, context)) return [alter(after, `ALTER COLUMN ${column} DROP NOT NULL`)];
    const [was, now] = [notNullName(before), notNullName(after)];
    return was === now ? [] : [alter(after, `RENAME CONSTRAINT ${quote(was)} TO ${quote(now)}`)];
  });
  if (!again) return freed;
  const dropped = alter(from, `ALTER COLUMN ${column} DROP NOT NULL`);
  const made = statement(
    change,
    `ALTER TABLE ${quotePath(to.name.slice(0, 2))} ADD CONSTRAINT ${quote(notNullName(to))} NOT NULL ${column}`,
    { locks: [accessExclusive(to.parent!)], scans: [to.parent!] },
  );
  return [dropped, ...freed, made];
}

/** SET NOT NULL makes one that is inherited the heir's own as well. */
export function disinherit(change: Change<"column">, from: Column, to: Column, context: Context): readonly Statement[] {
  if (from.nullable || to.nullable || !isNotNullInherited(context.to, from) || isNotNullInherited(context.to, to)) {
    return [];
  }
  const column = `ALTER COLUMN ${quote(to.name[2]!)}`;
  return [quick(change, to.parent!, `ALTER TABLE ${quotePath(to.name.slice(0, 2))} ${column} SET NOT NULL`)];
}

/**
 * All renames of NOT NULL constraints of a table, by way of names that are free, where one gets a name that another gives up; the change of the first
 * column says them for all, the others' nothing. Null where each can say its own.
 */
export function exchangedNames(
  change: Alter<"column">,
  context: Context & Pick<RenderContext, "madeAnew">,
): readonly (readonly [string, string])[] | null {
  const renamed = children(context.to, change.to.parent!, "column").flatMap((to) => {
    const from = context.from.objects.get(to.id);
    if (from?.kind !== "column" || from.nullable || to.nullable || context.madeAnew?.has(to.id)) return [];
    const [was, now] = [notNullName(from as unknown as Column), notNullName(to)];
    return was === now ? [] : [{ id: to.id, was, now }];
  }).toSorted((a, b) => a.id < b.id ? -1 : 1);
  if (!renamed.some(({ now }) => renamed.some(({ was }) => was === now))) return null;
  if (renamed[0]!.id !== change.to.id) return [];
  const aside = (name: string) => clipped(`sqa_${name}`, 63);
  return [
    ...renamed.map(({ was }) => [was, aside(was)] as const),
    ...renamed.map(({ was, now }) => [aside(was), now] as const),
  ];
}

/**
 * Names of NOT NULL constraints (18) that change on a table, or on its heirs while it has them: RENAME CONSTRAINT reaches every heir, under one name, and
 * an heir's cannot get another one while it is inherited. Then the table's is taken off them, and handed down again when all have their names. Pure.
 */
import type { RenderContext } from "../dialect.ts";
import type { Alter } from "../../diff/change.ts";
import type { Statement } from "../../diff/plan_types.ts";
import { sameJson } from "../../schema/canonical.ts";
import { children } from "../../schema/graph.ts";
import { comparable } from "../../schema/hash.ts";
import type { ObjectId, SchemaObject } from "../../schema/object.ts";
import { joins } from "./inheritance.ts";
import {
  exchangesName,
  heirs,
  isBound,
  isFreed,
  isMadeAgain,
  isNotNullInherited,
  isRestored,
  madeAgainIn,
  movedNotNull,
  namesNotNull,
  needsNewNames,
  notNullName,
  notNullOf,
  notNullsAbove,
} from "./inherited_not_null.ts";
import { notNullComment } from "./not_null_comment.ts";
import { asideName } from "./passing_names.ts";
import { refuseNewNames } from "./refusals.ts";
import { quote, quotePath } from "./sql.ts";
import { accessExclusive, quick, statement } from "./statement.ts";

type Column = SchemaObject<"column">;
type Pair = readonly [Column, Column];
type Context = Pick<RenderContext, "from" | "to" | "madeAnew" | "version">;

/**
 * What comes before a parent's NOT NULL: heirs get the names that they shall have, or lose what they shall only inherit. `again`: the parent's
 * own, which stays, is taken off them before that and handed down after it, and has its name by then.
 */
export function beforeNotNull(
  change: Alter<"column">,
  context: Context,
): { readonly again: boolean; readonly statements: readonly Statement[] } {
  const { from, to } = change;
  if (!namesNotNull(context) || to.nullable) return { again: false, statements: [] };
  if (from.nullable) return { again: false, statements: settled(change, [[from, to]], false, context) };
  if (!isMadeAgain(from, context)) return { again: false, statements: [] };
  return {
    again: true,
    statements: speaker(to.parent!, context) === to.id ? madeAgain(change, to.parent!, context) : [],
  };
}

/** The same where the parents' columns have no change that could say it: the first of their heirs' changes says it for all. */
export function throughParents(change: Alter<"column">, context: Context): readonly Statement[] {
  if (!namesNotNull(context)) return [];
  return notNullsAbove(context.from, change.from).flatMap(({ parent }) =>
    speaker(parent!, context) === change.to.id ? madeAgain(change, parent!, context) : []
  );
}

const speakers = new WeakMap<readonly Pair[], { readonly id: ObjectId | undefined }>();

/** The column whose change says all that a table's columns and their heirs' get at once: of the table's own where one has a change. */
function speaker(table: ObjectId, context: Context): ObjectId | undefined {
  const roots = madeAgainIn(table, context);
  // Worked out once: each change of an heir asks for it.
  let found = speakers.get(roots);
  if (!found) {
    const changed = (pairs: readonly Pair[]) =>
      pairs.filter(([from, to]) => !isSame(from, to) && !joins(context, to.parent)).map(([, to]) => to.id).sort();
    found = { id: [...changed(roots), ...changed(roots.flatMap(([from]) => heirs(from, context)))][0] };
    speakers.set(roots, found);
  }
  return found.id;
}

function isSame(from: Column, to: Column): boolean {
  return sameJson(comparable(from as SchemaObject), comparable(to as SchemaObject));
}

/** DROP NOT NULL, or NO INHERIT where the column must be NOT NULL; what the heirs get; and the tables' own under their names. */
function madeAgain(change: Alter<"column">, table: ObjectId, context: Context): readonly Statement[] {
  const roots = madeAgainIn(table, context), called = (column: Column) => quote(notNullName(column));
  const [kept, dropped] = [
    roots.filter((root) => staysNotNull(root, context)),
    roots.filter((root) => !staysNotNull(root, context)),
  ];
  return [
    ...dropped.map(([from]) => alter(change, from, `ALTER COLUMN ${quote(from.name[2]!)} DROP NOT NULL`)),
    ...kept.map(([from]) => alter(change, from, `ALTER CONSTRAINT ${called(from)} NO INHERIT`)),
    ...settled(change, roots, true, context),
    ...renamed(change, kept),
    // An heir has the name that comes first.
    ...roots.toSorted((a, b) => Number(isSecond(a, context)) - Number(isSecond(b, context))).map((root) => {
      const [, to] = root, [path, name] = [quotePath(to.name.slice(0, 2)), quote(to.name[2]!)];
      return staysNotNull(root, context) ? alter(change, to, `ALTER CONSTRAINT ${called(to)} INHERIT`) : statement(
        change,
        `ALTER TABLE ${path} ADD CONSTRAINT ${called(to)} NOT NULL ${name}`,
        { locks: [accessExclusive(to.parent!)], scans: [to.parent!] },
      );
    }),
    ...comments(change, roots, context),
  ];
}

/** Has an heir another parent's name? */
function isSecond([from, to]: Pair, context: Context): boolean {
  return heirs(from, context).some(([, after]) =>
    isNotNullInherited(context.to, after) && notNullName(after) !== notNullName(to)
  );
}

function alter(change: Alter<"column">, column: Column, clause: string): Statement {
  return quick(change, column.parent!, `ALTER TABLE ${quotePath(column.name.slice(0, 2))} ${clause}`);
}

/** RENAME CONSTRAINT for each, table by table. */
function renamed(change: Alter<"column">, pairs: readonly Pair[]): readonly Statement[] {
  return [...Map.groupBy(pairs, ([, to]) => to.parent!).values()].flatMap((list) =>
    inOrder(list.map(([from, to]) => ({ was: notNullName(from), now: notNullName(to) }))).map(([was, now]) =>
      alter(change, list[0]![1], `RENAME CONSTRAINT ${quote(was)} TO ${quote(now)}`)
    )
  );
}

/** Is it taken off the heirs alone, since it cannot go, would be proven when it comes again, or is an heir's itself? */
function staysNotNull([from, to]: Pair, context: Context): boolean {
  return isBound(from, context.from) || isBound(to, context.to) || Boolean(notNullOf(from.options).not_valid) ||
    notNullsAbove(context.from, from).length > 0;
}

/** What the heirs of these columns lose and get while they are not handed down; `again`: they were before. */
function settled(
  change: Alter<"column">,
  roots: readonly Pair[],
  again: boolean,
  context: Context,
): readonly Statement[] {
  const drops: Statement[] = [], adds: Statement[] = [], renames: Pair[] = [], inner: Pair[] = [];
  const done = new Set<ObjectId>();
  for (const root of roots) {
    for (const [before, after] of heirs(root[1], context)) {
      if (before.nullable || after.nullable || movedNotNull(after, context) || done.has(after.id)) continue;
      done.add(after.id);
      const name = quote(after.name[2]!);
      // Its parents' may be dropped with it, or left to it as its own.
      const above = again ? notNullsAbove(context.from, before) : [];
      const isDropped = above.every(({ id }) =>
        roots.some((each) => each[0].id === id && !staysNotNull(each, context))
      );
      if (again) renames.push(...exchangesName(before, after, context));
      if (again && isNotNullInherited(context.from, before)) {
        const own = isRestored(before, after, root[1], context);
        if (!own) refuseBound(before, context);
        if (own && isDropped) {
          adds.push(alter(change, after, `ADD CONSTRAINT ${quote(notNullName(after))} NOT NULL ${name}`));
        } else if (own) renames.push([before, after]);
        else if (!isDropped) drops.push(alter(change, after, `ALTER COLUMN ${name} DROP NOT NULL`));
      } else if (isFreed(before, after, context)) {
        drops.push(alter(change, after, `ALTER COLUMN ${name} DROP NOT NULL`));
      } else if (again && needsNewNames(before, after, context)) inner.push([before, after]);
      else renames.push([before, after]);
    }
  }
  return [
    ...drops,
    ...inner.map(([from]) => alter(change, from, `ALTER CONSTRAINT ${quote(notNullName(from))} NO INHERIT`)),
    ...inner.length > 0 ? settled(change, inner, true, context) : [],
    ...renamed(change, [...renames, ...inner]),
    ...adds,
    ...inner.map(([, to]) => alter(change, to, `ALTER CONSTRAINT ${quote(notNullName(to))} INHERIT`)),
  ];
}

/** Stops where an heir's, or that of one of its heirs, would have to be dropped with its parent's while the column must be NOT NULL. */
function refuseBound(column: Column, context: Context): void {
  if (isBound(column, context.from, (key) => context.to.objects.has(key.id))) refuseNewNames(column);
  for (const [heir] of heirs(column, context)) {
    if (!heir.nullable && isNotNullInherited(context.from, heir)) refuseBound(heir, context);
  }
}

/** Comments that have gone with what is made again, of columns that have no change which could say them. */
function comments(change: Alter<"column">, pairs: readonly Pair[], context: Context): readonly Statement[] {
  return pairs.flatMap(([from, to]) => [
    ...(isSame(from, to) ? notNullComment(change, null, to) : []),
    ...comments(change, heirs(from, context).filter(([heir]) => isNotNullInherited(context.from, heir)), context),
  ]);
}

/**
 * All renames of NOT NULL constraints of a table, by way of names that are free, where one gets a name that another gives up; the change of the first
 * column says them for all, the others' nothing. Null where each can say its own.
 */
export function exchangedNames(
  change: Alter<"column">,
  context: Context,
): readonly (readonly [string, string])[] | null {
  if (isExchangedAbove(change, context)) return [];
  const renamed = children(context.to, change.to.parent!, "column").flatMap((to) => {
    const from = context.from.objects.get(to.id) as Column | undefined;
    if (!from || from.nullable || to.nullable || context.madeAnew?.has(to.id)) return [];
    if (movedNotNull(to, context) || isMadeAgain(from, context)) return [];
    const [was, now] = [notNullName(from), notNullName(to)];
    return was === now ? [] : [{ id: to.id, was, now }];
  }).toSorted((a, b) => a.id < b.id ? -1 : 1);
  if (!exchanges(renamed)) return null;
  return renamed[0]!.id === change.to.id ? inOrder(renamed) : [];
}

/** Is it the other one's of a name that the heir's other column has from a parent, whose change says it? */
function isExchangedAbove({ from, to }: Alter<"column">, context: Context): boolean {
  return exchangesInherited(from, to, context).some((column) =>
    notNullsAbove(context.from, column).some((above) => isMadeAgain(above, context))
  );
}

function exchangesInherited(from: Column, to: Column, context: Context): readonly Column[] {
  return children(context.to, to.parent!, "column").flatMap((after) => {
    const before = context.from.objects.get(after.id) as Column | undefined;
    if (!before || before.nullable || after.nullable) return [];
    return exchangesName(before, after, context).some(([each]) => each.id === from.id) ? [before] : [];
  });
}

interface Renamed {
  readonly was: string;
  readonly now: string;
}

/** Old and new names, one by one; by way of names that are free where one gets a name that another gives up. */
export function inOrder(renamed: readonly Renamed[]): readonly (readonly [string, string])[] {
  const changed = renamed.filter(({ was, now }) => was !== now);
  if (!exchanges(changed)) return changed.map(({ was, now }) => [was, now]);
  const taken = new Set(changed.flatMap(({ was, now }) => [was, now]));
  const aside = changed.map(({ was }) => {
    const name = asideName(was, (each) => taken.has(each));
    taken.add(name);
    return name;
  });
  return [
    ...changed.map(({ was }, i) => [was, aside[i]!] as const),
    ...changed.map(({ now }, i) => [aside[i]!, now] as const),
  ];
}

function exchanges(renamed: readonly Renamed[]): boolean {
  return renamed.some(({ now }) => renamed.some(({ was }) => was === now));
}

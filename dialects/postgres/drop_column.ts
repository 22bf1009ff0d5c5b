/** ALTER TABLE … DROP COLUMN, with what heirs have of the column. Pure. */
import type { RenderContext } from "../dialect.ts";
import type { Drop } from "../../diff/change.ts";
import type { Statement } from "../../diff/plan_types.ts";
import type { ObjectId, SchemaObject } from "../../schema/object.ts";
import { columnOf, heirsOf, inParents, isInherited, isThere, tableIn } from "./inheritance.ts";
import { isNotNullInherited, namesNotNull, notNullOf } from "./inherited_not_null.ts";
import { releaseSequences } from "./owned_sequences.ts";
import { standInPath } from "./passing_names.ts";
import { quote, quoteId, quotePath, undotted } from "./sql.ts";
import { accessExclusive, quick, statement } from "./statement.ts";
import { renderType } from "./types.ts";

type Column = SchemaObject<"column">;

/** Heirs lose the column along. Where one of them keeps it, it is dropped from this table alone, and from the others one by one. */
export function dropColumn(change: Drop<"column">, context: RenderContext): readonly Statement[] {
  const drop = (column: Column, only = "") => {
    const sql = `ALTER TABLE ${only}${quotePath(column.name.slice(0, 2))} DROP COLUMN ${quote(column.name[2]!)}`;
    const loses = column.generated ? [] : [column.id];
    return statement(change, sql, { locks: [accessExclusive(column.parent!)], loses });
  };
  const heirs = (column: Column) => heirsColumns(column, context).filter(isInherited);
  // One that is inherited afterwards, too, comes from another parent still, or with this one when it is made again.
  const stays = (heir: Column) => {
    const after = context.to.objects.get(heir.id) as Column | undefined;
    return after !== undefined && !isInherited(after) && isThere(context, heir.id);
  };
  const isKept = (heir: Column): boolean => stays(heir) || heirs(heir).some(isKept);
  const dropped = (column: Column): readonly Statement[] => {
    const counted = countDown(change, column, context);
    if (!heirs(column).some(isKept)) return [...counted, drop(column)];
    return [...counted, drop(column, "ONLY "), ...heirs(column).filter((heir) => !stays(heir)).flatMap(dropped)];
  };
  const gone = aside(change, context, stays);
  return [
    ...releaseSequences(change, change.from.id, context),
    ...(gone ? [...gone.before, drop(change.from), ...gone.after] : dropped(change.from)),
  ];
}

/**
 * ONLY makes the column the own one of every heir, for good; one that has it from another parent, too, shall not have it so. So the heirs that keep
 * it as their own get a parent that stands in for this one while the column goes from all. Null where ONLY does.
 */
function aside(
  change: Drop<"column">,
  context: RenderContext,
  stays: (heir: Column) => boolean,
): { readonly before: readonly Statement[]; readonly after: readonly Statement[] } | null {
  const column = change.from, kept = new Map<ObjectId, Column>();
  const counts = countsNotNull(column, context) && !notNullOf(column.options).no_inherit;
  let isShared = false;
  const collect = (each: Column): void => {
    for (const heir of heirsColumns(each, context)) {
      const after = isThere(context, heir.id) ? context.to.objects.get(heir.id) as Column | undefined : undefined;
      if (counts && after && isNotNullInherited(context.to, after)) isShared = true;
      // One that had the column by itself, too, may need the NOT NULL alone.
      if (isInherited(heir) ? stays(heir) : counts && after && isOwnNotNull(after, context)) kept.set(heir.id, heir);
      else if (isInherited(heir)) {
        if (inParents(context.from, heir as unknown as SchemaObject).length > 1) isShared = true;
        if (!after) collect(heir);
      }
    }
  };
  collect(column);
  if (kept.size === 0 || !isShared || column.generated) return null;
  const path = standInPath(column.name), quoted = quote(column.name[2]!);
  const nullable = !counts || !keptBelow(column, context).some((heir) => isOwnNotNull(heir, context));
  const run = (sql: string) => quick(change, column.parent!, sql);
  const each = (clause: string) => [...kept.values()].map((heir) => `ALTER TABLE ${quoteId(heir.parent!)} ${clause}`);
  const collation = column.collation ? ` COLLATE ${quotePath(undotted(column.collation))}` : "";
  return {
    before: [
      run(`CREATE TABLE ${path} (${quoted} ${renderType(column.type)}${collation})`),
      // Heirs may have it NOT VALID, and only such a one takes them all.
      ...(nullable ? [] : [run(`ALTER TABLE ${path} ADD NOT NULL ${quoted} NOT VALID`)]),
      ...each(`INHERIT ${path}`).map(run),
      ...(counts ? countedDown(change, column, "") : []),
    ],
    after: [
      ...(nullable ? [] : [run(`ALTER TABLE ONLY ${path} ALTER COLUMN ${quoted} DROP NOT NULL`)]),
      run(`ALTER TABLE ONLY ${path} DROP COLUMN ${quoted}`),
      ...each(`NO INHERIT ${path}`).map(run),
      run(`DROP TABLE ${path}`),
    ],
  };
}

/** The columns that direct heirs, which do not go, have of that name. */
function heirsColumns(column: Column, { from, to }: RenderContext): readonly Column[] {
  return heirsOf(from, column.parent!).flatMap(({ id }) => {
    const heir = tableIn(to, id) && columnOf(from, id, column);
    return heir ? [heir] : [];
  });
}

/**
 * From 18 on, DROP COLUMN does not count down the NOT NULL of an heir that keeps the column, which nothing could change from then on; DROP
 * NOT NULL does, and ONLY the parent's leaves it the heir's own.
 */
function countDown(change: Drop<"column">, column: Column, context: RenderContext): readonly Statement[] {
  if (!countsNotNull(column, context)) return [];
  const kept = keptBelow(column, context);
  if (kept.length === 0) return [];
  const isOwn = kept.some((heir) => isOwnNotNull(heir, context));
  if (isOwn || column.id === change.from.id) return countedDown(change, column, isOwn ? "ONLY " : "");
  return column.identity ? countedDown(change, column, null) : [];
}

/** Is a NOT NULL counted in heirs that goes with its column? */
function countsNotNull(column: Column, context: RenderContext): boolean {
  return namesNotNull(context) && !column.nullable && !context.to.objects.has(column.id);
}

/** Without NOT NULL, and first without the identity that needs it; null: without the identity alone. */
function countedDown(change: Drop<"column">, column: Column, only: string | null): readonly Statement[] {
  const alter = (prefix: string, clause: string) => {
    const sql = `ALTER TABLE ${prefix}${quoteId(column.parent!)} ALTER COLUMN ${quote(column.name[2]!)} ${clause}`;
    return quick(change, column.parent!, sql);
  };
  return [
    ...(column.identity ? [alter("", "DROP IDENTITY")] : []),
    ...(only === null ? [] : [alter(only, "DROP NOT NULL")]),
  ];
}

function isOwnNotNull(heir: Column, context: RenderContext): boolean {
  return !heir.nullable && !isNotNullInherited(context.to, heir);
}

/** What heirs' columns, and those of heirs that lose theirs, are afterwards. */
function keptBelow(column: Column, context: RenderContext): readonly Column[] {
  return heirsColumns(column, context).flatMap((heir) => {
    const after = context.to.objects.get(heir.id) as Column | undefined;
    if (after) return isThere(context, heir.id) ? [after] : [];
    return keptBelow(heir, context);
  });
}

/**
 * A column that an heir has from a parent before and by itself afterwards, because the parent, which it keeps, loses it: DROP COLUMN of the
 * parent ONLY leaves the heir its own, with its values. What is inherited cannot change much ("cannot alter inherited column"), nor go, so
 * whatever else changes in it does so after that. A column that an heir had of its own as well is left to it by any DROP COLUMN of the
 * parent's, and goes after that; one that it gets is made before the parent's, which finds it there. Pure.
 */
import type { Around, RenderContext } from "../dialect.ts";
import type { Change } from "../../diff/change.ts";
import { children } from "../../schema/graph.ts";
import type { ObjectId, SchemaObject } from "../../schema/object.ts";
import { columnOf, heirsOf, inParents, isInherited, isKept, isThere, joins, keptParents } from "./inheritance.ts";
import { givers } from "./rejoined.ts";

type Graphs = Pick<RenderContext, "from" | "to" | "madeAnew">;
type Column = SchemaObject<"column">;

/** Does `dropped` go above an heir's column while this one, or the heir's parent's that it comes from, is a table's own then? */
export function outlives(column: Column, dropped: SchemaObject, context: Graphs): boolean {
  return dropped.kind === "column" && outlived(column, context).some(({ id }) => id === dropped.id);
}

/** What changes in such a column, whether it was inherited alone or not, does so when those above it are gone. */
export function aroundBecomingOwn(change: Change, context: Graphs): Around {
  if (change.op !== "alter" || change.kind !== "column") return { before: [], after: [] };
  return { before: outlived(change.from, context).map(({ id }) => id), after: [] };
}

/** What goes before that drop: the columns above one that an heir has of its own, too. */
export function goesBefore(change: Change, context: Graphs): readonly ObjectId[] {
  return change.op === "drop" && change.kind === "column" ? outlived(change.from, context).map(({ id }) => id) : [];
}

/**
 * New columns that heirs, and theirs, shall have of their own, too, are made before that one: what is inherited first stays so. And before their
 * table joins others, which it does when a parent that it keeps has got the column.
 */
export function aroundOwnBelow(change: Change, context: Graphs): Around {
  const isOwn = (column: Column) => !isInherited(column) && !isThere(context, column.id);
  const ownBelow = (column: Column): readonly ObjectId[] =>
    heirsOf(context.to, column.parent!).flatMap(({ id }) => {
      const isHeir = keptParents(context, id).some((parent) => parent === column.parent);
      const heir = isHeir ? columnOf(context.to, id, column as unknown as SchemaObject) : undefined;
      return heir ? [...(isOwn(heir) ? [heir.id] : []), ...ownBelow(heir)] : [];
    });
  if (change.op === "create" && change.kind === "column") return { before: ownBelow(change.to), after: [] };
  const isTable = change.kind === "table" || change.kind === "foreign_table";
  if (change.op !== "alter" || !isTable || !joins(context, change.to.id)) {
    return { before: [], after: [] };
  }
  const own = children(context.to, change.to.id, "column")
    .filter((column) => isOwn(column) && givers(column as unknown as SchemaObject, context).length > 0);
  return { before: own.map(({ id }) => id), after: [] };
}

/** The columns above one that go, while it stays or comes to be some table's own, or is one and goes as well. */
function outlived(column: Column, context: Graphs): readonly SchemaObject[] {
  const after = context.to.objects.get(column.id) as Column | undefined;
  const above = aboveIt(column, context);
  if (!after || context.madeAnew?.has(column.id)) {
    return isInherited(column) ? [] : above.flatMap((each) => lost(each, context));
  }
  if (!isInherited(after) || !isInherited(column)) return above.flatMap((each) => lost(each, context));
  return above.filter(({ id }) => context.to.objects.has(id)).flatMap((each) => outlived(each, context));
}

/** That column if it goes, and those above it that do: the first drop says it for all. */
function lost(column: Column, context: Graphs): readonly SchemaObject[] {
  const above = aboveIt(column, context).flatMap((each) => lost(each, context));
  return isKept(context, column.id) ? above : [column as unknown as SchemaObject, ...above];
}

/** The columns of this name in the parents that its table keeps. */
function aboveIt(column: Column, context: Graphs): readonly Column[] {
  const kept = keptParents(context, column.parent);
  return (inParents(context.from, column as unknown as SchemaObject) as unknown as readonly Column[])
    .filter(({ parent }) => kept.some((id) => id === parent));
}

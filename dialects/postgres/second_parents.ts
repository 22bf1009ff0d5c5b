/**
 * Columns that a table has from two parents. ALTER COLUMN … TYPE reaches every heir, and is refused where one of these has the column from
 * elsewhere, too ("cannot alter inherited column", ATPrepAlterColumnType in tablecmds.c): both parents' cannot change while it stays. Pure.
 */
import type { Around, RenderContext } from "../dialect.ts";
import type { Alter, Change } from "../../diff/change.ts";
import { sameJson } from "../../schema/canonical.ts";
import type { SchemaObject } from "../../schema/object.ts";
import { inParents, tableIn } from "./inheritance.ts";
import { heirsWith } from "./inherited_names.ts";

type Graphs = Pick<RenderContext, "from" | "to">;
type Column = SchemaObject<"column">;

/** A column that has this one's values, its own or an heir's, and what else it is inherited from. */
export interface SecondParent {
  readonly heir: SchemaObject;
  readonly from: SchemaObject;
  /** Is its table an heir of that one's afterwards as well? */
  readonly stays: boolean;
}

/** What stands in the way of another type; none for a column that goes along with its own parent's. */
export function secondParents(column: Column, { from, to }: Graphs): readonly SecondParent[] {
  const object = column as unknown as SchemaObject;
  const stays = (heir: SchemaObject, above: SchemaObject) =>
    tableIn(to, heir.parent)?.inherits.some((id) => id === above.parent) ?? false;
  if (inParents(from, object).some((above) => stays(object, above))) return [];
  const all = [object, ...heirsWith(object, from)], ids = new Set(all.map(({ id }) => id));
  return all.flatMap((heir) =>
    inParents(from, heir).filter(({ id }) => !ids.has(id))
      .map((above) => ({ heir, from: above, stays: stays(heir, above) }))
  );
}

/** Has the column another type or collation afterwards? */
export function isRetyped({ from, to }: Alter<"column">): boolean {
  return !sameJson(from.type, to.type) || from.collation !== to.collation;
}

/** A table that leaves the other parent does so before the type changes. */
export function aroundRetyped(change: Change, context: Graphs): Around {
  if (change.op !== "alter" || change.kind !== "column" || !isRetyped(change)) return { before: [], after: [] };
  const before = secondParents(change.from, context).flatMap(({ heir, stays }) => stays ? [] : [heir.parent!]);
  return { before: before.filter((id) => context.to.objects.has(id)), after: [] };
}

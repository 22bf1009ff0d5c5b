/**
 * A column or check that a table inherits from one parent before and from another one afterwards, while it stays the first one's heir. With
 * the old parent's goes every heir's that has it from nobody else ("attinhcount", "coninhcount"), with its values; so the new parent has it
 * before, or has become a parent. Pure.
 */
import type { Around, RenderContext } from "../dialect.ts";
import type { Change } from "../../diff/change.ts";
import { sameJson } from "../../schema/canonical.ts";
import { objectId } from "../../schema/id.ts";
import type { SchemaObject } from "../../schema/object.ts";
import { heirsOf, inParents, isInherited, joins, tableIn } from "./inheritance.ts";

type Graphs = Pick<RenderContext, "from" | "to">;
type Handed = SchemaObject<"column"> | SchemaObject<"check">;

/** What comes before the drop of a parent's column or check because heirs keep what they inherit. */
export function aroundBetweenParents(change: Change, context: Graphs): Around {
  if (change.op !== "drop" || change.kind !== "column" && change.kind !== "check") return { before: [], after: [] };
  const dropped = change.from as SchemaObject;
  const before = heirsOf(context.from, change.from.parent!).flatMap((heir) => {
    const object = context.from.objects.get(objectId(change.kind, [...heir.name, dropped.name.at(-1)!]));
    if (!object || !comesFromAnother(context, object as unknown as Handed, dropped)) return [];
    const made = inParents(context.to, object).map(({ id }) => id).filter((id) => !context.from.objects.has(id));
    return [...made, ...(joins(context, heir.id) ? [heir.id] : [])];
  });
  return { before, after: [] };
}

/** Is `dropped` what the object inherits from a parent that its table keeps, and does it inherit the same from another one afterwards? */
export function comesFromAnother(context: Graphs, object: Handed, dropped: SchemaObject): boolean {
  const after = context.to.objects.get(object.id) as unknown as Handed | undefined;
  return after !== undefined && isInherited(object) && isInherited(after) && !context.to.objects.has(dropped.id) &&
    inParents(context.from, object as SchemaObject).some(({ id }) => id === dropped.id) &&
    (tableIn(context.to, object.parent)?.inherits.some((id) => id === dropped.parent) ?? false) &&
    inParents(context.to, after as SchemaObject).length > 0 && sameJson(valuesOf(object), valuesOf(after));
}

/** What its values are, or what it asks of them: a column of another type is another one. */
function valuesOf(object: Handed): unknown {
  return object.kind === "column" ? [object.type, object.collation, object.generated] : object.expression;
}

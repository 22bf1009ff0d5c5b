/**
 * Tables of a type (OF): neither their columns nor the type can change by themselves while they are (ATPrepAddColumn and others in
 * tablecmds.c; ALTER TYPE takes CASCADE). So a table leaves its type before either changes, and becomes one of a type after both. Pure.
 */
import type { Around, RenderContext } from "../dialect.ts";
import type { Change } from "../../diff/change.ts";
import { children, ofKind, type SchemaGraph } from "../../schema/graph.ts";
import { kindOfId } from "../../schema/id.ts";
import { factsOf } from "../../schema/kinds/facts_of.ts";
import type { ObjectId, SchemaObject } from "../../schema/object.ts";
import { isLeftBehind } from "./left_behind.ts";

type Graphs = Pick<RenderContext, "from" | "to">;

/** A table that is of this type before and after, so that it holds the type as it is. */
export function typedTable(type: ObjectId, { from, to }: Graphs): SchemaObject<"table"> | undefined {
  return ofKind(from, "table").find((table) => {
    const after = to.objects.get(table.id);
    return typeOfTable(table) === type && after?.kind === "table" && typeOfTable(after) === type;
  });
}

/** What comes before and after the change with which a table leaves a type or gets one. */
export function aroundTyped(change: Change, context: Graphs): Around {
  const none: Around = { before: [], after: [] };
  if (change.op !== "alter" || change.kind !== "table") return none;
  const [was, now] = [typeOfTable(change.from), typeOfTable(change.to)];
  if (was === now) return none;
  const dropped = children(context.from, change.to.id, "column")
    .filter((each) => !context.to.objects.has(each.id) && !isLeftBehind(context, each));
  const columns = [...children(context.from, change.to.id, "column"), ...children(context.to, change.to.id, "column")];
  const left = was === null ? [] : madeOf(was, context.from), got = now === null ? [] : madeOf(now, context.to);
  return {
    before: [...got.filter((id) => !left.includes(id)), ...(was === null ? dropped.map(({ id }) => id) : [])],
    after: [...left.filter((id) => !got.includes(id)), ...(now === null ? columns.map(({ id }) => id) : [])],
  };
}

/** The type that a table is of. */
function typeOfTable({ options, refs }: SchemaObject<"table">): ObjectId | null {
  return options.of_type ? refs.find((id) => kindOfId(id) === "composite_type") ?? null : null;
}

/** A type and what it is made of: when one of these is made anew, so is the type. */
function madeOf(type: ObjectId, graph: SchemaGraph): readonly ObjectId[] {
  const all = [type];
  for (const id of all) {
    const object = graph.objects.get(id);
    for (const { of } of (object && factsOf(object).typesUsed?.(object)) ?? []) {
      if (of !== null && !all.includes(of)) all.push(of);
    }
  }
  return all;
}

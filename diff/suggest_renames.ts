/**
 * Lists drops and creates that look like one object under another name. Only lists: the answers come back as `RenameHint`s or as
 * confirmed drops, and nothing is ever renamed on a likeness.
 */
import { sameJson } from "../schema/canonical.ts";
import { children, type SchemaGraph } from "../schema/graph.ts";
import { kindOfId, objectId } from "../schema/id.ts";
import type { ObjectId, SchemaObject } from "../schema/object.ts";
import type { Change } from "./change.ts";
import type { RenameQuestion } from "./plan_types.ts";

/** What the likeness is judged on. */
export interface SuggestContext {
  readonly from: SchemaGraph;
  readonly to: SchemaGraph;
  /** Drops that the user has confirmed by name: no question about these. */
  readonly drops: ReadonlySet<ObjectId>;
}

/** Kinds in which a drop + create would lose something that a rename keeps. */
const asked = ["table", "column", "enum"] as const;

/** Possible renames among the changes, in id order. A dropped object may be in several questions. */
export function suggestRenames(changes: readonly Change[], context: SuggestContext): readonly RenameQuestion[] {
  const questions: RenameQuestion[] = [];
  for (const kind of asked) {
    const drops = changes.flatMap((change) => change.op === "drop" && change.kind === kind ? [change.from] : []);
    const creates = changes.flatMap((change) => change.op === "create" && change.kind === kind ? [change.to] : []);
    for (const from of drops) {
      if (context.drops.has(from.id) || context.to.objects.has(from.id)) continue;
      for (const to of creates) {
        if (isInherited(from) || isInherited(to) || to.parent !== from.parent || context.from.objects.has(to.id)) {
          continue;
        }
        const reasons = likeness(from, to, context);
        if (reasons.length) questions.push({ from: from.id, to: to.id, reasons });
      }
    }
  }
  return questions;
}

/** A column that its table has from another one is asked about there. */
function isInherited(object: SchemaObject): boolean {
  return object.kind === "column" && Boolean(object.options.inherited);
}

/** Why the two could be the same; empty when they hardly can. */
function likeness(from: SchemaObject, to: SchemaObject, context: SuggestContext): string[] {
  if (from.kind === "column" && to.kind === "column") {
    if (from.generated || to.generated) return [];
    if (sameJson(from.type, to.type)) return [`same type ${from.type.name}`];
    return from.type.family === to.type.family && from.type.family !== "other" ? [`similar type ${to.type.name}`] : [];
  }
  if (from.kind === "table" && to.kind === "table") {
    const old = columnTypes(context.from, from), now = columnTypes(context.to, to);
    const shared = [...old].filter(([name, type]) => now.get(name) === type).length;
    const most = Math.max(old.size, now.size);
    return most > 0 && shared * 2 >= most ? [`${shared} of ${most} columns are the same`] : [];
  }
  if (from.kind === "enum" && to.kind === "enum") {
    const shared = from.values.filter((value) => to.values.includes(value)).length;
    return shared * 2 >= Math.max(from.values.length, to.values.length) ? [`${shared} labels are the same`] : [];
  }
  return [];
}

function columnTypes(graph: SchemaGraph, table: SchemaObject): ReadonlyMap<string, string> {
  return new Map(
    children(graph, table.id, "column").map((
      column,
    ) => [column.name.at(-1)!, JSON.stringify([column.type.name, column.type.args])]),
  );
}

/**
 * Reads `old=new` as `--rename` takes it ("users.fullname=users.name", "accounts=users"): the kind follows from what exists. Returns null
 * when `old` names nothing in `from`.
 */
export function hintFromFlag(
  old: string,
  now: string,
  from: SchemaGraph,
  defaultSchema: string | null,
): { from: ObjectId; to: ObjectId } | null {
  for (const path of readings(old, defaultSchema)) {
    const found = [...from.objects.values()].find((object) =>
      object.kind !== "schema" && sameJson([...object.name], [...path])
    );
    if (!found) continue;
    const target = readings(now, defaultSchema).find((each) => each.length === path.length);
    return target ? { from: found.id, to: objectId(kindOfId(found.id), target) } : null;
  }
  return null;
}

/** A dotted name as written, then with the default schema in front. */
function readings(text: string, defaultSchema: string | null): readonly (readonly string[])[] {
  const path = text.split(".");
  return defaultSchema === null ? [path] : [[defaultSchema, ...path], path];
}

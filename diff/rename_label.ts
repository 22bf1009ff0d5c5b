/**
 * Labels of enum types under other names. A hint for one has the enum's id with the label as one more part of its path, so that it travels
 * with all other hints: "enum:public.mood.sad" -> "enum:public.mood.blue". Pure.
 */
import { type Dialect, kindOf } from "../dialects/dialect.ts";
import { makeGraph, type SchemaGraph } from "../schema/graph.ts";
import { kindOfId, objectId, pathOfId } from "../schema/id.ts";
import { factsOf } from "../schema/kinds/facts_of.ts";
import type { Expression, Kind, ObjectId, SchemaObject } from "../schema/object.ts";
import { type Change, rename } from "./change.ts";

type Enum = SchemaObject<"enum">;

/** The enum and the label that an id means, when it is no object but a label. */
export function labelIn(graph: SchemaGraph, id: ObjectId): { readonly type: Enum; readonly label: string } | null {
  if (kindOfId(id) !== "enum" || graph.objects.has(id)) return null;
  const path = pathOfId(id), label = path.at(-1)!;
  const type = graph.objects.get(objectId("enum", path.slice(0, -1)));
  return type?.kind === "enum" && type.values.includes(label) ? { type: type as unknown as Enum, label } : null;
}

/** Is there an object or a label of this id? */
export function names(graph: SchemaGraph, id: ObjectId): boolean {
  return graph.objects.has(id) || labelIn(graph, id) !== null;
}

/** The graph after a label got another name, and the changes that lead there: one a type, whatever of it is renamed. */
export function renameLabel(
  graph: SchemaGraph,
  { type, label }: { readonly type: Enum; readonly label: string },
  now: string,
  changes: readonly Change[],
  dialect: Dialect,
): { readonly graph: SchemaGraph; readonly changes: readonly Change[] } {
  const to = { ...type, values: type.values.map((each) => each === label ? now : each) } as unknown as SchemaObject;
  const objects = [...graph.objects.values()].map((object) =>
    object.id === type.id ? to : withLabel(object, type, label, now, dialect)
  );
  const known = changes.find((change) => change.op === "rename" && change.to.id === type.id);
  const change = known?.op === "rename"
    ? rename(known.from, to, known.parts)
    : rename(type as unknown as SchemaObject, to);
  return {
    graph: makeGraph(graph.dialect, objects, graph.notes),
    changes: [...changes.filter((each) => each !== known), change],
  };
}

/** The object with the label's new name where the database will show it: it keeps the value, not its text. */
function withLabel(object: SchemaObject, type: Enum, label: string, now: string, dialect: Dialect): SchemaObject {
  const kind = kindOf<Kind>(dialect, object.kind);
  // What keeps its text (a function's body) is not rewritten by the database either.
  if (kind !== "unsupported" && kind.keepsText?.(object, type as unknown as SchemaObject)) return object;
  const isOf = factsOf(object).typesUsed?.(object).some(({ of }) => of === type.id) ?? false;
  const [old, fresh] = [label, now].map((each) => dialect.quoteText(each)) as [string, string];
  const path = dialect.quotePath(type.name);
  return factsOf(object).mapExpressions(object, (expression): Expression => {
    if (isOf && expression.sql === old) return { ...expression, sql: fresh };
    return { ...expression, sql: expression.sql.replaceAll(`${old}::${path}`, () => `${fresh}::${path}`) };
  });
}

/** Which changes of a type can only be made by making it anew (type_swap.ts). Pure. */
import type { RenderContext } from "../dialect.ts";
import { sameJson } from "../../schema/canonical.ts";
import { ofKind, type SchemaGraph } from "../../schema/graph.ts";
import { factsOf } from "../../schema/kinds/facts_of.ts";
import type { ObjectId, SchemaObject } from "../../schema/object.ts";
import { quote } from "./sql.ts";
import { type Attribute, attributeText } from "./type_words.ts";
import { renderType } from "./types.ts";

type Graphs = Pick<RenderContext, "from" | "to">;

export type NamedType =
  | SchemaObject<"enum">
  | SchemaObject<"domain">
  | SchemaObject<"composite_type">
  | SchemaObject<"range_type">;

const typeKinds = new Set(["enum", "domain", "composite_type", "range_type"]);

/** Is the object a type of its own? */
export function isNamedType(object: SchemaObject | undefined): object is NamedType {
  return object !== undefined && typeKinds.has(object.kind);
}

/** Is the type made anew, because of its own change or because of one of a type that it is made of? */
export function isSwapped(id: ObjectId | null, context: Graphs): boolean {
  if (id === null) return false;
  const from = context.from.objects.get(id), to = context.to.objects.get(id);
  if (!isNamedType(from) || !isNamedType(to)) return false;
  return needsSwap(from, to, context) || isSwappedInside(from, context);
}

/** Is a type that it is made of made anew, and this one along with it? */
export function isSwappedInside(from: NamedType, context: Graphs): boolean {
  const object = from as unknown as SchemaObject;
  return (factsOf(object).typesUsed?.(object) ?? []).some(({ of }) => isSwapped(of, context));
}

/** Is a type this one, or made of it? */
export function isMadeOf(id: ObjectId | null, type: ObjectId, graph: SchemaGraph): boolean {
  const object = id === null ? undefined : graph.objects.get(id);
  return id === type ||
    object !== undefined && (factsOf(object).typesUsed?.(object) ?? []).some(({ of }) => isMadeOf(of, type, graph));
}

function needsSwap(from: NamedType, to: NamedType, context: Graphs): boolean {
  if (from.kind === "enum" && to.kind === "enum") return !onlyAdds(from.values, to.values);
  if (from.kind === "domain" && to.kind === "domain") {
    return !sameJson(from.type, to.type) || from.collation !== to.collation;
  }
  if (from.kind === "composite_type" && to.kind === "composite_type") {
    return attributeClauses(from, to, context) === null;
  }
  if (from.kind === "range_type" && to.kind === "range_type") {
    return !sameJson([from.subtype, from.options], [to.subtype, to.options]);
  }
  return false;
}

/** Are all old labels still there, in their old order? */
export function onlyAdds(from: readonly string[], to: readonly string[]): boolean {
  const kept = to.filter((label) => from.includes(label));
  return kept.length === from.length && kept.every((label, i) => label === from[i]);
}

type Composite = SchemaObject<"composite_type">;

/** The clauses of ALTER TYPE, or null where it cannot lead to the wanted order or may not touch a type that columns hold. */
export function attributeClauses(from: Composite, to: Composite, context: Graphs): readonly string[] | null {
  const kept = from.attributes.filter(({ name }) => attributeOf(to, name));
  const added = to.attributes.filter(({ name }) => !attributeOf(from, name));
  if (![...kept, ...added].every(({ name }, i) => to.attributes[i]?.name === name)) return null;
  const retyped = kept.filter((each) => !sameJson(each, attributeOf(to, each.name)));
  if (retyped.length && isHeld(to.id, context)) return null;
  return [
    ...from.attributes.filter(({ name }) => !attributeOf(to, name)).map(({ name }) => `DROP ATTRIBUTE ${quote(name)}`),
    ...retyped.map(({ name }) => {
      const now = attributeOf(to, name)!, start = `${quote(name)} ${renderType(now.type)}`;
      return `ALTER ATTRIBUTE ${quote(name)} TYPE ${renderType(now.type)}${attributeText(now).slice(start.length)}`;
    }),
    ...added.map((each) => `ADD ATTRIBUTE ${attributeText(each)}`),
  ];
}

/** An attribute by name. */
export function attributeOf(type: Composite, name: string): Attribute | undefined {
  return type.attributes.find((each) => each.name === name);
}

/** "cannot alter type because column uses it": does a column, or a type that one may be of, hold it? */
function isHeld(id: ObjectId, context: Graphs): boolean {
  return [...ofKind(context.from, "column"), ...ofKind(context.from, "domain"), ...ofKind(context.from, "range_type")]
    .some((object) => object.refs.includes(id)) ||
    ofKind(context.from, "composite_type").some((type) => type.refs.includes(id) && isHeld(type.id, context));
}

/** What is no table and differs between models and database: changed where it is written, new ones added. Pure. */
import { fieldsThatDiffer } from "../../schema/differing.ts";
import { factsOf } from "../../schema/kinds/facts_of.ts";
import { sameJson } from "../../schema/canonical.ts";
import { children, type SchemaGraph } from "../../schema/graph.ts";
import { comparable } from "../../schema/hash.ts";
import type { SchemaObject } from "../../schema/object.ts";
import type { ModelMeta } from "../contract.ts";
import type { Edit } from "./edits.ts";
import { enumOptions, enumSource } from "./enum.ts";
import { type Argument, callEdits } from "./merge_call.ts";
import type { WritePlan } from "./plan.ts";
import { rawArguments, rawSource } from "./raw.ts";
import { schemaOptions, schemaSource } from "./schema.ts";
import { argumentsAt } from "./source_text.ts";
import { source } from "./text.ts";
import { viewArguments, viewSource } from "./view.ts";

/** What became of views, functions, extensions and so on. */
export interface OthersMerged {
  readonly edits: readonly { readonly file: string; readonly edit: Edit }[];
  /** Definitions of what no model has. */
  readonly added: readonly { readonly object: SchemaObject; readonly text: string }[];
  readonly done: readonly string[];
  readonly left: readonly string[];
}

/** Views, functions and all else that is only on one side, or another one; what is only in the models stays. */
export function mergeOthers({ models, before, after, read }: {
  readonly models: readonly ModelMeta[];
  readonly before: WritePlan;
  readonly after: WritePlan;
  read(file: string): string;
}): OthersMerged {
  const known = othersOf(before), wanted = othersOf(after);
  const edits: { file: string; edit: Edit }[] = [], added: { object: SchemaObject; text: string }[] = [];
  const done: string[] = [], left: string[] = [];
  for (const [id, { object, text, args }] of wanted) {
    const old = known.get(id), called = nameOf(object);
    if (!old) {
      if (isSaidElsewhere(object, after)) continue;
      added.push({ object, text: text() });
      done.push(`${called} is new`);
      continue;
    }
    if (!differs(old.object, object, before.graph, after.graph)) continue;
    const place = models.find((meta) => isOf(meta, old.object))?.place;
    const call = place?.file && argumentsAt(read(place.file), place.line ?? 1, place.column ?? 1, builder);
    const own = call ? callEdits(read(place.file!), call.args, old.args(), args()) : null;
    if (own === null) left.push(`${called} differs: ${text()}`);
    else if (own.length > 0) {
      edits.push(...own.map((edit) => ({ file: place!.file!, edit })));
      done.push(`${called} is written anew`);
    }
  }
  for (const [id, { object }] of known) {
    if (!wanted.has(id)) left.push(`${nameOf(object)} is no longer in the database; its model stays`);
  }
  return { edits, added, done: done.sort(), left: left.sort() };
}

const builder = /^(?:view|raw|enumType|schema)\s*\(/;

/** An object, and how it is written. */
interface Other {
  readonly object: SchemaObject;
  text(): string;
  args(): readonly Argument[];
}

function othersOf(plan: WritePlan): ReadonlyMap<string, Other> {
  const all: readonly Other[] = [
    ...[...plan.schemas.values()].map(({ object, constant }) => ({
      object,
      text: () => schemaSource(object, constant, plan),
      args: () => [source(object.name[0]), schemaOptions(object, plan)],
    })),
    ...[...plan.enums.values()].map(({ object }) => ({
      object,
      text: () => enumSource(object, plan.constant(object.name.at(-1)!, "Enum"), plan),
      // Other values are the columns' business as well: merge_enums.ts.
      args: () => [source(object.name.at(-1)), "", enumOptions(object, plan)],
    })),
    ...plan.views.map(({ object, constant }) => ({
      object,
      text: () => viewSource(object, constant, plan),
      args: () => viewArguments(object, plan),
    })),
    ...plan.raws.map(({ object, constant }) => ({
      object,
      text: () => rawSource(object, constant, plan),
      args: () => rawArguments(object, plan),
    })),
  ];
  return new Map(all.map((other) => [other.object.id, other]));
}

/** A view's triggers are written with it; an enum's values are looked at elsewhere. */
function differs(old: SchemaObject, object: SchemaObject, from: SchemaGraph, to: SchemaGraph): boolean {
  const owner = (graph: SchemaGraph) => children(graph, object.id, "owner").map(({ role }) => role).join();
  if (owner(from) !== owner(to)) return true;
  if (object.kind === "enum") return old.comment !== object.comment;
  if (fieldsThatDiffer(old, object).length > 0) return true;
  const triggers = (graph: SchemaGraph) => children(graph, object.id, "trigger").map(comparable);
  return object.kind === "view" && !sameJson(triggers(from), triggers(to));
}

/** Columns that have an enum say its values, and what lives in a schema says its name. */
function isSaidElsewhere(object: SchemaObject, plan: WritePlan): boolean {
  if (object.comment !== null) return false;
  if (object.kind === "enum") {
    const inSchema = plan.tables.filter((table) => table.object.name[0] === object.name[0]);
    return inSchema.some(({ columns }) => columns.some(({ type }) => type.of === object.id));
  }
  return object.kind === "schema" && Object.keys(object.options).length === 0 &&
    [...plan.graph.objects.values()].some(({ parent }) => parent === object.id);
}

/** Is it the model that the object was made from? */
function isOf(meta: ModelMeta, { kind, name, origin }: SchemaObject): boolean {
  const kindOfMeta = meta.kind === "raw" ? meta.objectKind : meta.kind;
  return kindOfMeta === kind && !(meta.kind === "enum" && meta.inline) && meta.name === name.at(-1) &&
    meta.place.file === (origin?.file ?? null) && meta.place.line === (origin?.line ?? null);
}

function nameOf(object: SchemaObject): string {
  return `${factsOf(object).label} "${object.name.at(-1)}"`;
}

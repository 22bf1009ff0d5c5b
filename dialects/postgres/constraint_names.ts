/**
 * Names of constraints, which a table has once each: what a change gives a table, or the tables that inherit from it, another constraint may hold
 * until it goes. CHECK and NOT NULL (18) reach every heir. Pure.
 */
import type { Change } from "../../diff/change.ts";
import { after } from "../../diff/change.ts";
import { children } from "../../schema/graph.ts";
import { objectId, pathOfId } from "../../schema/id.ts";
import type { ObjectId, SchemaObject } from "../../schema/object.ts";
import type { RenderContext } from "../dialect.ts";
import { columnOf, heirsOf, inParents, isMadeToJoin, joins, keptParents } from "./inheritance.ts";
import { isLeftBehind } from "./left_behind.ts";
import { notNullName, notNullOf } from "./inherited_not_null.ts";

type Graphs = Pick<RenderContext, "from" | "to" | "madeAnew">;

const kinds = ["check", "unique", "primary_key", "foreign_key", "exclusion"] as const;

/** What has a name now that the change takes, on its table or below: it gives it up before, by being dropped, renamed or altered. */
export function holdersOfNames(change: Change, context: Graphs): readonly ObjectId[] {
  if ((change.kind === "table" || change.kind === "foreign_table") && change.op === "alter") {
    // A check that must be there before a table joins its parents, under a name that the table has already.
    return joins(context, change.to.id)
      ? children(context.to, change.to.id, "check")
        .filter((each) => context.madeAnew?.has(each.id) && isMadeToJoin(context, each)).map(({ id }) => id)
      : [];
  }
  const name = nameTaken(change), object = after(change);
  if (name === null || !object?.parent) return [];
  // A rename that somebody asked for has been done in the old graph, with room made for it (makeRoom).
  if (change.op === "rename" && context.from.objects.has(object.id)) return [];
  const tables = [object.parent, ...(isHandedDown(object) ? tablesBelow(object.parent, context) : [])];
  return tables.flatMap((table) => holders(table, name, change, context));
}

/** The name that a constraint gets by the change; null for what is none, and for one that it had before. */
function nameTaken(change: Change): string | null {
  if (change.op === "drop") return null;
  const from = change.op === "create" ? null : change.from as SchemaObject, to = change.to as SchemaObject;
  const name = nameOf(to);
  if (from === null || (change.op === "rename" && change.kind !== "column")) return name;
  if (change.kind !== "column" || nameOf(from) === name) return null;
  // One of the two has a name of its own: the server names each NOT NULL.
  return change.op === "alter" ? name ?? serversName(to) : name;
}

/** The name of a column's NOT NULL, where it says none, on a server that names it. */
function serversName(object: SchemaObject): string | null {
  return object.kind === "column" && !object.nullable ? notNullName(object) : null;
}

/** What an object's constraint is called; null where it is none, or the server calls it. */
export function nameOf(object: SchemaObject): string | null {
  if (object.kind === "column") {
    const { name } = notNullOf(object.options);
    return !object.nullable && typeof name === "string" ? name : null;
  }
  return kinds.some((kind) => kind === object.kind) ? object.name.at(-1)! : null;
}

function isHandedDown(object: SchemaObject): boolean {
  return object.kind === "check" && !object.options.no_inherit ||
    object.kind === "column" && !notNullOf(object.options).no_inherit;
}

/** The tables that inherit from this one all along. */
function tablesBelow(table: ObjectId, context: Graphs): readonly ObjectId[] {
  return heirsOf(context.to, table).filter(({ id }) => keptParents(context, id).some((each) => each === table))
    .flatMap(({ id }) => [id, ...tablesBelow(id, context)]);
}

/** What holds the name on that table, and what that has it from. */
function holders(table: ObjectId, name: string, change: Change, context: Graphs): readonly ObjectId[] {
  const { from, to } = context, object = after(change)!, path = pathOfId(table);
  const named = kinds.map((kind) => objectId(kind, [...path, name]))
    .filter((id) => from.objects.has(id) && goes(id, context));
  // A NOT NULL takes a name only where all of them have names.
  const called = (each: SchemaObject) => nameOf(each) ?? (object.kind === "column" ? serversName(each) : null);
  // What goes when its table has left its parents.
  const tables = named.some((id) => isLeftBehind(context, from.objects.get(id)!)) ? [table] : [];
  const columns = children(from, table, "column").filter((each) => {
    // The change's own column, or what an heir has of it.
    if (object.kind === "column" && each.name.at(-1) === object.name.at(-1)) return false;
    if (called(each as unknown as SchemaObject) !== name) return false;
    const now = columnOf(to, table, each as unknown as SchemaObject);
    if (!now || goes(each.id, context)) return true;
    // Where both keep a NOT NULL and only its name changes, one of the changes speaks for all of them (exchangedNames).
    const isHere = [each.id, ...above(each as unknown as SchemaObject, context)]
      .some((id) => from.objects.get(id)?.parent === object.parent);
    const keeps = change.op === "alter" && change.kind === "column" && isHere &&
      !(change.from as SchemaObject<"column">).nullable && !now.nullable;
    return !keeps && called(now as unknown as SchemaObject) !== name;
  });
  const found = [...named, ...columns.map(({ id }) => id)];
  return [...tables, ...found.flatMap((id) => [id, ...above(from.objects.get(id)!, context)])];
}

/** The checks or columns that one comes from, as far as they go themselves or are made anew. */
function above(object: SchemaObject, context: Graphs): readonly ObjectId[] {
  if (object.kind !== "check" && object.kind !== "column") return [];
  return inParents(context.from, object)
    .filter(({ id, kind }) => kind === "column" || goes(id, context))
    .flatMap((each) => [each.id, ...above(each, context)]);
}

function goes(id: ObjectId, { to, madeAnew }: Graphs): boolean {
  return !to.objects.has(id) || madeAnew?.has(id) === true;
}

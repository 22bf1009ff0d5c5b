/**
 * Models of partitions and heirs as a person would write them: the inverse of `inherited.ts`, found by trying, so that what is left out comes
 * back as it was. Pure.
 */
import { sameJson } from "../../schema/canonical.ts";
import { makeGraph, type SchemaGraph } from "../../schema/graph.ts";
import { comparable } from "../../schema/hash.ts";
import type { ObjectId, Options, SchemaObject } from "../../schema/object.ts";
import { withInherited } from "./inherited.ts";
import { type AnyTable, isAttached, isInherited, isPartition, wholeOf } from "./inheritance.ts";
import { withPartNames } from "./part_names.ts";

/**
 * The graph, in normal form, without what `withInherited` adds to it again. Tables that have nothing of their own, or only columns, lose what they
 * inherit; where parts of the parent's indexes and keys only have names of their own, these are said in the table (`parts`). Other partitions say
 * what they have, without the mark that it is inherited. Where even that would come back as something else, all of it stays as it is.
 */
export function withoutInherited(graph: SchemaGraph, version: number | null): SchemaGraph {
  const heirs = heirsIn(graph), bare = new Set(heirs.filter(isBare).map(({ table }) => table.id));
  const named = new Map<ObjectId, AnyTable>();
  const said = (tables: ReadonlySet<ObjectId>): SchemaGraph => {
    const gone = new Set(heirs.flatMap((heir) => tables.has(heir.table.id) ? heir.inherited.map(({ id }) => id) : []));
    return changed(
      graph,
      (object) => gone.has(object.id) ? null : tables.has(object.id) ? named.get(object.id) : object,
    );
  };
  if (heirs.length === 0) return graph;
  const plain = withInherited(said(bare), version);
  for (const { table, inherited } of heirs) {
    const names = bare.has(table.id) ? ownNames(inherited, graph, plain) : new Map<string, string>();
    if (names.size > 0) named.set(table.id, withPartNames(table, names));
  }
  for (const table of differing(graph, withInherited(said(bare), version))) bare.delete(table);
  const short = said(bare),
    marked = new Set(heirs.filter(({ table }) => isPartition(table)).map(({ table }) => table.id));
  const unmarked = (tables: ReadonlySet<ObjectId>): SchemaGraph =>
    changed(short, (object) => object.parent !== null && tables.has(object.parent) ? withoutMark(object) : object);
  for (const table of differing(graph, withInherited(unmarked(marked), version))) marked.delete(table);
  return unmarked(marked);
}

/** A table that inherits, what it has, and what of that is its parents'. */
interface Heir {
  readonly table: AnyTable;
  readonly own: readonly SchemaObject[];
  readonly inherited: readonly SchemaObject[];
  /** Is it one that a foreign key points to? */
  readonly used: boolean;
}

function heirsIn(graph: SchemaGraph): readonly Heir[] {
  const byTable = Map.groupBy(graph.objects.values(), ({ parent }) => parent), used = new Set<ObjectId>();
  for (const object of graph.objects.values()) if (object.kind === "foreign_key") used.add(object.references.table);
  return [...graph.objects.values()].flatMap((object): readonly Heir[] => {
    if (object.kind !== "table" && object.kind !== "foreign_table" || !object.inherits?.length) return [];
    const own = byTable.get(object.id) ?? [];
    const table = object as unknown as AnyTable;
    return [{ table, own, inherited: own.filter(isOfParent), used: used.has(object.id) }];
  });
}

/** What else is in the table, or points to it, may name its columns, which must be there to be named. */
function isBare({ own, inherited, used }: Heir): boolean {
  return !used && own.every((each) => each.kind === "column" || inherited.includes(each));
}

function isOfParent(object: SchemaObject): boolean {
  switch (object.kind) {
    case "column":
    case "check":
      return isInherited(object);
    case "index":
    case "primary_key":
    case "unique":
      return isAttached(object);
    default:
      return false;
  }
}

/** The names of parts, by their wholes', that are not what the server gives them in `plain`. */
function ownNames(
  inherited: readonly SchemaObject[],
  graph: SchemaGraph,
  plain: SchemaGraph,
): ReadonlyMap<string, string> {
  return new Map(inherited.flatMap((part): readonly (readonly [string, string])[] => {
    const whole = "options" in part && isAttached(part) ? wholeOf(graph, part) : undefined;
    return whole && !plain.objects.has(part.id) ? [[whole.name.at(-1)!, part.name.at(-1)!]] : [];
  }));
}

/** Tables of which something is only in one of the graphs, or is another in them. */
function differing(graph: SchemaGraph, again: SchemaGraph): ReadonlySet<ObjectId> {
  const tables = new Set<ObjectId>();
  for (const id of new Set([...graph.objects.keys(), ...again.objects.keys()])) {
    const before = graph.objects.get(id), after = again.objects.get(id), table = (before ?? after)!;
    if (before && after && (before === after || sameJson(comparable(before), comparable(after)))) continue;
    tables.add(table.parent !== null && (table.kind !== "table" && table.kind !== "foreign_table") ? table.parent : id);
  }
  return tables;
}

function withoutMark(object: SchemaObject): SchemaObject {
  if (!isOfParent(object)) return object;
  const { inherited: _inherited, attached: _attached, ...options } = (object as { readonly options: Options }).options;
  return { ...object, options } as SchemaObject;
}

/** The graph with each object as `to` has it: another one, or none for null; undefined leaves it. */
function changed(
  graph: SchemaGraph,
  to: (object: SchemaObject) => SchemaObject | AnyTable | null | undefined,
): SchemaGraph {
  const objects = [...graph.objects.values()].flatMap((object) => {
    const made = to(object);
    return made === null ? [] : [(made ?? object) as SchemaObject];
  });
  return makeGraph(graph.dialect, objects, graph.notes);
}

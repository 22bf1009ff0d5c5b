/**
 * Partitions that go from one table to another. Each may wait for what another one gives up: values of a bound, columns and keys of tables that are
 * perhaps above each other. So they are taken out before all else, where something else moves as well. Pure.
 */
import { makeGraph, ofKind, type SchemaGraph, withoutRefs } from "../../schema/graph.ts";
import type { ObjectId, Options, SchemaObject } from "../../schema/object.ts";
import { type AnyTable, heirsOf, isPartition, tableIn, wholesOf } from "./inheritance.ts";
import { notNullOf, withNotNull } from "./inherited_not_null.ts";
import { referringKeys } from "./referred_parts.ts";
import { lackingIdentities } from "./shared_identities.ts";
import { dotted } from "./sql.ts";

/** The id that an object has after the renames. */
type Renaming = (id: ObjectId) => ObjectId;
type Ids = ReadonlySet<ObjectId | null>;

/**
 * `from` in which the partitions that become those of another table are tables of their own, where they could wait for each other or for another
 * partition, and those that lack an identity of their table: also without the foreign keys that go and refer to their rows. The same graph when there are none.
 */
export function withTakenOut(from: SchemaGraph, to: SchemaGraph, now: Renaming, version: number | null): SchemaGraph {
  const out: Ids = new Set([...moving(from, to, now), ...lackingIdentities(from, to, now, version)]);
  if (out.size === 0) return from;
  const below = new Set(out);
  for (const id of below) for (const heir of heirsOf(from, id!)) below.add(heir.id);
  const tables = [...out].flatMap((id) => tableIn(from, id) ?? []), wholes = new Set<ObjectId | null>();
  for (const table of tables) for (const id of wholesOf(from, table)) wholes.add(id);
  const gone = new Set(
    tables.flatMap((table) => referringKeys(from, table)).filter((key) => {
      const left = to.objects.get(now(key.id));
      return left?.kind !== "foreign_key" || left.references.table !== now(key.references.table);
    }).map(({ id }) => id),
  );
  const paths = new Set([...below].map((id) => dotted(from.objects.get(id!)!.name)));
  const objects = [...from.objects.values()].filter(({ id }) => !gone.has(id)).map((object) => {
    if (out.has(object.id)) return standalone(object, wholes);
    // From 17 on partitions share the identities of their table.
    const shared = (version ?? 0) >= 170000 && object.kind === "column" && below.has(object.parent)
      ? { ...object, identity: null } as SchemaObject
      : object;
    const isOfWhole = (id: ObjectId) => wholes.has(id) || wholes.has(from.objects.get(id)?.parent ?? null);
    return out.has(object.parent) ? own(shared, (id) => !isOfWhole(id)) : withoutCopies(shared, paths);
  });
  return makeGraph(from.dialect, objects, from.notes);
}

/**
 * The partitions that become those of another table, if one of the two is above the other, or if another partition of them, or of what they are
 * part of, comes, goes or gets another bound.
 */
function moving(from: SchemaGraph, to: SchemaGraph, now: Renaming): readonly ObjectId[] {
  const olds = new Map(partitions(from).map((table) => [now(table.id), table]));
  const news = new Map(partitions(to).map((table) => [table.id, table]));
  const parentOf = (old: AnyTable | undefined) => old && now(old.inherits[0]!);
  const changed = [...new Set([...olds.keys(), ...news.keys()])].filter((id) => {
    const [old, next] = [olds.get(id), news.get(id)];
    return parentOf(old) !== next?.inherits[0] || old?.options.bound !== next?.options.bound;
  });
  return changed.flatMap((id) => {
    const [old, next] = [olds.get(id), news.get(id)];
    if (!old || !next || parentOf(old) === next.inherits[0]) return [];
    const before = wholesOf(from, old).map(now), after = wholesOf(to, next);
    const concerns = (other: ObjectId) =>
      [parentOf(olds.get(other)), news.get(other)?.inherits[0]].some((each) =>
        each !== undefined && (before.includes(each) || after.includes(each))
      );
    return before.some((each) => after.includes(each)) || changed.some((other) => other !== id && concerns(other))
      ? [old.id]
      : [];
  });
}

function partitions(graph: SchemaGraph): readonly AnyTable[] {
  const bare = withoutRefs(graph);
  return [...ofKind(bare, "foreign_table"), ...ofKind(bare, "table")].filter(isPartition);
}

function standalone(object: SchemaObject, wholes: Ids): SchemaObject {
  const { bound: _bound, ...options } = (object as unknown as AnyTable).options;
  return { ...object, inherits: [], options, refs: object.refs.filter((id) => !wholes.has(id)) } as SchemaObject;
}

/** What a partition has when it is one no more: it is not inherited then, nor the part of another table's. */
function own(object: SchemaObject, isLeft: (id: ObjectId) => boolean): SchemaObject {
  switch (object.kind) {
    case "column":
    case "check":
    case "index":
    case "primary_key":
    case "unique":
    case "exclusion": {
      const { inherited: _inherited, attached: _attached, ...options } = object.options as Options;
      const { inherited: _fromAbove, own: _own, ...notNull } = notNullOf(options);
      return { ...object, options: withNotNull(options, notNull), refs: object.refs.filter(isLeft) } as SchemaObject;
    }
    default:
      return object;
  }
}

/** Foreign keys and triggers say what is particular about their copies on partitions: nothing about these. */
function withoutCopies(object: SchemaObject, paths: ReadonlySet<string>): SchemaObject {
  if (object.kind !== "foreign_key" && object.kind !== "trigger" || !object.options.copies) return object;
  const { copies, ...options } = object.options;
  const left = Object.entries(copies as Options).filter(([path]) => !paths.has(path));
  return {
    ...object,
    options: left.length ? { ...options, copies: Object.fromEntries(left) } : options,
  } as SchemaObject;
}

/**
 * The identities of kinds of rows, and those that they had: a model that says an earlier name, or a table whose name is part of an identity and
 * that gets another name, changes what stands in its rows. Pure.
 */
import type { RenameHint } from "../../diff/change.ts";
import { idWithin, objectId, pathOfId } from "../../schema/id.ts";
import type { ObjectId } from "../../schema/object.ts";
import type { TableMeta } from "../contract.ts";
import { identityOf, localName } from "../subtypes.ts";
import type { Build } from "./build.ts";
import { discriminatorKey, kindRootOf } from "./fold_single.ts";

/** One part of an identity, between its dots. */
interface IdentityPart {
  readonly now: string;
  /** What the model says that it was. */
  readonly before: readonly string[];
  /** The table whose name it is, less this prefix; null where the model gives it. */
  readonly table: ObjectId | null;
  readonly prefix: string;
}

/** A kind of rows: the column that tells it from others, and its identity there. */
export interface RowKind {
  readonly column: ObjectId;
  readonly parts: readonly IdentityPart[];
}

/** All kinds of rows that a column tells apart. SQA-109 where a kind had the identity that another one has. */
export function rowKinds(build: Build): readonly RowKind[] {
  const metas = build.catalog.tables.flatMap((table) => table.metas);
  return [...Map.groupBy(metas, kindRootOf)].flatMap(([root, all]): readonly RowKind[] => {
    const table = build.catalog.tableOf.get(root), key = discriminatorKey(root, all);
    const column = key === null ? undefined : table?.byKey.get(key);
    if (!table || !column || table.meta.unmanaged) return [];
    const id = objectId("column", [...table.path, column.name]);
    const kinds = all.filter((meta) => !meta.abstract && (meta !== root || root.discriminator !== null));
    refuseTaken(kinds, build);
    return kinds.map((meta) => ({ column: id, parts: partsOf(meta, build) }));
  });
}

/** Rows of the other kind would change theirs too, unless that one had another identity as well. */
function refuseTaken(kinds: readonly TableMeta[], build: Build): void {
  const now = new Map(kinds.map((meta) => [identityOf(meta), meta]));
  for (const meta of kinds) {
    const taken = before(partsOf(meta, build), []).find((old) => now.get(old)?.identityBefore.length === 0);
    if (taken === undefined) continue;
    build.report.add(
      "SQA-109",
      `"${identityOf(meta)}" had the identity "${taken}" before, and another kind of rows has it now`,
      meta.place,
      "take the earlier identity out once every database has the migration, or give the other kind another one",
    );
  }
}

function partsOf(meta: TableMeta, build: Build): readonly IdentityPart[] {
  const before = meta.identityBefore;
  if (meta.identity !== null) return [{ now: meta.identity, before, table: null, prefix: "" }];
  const { inherits } = meta, own = identityOf({ ...meta, inherits: null });
  const above = inherits && inherits.as !== "concrete" ? partsOf(inherits.parent, build) : [];
  const table = build.catalog.tableOf.get(meta)?.id ?? null;
  return [...above, { now: own, before, table, prefix: meta.module?.prefix ?? "" }];
}

/** The earlier identities of these kinds, where `renames` tell of tables that have got other names, as hints for rows. */
export function identityHints(kinds: readonly RowKind[], renames: readonly RenameHint[]): readonly RenameHint[] {
  return kinds.flatMap(({ column, parts }) => {
    const to = idWithin("column", column, parts.map(({ now }) => now).join("."));
    return before(parts, renames).map((old) => ({ from: idWithin("column", column, old), to, source: "the identity" }));
  });
}

/** What the identity may have been. */
function before(parts: readonly IdentityPart[], renames: readonly RenameHint[]): readonly string[] {
  const now = parts.map((part) => part.now).join(".");
  return ways(parts.map((part) => [part.now, ...part.before, ...namesBefore(part, renames)])).filter((old) =>
    old !== now
  );
}

/** What the part was while its table had another name. */
function namesBefore({ table, prefix }: IdentityPart, renames: readonly RenameHint[]): readonly string[] {
  if (table === null) return [];
  return renames.filter(({ to }) => to === table).map(({ from }) =>
    localName(pathOfId(from).at(-1)!, prefix).toLowerCase()
  );
}

/** Every way to take one of each, joined by dots. */
function ways(parts: readonly (readonly string[])[]): readonly string[] {
  const [first = [], ...rest] = parts;
  const found = rest.length === 0 ? first : first.flatMap((one) => ways(rest).map((more) => `${one}.${more}`));
  return [...new Set(found)];
}

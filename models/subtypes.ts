/** What was made from a table: its kinds of rows, by their identities. Pure. */
import { model } from "./contract.ts";
import type { TableMeta } from "./contract.ts";
import type { AnyTable } from "./table.ts";

/**
 * The tables made from this one with `joined`, `single` and `concrete`, and those made from them, parents first.
 *
 * @example
 * ```ts
 * import { identities, subtypes, t, table } from "sqa";
 * import { deepEqual } from "node:assert/strict";
 *
 * const files = table("files", { id: t.int().primaryKey(), name: t.text() }, { abstract: true });
 * const images = files.single("image", { width: t.int() });
 * const photos = images.single("photo", { camera: t.text() });
 * deepEqual(subtypes(files), [images, photos]);
 * deepEqual([...identities(files)], [["image", images], ["photo", photos]]);
 * ```
 */
export function subtypes(table: AnyTable): readonly AnyTable[] {
  const children = table[model].children as readonly AnyTable[];
  return children.flatMap((child) => [child, ...subtypes(child)]);
}

/** The values that the discriminator can have, each with its table: this one and those below it, less abstract and concrete ones. */
export function identities(table: AnyTable): ReadonlyMap<string, AnyTable> {
  const all = [table, ...kinds(table)].filter((each) => !each[model].abstract);
  return new Map(all.map((each) => [identityOf(each[model]), each]));
}

/** Tables below that share the discriminator. */
function kinds(table: AnyTable): readonly AnyTable[] {
  const children = (table[model].children as readonly AnyTable[]).filter((child) =>
    child[model].inherits?.as !== "concrete"
  );
  return children.flatMap((child) => [child, ...kinds(child)]);
}

/**
 * The discriminator's value in rows of this table: as it was given, else the table's name without its module's prefix, behind its parent's identity
 * and a dot, in lower case.
 */
export function identityOf(meta: TableMeta): string {
  if (meta.identity !== null) return meta.identity;
  const own = localName(meta.name, meta.module?.prefix ?? "").toLowerCase();
  return meta.inherits && meta.inherits.as !== "concrete" ? `${identityOf(meta.inherits.parent)}.${own}` : own;
}

/** A table's name without its module's prefix. */
export function localName(name: string, prefix: string): string {
  return name.startsWith(prefix) ? name.slice(prefix.length) : name;
}

/**
 * What remains of a table's folded changes when those that cancel out are taken away: a constraint that is dropped and made again as it
 * was, because something that it rests on changed or because its structural name did. SQLite's tables hold their constraints as text,
 * so nothing has to be done for these.
 */
import type { Change } from "../../diff/change.ts";
import { canonicalJson } from "../../schema/canonical.ts";
import { comparable } from "../../schema/hash.ts";
import type { SchemaObject } from "../../schema/object.ts";

/** The parts that make a difference. */
export function netParts(parts: readonly Change[]): readonly Change[] {
  const drops = new Map<string, Change[]>();
  for (const part of parts) {
    if (part.op === "drop" && part.kind !== "column") {
      const key = sameness(part.from);
      drops.set(key, [...drops.get(key) ?? [], part]);
    }
  }
  if (drops.size === 0) return parts;
  const cancelled = new Set<Change>();
  for (const part of parts) {
    if (part.op !== "create" || part.kind === "column") continue;
    const match = drops.get(sameness(part.to))?.shift();
    if (match) cancelled.add(match), cancelled.add(part);
  }
  return parts.filter((part) => !cancelled.has(part));
}

/** Equal for objects that SQLite holds as the same text. */
function sameness(object: SchemaObject): string {
  const { id: _id, name, ...rest } = comparable(object) as Record<string, unknown> & SchemaObject;
  const own = object.unnamed ? null : name.at(-1)!;
  if (object.kind === "foreign_key" && object.options.implicit === true) {
    return canonicalJson({ ...rest, own, references: { table: object.references.table } });
  }
  return canonicalJson({ ...rest, own });
}

/** Rows that point to none: what asks for them, and the copies of a table that they stop. */
import type { Effects } from "../../diff/plan_types.ts";
import { sameJson } from "../../schema/canonical.ts";
import { children } from "../../schema/graph.ts";
import { comparable } from "../../schema/hash.ts";
import type { ObjectId, SchemaObject } from "../../schema/object.ts";
import type { RenderContext } from "../dialect.ts";
import type { FamilyFacts } from "./facts.ts";
import { quote, quoteId } from "./sql.ts";

/** Why a copy of a table may fail that changes nothing about its foreign keys. */
export const stopsCopy =
  "a copy of the table stops at rows that point to none, put in while foreign_key_checks was off";

/** A query that counts the rows that the foreign key does not let be. */
export function danglingProbe({ parent, columns, references }: SchemaObject<"foreign_key">): string {
  const pairs = columns.map((name, i) => `child.${quote(name)} = target.${quote(references.columns[i] ?? name)}`);
  const present = columns.map((name) => `child.${quote(name)} IS NOT NULL`).join(" AND ");
  return `SELECT count(*) FROM ${quoteId(parent!)} AS child LEFT JOIN ${quoteId(references.table)} AS target ON ${
    pairs.join(" AND ")
  } WHERE target.${quote(references.columns[0] ?? columns[0]!)} IS NULL AND ${present}`;
}

/** Why a copy of the table may fail by a foreign key that stays: null where it has none, or where the server copies without asking. */
export function danglingInCopy(
  table: ObjectId,
  { from, to }: Pick<RenderContext, "from" | "to">,
  facts: FamilyFacts,
): Effects["mayFail"] {
  if (!facts.copiesCheckKeys) return null;
  const kept = children(from, table, "foreign_key").filter((key) => {
    const after = to.objects.get(key.id);
    return after !== undefined && sameJson(comparable(after), comparable(key));
  });
  if (kept.length === 0) return null;
  const probes = kept.map(danglingProbe);
  return { reason: stopsCopy, probe: probes.length === 1 ? probes[0]! : `SELECT (${probes.join(") + (")})` };
}

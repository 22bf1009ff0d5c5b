/** Why a copy of a table may fail on its rows though the change itself concerns none of them. */
import type { Effects } from "../../diff/plan_types.ts";
import { sameJson } from "../../schema/canonical.ts";
import { children, type SchemaGraph } from "../../schema/graph.ts";
import { comparable } from "../../schema/hash.ts";
import type { ObjectId, SchemaObject } from "../../schema/object.ts";
import type { RenderContext } from "../dialect.ts";
import type { FamilyFacts } from "./facts.ts";
import { quote, quoteId } from "./sql.ts";

const dangling = "a copy of the table stops at rows that point to none, put in while foreign_key_checks was off";
const uncomputed = "a copy of the table computes its virtual columns, and a value may not fit";

/** Is that reason one that only a copy has? */
export function isOfCopy(reason: string): boolean {
  return reason === dangling || reason === uncomputed;
}

/** A query that counts the rows that the foreign key does not let be. */
export function danglingProbe({ parent, columns, references }: SchemaObject<"foreign_key">): string {
  const pairs = columns.map((name, i) => `child.${quote(name)} = target.${quote(references.columns[i] ?? name)}`);
  const present = columns.map((name) => `child.${quote(name)} IS NOT NULL`).join(" AND ");
  return `SELECT count(*) FROM ${quoteId(parent!)} AS child LEFT JOIN ${quoteId(references.table)} AS target ON ${
    pairs.join(" AND ")
  } WHERE target.${quote(references.columns[0] ?? columns[0]!)} IS NULL AND ${present}`;
}

/**
 * Why a copy of the table may fail: a foreign key that stays, where the server asks, or a virtual column. MariaDB computes none on
 * INSERT (10.11.19), MySQL none when it is added (9.7.4): the copy is the first to do it.
 */
export function copyRisk(
  table: ObjectId,
  { from, to }: Pick<RenderContext, "from" | "to">,
  facts: FamilyFacts,
): Effects["mayFail"] {
  const stays = (object: SchemaObject) => {
    const after = to.objects.get(object.id);
    return after !== undefined && sameJson(comparable(after), comparable(object));
  };
  const probes = facts.copiesCheckKeys ? children(from, table, "foreign_key").filter(stays).map(danglingProbe) : [];
  if (probes.length) {
    return { reason: dangling, probe: probes.length === 1 ? probes[0]! : `SELECT (${probes.join(") + (")})` };
  }
  return hasVirtual(table, from) ? { reason: uncomputed, probe: null } : null;
}

/** With a virtual column, what changes another column may be a copy too (INPLACE is not supported, error 1846). */
export function hasVirtual(table: ObjectId, graph: SchemaGraph): boolean {
  return children(graph, table, "column").some(({ generated }) => generated?.stored === false);
}

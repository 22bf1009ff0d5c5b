/**
 * The plan behind a generated file, made again from the snapshots before and after it: what its statements do, and what is risky about
 * them, without a database. Of a file written by hand nothing is known but its text.
 */
import type { Dialect } from "../dialects/dialect.ts";
import { withKept } from "../diff/kept.ts";
import { normalize } from "../diff/normalize.ts";
import { makePlan } from "../diff/plan.ts";
import type { Hazard, Plan } from "../diff/plan_types.ts";
import { makeGraph, type SchemaGraph } from "../schema/graph.ts";
import type { ObjectId, SchemaObject } from "../schema/object.ts";
import { canonicalStatement } from "./canonical_sql.ts";
import type { Chain } from "./chain.ts";
import { type Migration, readSnapshot } from "./files.ts";
import type { ScriptStatement } from "./statements.ts";
import type { SnapshotFile } from "./snapshot_file.ts";

/** A hazard and the statement of the file that it is about; null where the file does not hold that statement. */
export interface PlacedHazard extends Hazard {
  readonly at: ScriptStatement | null;
}

export interface Replanned {
  readonly plan: Plan;
  readonly hazards: readonly PlacedHazard[];
  /** Statements of the file that the plan does not hold: somebody wrote or changed them, or another version of the database was meant. */
  readonly others: readonly ScriptStatement[];
}

/** The plan of a file, or why there is none. Reads snapshots; SQA-504, SQA-505 when one is broken. */
export async function replan(
  migration: Migration,
  chain: Chain,
  dialect: Dialect,
): Promise<Replanned | { readonly unknown: string }> {
  const snapshot = await readSnapshot(migration);
  if (!snapshot) return { unknown: "it was written by hand: nobody knows what its statements do" };
  const parents = chain.nodes.get(migration.id)?.parents ?? migration.parents;
  if (parents.length > 1) {
    if (migration.up.statements.length) return { unknown: "it follows several others and has statements of its own" };
    return { plan: planBetween(snapshot.graph, snapshot.graph, migration, dialect), hazards: [], others: [] };
  }
  const [parent] = parents;
  const before = parent === undefined ? firstOf(snapshot, dialect) : await graphAfter(parent, chain);
  if (!before) return { unknown: `the schema before it is not known: ${parent} has no snapshot` };
  // Whom something belongs to that was made anew, the database said when the file was written.
  const known = withKept(snapshot.graph, normalize(before, dialect), { news: "made" });
  const plan = planAsWritten(known, snapshot.graph, migration, dialect);
  const inFile = new Map<string, ScriptStatement[]>();
  for (const statement of migration.up.statements) {
    const key = canonicalStatement(statement.sql);
    inFile.set(key, [...inFile.get(key) ?? [], statement]);
  }
  const places = plan.up.map(({ sql }) => inFile.get(canonicalStatement(sql))?.shift() ?? null);
  return {
    plan,
    hazards: plan.hazards.map((hazard) => ({ ...hazard, at: places[hazard.statement] ?? null })),
    others: [...inFile.values()].flat().sort((a, b) => a.number - b.number),
  };
}

/** The plan with its statements told to run as the file tells them. */
function planAsWritten(from: SchemaGraph, to: SchemaGraph, migration: Migration, dialect: Dialect): Plan {
  const plan = planBetween(from, to, migration, dialect);
  if (!dialect.forms) return plan;
  const written = new Set(Array.from(migration.up.statements, ({ sql }) => canonicalStatement(sql)));
  const forms = new Map<string, string>();
  for (const statement of plan.up) {
    const found = dialect.forms(statement, null).find(({ sql }) => written.has(canonicalStatement(sql)));
    if (found) forms.set(statement.sql, found.sql);
  }
  return forms.size === 0 ? plan : planBetween(from, to, migration, dialect, forms);
}

function planBetween(
  from: SchemaGraph,
  to: SchemaGraph,
  { header }: Migration,
  dialect: Dialect,
  forms: ReadonlyMap<string, string> = new Map(),
): Plan {
  const renames = header.renames.map((rename) => ({
    from: rename.from as ObjectId,
    to: rename.to as ObjectId,
    source: "the file's header",
  }));
  return makePlan({ from, to, dialect, renames, options: { columnOrder: "lax", version: null, forms } }).plan;
}

async function graphAfter(id: string, chain: Chain): Promise<SchemaGraph | null> {
  const migration = chain.nodes.get(id)?.migration;
  return migration ? (await readSnapshot(migration))?.graph ?? null : null;
}

/** Before the first migration there is an empty database and what it left alone. */
export function firstOf({ graph, leftAlone }: SnapshotFile, dialect: Dialect): SchemaGraph {
  const objects = new Map<ObjectId, SchemaObject>(dialect.initial.map((object) => [object.id, object]));
  for (const object of graph.objects.values()) {
    let at: SchemaObject | undefined = object;
    while (at && !leftAlone.has(at.id)) at = at.parent === null ? undefined : graph.objects.get(at.parent);
    if (at) objects.set(object.id, object);
  }
  return makeGraph(dialect.name, objects.values());
}

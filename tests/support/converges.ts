/** Models on a real database: made there, and then found to be there. The way that diff and migrate go, without files. */
import { deepEqual } from "node:assert/strict";
import { databaseOf } from "../../cli/database.ts";
import { settleExpressions } from "../../cli/planning.ts";
import { makePlan } from "../../diff/plan.ts";
import { introspect } from "../../introspect/introspect.ts";
import { modelOf } from "../../models/contract.ts";
import { modelsToGraph } from "../../models/graph.ts";
import type { Connection } from "../../dialects/driver.ts";
import type { SchemaGraph } from "../../schema/graph.ts";

/** The SQL that makes these models of what the database holds. */
export interface Made {
  readonly connection: Connection;
  readonly graph: SchemaGraph;
  readonly up: readonly string[];
}

/**
 * Makes the models in the database, checks that a second look finds nothing to do, and hands over the open connection. The database may hold
 * an earlier version of them; what the models no longer have is dropped.
 */
export async function withModels<T>(
  url: string,
  models: readonly unknown[],
  test: (made: Made) => Promise<T>,
): Promise<T> {
  const database = await databaseOf(url, Deno.cwd());
  await using connection = await database.connect({ create: true });
  const { dialect } = database;
  const to = modelsToGraph({ models: models.map((value) => modelOf(value)!) }, dialect);
  const plan = async () => {
    const from = await introspect(connection, dialect);
    const settled = await settleExpressions(from, to.graph, to.renames, database, connection);
    const renames = to.renames.filter((hint) => from.objects.has(hint.from) && !from.objects.has(hint.to));
    const scope = { mode: "all" as const, managed: new Set<never>(), drops: new Set<never>() };
    const options = { version: database.versionFor(connection), scope, columnOrder: "lax" as const };
    return makePlan({ from, to: settled, dialect, renames, options }).plan;
  };
  const first = await plan();
  const up = first.up.map(({ sql }) => sql);
  for (const sql of up) {
    await connection.execute(sql).catch((cause) => {
      throw new Error(`${dialect.label} refuses: ${sql}\n${cause instanceof Error ? cause.message : cause}`);
    });
  }
  deepEqual((await plan()).up.map(({ sql }) => sql), [], `${dialect.label} does not converge`);
  return await test({ connection, graph: await introspect(connection, dialect), up });
}

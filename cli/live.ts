/** The schema of a live database as sqa sees it: without sqa's own history. */
import type { Connection } from "../dialects/driver.ts";
import type { Dialect } from "../dialects/dialect.ts";
import { introspect } from "../introspect/introspect.ts";
import { historyTables } from "../migrate/history.ts";
import type { SchemaGraph } from "../schema/graph.ts";

/** The graph of the connection's database. `schemas` null reads all of them. */
export async function readLive(
  connection: Connection,
  dialect: Dialect,
  schemas: readonly string[] | null,
): Promise<SchemaGraph> {
  return await introspect(connection, dialect, { schemas, ignoreTables: historyTables(dialect) });
}

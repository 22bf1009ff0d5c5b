/** The schema of a live database as sqa sees it: without sqa's own history. */
import type { Connection } from "../dialects/driver.ts";
import type { Dialect } from "../dialects/dialect.ts";
import { introspect } from "../introspect/introspect.ts";
import { ownTables } from "../migrate/guard.ts";
import type { SchemaGraph } from "../schema/graph.ts";

/** What of a database is read: schemas (null is all), and the name of the history table (null is the default). */
export interface LiveScope {
  readonly schemas: readonly string[] | null;
  readonly historyTable: string | null;
  /** Tables of sqa's own beside those of this history. */
  readonly ignoreTables?: readonly (readonly string[])[];
}

/** The graph of the connection's database. */
export async function readLive(connection: Connection, dialect: Dialect, scope: LiveScope): Promise<SchemaGraph> {
  const ignoreTables = [...ownTables(dialect, scope.historyTable ?? undefined), ...scope.ignoreTables ?? []];
  return await introspect(connection, dialect, { schemas: scope.schemas, ignoreTables });
}

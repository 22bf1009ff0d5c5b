/** The schema of a live database as sqa sees it: without sqa's own history. */
import type { Connection } from "../dialects/driver.ts";
import type { Dialect } from "../dialects/dialect.ts";
import { introspect } from "../introspect/introspect.ts";
import { historyPath } from "../migrate/history.ts";
import type { SchemaGraph } from "../schema/graph.ts";

/** What of a database is read: schemas (null is all), and the name of the history table (null is the default). */
export interface LiveScope {
  readonly schemas: readonly string[] | null;
  readonly historyTable: string | null;
}

/** The graph of the connection's database. */
export async function readLive(connection: Connection, dialect: Dialect, scope: LiveScope): Promise<SchemaGraph> {
  const ignoreTables = [historyPath(dialect, scope.historyTable ?? undefined)];
  return await introspect(connection, dialect, { schemas: scope.schemas, ignoreTables });
}

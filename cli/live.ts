/** The schema of a live database as sqa sees it: without sqa's own history. */
import type { Connection } from "../dialects/driver.ts";
import type { Dialect } from "../dialects/dialect.ts";
import { type Answers, ask } from "../introspect/introspect.ts";
import { ownTables } from "../migrate/guard.ts";
import type { SchemaGraph } from "../schema/graph.ts";

/** What of a database is read: schemas (null is all), and the name of the history table (null is the default). */
export interface LiveScope {
  readonly schemas: readonly string[] | null;
  readonly historyTable: string | null;
  /** Tables of sqa's own beside those of this history. */
  readonly ignoreTables?: readonly (readonly string[])[];
  /** As of introspection. */
  readonly print?: boolean;
}

/** The graph of the connection's database. */
export async function readLive(connection: Connection, dialect: Dialect, scope: LiveScope): Promise<SchemaGraph> {
  return (await askLive(connection, dialect, scope)).graph();
}

/** What its graph is made of. */
export async function askLive(connection: Connection, dialect: Dialect, scope: LiveScope): Promise<Answers> {
  const { schemas, historyTable, print = false } = scope;
  const ignoreTables = [...ownTables(dialect, historyTable ?? undefined), ...scope.ignoreTables ?? []];
  return await ask(connection, dialect, { schemas, ignoreTables, print });
}

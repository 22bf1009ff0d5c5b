/** What a new connection asks first: which server this is, whose database, and how its catalog is to be read. */
import type { ServerInfo } from "../driver.ts";
import { SqaError } from "../../schema/error.ts";
import { isShared } from "./second_session.ts";

export interface Info {
  readonly version: number;
  /** Shall two sessions read its catalog? */
  readonly shared: boolean;
  /** The session's search_path, as SHOW says it. */
  readonly searchPath: string;
  readonly server: ServerInfo;
}

type Row = Readonly<Record<string, unknown>>;

/** Operators by their whole names too: nothing is known of the search_path yet. */
const whoAndWhere = `
  pg_catalog.current_setting('server_version_num')::pg_catalog.int4 AS version,
  pg_catalog.current_setting('server_version') AS product,
  pg_catalog.current_database() AS database,
  (SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname OPERATOR(pg_catalog.=) pg_catalog.current_database()) AS oid,
  pg_catalog.pg_backend_pid() AS pid,
  pg_catalog.current_setting('search_path') AS search_path,
  current_user AS "user"`;

const systemIdentifier = "(SELECT s.system_identifier::pg_catalog.text FROM pg_catalog.pg_control_system() AS s)";

/** Asks in one statement where the server allows everything in it. SQA-208; errors of the connection as they are. */
export async function serverInfo(
  ask: (sql: string) => Promise<readonly Row[]>,
  masked: string,
): Promise<Info> {
  const rows = await ask(`SELECT ${whoAndWhere}, ${systemIdentifier} AS system, ${isShared} AS shared`)
    .catch((error) => isRefusal(error) ? askOneByOne(ask) : Promise.reject(error));
  const row = rows[0]!;
  const version = Number(row.version);
  if (version < 150000) {
    throw new SqaError("SQA-208", `PostgreSQL ${row.product} is too old: sqa needs PostgreSQL 15 or later`, {
      detail: masked,
    });
  }
  // A pooler greets its clients with a process number of its own making.
  const pooled = Number((rows as { readonly state?: { readonly pid?: number } }).state?.pid) !== Number(row.pid);
  return {
    version,
    shared: row.shared === true && !pooled,
    searchPath: String(row.search_path),
    server: {
      product: `PostgreSQL ${String(row.product).split(" ")[0]}`,
      target: masked,
      database: String(row.database),
      user: String(row.user),
      identity: `postgres:${row.system}:${row.oid}:${row.database}`,
      ...(pooled ? { pooled: true } : { session: String(row.pid) }),
    },
  };
}

/** Did the server understand who asks, and refuse the statement alone? What ends the connection is FATAL. */
function isRefusal(error: unknown): boolean {
  return (error as { severity?: unknown }).severity === "ERROR";
}

/** Some hosted servers do not let everybody ask for the system's number; the database's oid and name must do then. Others lack functions. */
async function askOneByOne(ask: (sql: string) => Promise<readonly Row[]>): Promise<readonly Row[]> {
  const [rows, system, shared] = await Promise.all([
    ask(`SELECT ${whoAndWhere}`),
    ask(`SELECT ${systemIdentifier} AS system`).catch(() => [{ system: "unknown" }]),
    ask(`SELECT ${isShared} AS shared`).catch(() => [{ shared: false }]),
  ]);
  Object.assign(rows[0]!, system[0], shared[0]);
  return rows;
}

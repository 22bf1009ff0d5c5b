/** Keeps the server's own names in front: a search_path that lists pg_catalog behind another schema lets that one's operators pass for the server's. */
import type { Connection } from "../driver.ts";

/**
 * Puts pg_catalog first for this session where the database's or the role's search_path has it further back. A path that does not name it searches it
 * first anyway (manual, "The System Catalog Schema"). Behind a pooler nothing is set, for it would be somebody else's setting too. `known`: the path,
 * where somebody has asked for it already.
 */
export async function putCatalogFirst(
  connection: Pick<Connection, "query" | "execute" | "server">,
  known?: string,
): Promise<void> {
  if (connection.server.pooled) return;
  const path = known ?? (await connection.query<{ search_path: string }>("SHOW search_path"))[0]?.search_path;
  const safe = withCatalogFirst(path ?? "");
  if (safe !== null) await connection.execute(`SET search_path = ${safe}`);
}

/** The path without a pg_catalog that is not its first; null when there is none to take out. `path` is what SHOW says. */
export function withCatalogFirst(path: string): string | null {
  const names = [...path.matchAll(/\s*("(?:[^"]|"")*"|[^,]+?)\s*(?:,|$)/g)].map((each) => each[1]!);
  const isCatalog = (name: string): boolean => name === '"pg_catalog"' || name.toLowerCase() === "pg_catalog";
  if (!names.slice(1).some(isCatalog)) return null;
  return ["pg_catalog", ...names.filter((name) => !isCatalog(name))].join(", ");
}

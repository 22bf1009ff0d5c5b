/** The dialects, pure. A literal list: a new database is one line here and one in drivers.ts. */
import type { Dialect } from "./dialect.ts";
import { mariadb } from "./mariadb/mod.ts";
import { mysql } from "./mysql/mod.ts";
import { postgres } from "./postgres/mod.ts";
import { sqlite } from "./sqlite/mod.ts";

export const dialects: readonly Dialect[] = [postgres, mysql, mariadb, sqlite];

/** The dialect of a graph or of a file's header, or undefined for a name that no dialect has. */
export function dialectNamed(name: string): Dialect | undefined {
  return dialects.find((dialect) => dialect.name === name);
}

/** Roles of a test's own: they are the server's, and tests run at once. */
import { withDatabase } from "./scratch.ts";
import type { Connection } from "../../dialects/driver.ts";
import { postgresDriver } from "../../dialects/postgres/driver.ts";
import { quote } from "../../dialects/postgres/sql.ts";

export interface Owners {
  readonly url: string;
  readonly one: Connection;
  /** Two roles that nobody else has. */
  readonly a: string;
  readonly b: string;
}

/** A database, and two roles (superusers) that go with it. */
export async function withOwners(server: string, test: (place: Owners) => Promise<void>): Promise<void> {
  const own = crypto.randomUUID().replaceAll("-", "").slice(0, 12), [a, b] = [`sqa_o${own}_a`, `sqa_o${own} "B"`];
  await withDatabase(server, async (url) => {
    await using one = await postgresDriver.connect(url);
    for (const role of [a, b]) await one.execute(`CREATE ROLE ${quote(role)} SUPERUSER`);
    try {
      await test({ url, one, a, b });
    } finally {
      await one.execute(`DROP OWNED BY ${quote(a)}, ${quote(b)} CASCADE`).catch(() => {});
      await one.execute(`REASSIGN OWNED BY ${quote(a)}, ${quote(b)} TO CURRENT_USER`);
      await one.execute(`DROP OWNED BY ${quote(a)}, ${quote(b)}`);
      for (const role of [a, b]) await one.execute(`DROP ROLE ${quote(role)}`);
    }
  });
}

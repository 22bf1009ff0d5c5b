/** How often the server is asked: as often for many tables as for a few, so that a distant server costs what its distance does (T41). */
import { equal, ok } from "node:assert/strict";
import { introspect } from "../../introspect/introspect.ts";
import { engineAt } from "../../tests/faults/engines.ts";
import { mysqlUrls, withDatabase } from "../../tests/support/scratch.ts";
import type { Connection } from "../driver.ts";

for (const url of mysqlUrls) {
  const { label, driver } = engineAt(url);
  Deno.test(`${label}: introspection asks 15 times at most, however many tables there are (T41)`, () =>
    withDatabase(url, async (url) => {
      await using connection = await driver.connect(url);
      const counted = async () => {
        let asked = 0;
        const around = (inner: Connection): Connection => ({
          ...inner,
          query: (sql, params) => (asked++, inner.query(sql, params)),
          execute: (sql, params) => (asked++, inner.execute(sql, params)),
          transaction: (work, options) => (asked += 2, inner.transaction((tx) => work(around(tx)), options)),
        });
        const { objects } = await introspect(around(connection), driver.dialect);
        return { asked, objects: objects.size };
      };
      await connection.execute("CREATE TABLE t (id int PRIMARY KEY, a varchar(20), CHECK (id > 0), INDEX i (a))");
      const few = await counted();
      for (let i = 0; i < 40; i++) {
        await connection.execute(
          `CREATE TABLE t${i} (id int PRIMARY KEY, a varchar(20) DEFAULT 'x', CHECK (id > 0), INDEX i (a), FOREIGN KEY (id) REFERENCES t (id))`,
        );
      }
      const many = await counted();
      ok(many.objects > few.objects + 200, `${many.objects} objects`);
      equal(many.asked, few.asked);
      ok(many.asked <= 15, `${many.asked} times`);
    }));
}

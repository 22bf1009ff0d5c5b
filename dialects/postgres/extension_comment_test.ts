/** The comment of an extension is its control file's: whoever has set another one, or none, nothing differs. */
import { deepEqual, equal, throws } from "node:assert/strict";
import { makePlan } from "../../diff/plan.ts";
import { introspect } from "../../introspect/introspect.ts";
import { modelOf } from "../../models/contract.ts";
import { modelsToGraph } from "../../models/graph.ts";
import { raw } from "../../models/mod.ts";
import type { SqaError } from "../../schema/error.ts";
import { snapshotText } from "../../schema/snapshot.ts";
import { postgresUrls, withDatabase } from "../../tests/support/scratch.ts";
import { postgresDriver } from "./driver.ts";
import { postgresDialect } from "./set_up.ts";

const { dialect } = postgresDriver;

Deno.test("a model that says the comment of an extension is refused", () => {
  for (const each of [dialect, postgresDialect({ roles: ["app"], owners: true })]) {
    const graphOf = (options: { readonly comment?: string }) => {
      const model = raw("extension", ["citext"], { schema: "public", version: "1.6" }, options);
      return modelsToGraph({ models: [modelOf(model)!] }, each).graph;
    };
    equal(graphOf({}).objects.has("extension:citext"), true);
    throws(() => graphOf({ comment: "ours" }), ({ more }: SqaError) => {
      deepEqual(more.all!.map(({ code, message }) => `${code} ${message}`), [
        'SQA-104 Postgres has no comment of an extension other than that of its control file: extension "citext"',
      ]);
      return true;
    });
  }
});

for (const [i, server] of (postgresUrls.length ? postgresUrls : [""]).entries()) {
  Deno.test({
    name: `Postgres ${i + 1}: an extension with another comment, or none, is the same`,
    ignore: server === "",
    fn: () =>
      withDatabase(server, async (url) => {
        await using connection = await postgresDriver.connect(url);
        await connection.execute("CREATE EXTENSION citext");
        const from = await introspect(connection, dialect), { version } = connection;
        for (const comment of ["NULL", "'ours'"]) {
          await connection.execute(`COMMENT ON EXTENSION citext IS ${comment}`);
          const now = await introspect(connection, dialect);
          equal(snapshotText(now), snapshotText(from), comment);
          const { plan } = makePlan({ from, to: now, dialect, renames: [], options: { columnOrder: "lax", version } });
          deepEqual([...plan.up, ...plan.down], [], comment);
        }
      }),
  });
}

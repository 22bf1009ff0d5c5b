/** What models may leave out of partitions and heirs: taken out of schemas of real servers, it comes back as it was. */
import { deepEqual, equal, throws } from "node:assert/strict";
import { completed } from "../../diff/normalize.ts";
import { introspect } from "../../introspect/introspect.ts";
import { children } from "../../schema/graph.ts";
import type { SchemaObject } from "../../schema/object.ts";
import { snapshotText } from "../../schema/snapshot.ts";
import { postgresUrls, withDatabase } from "../../tests/support/scratch.ts";
import { type ModelMeta, modelOf } from "../../models/contract.ts";
import { modelsToGraph } from "../../models/graph.ts";
import { t, table } from "../../models/mod.ts";
import { postgresDriver } from "./driver.ts";

const { dialect } = postgresDriver;

const schema = `
  CREATE TABLE ev (id int NOT NULL CHECK (id > 0), at date, kind text DEFAULT 'x' COLLATE "C", twice int GENERATED ALWAYS AS (id * 2) STORED,
    PRIMARY KEY (id, at), UNIQUE (at, kind, id)) PARTITION BY RANGE (at);
  CREATE INDEX ON ev (kind DESC, lower(kind)) WHERE id > 3; CREATE UNIQUE INDEX named ON ev (at, id) INCLUDE (kind);
  CREATE TABLE ev_1 PARTITION OF ev FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
  CREATE TABLE ev_2 PARTITION OF ev FOR VALUES FROM ('2025-01-01') TO ('2026-01-01') PARTITION BY HASH (id);
  CREATE TABLE ev_2_a PARTITION OF ev_2 FOR VALUES WITH (MODULUS 1, REMAINDER 0);
  CREATE TABLE ev_3 PARTITION OF ev (kind DEFAULT 'y') DEFAULT;
  CREATE TABLE base (a int NOT NULL CHECK (a > 1), b text, CHECK (a < 9) NO INHERIT, PRIMARY KEY (a));
  CREATE TABLE heir (c int) INHERITS (base); CREATE TABLE heir_2 (b text NOT NULL, d int) INHERITS (base);
  CREATE TABLE grandchild () INHERITS (heir);
  CREATE TABLE ev_4 PARTITION OF ev FOR VALUES FROM ('2027-01-01') TO ('2028-01-01');
  ALTER INDEX ev_4_at_id_kind_idx RENAME TO short; ALTER TABLE ev_4 RENAME CONSTRAINT ev_4_pkey TO key_of_4;
  CREATE TABLE ev_5 PARTITION OF ev FOR VALUES FROM ('2028-01-01') TO ('2029-01-01'); CREATE INDEX by_kind ON ev_5 (kind)`;

for (const [i, server] of (postgresUrls.length ? postgresUrls : [""]).entries()) {
  Deno.test({
    name: `Postgres ${i + 1}: what partitions and heirs inherit need not be said`,
    ignore: server === "",
    fn: () =>
      withDatabase(server, async (url) => {
        await using connection = await postgresDriver.connect(url);
        for (const { sql } of dialect.split(schema)) await connection.execute(sql);
        const graph = await introspect(connection, dialect), { version } = connection;
        const said = dialect.withoutInherited!(graph, version);
        const columns = (table: string) => children(said, `table:public.${table}`, "column").map(({ name }) => name[2]);
        for (const table of ["ev_1", "ev_2", "ev_2_a", "grandchild"]) {
          deepEqual(children(said, `table:public.${table}`), [], `nothing of ${table} is said`);
        }
        deepEqual(columns("heir"), ["c"]);
        deepEqual(columns("heir_2"), ["b", "d"]);
        equal(columns("ev_3").length, 4, "one of its columns is not what it would inherit: all are said");
        deepEqual(children(said, "table:public.ev_4"), [], "nothing but the names of its parts is said");
        const named = said.objects.get("table:public.ev_4") as SchemaObject<"table">;
        deepEqual(named.options.parts, { ev_pkey: "key_of_4", named: "short" });
        const whole = children(said, "table:public.ev_5") as readonly SchemaObject<"column">[];
        equal(whole.length > 4, true, "an index of its own names a column, so all are said");
        deepEqual(whole.filter(({ options }) => options.inherited || options.attached), [], "and none is marked");
        equal(snapshotText(completed(said, dialect, version)), snapshotText(graph));
        equal(completed(graph, dialect, version), graph, "what a database says is complete");
      }),
  });
}

Deno.test("a name for the part of an index that the parent does not have is refused", () => {
  const parent = { on: { postgres: { partition_by: "RANGE (id)" } } };
  const models = (parts: { readonly [whole: string]: string }) => [
    table("ev", { id: t.int().index("by_id") }, parent),
    table("ev_1", {}, { inherits: "ev", on: { postgres: { bound: "DEFAULT", parts } } }),
  ];
  const graphOf = (parts: { readonly [whole: string]: string }) => {
    const { graph } = modelsToGraph({ models: models(parts).map(modelOf) as readonly ModelMeta[] }, dialect);
    return completed(graph, dialect, 170000);
  };
  const named = graphOf({ by_id: "mine" });
  deepEqual(children(named, "table:public.ev_1", "index").map(({ name }) => name), [["public", "mine"]]);
  equal("parts" in (named.objects.get("table:public.ev_1") as SchemaObject<"table">).options, false);
  throws(() => graphOf({ by_di: "mine" }), { code: "SQA-102" });
});

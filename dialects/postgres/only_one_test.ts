/** A kind is asked for only where something like it is there (read.ts): the only object of its kind is found, whatever else is missing. */
import { ok } from "node:assert/strict";
import { postgresUrls, withDatabase } from "../../tests/support/scratch.ts";
import { connect } from "./connection.ts";
import { postgres } from "./mod.ts";
import { readers } from "./kinds/mod.ts";

const trigger = "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'";

/** What makes one object of a kind, and of no other kind that is looked for first. */
const alone: readonly (readonly [kind: string, ...make: string[]])[] = [
  ["enum", "CREATE TYPE x AS ENUM ()"],
  ["domain", "CREATE DOMAIN x AS int"],
  ["domain_check", "CREATE DOMAIN x AS int CHECK (VALUE > 0)"],
  ["range_type", "CREATE TYPE x AS RANGE (SUBTYPE = float8)"],
  ["collation", "CREATE COLLATION x (LOCALE = 'C')"],
  ["sequence", "CREATE SEQUENCE x"],
  ["aggregate", "CREATE AGGREGATE x (int) (SFUNC = int4pl, STYPE = int)"],
  ["view", "CREATE VIEW x AS SELECT 1 AS a"],
  ["materialized_view", "CREATE MATERIALIZED VIEW x AS SELECT 1 AS a"],
  ["rule", "CREATE TABLE t (a int)", "CREATE RULE x AS ON INSERT TO t DO INSTEAD NOTHING"],
  [
    "trigger",
    "CREATE TABLE t (a int)",
    trigger,
    "CREATE TRIGGER x BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()",
  ],
  ["policy", "CREATE TABLE t (a int)", "CREATE POLICY x ON t"],
  [
    "event_trigger",
    "CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'",
    "CREATE EVENT TRIGGER x ON sql_drop EXECUTE FUNCTION f()",
  ],
  ["statistics", "CREATE TABLE t (a int, b int)", "CREATE STATISTICS x ON a, b FROM t"],
  ["publication", "CREATE PUBLICATION x"],
  ["foreign_data_wrapper", "CREATE FOREIGN DATA WRAPPER x"],
  ["foreign_server", "CREATE FOREIGN DATA WRAPPER w", "CREATE SERVER x FOREIGN DATA WRAPPER w"],
  [
    "user_mapping",
    "CREATE FOREIGN DATA WRAPPER w",
    "CREATE SERVER v FOREIGN DATA WRAPPER w",
    "CREATE USER MAPPING FOR PUBLIC SERVER v",
  ],
  [
    "foreign_table",
    "CREATE FOREIGN DATA WRAPPER w",
    "CREATE SERVER v FOREIGN DATA WRAPPER w",
    "CREATE FOREIGN TABLE x (a int) SERVER v",
  ],
  ["text_search", "CREATE TEXT SEARCH CONFIGURATION x (COPY = simple)"],
  ["text_search", "CREATE TEXT SEARCH DICTIONARY x (TEMPLATE = simple)"],
  ["text_search", "CREATE TEXT SEARCH TEMPLATE x (LEXIZE = dsimple_lexize)"],
  [
    "text_search",
    "CREATE TEXT SEARCH PARSER x (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype)",
  ],
  ["conversion", "CREATE CONVERSION x FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8"],
  ["operator", "CREATE OPERATOR ### (FUNCTION = int4pl, LEFTARG = int, RIGHTARG = int)"],
  ["operator", "CREATE OPERATOR FAMILY x USING btree"],
  [
    "cast",
    "CREATE TYPE y AS (a int)",
    "CREATE CAST (y AS text) WITH INOUT",
  ],
  ["extension", "CREATE EXTENSION IF NOT EXISTS pg_trgm"],
  ["default_privilege", "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC"],
];

for (const [i, server] of postgresUrls.entries()) {
  Deno.test(`Postgres ${i + 1}: the only object of its kind is found`, () =>
    withDatabase(server, async (url) => {
      await using connection = await connect(url);
      for (const [kind, ...make] of alone) {
        await connection.transaction(async (tx) => {
          try {
            for (const sql of make) await tx.execute(sql);
          } catch (error) {
            // A server without the extension's files.
            if (kind === "extension") return;
            throw error;
          }
          const { objects } = (await postgres.read(tx, { schemas: null }))();
          ok(objects.some((object) => object.kind === kind), `${kind}: ${make.at(-1)}`);
        }, { rollback: true });
      }
    }));
}

Deno.test("Postgres: every kind that is asked for only where it is there is tried by itself", () => {
  // A subscription cannot be made in a transaction; its catalog is asked for itself.
  const asked = readers.filter(({ from }) => from !== undefined).length;
  ok(new Set(alone.map(([kind]) => kind)).size + 1 >= asked, `${asked} readers say where their rows come from`);
});

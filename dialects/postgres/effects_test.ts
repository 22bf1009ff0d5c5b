/**
 * What the renderers say about locks, rewrites and scans, held against what the server does: each statement is run, then pg_locks, the
 * file nodes and the scan counters of its transaction are read. A wrong claim here would make a rule call a dangerous statement harmless.
 */
import { deepEqual } from "node:assert/strict";
import { makePlan } from "../../diff/plan.ts";
import type { Statement } from "../../diff/plan_types.ts";
import { introspect } from "../../introspect/introspect.ts";
import { postgresUrls, withDatabase } from "../../tests/support/scratch.ts";
import type { Connection } from "../driver.ts";
import { postgresDriver } from "./driver.ts";

const { dialect } = postgresDriver;

/** Before, and what leads to after; the plan of the two is measured. `t` has rows, so that rewrites and scans show. */
const cases: readonly (readonly [before: string, change: string])[] = [
  ["a int", "ALTER TABLE t ADD b int"],
  ["a int", "ALTER TABLE t ADD b int NOT NULL DEFAULT 5"],
  ["a int", "ALTER TABLE t ADD b timestamptz DEFAULT now()"],
  ["a int", "ALTER TABLE t ADD b timestamptz DEFAULT clock_timestamp()"],
  ["a int", "ALTER TABLE t ADD b uuid DEFAULT gen_random_uuid()"],
  ["a int", "ALTER TABLE t ADD b int GENERATED ALWAYS AS IDENTITY"],
  ["a int", "ALTER TABLE t ADD b int GENERATED ALWAYS AS (a + 1) STORED"],
  ["a int, b int", "ALTER TABLE t DROP b"],
  ["a int", "ALTER TABLE t ALTER a SET DEFAULT 1"],
  ["a int", "ALTER TABLE t ALTER a SET NOT NULL"],
  ["a int, CONSTRAINT c CHECK (a IS NOT NULL)", "ALTER TABLE t ALTER a SET NOT NULL"],
  ["a int NOT NULL", "ALTER TABLE t ALTER a DROP NOT NULL"],
  ["a varchar(10)", "ALTER TABLE t ALTER a TYPE varchar(20)"],
  ["a varchar(10)", "ALTER TABLE t ALTER a TYPE varchar"],
  ["a varchar(10)", "ALTER TABLE t ALTER a TYPE text"],
  ["a text", "ALTER TABLE t ALTER a TYPE varchar"],
  ["a varchar(10)", "ALTER TABLE t ALTER a TYPE varchar(5)"],
  ["a text", "ALTER TABLE t ALTER a TYPE varchar(50)"],
  ["a numeric(10,2)", "ALTER TABLE t ALTER a TYPE numeric(12,2)"],
  ["a numeric(10,2)", "ALTER TABLE t ALTER a TYPE numeric"],
  ["a numeric(10,2)", "ALTER TABLE t ALTER a TYPE numeric(12,4)"],
  ["a int", "ALTER TABLE t ALTER a TYPE bigint"],
  ["a int", "ALTER TABLE t ALTER a TYPE text"],
  ["a timestamp", "ALTER TABLE t ALTER a TYPE timestamp(3)"],
  ["a timestamp(3)", "ALTER TABLE t ALTER a TYPE timestamp"],
  ["a json", "ALTER TABLE t ALTER a TYPE jsonb"],
  ["a char(5)", "ALTER TABLE t ALTER a TYPE varchar(5)"],
  ["a cidr", "ALTER TABLE t ALTER a TYPE inet"],
  ["a text", 'ALTER TABLE t ALTER a TYPE text COLLATE "C"'],
  ["a int", "ALTER TABLE t ADD CONSTRAINT c CHECK (a > -5)"],
  ["a int", "ALTER TABLE t ADD CONSTRAINT c CHECK (a > -5) NOT VALID"],
  ["a int, CONSTRAINT c CHECK (a > -5)", "ALTER TABLE t DROP CONSTRAINT c"],
  ["a int", "ALTER TABLE t ADD CONSTRAINT u UNIQUE (a)"],
  ["a int NOT NULL", "ALTER TABLE t ADD CONSTRAINT p PRIMARY KEY (a)"],
  ["a int", "ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES parent"],
  ["a int", "ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES parent NOT VALID"],
  ["a int, CONSTRAINT f FOREIGN KEY (a) REFERENCES parent", "ALTER TABLE t DROP CONSTRAINT f"],
  ["a int, CONSTRAINT f FOREIGN KEY (a) REFERENCES parent", "ALTER TABLE t ALTER CONSTRAINT f DEFERRABLE"],
  ["a int", "CREATE INDEX i ON t (a)"],
  ["a int, CONSTRAINT u UNIQUE (a)", "ALTER TABLE t DROP CONSTRAINT u"],
  ["a int", "ALTER TABLE t SET (fillfactor = 70)"],
  ["a int", "ALTER TABLE t ALTER a SET STATISTICS 50"],
  ["a int", "COMMENT ON TABLE t IS 'x'"],
  ["a int", "COMMENT ON COLUMN t.a IS 'x'"],
  ["a int", "ALTER TABLE t SET UNLOGGED"],
  ["a int", "ALTER TABLE t ENABLE ROW LEVEL SECURITY"],
  ["a int", "ALTER TABLE t REPLICA IDENTITY FULL"],
  ["a int", "CREATE TRIGGER g BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()"],
  [
    "a mood",
    "DROP VIEW v; CREATE TYPE m AS ENUM ('ok'); ALTER TABLE t ALTER a TYPE m USING a::text::m; DROP TYPE mood; ALTER TYPE m RENAME TO mood; CREATE VIEW v AS SELECT 1 AS x",
  ],
  ["a int", "CREATE VIEW w AS SELECT a FROM t"],
];

const strength = [
  "AccessShareLock",
  "RowShareLock",
  "RowExclusiveLock",
  "ShareUpdateExclusiveLock",
  "ShareLock",
  "ShareRowExclusiveLock",
  "ExclusiveLock",
  "AccessExclusiveLock",
];

interface Measured extends Record<string, unknown> {
  readonly name: string;
  readonly node: number;
  readonly scans: string;
  readonly locks: readonly string[] | null;
}

const measure = `SELECT 'table:public.' || c.relname AS name, pg_relation_filenode(c.oid) AS node, s.seq_scan AS scans,
  (SELECT json_agg(l.mode) FROM pg_locks AS l WHERE l.pid = pg_backend_pid() AND l.relation = c.oid AND l.granted) AS locks
FROM pg_class AS c JOIN pg_stat_xact_user_tables AS s ON s.relid = c.oid WHERE c.relnamespace = 'public'::regnamespace ORDER BY 1`;

/** Locks on tables that matter to others, by table: the strongest that was taken, above what a reader takes. */
function strongest({ locks }: Measured): string {
  return strength.filter((mode) => locks?.includes(mode)).filter((mode) => mode !== "AccessShareLock").at(-1) ?? "none";
}

function claimed(statement: Statement, table: string): string {
  const names = statement.effects.locks.filter((lock) => lock.object === table)
    .map((lock) => `${lock.name.split(" ").map((word) => word[0]! + word.slice(1).toLowerCase()).join("")}Lock`);
  return strength.filter((mode) => names.includes(mode)).at(-1) ?? "none";
}

/** An empty schema, and what every case stands on. */
const base = `DROP SCHEMA public CASCADE; CREATE SCHEMA public;
  CREATE TYPE mood AS ENUM ('ok', 'bad'); CREATE VIEW v AS SELECT 1 AS x;
  CREATE TABLE parent (id int PRIMARY KEY); INSERT INTO parent SELECT generate_series(1, 5)`;

for (const [i, server] of (postgresUrls.length ? postgresUrls : [""]).entries()) {
  Deno.test({
    name: `Postgres ${i + 1}: locks, rewrites and scans are what the statements say (T37)`,
    ignore: server === "",
    fn: (t) =>
      withDatabase(server, async (url) => {
        await using connection = await postgresDriver.connect(url);
        for (const [columns, change] of cases) {
          await t.step(`(${columns}) ${change}`, () => measureCase(connection, columns, change));
        }
      }),
  });
}

async function measureCase(connection: Connection, columns: string, change: string): Promise<void> {
  await run(connection, `${base}; CREATE TABLE t (${columns}); INSERT INTO t (a) VALUES (${aValue(columns)})`);
  const from = await introspect(connection, dialect);
  const to = await connection.transaction(async (tx) => {
    await run(tx, change);
    return await introspect(tx, dialect);
  }, { rollback: true });
  const { plan } = makePlan({ from, to, dialect, options: { columnOrder: "lax", version: connection.version } });
  for (const statement of plan.up) await check(connection, statement);
}

function aValue(columns: string): string {
  if (/\bmood\b/.test(columns)) return "'ok'";
  return /^a (int|numeric|varchar|text|char)/.test(columns) ? "'1'" : "NULL";
}

async function check(connection: Connection, statement: Statement): Promise<void> {
  await connection.transaction(async (tx) => {
    const before = new Map((await tx.query<Measured>(measure)).map((row) => [row.name, row]));
    await tx.execute(statement.sql);
    for (const row of await tx.query<Measured>(measure)) {
      const old = before.get(row.name);
      if (!old) continue;
      const rewritten = old.node !== row.node;
      const measured = {
        lock: strongest(row),
        rewrite: rewritten,
        scan: rewritten || Number(row.scans) > Number(old.scans),
      };
      const said = {
        lock: claimed(statement, row.name),
        rewrite: statement.effects.rewrites.includes(row.name as `table:${string}`),
        scan: statement.effects.scans.includes(row.name as `table:${string}`),
      };
      deepEqual({ ...said, of: row.name, sql: statement.sql }, { ...measured, of: row.name, sql: statement.sql });
    }
  });
}

async function run(connection: Connection, script: string): Promise<void> {
  for (const { sql } of dialect.split(script)) await connection.execute(sql);
}

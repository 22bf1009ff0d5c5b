/** Partitions, heirs, privileges and the rarer kinds: there and back on every server that the run has, with rows that must stay. */
import { deepEqual } from "node:assert/strict";
import { introspect } from "../../introspect/introspect.ts";
import { makePlan } from "../../diff/plan.ts";
import type { RenameHint } from "../../diff/change.ts";
import type { SchemaGraph } from "../../schema/graph.ts";
import { snapshotText } from "../../schema/snapshot.ts";
import { postgresUrls, withDatabase } from "../../tests/support/scratch.ts";
import type { Connection } from "../driver.ts";
import { postgresDriver } from "./driver.ts";

const { dialect } = postgresDriver;

interface Case {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly data?: string;
  /** A query whose rows are the same before, between and after. */
  readonly rows?: string;
  readonly renames?: readonly RenameHint[];
}

const cases: readonly Case[] = [
  {
    name:
      "partitions of two levels change with their table; one is attached, one made, indexes and keys get their parts",
    from: `CREATE TABLE c.reg (id int PRIMARY KEY);
      CREATE TABLE c.ev (id int NOT NULL, at date NOT NULL, kind text DEFAULT 'x', n int CHECK (n > 0), region int REFERENCES c.reg)
        PARTITION BY RANGE (at);
      CREATE TABLE c.ev_1 PARTITION OF c.ev FOR VALUES FROM ('2024-01-01') TO ('2024-02-01');
      CREATE TABLE c.ev_2 PARTITION OF c.ev (kind DEFAULT 'y', CONSTRAINT own CHECK (id < 100))
        FOR VALUES FROM ('2024-02-01') TO ('2024-03-01') PARTITION BY HASH (id);
      CREATE TABLE c.ev_2_a PARTITION OF c.ev_2 FOR VALUES WITH (MODULUS 2, REMAINDER 0);
      CREATE TABLE c.ev_2_b PARTITION OF c.ev_2 FOR VALUES WITH (MODULUS 2, REMAINDER 1);
      CREATE TABLE c.loose (at date NOT NULL, id int NOT NULL, kind text DEFAULT 'x', n int, region int,
        CONSTRAINT ev_n_check CHECK (n > 0));
      CREATE INDEX ev_kind ON c.ev (kind); CREATE VIEW c.v AS SELECT n, kind FROM c.ev_1`,
    to: `CREATE TABLE c.reg (id int PRIMARY KEY);
      CREATE TABLE c.ev (id int NOT NULL, at date NOT NULL, kind varchar(40) DEFAULT 'w', n bigint CHECK (n > 0),
        region int REFERENCES c.reg, extra jsonb DEFAULT '{}', PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
      CREATE TABLE c.ev_1 PARTITION OF c.ev FOR VALUES FROM ('2024-01-01') TO ('2024-02-01');
      CREATE TABLE c.ev_2 PARTITION OF c.ev (kind DEFAULT 'y')
        FOR VALUES FROM ('2024-02-01') TO ('2024-03-01') PARTITION BY HASH (id);
      CREATE TABLE c.ev_2_a PARTITION OF c.ev_2 FOR VALUES WITH (MODULUS 2, REMAINDER 0);
      CREATE TABLE c.ev_2_b PARTITION OF c.ev_2 FOR VALUES WITH (MODULUS 2, REMAINDER 1);
      CREATE TABLE c.loose (at date NOT NULL, id int NOT NULL, kind varchar(40) DEFAULT 'x', n bigint, region int,
        extra jsonb DEFAULT '{}', CONSTRAINT ev_n_check CHECK (n > 0));
      ALTER TABLE c.ev ATTACH PARTITION c.loose FOR VALUES FROM ('2024-05-01') TO ('2024-06-01');
      CREATE TABLE c.ev_d PARTITION OF c.ev DEFAULT;
      CREATE INDEX ev_kind ON c.ev (kind); CREATE UNIQUE INDEX ev_u ON c.ev (at, id, n);
      CREATE TABLE c.notes (id int, at date, FOREIGN KEY (id, at) REFERENCES c.ev (id, at));
      CREATE VIEW c.v AS SELECT n, kind FROM c.ev_1`,
    data: `INSERT INTO c.ev VALUES (1, '2024-01-05', 'a', 5, NULL), (2, '2024-02-05', 'b', 6, NULL);
      INSERT INTO c.loose VALUES ('2024-05-05', 3, 'c', 7, NULL)`,
    rows: `SELECT id, at::text, kind, n::int FROM c.ev_1 UNION ALL SELECT id, at::text, kind, n::int FROM c.ev_2
      UNION ALL SELECT id, at::text, kind, n::int FROM c.loose ORDER BY id`,
  },
  {
    name: "partitions exchange their bounds, while their table gets a column, an index and one more partition",
    from: `CREATE TABLE c.f (id int, v text, PRIMARY KEY (id)) PARTITION BY RANGE (id);
      CREATE TABLE c.a PARTITION OF c.f FOR VALUES FROM (0) TO (10);
      CREATE TABLE c.b PARTITION OF c.f FOR VALUES FROM (10) TO (20) PARTITION BY HASH (id);
      CREATE TABLE c.b_0 PARTITION OF c.b FOR VALUES WITH (MODULUS 2, REMAINDER 0);
      CREATE TABLE c.b_1 PARTITION OF c.b FOR VALUES WITH (MODULUS 2, REMAINDER 1)`,
    to: `CREATE TABLE c.f (id int, v text, w int DEFAULT 3, PRIMARY KEY (id)) PARTITION BY RANGE (id);
      CREATE TABLE c.a PARTITION OF c.f FOR VALUES FROM (0) TO (15);
      CREATE TABLE c.b PARTITION OF c.f FOR VALUES FROM (15) TO (30) PARTITION BY HASH (id);
      CREATE TABLE c.b_0 PARTITION OF c.b FOR VALUES WITH (MODULUS 4, REMAINDER 0);
      CREATE TABLE c.b_1 PARTITION OF c.b FOR VALUES WITH (MODULUS 2, REMAINDER 1);
      CREATE TABLE c.b_2 PARTITION OF c.b FOR VALUES WITH (MODULUS 4, REMAINDER 2);
      CREATE TABLE c.d PARTITION OF c.f DEFAULT;
      CREATE INDEX f_v ON c.f (v)`,
    data: `INSERT INTO c.f (id, v) VALUES (1, 'a'), (9, 'b'), (19, 'c')`,
    rows: `SELECT id, v FROM c.f ORDER BY id`,
  },
  {
    name: "one partition leaves, another table takes its bound, and others exchange theirs with disabled triggers",
    from: `CREATE FUNCTION c.f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
      CREATE TABLE c.t (id int PRIMARY KEY, v text) PARTITION BY RANGE (id);
      CREATE TABLE c.a PARTITION OF c.t FOR VALUES FROM (0) TO (10);
      CREATE TABLE c.x PARTITION OF c.t FOR VALUES FROM (10) TO (20) PARTITION BY HASH (id);
      CREATE TABLE c.x_0 PARTITION OF c.x FOR VALUES WITH (MODULUS 1, REMAINDER 0);
      CREATE TABLE c.y PARTITION OF c.t FOR VALUES FROM (20) TO (30);
      CREATE TABLE c.z (id int PRIMARY KEY, v text);
      CREATE INDEX t_v ON c.t (v); CREATE INDEX z_v ON c.z (v);
      CREATE TRIGGER one BEFORE INSERT ON c.t FOR EACH ROW EXECUTE FUNCTION c.f(); ALTER TABLE c.x_0 DISABLE TRIGGER one`,
    to: `CREATE FUNCTION c.f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
      CREATE TABLE c.t (id int PRIMARY KEY, v text) PARTITION BY RANGE (id);
      CREATE TABLE c.a (id int PRIMARY KEY, v text);
      CREATE TABLE c.x PARTITION OF c.t FOR VALUES FROM (10) TO (25) PARTITION BY HASH (id);
      CREATE TABLE c.x_0 PARTITION OF c.x FOR VALUES WITH (MODULUS 1, REMAINDER 0);
      CREATE TABLE c.y PARTITION OF c.t FOR VALUES FROM (25) TO (30);
      CREATE TABLE c.z PARTITION OF c.t FOR VALUES FROM (0) TO (10);
      CREATE INDEX t_v ON c.t (v); CREATE INDEX a_v ON c.a (v);
      CREATE TRIGGER one BEFORE INSERT ON c.t FOR EACH ROW EXECUTE FUNCTION c.f(); ALTER TABLE c.x_0 DISABLE TRIGGER one`,
    data: `INSERT INTO c.t VALUES (1, 'a'), (12, 'b'), (29, 'c'); INSERT INTO c.z VALUES (4, 'd')`,
    rows: `SELECT * FROM c.a UNION SELECT * FROM c.x UNION SELECT * FROM c.y UNION SELECT * FROM c.z ORDER BY 1`,
  },
  {
    name: "the copies of a trigger on partitions fire as each of them says",
    from: `CREATE FUNCTION c.f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
      CREATE TABLE c.t (id int) PARTITION BY RANGE (id);
      CREATE TABLE c."a.b" PARTITION OF c.t FOR VALUES FROM (0) TO (10);
      CREATE TABLE c.b PARTITION OF c.t FOR VALUES FROM (10) TO (20) PARTITION BY HASH (id);
      CREATE TABLE c.b_0 PARTITION OF c.b FOR VALUES WITH (MODULUS 1, REMAINDER 0);
      CREATE TRIGGER one BEFORE INSERT ON c.t FOR EACH ROW EXECUTE FUNCTION c.f();
      CREATE TRIGGER two BEFORE INSERT ON c.t FOR EACH ROW EXECUTE FUNCTION c.f();
      ALTER TABLE ONLY c.b DISABLE TRIGGER two`,
    to: `CREATE FUNCTION c.f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
      CREATE TABLE c.t (id int) PARTITION BY RANGE (id);
      CREATE TABLE c."a.b" PARTITION OF c.t FOR VALUES FROM (0) TO (10);
      CREATE TABLE c.b PARTITION OF c.t FOR VALUES FROM (10) TO (20) PARTITION BY HASH (id);
      CREATE TABLE c.b_0 PARTITION OF c.b FOR VALUES WITH (MODULUS 1, REMAINDER 0);
      CREATE TABLE c.d PARTITION OF c.t DEFAULT;
      CREATE TRIGGER one BEFORE INSERT ON c.t FOR EACH ROW EXECUTE FUNCTION c.f();
      CREATE TRIGGER two AFTER UPDATE ON c.t FOR EACH ROW EXECUTE FUNCTION c.f();
      ALTER TABLE c.t DISABLE TRIGGER one; ALTER TABLE c.b_0 ENABLE ALWAYS TRIGGER one; ALTER TABLE c.d ENABLE TRIGGER one;
      ALTER TABLE c."a.b" ENABLE REPLICA TRIGGER two`,
  },
  {
    name: "a column that an heir has by itself, too, stays when its parent's goes, rows and all",
    from:
      `CREATE TABLE c.p (a int, b int, d int); CREATE TABLE c.h (b int, x int) INHERITS (c.p); CREATE TABLE c.i () INHERITS (c.p)`,
    to: `CREATE TABLE c.p (a int); CREATE TABLE c.h (b int, x int) INHERITS (c.p); CREATE TABLE c.i () INHERITS (c.p)`,
    data: `INSERT INTO c.h VALUES (1, 2, 3, 4)`,
    rows: `SELECT a, b, x FROM c.h`,
  },
  {
    name: "heirs get and keep what is theirs",
    from: `CREATE TABLE c.base (a int, b text DEFAULT 'q'); CREATE TABLE c.heir (x int) INHERITS (c.base);
      ALTER TABLE c.heir ALTER b SET DEFAULT 'z'; CREATE TABLE c.late (a int, b text DEFAULT 'q')`,
    to: `CREATE TABLE c.base (a bigint, b text DEFAULT 'k', e int DEFAULT 3, CONSTRAINT pos CHECK (a > 0));
      CREATE TABLE c.heir (x int) INHERITS (c.base); ALTER TABLE c.heir ALTER b SET DEFAULT 'z';
      CREATE TABLE c.late (a bigint, b text DEFAULT 'q', e int DEFAULT 3, CONSTRAINT pos CHECK (a > 0));
      ALTER TABLE c.late INHERIT c.base; CREATE TABLE c.more () INHERITS (c.base)`,
    data: "INSERT INTO c.heir VALUES (1, 'b', 2); INSERT INTO c.late VALUES (4, 'l')",
    rows: "SELECT a::int, b FROM c.heir UNION ALL SELECT a::int, b FROM c.late ORDER BY a",
  },
  {
    name: "a column that is renamed is renamed in all partitions, with what uses it there",
    from:
      `CREATE TABLE c.p (id int, k int NOT NULL) PARTITION BY LIST (k); CREATE TABLE c.p1 PARTITION OF c.p FOR VALUES IN (1);
      CREATE INDEX p1_local ON c.p1 (k, id); CREATE INDEX p_all ON c.p (k)`,
    to:
      `CREATE TABLE c.p (id int, key int NOT NULL) PARTITION BY LIST (key); CREATE TABLE c.p1 PARTITION OF c.p FOR VALUES IN (1);
      CREATE INDEX p1_local ON c.p1 (key, id); CREATE INDEX p_all ON c.p (key); ALTER INDEX c.p1_key_idx RENAME TO p1_k_idx`,
    renames: [{ from: "column:c.p.k", to: "column:c.p.key", source: "test" }],
    data: "INSERT INTO c.p VALUES (1, 1)",
    rows: "SELECT * FROM c.p1 AS each (id, k)",
  },
  {
    name: "a partition moves from a parent that goes to one that comes, with its rows",
    from:
      `CREATE TABLE c.p (id int, k text NOT NULL DEFAULT '', CONSTRAINT pos CHECK (id > 0), PRIMARY KEY (id, k)) PARTITION BY LIST (k);
      CREATE TABLE c.p1 PARTITION OF c.p FOR VALUES IN ('a'); CREATE INDEX p_id ON c.p (id)`,
    to:
      `CREATE TABLE c.q (id int, k text NOT NULL DEFAULT '', CONSTRAINT pos CHECK (id > 0), PRIMARY KEY (id, k)) PARTITION BY LIST (k);
      CREATE TABLE c.p1 PARTITION OF c.q FOR VALUES IN ('a'); CREATE INDEX q_id ON c.q (id);
      CREATE INDEX q_2 ON c.q (k, id)`,
    data: "INSERT INTO c.p VALUES (1, 'a'), (2, 'a')",
    rows: "SELECT * FROM c.p1 ORDER BY id",
  },
  {
    name: "an heir leaves a parent that goes, with a generated column and the one that it is made from",
    from: `CREATE TABLE c.a (); CREATE TABLE c.b (n int NOT NULL, g text GENERATED ALWAYS AS (n || 'x') STORED, h int);
      CREATE TABLE c.heir (n int NOT NULL, g text GENERATED ALWAYS AS (n || 'x') STORED, h int);
      ALTER TABLE c.heir INHERIT c.a; ALTER TABLE c.heir INHERIT c.b`,
    to: "CREATE TABLE c.a (); CREATE TABLE c.heir () INHERITS (c.a)",
  },
  {
    name: "what is below policies, rules, statistics and grants is made again, and they come back",
    from: `CREATE FUNCTION c.ok(int) RETURNS boolean LANGUAGE sql AS 'SELECT true';
      CREATE TABLE c.t (id int, a int, b int); CREATE TABLE c.log (id int);
      CREATE POLICY p ON c.t FOR SELECT USING (c.ok(a)); ALTER TABLE c.t ENABLE ROW LEVEL SECURITY;
      CREATE VIEW c.v AS SELECT a FROM c.t; GRANT SELECT ON c.v TO PUBLIC; COMMENT ON POLICY p ON c.t IS 'sees';
      CREATE RULE r AS ON INSERT TO c.v DO INSTEAD INSERT INTO c.log VALUES (new.a);
      CREATE STATISTICS c.s ON a, b FROM c.t; REVOKE EXECUTE ON FUNCTION c.ok(int) FROM PUBLIC;
      GRANT SELECT (a), UPDATE ON c.t TO PUBLIC`,
    to: `CREATE FUNCTION c.ok(n int) RETURNS boolean LANGUAGE sql AS 'SELECT true';
      CREATE TABLE c.t (id int, a int, b bigint); CREATE TABLE c.log (id int);
      CREATE POLICY p ON c.t FOR SELECT USING (c.ok(a) AND b > 0); ALTER TABLE c.t ENABLE ROW LEVEL SECURITY;
      CREATE VIEW c.v AS SELECT a, b FROM c.t; GRANT SELECT ON c.v TO PUBLIC; COMMENT ON POLICY p ON c.t IS 'sees';
      CREATE RULE r AS ON INSERT TO c.v DO INSTEAD INSERT INTO c.log VALUES (new.a);
      CREATE STATISTICS c.s ON a, b FROM c.t; REVOKE EXECUTE ON FUNCTION c.ok(int) FROM PUBLIC;
      GRANT SELECT (a, b), INSERT ON c.t TO PUBLIC`,
    data: "INSERT INTO c.t VALUES (1, 2, 3)",
    rows: "SELECT id, a, b::int FROM c.t",
  },
  {
    name: "the rarer kinds",
    from: "SELECT",
    to: `CREATE TEXT SEARCH DICTIONARY c.d (TEMPLATE = simple, stopwords = english);
      CREATE TEXT SEARCH CONFIGURATION c.d (PARSER = default);
      ALTER TEXT SEARCH CONFIGURATION c.d ADD MAPPING FOR asciiword, word WITH c.d, simple;
      COMMENT ON TEXT SEARCH CONFIGURATION c.d IS 'words';
      CREATE TYPE c.e AS ENUM ('a'); CREATE CAST (c.e AS text) WITH INOUT AS ASSIGNMENT;
      CREATE OPERATOR c.=== (FUNCTION = int4eq, LEFTARG = int, RIGHTARG = int, COMMUTATOR = OPERATOR(c.===), RESTRICT = eqsel, HASHES);
      COMMENT ON OPERATOR c.=== (int, int) IS 'same';
      CREATE OPERATOR FAMILY c.f USING btree;
      ALTER OPERATOR FAMILY c.f USING btree ADD OPERATOR 1 < (int8, int4), FUNCTION 1 (int8, int4) btint84cmp(int8, int4);
      CREATE OPERATOR CLASS c.o FOR TYPE int USING btree FAMILY c.f AS OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=,
        OPERATOR 5 >, FUNCTION 1 btint4cmp(int4, int4);
      CREATE CONVERSION c.k FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
      CREATE TYPE c.address AS (street text, no int); CREATE TABLE c.typed OF c.address (PRIMARY KEY (no));
      CREATE FOREIGN DATA WRAPPER w OPTIONS (debug 'true'); CREATE SERVER s TYPE 'x' VERSION '1' FOREIGN DATA WRAPPER w OPTIONS (host 'h');
      CREATE USER MAPPING FOR PUBLIC SERVER s OPTIONS ("user" 'u');
      CREATE FOREIGN TABLE c.far (id int OPTIONS (nr '1') NOT NULL, b text DEFAULT 'x', CHECK (id > 0)) SERVER s OPTIONS (t 'far');
      COMMENT ON FOREIGN TABLE c.far IS 'away';
      CREATE TABLE c.near (id int PRIMARY KEY, b text);
      CREATE PUBLICATION pub FOR TABLE c.near (id) WHERE (id > 3) WITH (publish = 'insert');
      COMMENT ON PUBLICATION pub IS 'out'; ALTER DEFAULT PRIVILEGES IN SCHEMA c GRANT SELECT ON TABLES TO PUBLIC`,
  },
];

function same(one: SchemaGraph, other: SchemaGraph) {
  const lines = (graph: SchemaGraph) =>
    snapshotText(graph).split("\n").map((line) => line.replace(/"position":\d+/, ""));
  deepEqual(lines(one), lines(other));
}

async function run(connection: Connection, script: string): Promise<void> {
  await connection.execute("CREATE SCHEMA c");
  await statements(connection, script);
}

async function statements(connection: Connection, script: string): Promise<void> {
  for (const { sql } of dialect.split(script)) await connection.execute(sql);
}

for (const [i, server] of (postgresUrls.length ? postgresUrls : [""]).entries()) {
  for (const { name, from, to, data, rows, renames } of cases) {
    Deno.test({
      name: `Postgres ${i + 1}: ${name}`,
      ignore: server === "",
      fn: () =>
        withDatabase(server, (url) =>
          withDatabase(server, async (otherUrl) => {
            await using connection = await postgresDriver.connect(url);
            await using other = await postgresDriver.connect(otherUrl);
            await run(connection, from), await run(other, to);
            if (data) await statements(connection, data);
            const before = await introspect(connection, dialect), after = await introspect(other, dialect);
            const held = rows ? await connection.query(rows) : [];
            const { plan } = makePlan({
              from: before,
              to: after,
              dialect,
              ...(renames ? { renames } : {}),
              options: { columnOrder: "lax", version: connection.version },
            });
            for (const { sql } of plan.up) await connection.execute(sql);
            same(await introspect(connection, dialect), after);
            if (rows) deepEqual(await connection.query(rows), held);
            for (const { sql } of plan.down) await connection.execute(sql);
            same(await introspect(connection, dialect), before);
            if (rows) deepEqual(await connection.query(rows), held);
          })),
    });
  }
}

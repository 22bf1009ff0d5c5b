/** Rebuilds on real data: rows, rowids, counters, children, triggers and views are what they were. */
import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import { makePlan, type Planned } from "../../diff/plan.ts";
import type { RenameHint } from "../../diff/change.ts";
import { introspect } from "../../introspect/introspect.ts";
import { fingerprint } from "../../schema/hash.ts";
import { openConnection, type SqliteConnection } from "./driver/connection.ts";
import { sqliteDriver } from "./driver.ts";
import { sqlite } from "./mod.ts";

const limits = { transactional: true, lockTimeoutMs: 1000, statementTimeoutMs: 0 };

async function planTo(
  connection: SqliteConnection,
  after: string,
  renames: readonly RenameHint[] = [],
): Promise<Planned> {
  await using wanted = openConnection({ memory: true }, "wanted");
  wanted.db.exec(after);
  return makePlan({
    from: await introspect(connection, sqlite),
    to: await introspect(wanted, sqlite),
    dialect: sqlite,
    renames,
    options: { columnOrder: "strict", version: null },
  });
}

async function run(connection: SqliteConnection, statements: readonly { readonly sql: string }[]): Promise<void> {
  await sqliteDriver.migration(connection, limits, async (tx) => {
    for (const { sql } of statements) await tx.execute(sql);
  });
}

interface Case {
  readonly before: string;
  readonly after: string;
  readonly renames?: readonly RenameHint[];
  /** Queries whose rows must be the same before and after. */
  readonly same?: readonly string[];
  /** Foreign keys are enforced by the connection, as programs have it. */
  readonly rebuilds?: boolean;
}

/** Up leads to `after`, down leads back, and the queries give the same at every step. */
async function upAndDown({ before, after, renames = [], same = [], rebuilds = true }: Case): Promise<void> {
  await using connection = openConnection({ memory: true }, "memory");
  connection.db.exec(before);
  connection.db.exec("PRAGMA foreign_keys = ON");
  const rows = () => same.map((sql) => connection.db.prepare(sql).all().map((row) => ({ ...row })));
  const start = fingerprint(await introspect(connection, sqlite)), had = rows();
  const { plan } = await planTo(connection, after, renames);
  equal(plan.up.some(({ sql }) => sql.includes("_sqa_new_")), rebuilds, plan.up.map(({ sql }) => sql).join("\n"));
  await run(connection, plan.up);
  deepEqual(rows(), had);
  deepEqual((await planTo(connection, after)).plan.up.map(({ sql }) => sql), []);
  equal((connection.db.prepare("PRAGMA foreign_keys").get() as { foreign_keys: number }).foreign_keys, 1);
  equal(
    (connection.db.prepare("PRAGMA legacy_alter_table").get() as { legacy_alter_table: number }).legacy_alter_table,
    0,
  );
  await run(connection, plan.down);
  deepEqual(rows(), had);
  equal(fingerprint(await introspect(connection, sqlite)), start);
  deepEqual(connection.db.prepare("PRAGMA integrity_check").all().map((row) => ({ ...row })), [{
    integrity_check: "ok",
  }]);
}

Deno.test("a rebuild keeps the children of a table whose foreign keys cascade (T43)", () =>
  upAndDown({
    before: `
      CREATE TABLE p(id INTEGER PRIMARY KEY, a TEXT);
      CREATE TABLE c(id INTEGER PRIMARY KEY, p INT REFERENCES p(id) ON DELETE CASCADE ON UPDATE CASCADE);
      INSERT INTO p VALUES (1,'x'),(2,'y'),(5,'z'); INSERT INTO c VALUES (1,1),(2,1),(3,5)`,
    after: `
      CREATE TABLE p(id INTEGER PRIMARY KEY, a TEXT NOT NULL DEFAULT 'n');
      CREATE TABLE c(id INTEGER PRIMARY KEY, p INT REFERENCES p(id) ON DELETE CASCADE ON UPDATE CASCADE)`,
    same: ["SELECT * FROM p ORDER BY id", "SELECT * FROM c ORDER BY id"],
  }));

Deno.test("a rebuild keeps the rowids of a table whose key is not the rowid", () =>
  upAndDown({
    before: `CREATE TABLE t(a TEXT PRIMARY KEY, b INT); INSERT INTO t(rowid,a,b) VALUES (7,'x',1),(3,'y',2),(90,'z',3)`,
    after: `CREATE TABLE t(a TEXT PRIMARY KEY, b INT CHECK (b > 0))`,
    same: ["SELECT rowid, * FROM t ORDER BY rowid"],
  }));

Deno.test("a rebuild keeps rowids where columns are called rowid and _rowid_", () =>
  upAndDown({
    before: `CREATE TABLE t(rowid TEXT, _rowid_ INT); INSERT INTO t(oid, rowid, _rowid_) VALUES (7,'x',1),(3,'y',2)`,
    after: `CREATE TABLE t(rowid TEXT, _rowid_ INT UNIQUE)`,
    same: ["SELECT oid, rowid, _rowid_ FROM t ORDER BY oid"],
  }));

Deno.test("a rebuild of a table of which no column stays, nor the rowid, keeps as many rows", () =>
  upAndDown({
    before: `CREATE TABLE t(_rowid_, rowid, oid); INSERT INTO t VALUES (1,2,3),(4,5,6)`,
    after: `CREATE TABLE t(x INTEGER PRIMARY KEY, y TEXT UNIQUE, z DEFAULT 5)`,
    same: ["SELECT count(*) FROM t"],
  }));

Deno.test("a rebuild keeps WITHOUT ROWID tables and turns others into them and back", () =>
  upAndDown({
    before: `
      CREATE TABLE t(a TEXT PRIMARY KEY, b INT) WITHOUT ROWID; INSERT INTO t VALUES ('x',1),('y',2);
      CREATE TABLE u(a TEXT NOT NULL PRIMARY KEY, b INT); INSERT INTO u VALUES ('x',1),('y',2)`,
    after: `
      CREATE TABLE t(a TEXT PRIMARY KEY, b INT DEFAULT (1 + 1)) WITHOUT ROWID;
      CREATE TABLE u(a TEXT NOT NULL PRIMARY KEY, b INT) WITHOUT ROWID`,
    same: ["SELECT * FROM t ORDER BY a", "SELECT * FROM u ORDER BY a"],
  }));

Deno.test("a rebuild keeps the AUTOINCREMENT counter, ahead of the rows and of an empty table", () =>
  upAndDown({
    before: `
      CREATE TABLE t(id INTEGER PRIMARY KEY AUTOINCREMENT, a INT); INSERT INTO t VALUES (1,1),(50,2); DELETE FROM t WHERE id = 50;
      CREATE TABLE e(id INTEGER PRIMARY KEY AUTOINCREMENT, a INT); INSERT INTO e VALUES (9,1); DELETE FROM e`,
    after: `
      CREATE TABLE t(id INTEGER PRIMARY KEY AUTOINCREMENT, a INT CHECK (a > 0));
      CREATE TABLE e(id INTEGER PRIMARY KEY AUTOINCREMENT, a INT CHECK (a > 0))`,
    same: ["SELECT name, seq FROM sqlite_sequence ORDER BY name", "SELECT * FROM t"],
  }));

Deno.test("a rebuild fires no trigger and keeps triggers, views and indexes", () =>
  upAndDown({
    before: `
      CREATE TABLE log(x);
      CREATE TABLE t(a INT, b TEXT);
      CREATE INDEX i ON t(b COLLATE NOCASE DESC) WHERE a > 1;
      CREATE UNIQUE INDEX "e x" ON t(lower(b), a);
      CREATE VIEW v AS SELECT a, b FROM t;
      CREATE VIEW w AS SELECT count(*) AS n FROM v;
      CREATE TRIGGER ti AFTER INSERT ON t BEGIN INSERT INTO log VALUES ('i'); END;
      CREATE TRIGGER td AFTER DELETE ON t BEGIN INSERT INTO log VALUES ('d'); END;
      CREATE TRIGGER tv INSTEAD OF INSERT ON v BEGIN INSERT INTO t VALUES (new.a, new.b); END;
      CREATE TRIGGER tl AFTER INSERT ON log BEGIN UPDATE t SET a = a WHERE 0; END;
      INSERT INTO t VALUES (1,'x'),(2,'y'); DELETE FROM log`,
    after: `
      CREATE TABLE log(x);
      CREATE TABLE t(a BIGINT, b TEXT NOT NULL);
      CREATE INDEX i ON t(b COLLATE NOCASE DESC) WHERE a > 1;
      CREATE UNIQUE INDEX "e x" ON t(lower(b), a);
      CREATE VIEW v AS SELECT a, b FROM t;
      CREATE VIEW w AS SELECT count(*) AS n FROM v;
      CREATE TRIGGER ti AFTER INSERT ON t BEGIN INSERT INTO log VALUES ('i'); END;
      CREATE TRIGGER td AFTER DELETE ON t BEGIN INSERT INTO log VALUES ('d'); END;
      CREATE TRIGGER tv INSTEAD OF INSERT ON v BEGIN INSERT INTO t VALUES (new.a, new.b); END;
      CREATE TRIGGER tl AFTER INSERT ON log BEGIN UPDATE t SET a = a WHERE 0; END`,
    same: ["SELECT * FROM v", "SELECT * FROM w", "SELECT * FROM log"],
  }));

Deno.test("tables that refer to themselves and to each other are rebuilt together", () =>
  upAndDown({
    before: `
      CREATE TABLE a(id INTEGER PRIMARY KEY, up INT REFERENCES a ON DELETE CASCADE, b INT REFERENCES b(id) ON DELETE SET NULL);
      CREATE TABLE b(id INTEGER PRIMARY KEY, a INT REFERENCES a(id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED);
      INSERT INTO a VALUES (1,NULL,NULL),(2,1,NULL); INSERT INTO b VALUES (1,2),(2,1); UPDATE a SET b = id`,
    after: `
      CREATE TABLE a(id INTEGER PRIMARY KEY, up INT REFERENCES a ON DELETE SET NULL, b INT REFERENCES b(id) ON DELETE SET NULL);
      CREATE TABLE b(id INTEGER PRIMARY KEY, a INT NOT NULL REFERENCES a(id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED)`,
    same: ["SELECT * FROM a", "SELECT * FROM b"],
  }));

Deno.test("a conflict clause of the new table drops no row on the way", async () => {
  await using connection = openConnection({ memory: true }, "memory");
  connection.db.exec("CREATE TABLE t(a INT, b INT); INSERT INTO t VALUES (1,1),(1,2)");
  for (const clause of ["REPLACE", "IGNORE"]) {
    const { plan } = await planTo(connection, `CREATE TABLE t(a INT UNIQUE ON CONFLICT ${clause}, b INT)`);
    const risk = plan.up.find(({ sql }) => sql.startsWith("INSERT"))?.effects.mayFail;
    equal((connection.db.prepare(risk!.probe!).get() as Record<string, number>)["count(*)"], 1);
    await rejects(run(connection, plan.up), /UNIQUE constraint failed/);
    equal(connection.db.prepare("SELECT * FROM t").all().length, 2);
  }
});

Deno.test("generated columns are left out of the copy and come back the same", () =>
  upAndDown({
    before: `
      CREATE TABLE t(a INT, b INT GENERATED ALWAYS AS (a * 2) STORED, c TEXT AS (a || 'x'));
      CREATE INDEX i ON t(c); INSERT INTO t(a) VALUES (1),(2)`,
    after: `
      CREATE TABLE t(a INT NOT NULL, b INT GENERATED ALWAYS AS (a * 2) STORED, c TEXT AS (a || 'x'));
      CREATE INDEX i ON t(c)`,
    same: ["SELECT a, b, c FROM t"],
  }));

Deno.test("a new generated column may stand before the new column that it reads", () =>
  upAndDown({
    before: `CREATE TABLE t(a INT); INSERT INTO t VALUES (1)`,
    after: `CREATE TABLE t(a INT, c INT AS (b + 1), b INT DEFAULT 1)`,
    same: ["SELECT a FROM t"],
  }));

Deno.test("strict column order moves columns and keeps their values", () =>
  upAndDown({
    before: `CREATE TABLE t(a INT, b TEXT, c INT); INSERT INTO t VALUES (1,'x',3)`,
    after: `CREATE TABLE t(c INT, a INT, b TEXT)`,
    same: ["SELECT a, b, c FROM t"],
  }));

Deno.test("columns are added, dropped and renamed in place where SQLite can", () =>
  upAndDown({
    before: `
      CREATE TABLE p(id INTEGER PRIMARY KEY);
      CREATE TABLE t(a INT, old TEXT CHECK (old <> 'x'), b INT); CREATE INDEX i ON t(old);
      CREATE VIEW v AS SELECT a, "old", t."old" AS o FROM t;
      CREATE TRIGGER g AFTER UPDATE OF old ON t WHEN new.old > 'a' BEGIN DELETE FROM t WHERE old = new.old; END;
      INSERT INTO t VALUES (1,'y',2)`,
    after: `
      CREATE TABLE p(id INTEGER PRIMARY KEY);
      CREATE TABLE t(a INT, now TEXT CHECK (now <> 'x'), b INT, c TEXT NOT NULL DEFAULT 'z', d INT REFERENCES p(id) CHECK (d > b));
      CREATE INDEX i ON t(now);
      CREATE VIEW v AS SELECT a, "now", t."now" AS o FROM t;
      CREATE TRIGGER g AFTER UPDATE OF now ON t WHEN new.now > 'a' BEGIN DELETE FROM t WHERE now = new.now; END`,
    renames: [{ from: "column:t.old", to: "column:t.now", source: "test" }],
    same: ["SELECT a, b, o FROM v JOIN t USING (a)"],
    rebuilds: false,
  }).catch((error) => {
    // Down drops columns with constraints of their own, which takes a rebuild; up must not.
    throw error;
  }));

Deno.test("a table is renamed with all that mentions it", () =>
  upAndDown({
    before: `
      CREATE TABLE t(id INTEGER PRIMARY KEY, up INT REFERENCES t(id), b INT CHECK (b > 0));
      CREATE TABLE c(t INT REFERENCES t(id) ON DELETE CASCADE);
      CREATE INDEX i ON t(b); CREATE VIEW v AS SELECT t.b FROM t, c WHERE t.id = c.t;
      CREATE TRIGGER g AFTER INSERT ON t BEGIN UPDATE t SET b = b + 1 WHERE id = new.id; INSERT INTO c VALUES (new.id); END;
      INSERT INTO t VALUES (1,1,1)`,
    after: `
      CREATE TABLE n(id INTEGER PRIMARY KEY, up INT REFERENCES n(id), b INT CHECK (b > 0));
      CREATE TABLE c(t INT REFERENCES n(id) ON DELETE CASCADE);
      CREATE INDEX i ON n(b); CREATE VIEW v AS SELECT n.b FROM n, c WHERE n.id = c.t;
      CREATE TRIGGER g AFTER INSERT ON n BEGIN UPDATE n SET b = b + 1 WHERE id = new.id; INSERT INTO c VALUES (new.id); END`,
    renames: [{ from: "table:t", to: "table:n", source: "test" }],
    same: ["SELECT * FROM c", "SELECT * FROM v"],
    rebuilds: false,
  }));

Deno.test("a column that is written in another letter case keeps its values", () =>
  upAndDown({
    before: `CREATE TABLE t(Name TEXT, b INT); INSERT INTO t VALUES ('x', 1)`,
    after: `CREATE TABLE t(name TEXT, b INT)`,
    same: ["SELECT name AS n, b FROM t"],
    rebuilds: false,
  }));

Deno.test("names that need quotes survive a rebuild", () =>
  upAndDown({
    before: `
      CREATE TABLE "a.b ""c"("x y" INT, "select" TEXT, [d\\e] INT REFERENCES "a.b ""c"("x y"), UNIQUE("x y"));
      INSERT INTO "a.b ""c" VALUES (1,'s',1)`,
    after:
      `CREATE TABLE "a.b ""c"("x y" INT, "select" TEXT NOT NULL, [d\\e] INT REFERENCES "a.b ""c"("x y"), UNIQUE("x y"))`,
    same: [`SELECT * FROM "a.b ""c"`],
  }));

Deno.test("full-text and R-tree tables are made anew with their rows", () =>
  upAndDown({
    before: `
      CREATE VIRTUAL TABLE f USING fts5(a, b); INSERT INTO f(rowid, a, b) VALUES (7, 'one two', 'x'), (9, 'three', 'y');
      CREATE TABLE doc(id INTEGER PRIMARY KEY, body TEXT); INSERT INTO doc VALUES (1, 'running dogs'), (2, 'a cat');
      CREATE VIRTUAL TABLE d USING fts5(body, content='doc', content_rowid='id'); INSERT INTO d(d) VALUES ('rebuild');
      CREATE VIRTUAL TABLE r USING rtree(id, x0, x1); INSERT INTO r VALUES (1, 0, 1)`,
    after: `
      CREATE VIRTUAL TABLE f USING fts5(a, b, tokenize='porter ascii');
      CREATE TABLE doc(id INTEGER PRIMARY KEY, body TEXT NOT NULL);
      CREATE VIRTUAL TABLE d USING fts5(body, content='doc', content_rowid='id', tokenize='porter');
      CREATE VIRTUAL TABLE r USING rtree_i32(id, x0, x1)`,
    same: [
      "SELECT rowid, a, b FROM f WHERE f MATCH 'two OR three'",
      "SELECT rowid FROM d WHERE d MATCH 'cat'",
      "SELECT * FROM r",
    ],
  }));

Deno.test("a foreign key that would point to nothing stops the migration, and the file is as it was", async () => {
  await using connection = openConnection({ memory: true }, "memory");
  connection.db.exec(`
    CREATE TABLE p(id INTEGER PRIMARY KEY); CREATE TABLE c(p INT, q INT); INSERT INTO p VALUES (1);
    INSERT INTO c VALUES (1, 1), (2, 1)`);
  const before = fingerprint(await introspect(connection, sqlite));
  const { plan } = await planTo(
    connection,
    "CREATE TABLE p(id INTEGER PRIMARY KEY); CREATE TABLE c(p INT REFERENCES p(id), q INT)",
  );
  const risk = plan.up.find(({ sql }) => sql.startsWith("INSERT"))?.effects.mayFail;
  equal((connection.db.prepare(risk!.probe!).get() as Record<string, number>)["count(*)"], 1);
  await rejects(run(connection, plan.up), (error: { code: string; message: string }) => {
    equal(error.code, "SQA-530");
    match(error.message, /1 row of "c" \(p\) without a row of "p"/);
    return true;
  });
  equal(fingerprint(await introspect(connection, sqlite)), before);
  equal(connection.db.prepare("SELECT * FROM c").all().length, 2);
});

Deno.test("violations that were there before do not stop a rebuild", async () => {
  await using connection = openConnection({ memory: true }, "memory");
  connection.db.exec(`
    CREATE TABLE p(id INTEGER PRIMARY KEY); CREATE TABLE c(p INT REFERENCES p(id), q INT); INSERT INTO c VALUES (2, 1)`);
  const { plan } = await planTo(
    connection,
    "CREATE TABLE p(id INTEGER PRIMARY KEY); CREATE TABLE c(p INT REFERENCES p(id), q TEXT)",
  );
  await run(connection, plan.up);
  equal(connection.db.prepare("SELECT * FROM c").all().length, 1);
});

Deno.test("effects say what a rebuild loses", async () => {
  await using connection = openConnection({ memory: true }, "memory");
  connection.db.exec("CREATE TABLE t(id INTEGER PRIMARY KEY AUTOINCREMENT, a INT UNIQUE, b INT)");
  const { plan } = await planTo(connection, "CREATE TABLE t(id INTEGER PRIMARY KEY, b INT)");
  deepEqual(plan.up.flatMap(({ effects }) => effects.loses), ["column:t.a", "primary_key:t.(id)"]);
  ok(plan.up.some(({ effects }) => effects.rewrites.includes("table:t")));
});

Deno.test("an index, a view and a trigger get other names, and what mentions the view follows", async () => {
  const schema = (suffix: string) => `
    CREATE TABLE t(a INT, b INT);
    CREATE INDEX i${suffix} ON t(a);
    CREATE VIEW v${suffix} AS SELECT a FROM t;
    CREATE VIEW w AS SELECT a FROM v${suffix};
    CREATE TRIGGER g${suffix} AFTER INSERT ON t BEGIN SELECT 1; END;
    CREATE TRIGGER h INSTEAD OF INSERT ON v${suffix} BEGIN SELECT 1; END;`;
  await upAndDown({
    before: `${schema("1")}; INSERT INTO t VALUES (1, 2), (3, 4)`,
    after: schema("2"),
    renames: ["index:i", "view:v", "trigger:g"].map((id) =>
      ({ from: `${id}1`, to: `${id}2`, source: "test" }) as RenameHint
    ),
    same: ["SELECT rowid, * FROM t", "SELECT * FROM w"],
    rebuilds: false,
  });
});

Deno.test("named constraints get other names", async () => {
  const texts = {
    check: "CHECK (a > 0)",
    unique: "UNIQUE (a)",
    primary_key: "PRIMARY KEY (a)",
    foreign_key: "FOREIGN KEY (a) REFERENCES p (id)",
  };
  for (const [kind, text] of Object.entries(texts)) {
    const schema = (name: string) =>
      `CREATE TABLE p(id INTEGER PRIMARY KEY); CREATE TABLE t(b INT, a INT, CONSTRAINT ${name} ${text})`;
    await upAndDown({
      before: `${schema("c1")}; INSERT INTO p VALUES (2), (4); INSERT INTO t VALUES (1, 2), (3, 4)`,
      after: schema("c2"),
      renames: [{ from: `${kind}:t.c1`, to: `${kind}:t.c2`, source: "test" } as RenameHint],
      same: ["SELECT rowid, * FROM t"],
    });
  }
});

Deno.test("several rebuilt tables share their switches", async () => {
  await using from = openConnection({ memory: true }, "from");
  await using to = openConnection({ memory: true }, "to");
  from.db.exec("CREATE TABLE a(x); CREATE TABLE b(x); CREATE TABLE c(x); CREATE INDEX b_x ON b(x)");
  to.db.exec("CREATE TABLE a(x INT); CREATE TABLE b(x INT); CREATE TABLE c(x INT); CREATE INDEX b_x ON b(x)");
  const { plan } = makePlan({
    from: await introspect(from, sqlite),
    to: await introspect(to, sqlite),
    dialect: sqlite,
    options: { columnOrder: "lax", version: null },
  });
  deepEqual(plan.up.filter(({ sql }) => !/^(INSERT|ALTER)/.test(sql)).map(({ sql }) => sql.split("(")[0]!.trim()), [
    "PRAGMA foreign_keys = OFF",
    "PRAGMA legacy_alter_table = ON",
    "CREATE TABLE _sqa_new_a",
    "DROP TABLE a",
    "CREATE TABLE _sqa_new_b",
    "DROP TABLE b",
    "PRAGMA legacy_alter_table = OFF",
    "CREATE INDEX b_x ON b",
    "PRAGMA legacy_alter_table = ON",
    "CREATE TABLE _sqa_new_c",
    "DROP TABLE c",
    "PRAGMA legacy_alter_table = OFF",
  ]);
});

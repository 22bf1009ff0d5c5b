/** SQLite is the oracle: what it accepts is read, written anew and given to it again, and both must be the same to it. */
import { deepEqual, equal, ok, throws } from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { makePlan } from "../../../diff/plan.ts";
import { introspect } from "../../../introspect/introspect.ts";
import { emptyGraph } from "../../../schema/graph.ts";
import { openConnection } from "../driver/connection.ts";
import { sqlite } from "../mod.ts";
import { parseCreate } from "./create.ts";
import { keptType } from "./kept_type.ts";

/** What SQLite itself says about everything in a database. */
function facts(db: DatabaseSync): unknown {
  const all = (sql: string) => db.prepare(sql).all().map((row) => ({ ...row }));
  return all("SELECT type, name, tbl_name FROM sqlite_schema WHERE name NOT LIKE 'sqlite%' ORDER BY type, name").map(
    (row) => {
      const name = String(row.name).replaceAll("'", "''");
      const keys = (list: Record<string, unknown>[]) =>
        list.map((index) => ({
          ...index,
          seq: 0,
          name: index.origin === "c" ? index.name : "",
          columns: all(`PRAGMA index_xinfo('${String(index.name).replaceAll("'", "''")}')`),
        }));
      return row.type !== "table" ? row : {
        ...row,
        columns: all(`PRAGMA table_xinfo('${name}')`).map((column) => ({
          ...column,
          type: String(column.type).toUpperCase().replace(/\s*([(),])\s*/g, "$1").replace(/\s+/g, " "),
          dflt_value: String(column.dflt_value).toUpperCase().replace(/\s+|\/\*.*?\*\//g, "").replace(
            /^\((('.*')|1)\)$/,
            "$1",
          ),
        })),
        options: all(`SELECT wr, strict FROM pragma_table_list('${name}')`),
        indexes: keys(all(`PRAGMA index_list('${name}')`)).map((each) => JSON.stringify(each)).sort(),
        foreignKeys: all(`PRAGMA foreign_key_list('${name}')`).map((key) =>
          JSON.stringify({ ...key, id: 0 }).toLowerCase()
        ).sort(),
      };
    },
  );
}

/** Reads a database, makes it anew from what was read, and holds both against each other. */
async function roundTrip(script: string): Promise<void> {
  await using first = openConnection({ memory: true }, "first");
  first.db.exec(script);
  const graph = await introspect(first, sqlite);
  deepEqual(graph.notes, [], script);
  const { plan } = makePlan({
    from: emptyGraph("sqlite"),
    to: graph,
    dialect: sqlite,
    options: { columnOrder: "strict", version: null },
  });
  await using second = openConnection({ memory: true }, "second");
  for (const { sql } of plan.up) second.db.exec(sql);
  deepEqual(facts(second.db), facts(first.db), script);
  const again = await introspect(second, sqlite);
  const { plan: none } = makePlan({
    from: again,
    to: graph,
    dialect: sqlite,
    options: { columnOrder: "strict", version: null },
  });
  deepEqual(none.up.map((statement) => statement.sql), [], script);
}

const tables: readonly string[] = [
  "CREATE TABLE t(a)",
  "CREATE TABLE t(a,b,c)",
  "create table if not exists main.t (a int)",
  `CREATE TABLE "a b"("c d" int, [e]]x] text, \`f\`\`g\` blob, 'h''i' real)`.replace("[e]]x]", "[e x]"),
  "CREATE TABLE 't'('a' 'my type', b \"other type\"(3), c `q` z, d [a,b], e \"primary key\")",
  "CREATE TABLE t(a VARCHAR(10), b DECIMAL( 10 , 2 ), c UNSIGNED BIG INT, d DOUBLE PRECISION, e CHARACTER VARYING(-5), f x(+1.5e3,2))",
  "CREATE TABLE t(a INTEGER PRIMARY KEY)",
  "CREATE TABLE t(a INTEGER PRIMARY KEY DESC, b)",
  "CREATE TABLE t(a INTEGER, b, PRIMARY KEY(a DESC))",
  "CREATE TABLE t(a INT PRIMARY KEY)",
  "CREATE TABLE t(a INTEGER PRIMARY KEY ASC ON CONFLICT REPLACE AUTOINCREMENT)",
  "CREATE TABLE t(a INTEGER, PRIMARY KEY(a AUTOINCREMENT))",
  "CREATE TABLE t(a TEXT, b TEXT, PRIMARY KEY(a COLLATE NOCASE DESC, b) ON CONFLICT IGNORE) WITHOUT ROWID",
  "CREATE TABLE t(a TEXT PRIMARY KEY, b ANY, c INT) STRICT, WITHOUT ROWID",
  "CREATE TABLE t(a TEXT PRIMARY KEY, b ANY) WITHOUT ROWID, STRICT",
  "CREATE TABLE t(a INTEGER PRIMARY KEY, b REAL NOT NULL) STRICT",
  "CREATE TABLE t(a NOT NULL ON CONFLICT FAIL, b NULL, c CONSTRAINT nn NOT NULL, d NULL ON CONFLICT ABORT)",
  "CREATE TABLE t(a UNIQUE, b UNIQUE ON CONFLICT ROLLBACK, UNIQUE(a,b), CONSTRAINT u UNIQUE(b COLLATE RTRIM DESC, a) ON CONFLICT FAIL)",
  "CREATE TABLE t(a DEFAULT 1, b DEFAULT -1, c DEFAULT +1.5, d DEFAULT 'x''y', e DEFAULT (1+2), f DEFAULT NULL, g DEFAULT X'0aFF')",
  "CREATE TABLE t(a DEFAULT current_timestamp, b DEFAULT (datetime('now', 'localtime')), c DEFAULT TRUE, d DEFAULT foo, e DEFAULT \"bar\")",
  "CREATE TABLE t(a DEFAULT ((1)), b DEFAULT ( ( 'x' ) ), c DEFAULT 0x1F, d DEFAULT .5e-3, e DEFAULT 1_000)",
  "CREATE TABLE t(a DEFAULT (CASE WHEN 1 THEN 'a,b)' ELSE '--no' END), b DEFAULT (json_object('a', 1)))",
  'CREATE TABLE t(a COLLATE NOCASE, b TEXT COLLATE rtrim NOT NULL, c COLLATE BINARY, d COLLATE "nocase")',
  "CREATE TABLE t(a, b GENERATED ALWAYS AS (a+1), c INT GENERATED ALWAYS AS (a*2) STORED, d AS (a||b) VIRTUAL, e TEXT AS ((a)))",
  "CREATE TABLE t(a, b INT GENERATED ALWAYS)",
  "CREATE TABLE t(a CHECK(a>0), b CHECK (b <> 'x') CONSTRAINT c2 CHECK (b != ''), CHECK(a<b), CONSTRAINT c1 CHECK((a+b) < 10))",
  "CREATE TABLE t(a, b, CONSTRAINT x CHECK(a) CHECK(b) UNIQUE(a), CONSTRAINT y UNIQUE(b))",
  "CREATE TABLE t(a, CONSTRAINT lost, CHECK(a))",
  "CREATE TABLE t(a CONSTRAINT k CHECK(a > 1), CONSTRAINT k CHECK(a < 9), CONSTRAINT k UNIQUE(a), CONSTRAINT K CHECK(a <> 5))",
  "CREATE TABLE t(a CONSTRAINT lost)",
  "CREATE TABLE t(a CHECK(a IN (1,2,3) AND a NOT LIKE '%x' ESCAPE '\\' OR a IS NOT NULL ON CONFLICT ABORT))".replace(
    " ON CONFLICT ABORT",
    "",
  ),
  "CREATE TABLE p(a PRIMARY KEY, b, c, UNIQUE(b,c)); CREATE TABLE t(x REFERENCES p, y REFERENCES p(a) ON DELETE CASCADE ON UPDATE SET NULL, z, w, FOREIGN KEY(z,w) REFERENCES p(b,c) ON DELETE SET DEFAULT DEFERRABLE INITIALLY DEFERRED)",
  "CREATE TABLE t(a REFERENCES nowhere(x) MATCH FULL ON DELETE RESTRICT NOT DEFERRABLE, b REFERENCES t DEFERRABLE INITIALLY IMMEDIATE, c CONSTRAINT fk REFERENCES T(A) ON UPDATE NO ACTION)",
  "CREATE TABLE t(a, CONSTRAINT fk1 FOREIGN KEY(a) REFERENCES other, CONSTRAINT fk2 FOREIGN KEY(a) REFERENCES other)",
  "CREATE TABLE t(a INT REFERENCES p(x) NOT NULL DEFERRABLE INITIALLY DEFERRED)",
  "CREATE TABLE t(-- a comment ) (\n a /* , b */ INT, /**/ b TEXT -- last\n) -- tail",
  "CREATE/**/TABLE/**/t/**/(a/**/INT/**/NOT/**/NULL/**/DEFAULT/**/1)",
  'CREATE TABLE t(key, action, abort, desc, match, replace TEXT, like INT, row, view, temp, first, last, "order", [group], "from" CHECK("from" > 0))',
  'CREATE TABLE "select"("table" PRIMARY KEY, "Index" UNIQUE, "CHECK" CHECK ("CHECK" > 1))',
  'CREATE TABLE t(ünï TEXT, "emoji 🙂" INT, "日本語" CHECK(日本語 > 0))',
  "CREATE TABLE t(A int, B int, PRIMARY KEY(a), UNIQUE(b), CHECK(a > B))",
  "CREATE TABLE t(a, b AS (a + 1), CHECK(t.a > 0))",
  'CREATE TABLE t("a.b", "c\\d", "e""f", UNIQUE("a.b","c\\d"), CHECK("e""f" > 0))',
  'CREATE TABLE t(a, CHECK(a = "not a column"))',
  "CREATE TABLE t(a, CHECK(a - -1 > - -a AND ~a <> -(-1)))",
  "CREATE TABLE t(a, CHECK(a->>'$.x' IS NOT NULL AND a -> 'y' = 1 AND a<<2>>1 | 3 & 4 || 'x' == 'z'))",
  "CREATE TABLE t(a CHECK(CAST(a AS VARCHAR(10)) = a COLLATE NOCASE))",
  "CREATE TABLE t(a, b, CHECK((a,b) > (1,2)))",
  "CREATE TABLE t(a, CHECK(a BETWEEN 1 AND 2 AND a NOTNULL AND NOT a ISNULL))",
  "CREATE TABLE t(a CHECK(sqrt(a) < 3 AND a REGEXP '^x'))",
  "CREATE TABLE t AS SELECT 1 AS a, 'x' AS \"b c\"",
];

const others: readonly string[] = [
  "CREATE TABLE t(a,b,c); CREATE INDEX i ON t(a); CREATE UNIQUE INDEX j ON t(b DESC, c COLLATE NOCASE ASC)",
  "CREATE TABLE t(a,b); CREATE INDEX i ON t(lower(a), a+b DESC, (a||b) COLLATE RTRIM) WHERE a > 1 AND (b IS NOT NULL)",
  "CREATE TABLE t(a,b); CREATE INDEX i ON t(a || b COLLATE NOCASE); CREATE INDEX k ON t(lower(a) COLLATE NOCASE, (b))",
  'CREATE TABLE t(a); CREATE INDEX i ON t("a"); CREATE INDEX IF NOT EXISTS main.[j k] ON t([a]) WHERE (a > 0)',
  "CREATE TABLE t(a, b); CREATE INDEX i ON t(a->>'$.b', CASE WHEN a THEN b END, a IN (1,2))",
  "CREATE TABLE T(Aa); CREATE INDEX I ON t(AA) WHERE aA = 'x'",
  'CREATE TABLE t(a, "null"); CREATE INDEX i ON t(a, TRUE, NULL, (NULL), 1); CREATE INDEX j ON t([null], "null" DESC)',
  "CREATE TABLE t(a, b COLLATE NOCASE, c, PRIMARY KEY(a, b, A, B COLLATE nocase, c, a DESC)) WITHOUT ROWID",
  'CREATE TABLE t(a,b); CREATE VIEW v AS SELECT a, b AS "B b" FROM t WHERE a > 1 -- end\n',
  'CREATE TABLE t(a,b); CREATE VIEW v(x, "y z") AS SELECT a, b FROM t; CREATE VIEW w AS SELECT x FROM v UNION ALL SELECT 1;',
  "CREATE TABLE t(a); CREATE VIEW v AS WITH RECURSIVE c(n) AS (SELECT 1 UNION SELECT n+1 FROM c WHERE n<10) SELECT * FROM c, t",
  "CREATE TABLE t(a,b); CREATE VIEW v AS SELECT a, row_number() OVER (PARTITION BY b ORDER BY a DESC NULLS LAST ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS r, count(*) FILTER (WHERE a>1) AS key FROM t GROUP BY a HAVING count(*)>1 LIMIT 5 OFFSET 2",
  "CREATE TABLE t(a); CREATE TABLE log(x); CREATE TRIGGER g AFTER INSERT ON t BEGIN INSERT INTO log VALUES(new.a); END",
  "CREATE TABLE t(a,b); CREATE TABLE log(x); CREATE TRIGGER IF NOT EXISTS g BEFORE UPDATE OF a, b ON t FOR EACH ROW WHEN new.a <> old.a BEGIN SELECT CASE WHEN new.a > 1 THEN RAISE(ABORT, 'x; END') END; UPDATE log SET x = 1 WHERE x = old.a; DELETE FROM log; END",
  "CREATE TABLE t(a); CREATE VIEW v AS SELECT a FROM t; CREATE TRIGGER g INSTEAD OF DELETE ON v BEGIN DELETE FROM t WHERE a = old.a; END",
  'CREATE TABLE t("a"); CREATE TRIGGER "g h" DELETE ON "t" BEGIN INSERT OR REPLACE INTO "t"("a") VALUES("x"); END',
  "CREATE VIRTUAL TABLE f USING fts5(a, b UNINDEXED, tokenize = 'porter ascii')",
  "CREATE VIRTUAL TABLE r USING rtree(id, x0, x1, +label TEXT); CREATE VIRTUAL TABLE g USING fts4(a, tokenize=unicode61)",
];

for (const script of tables) {
  Deno.test(`reads as SQLite does: ${script.slice(0, 100)}`, () => roundTrip(script));
}
for (const script of others) {
  Deno.test(`reads as SQLite does: ${script.slice(0, 140)}`, () => roundTrip(script));
}

Deno.test("comments, letter case, quotes and formatting make no difference", async () => {
  const graphOf = async (sql: string) => {
    await using connection = openConnection({ memory: true }, "memory");
    connection.db.exec(sql);
    return [...(await introspect(connection, sqlite)).objects.values()];
  };
  deepEqual(
    await graphOf("CREATE TABLE t(a INTEGER NOT NULL PRIMARY KEY, b VARCHAR(10) DEFAULT (1) CHECK(b<>'x'), UNIQUE(b))"),
    await graphOf(
      'create table "t" ( [a] integer /* the key */ not null,\n `b` varchar( 10 ) default ((1)) unique -- b\n check ((("B" != \'x\'))),\n primary key ("A") )',
    ),
  );
});

Deno.test("comments within a type mean nothing, unless SQLite takes its affinity from them", async () => {
  await using connection = openConnection({ memory: true }, "memory");
  connection.db.exec(
    "CREATE TABLE t(a, b UNSIGNED/* c */BIG INT/* d */GENERATED ALWAYS AS (a), c INT GENERATED/**/ALWAYS AS (a))",
  );
  connection.db.exec("CREATE TABLE u(a MY/* TEXT */TYPE, b GENERATED/**/ALWAYS AS (a), c INTEGER/**/GENERATED ALWAYS)");
  const { objects, notes } = await introspect(connection, sqlite);
  deepEqual(
    [...objects.values()].flatMap((object) => object.kind === "column" ? [object.type.name] : []),
    ["", "UNSIGNED BIG INT", "INT GENERATED", "MY/* TEXT */TYPE", "GENERATED", "INTEGER/**/"],
  );
  deepEqual(notes, []);
});

for (
  const [written, kept] of [
    ["INT", "INT"],
    ["GENERATED ALWAYS", ""],
    ["x GENERATED ALWAYS", "x"],
    ["x ALWAYS", "x ALWAYS"],
    ["UNSIGNED BIG INT ALWAYS", "UNSIGNED BIG INT"],
    ["GENERATED/* */ALWAYS", "GENERATED/* */"],
    ["[x y] z", "x y] "],
    ['"x y" z', "x y"],
    ['`x``y` "int"', "x`y"],
    ["[x]]y] z", "x]]y] "],
    ['"a"(3)', "a"],
    ['a "b"', 'a "b"'],
  ] as const
) {
  Deno.test(`SQLite keeps the type ${written} as ${JSON.stringify(kept)}`, () => {
    equal(keptType(written), kept);
    const db = new DatabaseSync(":memory:");
    if (!written.includes("]]")) {
      db.exec(`CREATE TABLE t(a ${written}, b)`);
      equal(db.prepare("SELECT type FROM pragma_table_info('t')").get()!.type, kept);
    }
    db.close();
  });
}

Deno.test("what is no CREATE statement is refused with its place", () => {
  throws(() => parseCreate("CREATE TABLE t(a,\n b CHECK a)"), { code: "SQA-210" });
  throws(() => parseCreate("DROP TABLE t"), { code: "SQA-210" });
  throws(() => parseCreate("CREATE TABLE t(a) NONSENSE"), { code: "SQA-210" });
});

Deno.test("a key in double quotes is a column when there is one", () => {
  const statement = parseCreate(`CREATE INDEX i ON t("a", lower("b") DESC, 'c')`);
  ok(statement.kind === "index");
  equal(statement.keys[0]!.name, "a");
  equal(statement.keys[1]!.name, null);
  equal(statement.keys[1]!.desc, true);
});

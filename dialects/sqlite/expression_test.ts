import { deepEqual, equal, throws } from "node:assert/strict";
import { makePlan } from "../../diff/plan.ts";
import { introspect } from "../../introspect/introspect.ts";
import { openConnection } from "./driver/connection.ts";
import { normalizeBody, normalizeClause, normalizeExpression, normalizeQuery } from "./expression.ts";
import { tokenize } from "./lexer.ts";
import { sqlite } from "./mod.ts";
import { mentions, replaceIdentifiers, tablesIn } from "./mentions.ts";
import { split } from "./split.ts";
import { quote, quoteText } from "./sql.ts";
import { parseType, renderType, strictType, typeOf } from "./types.ts";

const scope = { columns: new Map([["a", "a"], ["price", "Price"], ["order", "order"]]), table: "t" };

Deno.test("expressions have one spelling", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["((a>0))", "a > 0"],
    ["(a)and(b)", "(a) AND (b)"],
    ["a == 1 or PRICE!=2", "a = 1 OR Price <> 2"],
    ["a-- comment\n- -1", "a - -1"],
    ["- -a", "- -a"],
    ['[order]+`a`+"price"', '"order" + a + Price'],
    ['a = "no column"', 'a = "no column"'],
    ["t.a > t . price", "a > Price"],
    ["lower( a )like'X%'", "lower(a) LIKE 'X%'"],
    ["cast(a as int)", "CAST(a AS int)"],
    ["a not null", "a NOT NULL"],
    ["case when a then 'end' else x'0F' end", "CASE WHEN a THEN 'end' ELSE x'0F' END"],
    ["a in(1,2 ,3)", "a IN (1, 2, 3)"],
    ["true and current_date>'x'", "TRUE AND CURRENT_DATE > 'x'"],
    ["~a&~ -1", "~a & ~ -1"],
    ["a->>'$.x'", "a ->> '$.x'"],
  ];
  for (const [text, normal] of cases) {
    equal(normalizeExpression(text, scope), normal);
    equal(normalizeExpression(normal, scope), normal, "idempotent");
  }
});

Deno.test("a clause keeps its parentheses", () => equal(normalizeClause("( a>1 )", scope), "(a > 1)"));

Deno.test("queries keep what could be a string and unquote what is a name for certain", () => {
  equal(
    normalizeBody('select "x", t."y" as "z z", [w] from "t", `u v` where "t".a is distinct from "b";'),
    'SELECT "x", t.y AS "z z", "w" FROM t, "u v" WHERE t.a IS DISTINCT FROM "b"',
  );
  equal(
    normalizeBody('after update of "a",[b] on "t" begin insert into "log"("x") values("users"); end'),
    'AFTER UPDATE OF a, b ON t BEGIN INSERT INTO log(x) VALUES ("users"); END',
  );
});

Deno.test("words that are keywords elsewhere stay names", () => {
  equal(
    normalizeBody("select key, first, row as Replace, t.desc from match"),
    "SELECT key, first, row AS Replace, t.desc FROM match",
  );
  equal(normalizeBody("select a from t order by a desc nulls last"), "SELECT a FROM t ORDER BY a DESC NULLS LAST");
});

Deno.test("mentions are names, not strings, keywords or comments", () => {
  deepEqual(mentions(`SELECT a, t."b c" FROM main.[t] -- x\n WHERE 'y' = lower(z)`), [
    ["a"],
    ["t", "b c"],
    ["main", "t"],
    ["lower"],
    ["z"],
  ]);
  deepEqual(tablesIn("SELECT a FROM x, (SELECT b FROM y JOIN main.z) AS s, w WHERE q IN v"), ["x", "y", "z", "w", "v"]);
});

Deno.test("names are replaced by token, and quotes stay", () => {
  const replaced = replaceIdentifiers(
    `a + t.a + "a" + 'a' + a(1) -- a`,
    (name, qualifier) => name === "a" ? (qualifier === null ? "b c" : "d") : null,
  );
  equal(replaced, `"b c" + t.d + "b c" + 'a' + a(1) -- a`);
});

Deno.test("scripts are split at semicolons outside triggers, quotes and comments", () => {
  const script = `-- first; comment
CREATE TABLE t(a DEFAULT ';'); /* ; */ ;
CREATE TEMP TRIGGER g AFTER INSERT ON t BEGIN
  SELECT CASE WHEN 1 THEN 2 END; UPDATE t SET a = "x;y";
END;
INSERT INTO t VALUES('it''s'); SELECT 1`;
  const parts = split(script);
  deepEqual(parts.map(({ line }) => line), [2, 3, 6, 6]);
  for (const { sql, start, end } of parts) equal(script.slice(start, end), sql);
  equal(parts[1]!.sql.endsWith("END"), true);
  deepEqual(split(" -- nothing\n;;"), []);
  throws(() => split("SELECT 'x"), { code: "SQA-512" });
  throws(() => split("SELECT 1; /* x"), { code: "SQA-512" });
});

Deno.test("tokens and gaps make up the text, whatever it is", () => {
  const texts = [
    "a'b",
    '"',
    "[",
    "/* x",
    "0x",
    "1e",
    "1abc",
    "$a::b(c)",
    "?1 :x @y #z",
    "!",
    "\\",
    "\u0000x",
    "🙂",
    "x'0'",
    "a--b\nc",
  ];
  for (const text of texts) {
    let at = 0;
    for (const token of tokenize(text, { comments: true })) {
      equal(text.slice(at, token.start).trim(), "");
      equal(text.slice(token.start, token.end), token.text);
      at = token.end;
    }
    equal(text.slice(at).trim(), "");
  }
});

Deno.test("names and strings are quoted where they must be", () => {
  deepEqual(["a", "A1_", "order", "key", "a b", 'a"b', "1a", "ü", ""].map(quote), [
    "a",
    "A1_",
    '"order"',
    '"key"',
    '"a b"',
    '"a""b"',
    '"1a"',
    '"ü"',
    '""',
  ]);
  throws(() => quote("a\0b"), { code: "SQA-302" });
  equal(quoteText("it's"), "'it''s'");
  equal(quoteText("a\0b"), "CAST(X'610062' AS TEXT)");
});

Deno.test("types have one spelling, an affinity and a family", () => {
  deepEqual(parseType("varchar ( 10 )"), { name: "VARCHAR", args: [10], dimensions: 0, family: "text", of: null });
  equal(renderType(parseType("decimal(10,2)")), "DECIMAL(10, 2)");
  equal(renderType(parseType("unsigned  big int")), "UNSIGNED BIG INT");
  equal(parseType("").family, "binary");
  equal(parseType("timestamp").family, "temporal");
  equal(typeOf({ type: "json" })!.name, "JSON TEXT");
  equal(typeOf({ type: "interval", precision: null })!.name, "TEXT");
  equal(typeOf({ type: "array", of: { type: "int" }, dimensions: 1 }), null);
  deepEqual(
    ["BOOLEAN", "VARCHAR(3)", "DATETIME", "DOUBLE", "BIGINT", "INT", "DECIMAL(1,1)"].map((type) =>
      renderType(strictType(parseType(type)))
    ),
    ["INTEGER", "TEXT", "TEXT", "REAL", "INTEGER", "INT", "ANY"],
  );
});

Deno.test("a view's columns that are called by their text keep it, the rest is in normal form", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["select a+b,  count( * ) from t where a+b>1", "SELECT a+b, count( * ) FROM t WHERE a + b > 1"],
    ["select a+b as x, (a) y, t . a, *, t.* from t", "SELECT a + b AS x, (a) y, t.a, *, t.* FROM t"],
    ["select distinct null, 1, 'x'||a 'z' from t", "SELECT DISTINCT null, 1, 'x' || a 'z' FROM t"],
    [
      "select case when a then b end, a is not distinct from b from t",
      "SELECT case when a then b end, a is not distinct from b FROM t",
    ],
    [
      "select a collate nocase from t union select b+c from t",
      "SELECT a collate nocase FROM t UNION SELECT b + c FROM t",
    ],
    [
      "with c as (select a+b from t) select *,a in (select x+y from t) from c",
      "WITH c AS (SELECT a+b FROM t) SELECT *, a in (select x+y from t) FROM c",
    ],
    [
      "select * from (select a+b from t) where a in (select b+c from t)",
      "SELECT * FROM (SELECT a+b FROM t) WHERE a IN (SELECT b + c FROM t)",
    ],
    ["select -a, - b b from t;", "SELECT -a, -b b FROM t"],
  ];
  for (const [sql, wanted] of cases) {
    equal(normalizeQuery(sql), wanted);
    equal(normalizeQuery(wanted), wanted);
  }
});

Deno.test("a view that is made again has the columns that it had", async () => {
  await using connection = openConnection({ memory: true }, "memory");
  connection.db.exec("CREATE TABLE t(a, b); CREATE VIEW v AS SELECT a+b, b  * 2 /* twice */ , a||'x' FROM t");
  const columns = () => connection.db.prepare("SELECT name FROM pragma_table_info('v')").all().map(({ name }) => name);
  const had = columns(), graph = await introspect(connection, sqlite);
  connection.db.exec("DROP VIEW v");
  const { plan } = makePlan({
    from: await introspect(connection, sqlite),
    to: graph,
    dialect: sqlite,
    options: { columnOrder: "strict", version: null },
  });
  for (const { sql } of plan.up) connection.db.exec(sql);
  deepEqual(columns(), had);
});

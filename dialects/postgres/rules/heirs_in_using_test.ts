/** The rule for USING below a parent: which statements it means, and that the server does what it says. */
import { deepEqual, equal, match } from "node:assert/strict";
import { postgresUrls, withDatabase } from "../../../tests/support/scratch.ts";
import type { DatabaseError } from "../../driver.ts";
import { postgresDriver } from "../driver.ts";
import { heirsInUsing } from "./heirs_in_using.ts";

const found = (sql: string) =>
  heirsInUsing.check(sql).map(({ object, message }) => [object, message.split(": ")[1]!.split(" in USING")[0]]);

Deno.test("forms that mean other columns below a parent are found, and only in USING", () => {
  const one = (form: string, object = "table:public.t") => [[object, form]];
  deepEqual(found("ALTER TABLE t ALTER a TYPE int USING CASE WHEN a IS NULL THEN 0 ELSE a END"), one("IS NULL"));
  deepEqual(
    found(
      'alter table if exists s."T" * alter column "x y" set data type text using (lower("x y") is /* */ not null)::text',
    ),
    one("IS NOT NULL", "table:s.T"),
  );
  deepEqual(found("ALTER FOREIGN TABLE t ALTER a TYPE int USING (a IS UNKNOWN)::int"), one("IS UNKNOWN"));
  deepEqual(found("ALTER TABLE t ALTER a TYPE int USING (a ISNULL)::int"), one("ISNULL"));
  deepEqual(found("ALTER TABLE t ALTER a TYPE int USING f(x => a)"), one("an argument by name"));
  deepEqual(found("ALTER TABLE t ALTER a TYPE int USING f(x := a)"), one("an argument by name"));
  deepEqual(found('ALTER TABLE "only" ALTER a TYPE int USING (a IS TRUE)::int'), one("IS TRUE", "table:public.only"));
  deepEqual(
    found(
      "ALTER TABLE t ALTER a TYPE int USING f(a, b), ALTER column TYPE text USING (a IS NOT FALSE)::text, ADD CHECK (a IS NULL)",
    ),
    one("IS NOT FALSE"),
  );
  for (
    const sql of [
      "ALTER TABLE IF EXISTS ONLY t ALTER a TYPE int USING (a IS NULL)::int",
      "ALTER TABLE ONLY (t) ALTER a TYPE int USING (a IS NULL)::int",
      "ALTER TABLE t ALTER a TYPE int USING CASE WHEN a IS NOT DISTINCT FROM NULL THEN 0 ELSE a END",
      "ALTER TABLE t ALTER a TYPE int USING f(a, 'b IS NULL', \"is\")",
      "ALTER TABLE t ADD CHECK (a IS NULL), ADD EXCLUDE USING gist (a WITH =) WHERE (a IS NULL)",
      "ALTER TABLE t ALTER a SET DEFAULT f(x => 1), ALTER b TYPE int",
      "CREATE INDEX i ON t USING btree (a) WHERE a IS NULL",
      "ALTER TYPE t ALTER ATTRIBUTE a TYPE int",
      "UPDATE t SET a = 1 WHERE a IS NULL",
      "ALTER TABLE",
      "",
    ]
  ) deepEqual(found(sql), [], sql);
});

/** An expression over "a", which is 1 where the table is a heir or a partition and its "b" is null. */
const expressions: readonly (readonly [expression: string, right: string, isFound: boolean])[] = [
  ["(a IS NULL)::text", "false", true],
  ["(a IS NOT NULL)::text", "true", true],
  ["((a = 1) IS TRUE)::text", "true", true],
  ["((a = 1) IS NOT UNKNOWN)::text", "true", true],
  ["coalesce(left_of(x => a), 'none')", "1", true],
  ["coalesce(left_of(a), 'none')", "1", false],
  ["(a IS DISTINCT FROM NULL)::text", "true", false],
  [
    "CASE WHEN a IS NOT DISTINCT FROM NULL THEN 'none' WHEN (a = 1) IS NOT DISTINCT FROM TRUE THEN a::text END",
    "1",
    false,
  ],
  [
    "CASE a WHEN 1 THEN 'one' END || (a IN (1))::text || num_nulls(a)::text || (a BETWEEN 1 AND 2)::text",
    "onetrue0true",
    false,
  ],
];

for (const [i, server] of (postgresUrls.length ? postgresUrls : [""]).entries()) {
  Deno.test({
    name: `Postgres ${
      i + 1
    }: heirs and partitions with another order of columns have wrong values where the rule says so, and nowhere else`,
    ignore: server === "",
    fn: () =>
      withDatabase(server, async (url) => {
        await using connection = await postgresDriver.connect(url);
        const run = async (...all: readonly string[]) => {
          for (const sql of all) await connection.execute(sql);
        };
        await run("CREATE FUNCTION left_of(x int) RETURNS text IMMUTABLE LANGUAGE sql AS 'SELECT $1::text'");
        for (const [expression, right, isFound] of expressions) {
          for (const whole of ["", " PARTITION BY LIST (b)"]) {
            const join = whole === "" ? "ALTER TABLE h INHERIT p" : "ALTER TABLE p ATTACH PARTITION h DEFAULT";
            const alter = `ALTER TABLE p ALTER a TYPE text USING ${expression}`;
            await run(`CREATE TABLE p (a int, b int)${whole}`, "CREATE TABLE h (b int, a int)", join);
            await run("INSERT INTO h (a) VALUES (1)");
            const failed = await run(alter).then(() => null, (error: DatabaseError) => error.message);
            const [row] = await connection.query<{ a: string }>("SELECT a::text FROM h");
            const text = failed ?? row!.a;
            equal(found(alter).length > 0, isFound, alter);
            equal(text === right, !isFound, `${alter}${whole}: ${text}`);
            if (failed !== null) match(failed, /unrecognized node type/);
            await run("DROP TABLE p CASCADE", "DROP TABLE IF EXISTS h");
          }
        }
      }),
  });
}

import { deepEqual, equal } from "node:assert/strict";
import { sqliteDriver } from "../driver.ts";
import { withoutLargeValues } from "./large_values.ts";

const long = "x".repeat(5_000_000);

Deno.test("a large value goes beside its statement and is the same in the table", async () => {
  await using connection = await sqliteDriver.connect("sqlite::memory:");
  await connection.execute("CREATE TABLE t (a text, b blob, c, d integer)");
  for (let i = 0; i < 2; i++) {
    await connection.execute(`INSERT INTO t VALUES ('it''s ${long}é', x'${"0aff".repeat(2_500_000)}', '${long}', '7')`);
  }
  const rows = await connection.query(
    `SELECT a = 'it''s ' || ?1 || 'é' AS a, b = unhex(replace(hex(zeroblob(2500000)), '00', '0aff')) AS b, typeof(b) AS blob,
            c = ?1 AS c, typeof(c) AS text, typeof(d) AS number FROM t`,
    [long],
  );
  const wanted = { a: 1, b: 1, blob: "blob", c: 1, text: "text", number: "integer" };
  deepEqual(rows.map((row) => ({ ...row })), [wanted, wanted]);
});

Deno.test("only literals of statements that write rows go beside them, and only large ones", () => {
  const found = withoutLargeValues(`/* a */ UPDATE t SET a = '${long}', b = 'short' WHERE c = '${long}''';`)!;
  equal(found.sql, "/* a */ UPDATE t SET a = sqa_large_value(0), b = 'short' WHERE c = sqa_large_value(1);");
  deepEqual(found.values, [long, `${long}'`]);
  for (
    const sql of [
      "INSERT INTO t VALUES ('short')",
      `CREATE VIEW v AS SELECT '${long}' AS a`,
      `INSERT INTO t VALUES ('${long}`,
      `INSERT INTO "${long}" VALUES (1)`,
    ]
  ) equal(withoutLargeValues(sql), null, sql.slice(0, 30));
});

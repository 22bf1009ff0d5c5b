import { equal } from "node:assert/strict";
import { extendsSelect } from "./view_columns.ts";

const cases: readonly (readonly [from: string, to: string, replaceable: boolean, why: string])[] = [
  ["SELECT a FROM t", "SELECT a, b FROM t", true, "a column is added at the end"],
  ["SELECT a FROM t", "SELECT a FROM t WHERE a > 1", true, "only the condition differs"],
  [
    "SELECT f(a, b) AS x FROM t",
    "SELECT f(a, b) AS x, 1 AS y FROM t ORDER BY 1",
    true,
    "commas in parentheses are no columns",
  ],
  ["SELECT a, b FROM t", "SELECT a FROM t", false, "a column goes"],
  ["SELECT a FROM t", "SELECT b, a FROM t", false, "a column comes in front"],
  ["SELECT a FROM t", "SELECT a FROM u", false, "the same name may be of another type in another table"],
  ["SELECT a FROM t", "SELECT a FROM t UNION SELECT b FROM u", false, "a union has types of its own"],
  [
    "WITH x AS (SELECT 1) SELECT a FROM x",
    "WITH x AS (SELECT '1') SELECT a FROM x",
    false,
    "a WITH is not looked into",
  ],
  ["SELECT DISTINCT a FROM t", "SELECT a FROM t", false, "the lists are not the same text"],
];

for (const [from, to, replaceable, why] of cases) {
  Deno.test(`CREATE OR REPLACE VIEW ${replaceable ? "is" : "is not"} used when ${why}`, () => {
    equal(extendsSelect(from, to), replaceable);
  });
}

/** Commas of FROM lists: SHOW CREATE VIEW, VIEW_DEFINITION, and what the view was made from (MariaDB 10.11.19, MySQL 9.7.4). */
import { equal } from "node:assert/strict";
import { withCommas } from "./from_lists.ts";

const views: readonly (readonly [string, string, string])[] = [
  [
    "select 1 from (`a` join `b` `x`) where `a`.`join` = _latin1'join'",
    "select 1 from `a` join `b` `x` where `a`.`join` = 'join'",
    "select 1 from `a`, `b` `x` where `a`.`join` = _latin1'join'",
  ],
  ["select 1 from ((`a` join `b`) join `c`)", "select 1 from `a` join `b` join `c`", "select 1 from `a`, `b`, `c`"],
  ["select 1 from ((`a` join `b`) join `c`)", "select 1 from (`a` join `b` join `c`)", "select 1 from (`a`, `b`, `c`)"],
  [
    "select 1 from ((`a` join (`b` left join `c` on(`b`.`x` = `c`.`x`))) join `d`)",
    "select 1 from `a` join (`b` left join `c` on(`b`.`x` = `c`.`x`)) join `d`",
    "select 1 from `a`, (`b` left join `c` on(`b`.`x` = `c`.`x`)), `d`",
  ],
  [
    "select extract(year from `a`.`d`) from (`a` join `b`) where exists(select 1 from (`c` join `d`))",
    "select extract(year from `a`.`d`) from (`a` join `b`) where exists(select 1 from `c` join `d`)",
    "select extract(year from `a`.`d`) from (`a` join `b`) where exists(select 1 from `c`, `d`)",
  ],
  [
    "select 1 from (select 2 from (`a` join `b`)) `x` union select 3 from (`c` join `d`)",
    "select 1 from (select 2 from `a` join `b`) `x` union select 3 from `c` join `d`",
    "select 1 from (select 2 from `a`, `b`) `x` union select 3 from `c`, `d`",
  ],
];

Deno.test("joins without parentheses of their own were commas", () => {
  for (const [shown, definition, made] of views) equal(withCommas(shown, definition), made);
});

Deno.test("joins in parentheses were joins, and without a definition all are", () => {
  for (
    const sql of [
      "select 1 from `a`",
      "select 1 from ((`a` join `b`) join `c`)",
      "select 1 from (`a` left join (`b` join `c` on(1)) on(`a`.`x` = `b`.`x`))",
      "select 1 from (`a` straight_join `b`)",
    ]
  ) {
    equal(withCommas(sql, sql), sql);
    equal(withCommas(sql, ""), sql);
  }
});

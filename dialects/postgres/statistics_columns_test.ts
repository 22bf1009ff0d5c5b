import { equal } from "node:assert/strict";
import { withSortedColumns } from "./statistics_columns.ts";

Deno.test("columns are sorted, expressions stay behind them in their order, the rest stays as it is", () => {
  for (
    const [sql, sorted] of [
      ["CREATE STATISTICS s.x ON b, a FROM s.t", "CREATE STATISTICS s.x ON a, b FROM s.t"],
      [
        `CREATE STATISTICS s.x (ndistinct, mcv) ON "from", (b + 1), lower(a, 'x, y'), a FROM s.t`,
        `CREATE STATISTICS s.x (ndistinct, mcv) ON "from", a, (b + 1), lower(a, 'x, y') FROM s.t`,
      ],
      ["CREATE STATISTICS s.x ON (a + b) FROM s.t", "CREATE STATISTICS s.x ON (a + b) FROM s.t"],
      ["CREATE STATISTICS s.x", "CREATE STATISTICS s.x"],
      ["CREATE STATISTICS s.x ON , FROM s.t", "CREATE STATISTICS s.x ON , FROM s.t"],
    ] as const
  ) equal(withSortedColumns(sql), sorted);
});

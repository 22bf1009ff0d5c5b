/** A collation that models do not say is no change, there and back: snapshots of models lead to the same way back as the live database. Pure. */
import { deepEqual } from "node:assert/strict";
import { makePlan } from "../../diff/plan.ts";
import { makeGraph } from "../../schema/graph.ts";
import { objectId } from "../../schema/id.ts";
import type { SchemaObject } from "../../schema/object.ts";
import { columnOfT } from "../../tests/support/mysql_column.ts";
import { mariadb } from "../mariadb/mod.ts";
import { mysql } from "../mysql/mod.ts";

const table = (collation: string | null) =>
  ({
    kind: "table",
    id: objectId("table", ["t"]),
    name: ["t"],
    parent: null,
    refs: [],
    comment: null,
    inherits: [],
    collation,
    options: {},
  }) as unknown as SchemaObject;

for (const dialect of [mysql, mariadb]) {
  Deno.test(`${dialect.label}: the way back from models says no collation that the way there did not touch`, () => {
    const graph = (collation: string | null, type: string) =>
      makeGraph(dialect.name, [table(collation), columnOfT("a", type), columnOfT("b", "text")]);
    const options = { columnOrder: "lax", version: null } as const;
    const ways = [null, "utf8mb4_general_ci"].map((live) => {
      const from = graph(live, "varchar(20)"), to = graph(null, "varchar(40)");
      const { up, down } = makePlan({ from, to, dialect, options }).plan;
      return [up, down].map((way) => way.map(({ sql }) => sql));
    });
    deepEqual(ways[1], ways[0]);
    deepEqual(ways[0]![1], ["ALTER TABLE `t` MODIFY COLUMN `a` varchar(20) NULL"]);
  });
}

/** Where values go without a DROP, and where a statement may fail on rows: said before it is run. Pure. */
import { deepEqual } from "node:assert/strict";
import { makePlan } from "../../diff/plan.ts";
import { makeGraph } from "../../schema/graph.ts";
import { objectId } from "../../schema/id.ts";
import type { SchemaObject } from "../../schema/object.ts";
import { mariadb } from "../mariadb/mod.ts";
import { mysql } from "../mysql/mod.ts";

const table = {
  kind: "table",
  id: objectId("table", ["t"]),
  name: ["t"],
  parent: null,
  refs: [],
  comment: null,
  inherits: [],
  collation: null,
  options: {},
} as unknown as SchemaObject;

function column(name: string, type: string, more: Record<string, unknown> = {}): SchemaObject {
  return {
    kind: "column",
    id: objectId("column", ["t", name]),
    name: ["t", name],
    parent: table.id,
    refs: [],
    comment: null,
    type: mysql.parseType(type),
    nullable: true,
    default: null,
    generated: null,
    identity: null,
    collation: null,
    position: 1,
    options: {},
    ...more,
  } as unknown as SchemaObject;
}

function hazards(from: readonly SchemaObject[], to: readonly SchemaObject[]): readonly string[] {
  const found = [mysql, mariadb].map((dialect) => {
    const graph = (objects: readonly SchemaObject[]) => makeGraph(dialect.name, [table, ...objects]);
    const options = { columnOrder: "lax", version: null } as const;
    const { plan } = makePlan({ from: graph(from), to: graph(to), dialect, options });
    return plan.hazards.map(({ code }) => code).filter((rule) => rule === "drop-column" || rule === "may-fail");
  });
  deepEqual(found[0], found[1]);
  return found[0]!;
}

const computed = { generated: { expression: { sql: "1 + 1" }, stored: true } };

Deno.test("computed values that take the place of a column's own lose these", () => {
  deepEqual(hazards([column("a", "int")], [column("a", "int", computed)]), ["drop-column"]);
  deepEqual(hazards([column("a", "int", computed)], [column("a", "int")]), []);
});

Deno.test("a new column without a value for the rows may fail", () => {
  for (const type of ["date", "datetime(3)", "point", "geometry", "vector(3)"]) {
    deepEqual(hazards([column("a", "int")], [column("a", "int"), column("b", type, { nullable: false })]), [
      "may-fail",
    ]);
    deepEqual(hazards([column("a", "int")], [column("a", "int"), column("b", type)]), []);
  }
  for (const type of ["int", "varchar(5)", "decimal(5,2)"]) {
    deepEqual(hazards([column("a", "int")], [column("a", "int"), column("b", type, { nullable: false })]), []);
  }
});

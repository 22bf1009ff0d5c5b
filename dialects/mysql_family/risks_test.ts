/** Where values go without a DROP, and where a statement may fail on rows: said before it is run. Pure. */
import { deepEqual } from "node:assert/strict";
import { makePlan } from "../../diff/plan.ts";
import { makeGraph } from "../../schema/graph.ts";
import { objectId } from "../../schema/id.ts";
import type { SchemaObject } from "../../schema/object.ts";
import { columnOfT } from "../../tests/support/mysql_column.ts";
import { mariadb } from "../mariadb/mod.ts";
import { mysql } from "../mysql/mod.ts";
import type { Dialect } from "../dialect.ts";

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

function hazardsOn(dialect: Dialect, from: readonly SchemaObject[], to: readonly SchemaObject[]): readonly string[] {
  const graph = (objects: readonly SchemaObject[]) => makeGraph(dialect.name, [table, ...objects]);
  const options = { columnOrder: "lax", version: null } as const;
  const { plan } = makePlan({ from: graph(from), to: graph(to), dialect, options });
  return plan.hazards.map(({ code }) => code).filter((rule) => rule === "drop-column" || rule === "may-fail");
}

/** Those of both. */
function hazards(from: readonly SchemaObject[], to: readonly SchemaObject[]): readonly string[] {
  const found = hazardsOn(mysql, from, to);
  deepEqual(hazardsOn(mariadb, from, to), found);
  return found;
}

const computed = { generated: { expression: { sql: "1 + 1" }, stored: true } };

Deno.test("a computed column meets the rows of its table", () => {
  const other = { generated: { expression: { sql: "1 + 2" }, stored: true } };
  deepEqual(hazards([], [columnOfT("a", "int", computed)]), ["may-fail"]);
  deepEqual(hazards([columnOfT("a", "int", computed)], [columnOfT("a", "int", other)]), ["may-fail"]);
  deepEqual(hazards([columnOfT("a", "int", computed)], [columnOfT("a", "int", { ...computed, comment: "c" })]), []);
  const text = (collation: string) => [columnOfT("a", "varchar(9)", { ...computed, collation })];
  deepEqual(hazards(text("latin1_swedish_ci"), text("utf8mb4_bin")), ["may-fail"]);
  deepEqual(hazards(text("utf8mb4_general_ci"), text("utf8mb4_bin")), []);
  deepEqual(hazards(text("utf8mb4_bin"), [columnOfT("a", "varchar(8)", { ...computed, collation: "utf8mb4_bin" })]), [
    "may-fail",
  ]);
});

Deno.test("computed values that take the place of a column's own lose these", () => {
  deepEqual(hazards([columnOfT("a", "int")], [columnOfT("a", "int", computed)]), ["drop-column", "may-fail"]);
  deepEqual(hazards([columnOfT("a", "int", computed)], [columnOfT("a", "int")]), []);
});

Deno.test("a new column without a value for the rows may fail", () => {
  for (const type of ["date", "datetime(3)", "point", "geometry", "vector(3)"]) {
    deepEqual(hazards([columnOfT("a", "int")], [columnOfT("a", "int"), columnOfT("b", type, { nullable: false })]), [
      "may-fail",
    ]);
    deepEqual(hazards([columnOfT("a", "int")], [columnOfT("a", "int"), columnOfT("b", type)]), []);
  }
  for (const type of ["int", "varchar(5)", "decimal(5,2)"]) {
    deepEqual(hazards([columnOfT("a", "int")], [columnOfT("a", "int"), columnOfT("b", type, { nullable: false })]), []);
  }
});

Deno.test("MariaDB checks its JSON, and a check of a column itself meets what the server puts in", () => {
  const json = [columnOfT("b", "json", { nullable: false })];
  deepEqual(hazardsOn(mariadb, [], json), ["may-fail"]);
  deepEqual(hazardsOn(mysql, [], json), []);
  const checked = [columnOfT("b", "int", { nullable: false, options: { check: "`b` > 0" } })];
  deepEqual(hazardsOn(mariadb, [], checked), ["may-fail"]);
});

Deno.test("MySQL asks of each row that it copies whether its foreign keys hold", () => {
  const key = {
    kind: "foreign_key",
    id: objectId("foreign_key", ["t", "f"]),
    name: ["t", "f"],
    parent: table.id,
    refs: [table.id],
    match: "simple",
    enforced: true,
    validated: true,
    comment: null,
    columns: ["a"],
    references: { table: table.id, columns: ["a"] },
    onDelete: "no action",
    onUpdate: "no action",
    options: {},
  } as unknown as SchemaObject;
  const a = columnOfT("a", "int"), b = columnOfT("b", "int"), wider = columnOfT("b", "bigint");
  deepEqual(hazardsOn(mysql, [a, b, key], [a, wider, key]), ["may-fail"]);
  deepEqual(hazardsOn(mysql, [a, b], [a, wider]), []);
  deepEqual(hazardsOn(mysql, [a, b, key], [a, wider]), []);
  deepEqual(hazardsOn(mariadb, [a, b, key], [a, wider, key]), []);
});

Deno.test("virtual columns are computed when a table is copied, and maybe not before", () => {
  const virtual = columnOfT("v", "int", { generated: { expression: { sql: "`a` + 1" }, stored: false } });
  const a = columnOfT("a", "int"), b = columnOfT("b", "int"), wider = columnOfT("b", "bigint");
  for (const to of [[a, virtual, wider], [a, virtual]]) {
    deepEqual(hazards([a, virtual, b], to).filter((each) => each === "may-fail"), ["may-fail"]);
  }
  deepEqual(hazards([a, b], [a, wider]), []);
});

Deno.test("a moment that may no longer be NULL may become that of the change", () => {
  const moment = (nullable: boolean) => columnOfT("m", "timestamp", { nullable });
  for (const dialect of [mysql, mariadb]) {
    const options = { columnOrder: "lax", version: null } as const;
    const graph = (object: SchemaObject) => makeGraph(dialect.name, [table, object]);
    const { plan } = makePlan({ from: graph(moment(true)), to: graph(moment(false)), dialect, options });
    deepEqual(plan.up.flatMap(({ effects }) => effects.narrows?.map(({ probe }) => probe) ?? []), [
      "SELECT count(*) FROM `t` WHERE `m` IS NULL",
    ]);
  }
});

Deno.test("MariaDB: a new column that asks a sequence for each row may find it run out", () => {
  const numbered = columnOfT("n", "int", { default: { sql: "nextval(`s`)" } });
  deepEqual(hazardsOn(mariadb, [columnOfT("a", "int")], [columnOfT("a", "int"), numbered]), ["may-fail"]);
});

import { deepEqual, equal } from "node:assert/strict";
import { modelOf } from "../../models/contract.ts";
import { modelsToGraph } from "../../models/graph.ts";
import { enumType, schema, sql, t, table, view } from "../../models/mod.ts";
import { SqaError } from "../../schema/error.ts";
import { postgres } from "./mod.ts";
import { clipped, defaultName, objectName } from "./names.ts";

const free = () => false;

Deno.test("names are the server's own", () => {
  const table = ["public", "orders"];
  equal(defaultName("primary_key", table, ["id"], free), "orders_pkey");
  equal(defaultName("unique", table, ["a", "b"], free), "orders_a_b_key");
  equal(defaultName("foreign_key", table, ["buyer_id"], free), "orders_buyer_id_fkey");
  equal(defaultName("index", table, ["a", "expr"], free), "orders_a_expr_idx");
  equal(defaultName("check", table, ["total"], free), "orders_total_check");
  equal(defaultName("check", table, ["a", "b"], free), "orders_check");
  equal(defaultName("check", table, [], free), "orders_check");
});

Deno.test("a taken name gets a number", () => {
  const taken = new Set(["orders_total_check", "orders_total_check1"]);
  equal(defaultName("check", ["public", "orders"], ["total"], (name) => taken.has(name)), "orders_total_check2");
});

Deno.test("the longer part is shortened until 63 bytes are left", () => {
  const name = objectName("t".repeat(60), "c".repeat(20), "key");
  equal(name, `${"t".repeat(38)}_${"c".repeat(20)}_key`);
  equal(name.length, 63);
  equal(objectName("t".repeat(70), null, "pkey"), `${"t".repeat(58)}_pkey`);
});

Deno.test("a letter of several bytes is never cut in two", () => {
  equal(clipped("aé", 2), "a");
  equal(clipped("aé", 3), "aé");
});

/** What models are told that give this name to one thing of each kind. */
function mistakes(name: string): readonly string[] {
  const models = [
    table(name, { id: t.int().primaryKey() }),
    table(
      "a",
      { c: t.int().named(name), d: t.int() },
      (self) => [self.index(["d"], { name: name.replace(/^./u, "i") })],
    ),
    enumType(name.replace(/^./u, "e"), ["x"]),
    view(name.replace(/^./u, "v"), sql`select 1 as x`),
    schema(name).table("b", { id: t.int() }),
  ];
  try {
    modelsToGraph({ models: models.map((each) => modelOf(each)!) }, postgres);
    return [];
  } catch (error) {
    if (!(error instanceof SqaError) || !error.more.all) throw error;
    return error.more.all.map((each) => `${each.code} ${each.message.replace(/"[^"]*"/, "…")}`);
  }
}

Deno.test("a name of 63 bytes is taken, one of 64 refused: the server would cut it and say nothing", () => {
  for (const [name, longer] of [["x".repeat(63), "x".repeat(64)], [`x${"é".repeat(31)}`, `xx${"é".repeat(31)}`]]) {
    deepEqual(mistakes(name!), []);
    const all = mistakes(longer!);
    for (const kind of ["table", "column", "index", "enum", "view", "schema"]) {
      equal(all.includes(`SQA-101 the name of ${kind} … has 64 bytes; Postgres takes 63`), true, `${kind}: ${all}`);
    }
  }
});

import { equal } from "node:assert/strict";
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

/**
 * The list of what was taken over from other tools (docs/inspirations.md): every id is there once, with the tests that have it in their names, or
 * with the reason why there is none. SQA_UPDATE_IDS=1 writes the names of the tests down anew.
 */
import { deepEqual, equal } from "node:assert/strict";
import { filesOf, listedRows, withTests, writeList } from "../support/listed_tests.ts";

const list = "docs/inspirations.md";

/** Ids by family: from where to where. */
const families: readonly (readonly [string, number, number])[] = [
  ["S0", 1, 37],
  ["S1", 1, 29],
  ["S2", 14, 32],
  ["S3", 1, 22],
];

/** Lines without a test, each with a reason in the list. Only these may have none. */
const withoutTest = ["S1-18", "S1-28"];

const rows = listedRows(list, /^S\d-\d+$/);

Deno.test("every id is listed once, in order", () => {
  const wanted = families.flatMap(([family, first, last]) =>
    Array.from({ length: last - first + 1 }, (_, i) => `${family}-${first + i}`)
  );
  deepEqual(rows.map(({ id }) => id), wanted);
});

Deno.test("every id has its tests in the list, by their names as they are, or a reason", () => {
  const lines = withTests(rows);
  if (Deno.env.get("SQA_UPDATE_IDS")) {
    const head = "| id | what | where, or the reason why there is none | tests |";
    writeList(list, [head, "| --- | --- | --- | --- |"], lines);
  } else deepEqual(rows, lines);
  deepEqual(lines.filter((row) => filesOf(row).length > 0 && row.named === "").map(({ id }) => id), [], "no such test");
});

Deno.test("only what has no meaning here has no test", () => {
  const reasons = rows.filter((row) => filesOf(row).length === 0);
  deepEqual(reasons.map(({ id }) => id), withoutTest);
  equal(reasons.every(({ where }) => where.startsWith("no meaning here: ")), true);
});

/**
 * The list of faults (docs/faults.md): every id of the runner's part of the matrix is there once, with the tests that have it in their names.
 * SQA_UPDATE_IDS=1 writes the names of the tests down anew.
 */
import { deepEqual } from "node:assert/strict";
import { filesOf, listedRows, withTests, writeList } from "../support/listed_tests.ts";

const list = "docs/faults.md";
const rows = listedRows(list, /^T\d\d$/);

Deno.test("every fault is listed once, in order", () => {
  const parts: readonly (readonly [number, number])[] = [[1, 15], [17, 26], [31, 45]];
  const wanted = parts.flatMap(([first, last]) =>
    Array.from({ length: last - first + 1 }, (_, i) => `T${String(first + i).padStart(2, "0")}`)
  );
  deepEqual(rows.map(({ id }) => id), wanted);
});

Deno.test("every fault has its tests in the list, by their names as they are", () => {
  const lines = withTests(rows);
  if (Deno.env.get("SQA_UPDATE_IDS")) {
    writeList(list, ["| id | what | where, or why there is none | tests |", "| --- | --- | --- | --- |"], lines);
  } else deepEqual(rows, lines);
  const missing = lines.flatMap((row) =>
    filesOf(row).filter((path) => withTests([{ ...row, where: `\`${path}\`` }])[0]!.named === "").map((path) =>
      `${row.id} ${path}`
    )
  );
  deepEqual(missing, [], "no such test");
});

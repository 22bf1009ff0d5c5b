/** The list of what was taken over from other tools (docs/inspirations.md): every id is there once, and every test that it names exists. */
import { deepEqual } from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Ids by family: how many there are, or from where to where. */
const families: readonly (readonly [string, number, number])[] = [["S0", 1, 37], ["S1", 1, 29], ["S2", 18, 22], [
  "S3",
  1,
  22,
]];

/** Lines without a test, each with a reason in the list. Only these may have none. */
const withoutTest = ["S0-19", "S1-18", "S1-28"];

const rows = readFileSync(`${root}docs/inspirations.md`, "utf8").split("\n")
  .map((line) => line.split("|").map((cell) => cell.trim()))
  .filter((cells) => /^S\d-\d+$/.test(cells[1] ?? ""))
  .map((cells) => ({ id: cells[1]!, test: cells.slice(3, -1).join("|") }));

Deno.test("every id is listed once, in order", () => {
  const wanted = families.flatMap(([family, first, last]) =>
    Array.from({ length: last - first + 1 }, (_, i) => `${family}-${first + i}`)
  );
  deepEqual(rows.map(({ id }) => id), wanted);
});

Deno.test("every test that the list names is there", () => {
  deepEqual(rows.flatMap(({ id, test }) => wrong(id, test)), []);
});

Deno.test("only what has no meaning here, or is open and said so, has no test", () => {
  deepEqual(rows.filter(({ test }) => !test.startsWith("`")).map(({ id }) => id), withoutTest);
});

function wrong(id: string, test: string): readonly string[] {
  const named = /^`([\w/.]+)(?:: (.+))?`$/.exec(test);
  if (!named) return test.length > 20 ? [] : [`${id} has neither a test nor a reason`];
  const [, path, name] = named;
  if (!existsSync(root + path)) return [`${id}: ${path} is not there`];
  const text = readFileSync(root + path, "utf8");
  if (path!.endsWith(".txt")) return [];
  if (name !== undefined) return text.includes(name) ? [] : [`${id}: ${path} has no test "${name}"`];
  return new RegExp(`["\`][^"\`\\n]*\\b${id}\\b[^"\`\\n]*["\`]`).test(text)
    ? []
    : [`${id}: no test of ${path} has it in its name`];
}

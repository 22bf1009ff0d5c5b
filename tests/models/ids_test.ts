/**
 * The list of what was taken over from other tools (docs/inspirations.md): every id is there once, with the tests that have it in their names, or
 * with the reason why there is none. SQA_UPDATE_IDS=1 writes the names of the tests down anew.
 */
import { deepEqual, equal } from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const list = `${root}docs/inspirations.md`;

/** Ids by family: from where to where. */
const families: readonly (readonly [string, number, number])[] = [
  ["S0", 1, 37],
  ["S1", 1, 29],
  ["S2", 18, 22],
  ["S3", 1, 22],
];

/** Lines without a test, each with a reason in the list. Only these may have none. */
const withoutTest = ["S1-18", "S1-28"];

interface Row {
  readonly id: string;
  readonly what: string;
  /** The file of its tests, or the reason why there is none. */
  readonly where: string;
  readonly named: string;
}

const rows: readonly Row[] = readFileSync(list, "utf8").split("\n")
  .map((line) => line.split("|").map((cell) => cell.trim()))
  .filter((cells) => /^S\d-\d+$/.test(cells[1] ?? ""))
  .map(([, id, what, where, named]) => ({ id: id!, what: what!, where: where!, named: named! }));

Deno.test("every id is listed once, in order", () => {
  const wanted = families.flatMap(([family, first, last]) =>
    Array.from({ length: last - first + 1 }, (_, i) => `${family}-${first + i}`)
  );
  deepEqual(rows.map(({ id }) => id), wanted);
});

Deno.test("every id has its tests in the list, by their names as they are, or a reason", () => {
  const lines = rows.map((row) => {
    const file = fileOf(row);
    return file === null ? { ...row, named: "" } : { ...row, named: testsIn(file, row.id).join("; ") };
  });
  if (Deno.env.get("SQA_UPDATE_IDS")) writeList(lines);
  else deepEqual(rows, lines);
  deepEqual(lines.filter((row) => fileOf(row) !== null && row.named === "").map(({ id }) => id), [], "no such test");
});

Deno.test("only what has no meaning here has no test", () => {
  const reasons = rows.filter((row) => fileOf(row) === null);
  deepEqual(reasons.map(({ id }) => id), withoutTest);
  equal(reasons.every(({ where }) => where.startsWith("no meaning here: ")), true);
});

function fileOf({ where }: Row): string | null {
  const path = /^`([\w/.]+)`$/.exec(where)?.[1];
  return path === undefined ? null : path;
}

/** The names of the tests of a file that have the id; of a transcript its first line. A pipe would end the cell. */
function testsIn(path: string, id: string): readonly string[] {
  if (!existsSync(root + path)) return [];
  const text = readFileSync(root + path, "utf8"), has = new RegExp(`\\b${id}\\b`);
  if (path.endsWith(".txt")) {
    return [text.split("\n")[0]!.slice(2)].filter((line) => has.test(line) || inRange(line, id));
  }
  // A test without a name of its own would be a string elsewhere; those that a loop makes have its variables in their names.
  const names = [...text.matchAll(/(?:\b[Tt]est\(|name: |^ {4})\s*(["`])((?:(?!\1)[^\n])*)\1/gm)].map((found) =>
    found[2]!
  );
  return names.filter((name) => has.test(name) || inRange(name, id)).map((name) => name.replaceAll("|", "/"));
}

/** Is the id within "S3-12 to S3-16"? */
function inRange(name: string, id: string): boolean {
  const [family, number] = id.split("-");
  return [...name.matchAll(/\b(S\d)-(\d+) (?:to|-) (?:S\d-)?(\d+)\b/g)].some(([, each, first, last]) =>
    each === family && Number(number) >= Number(first) && Number(number) <= Number(last)
  );
}

function writeList(lines: readonly Row[]): void {
  const text = readFileSync(list, "utf8"), start = text.indexOf("| id");
  const table = lines.map(({ id, what, where, named }) => `| ${id} | ${what} | ${where} | ${named} |`);
  const head = ["| id | what | where, or the reason why there is none | tests |", "| --- | --- | --- | --- |"];
  writeFileSync(list, `${text.slice(0, start)}${[...head, ...table].join("\n")}\n`);
}

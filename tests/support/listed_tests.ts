/** Lists in docs/ that name the tests of each of their lines by an id; what holds them to the tests. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** One line: `| id | what | where | tests |`. */
export interface ListedRow {
  readonly id: string;
  readonly what: string;
  /** The files of its tests, or the reason why there is none. */
  readonly where: string;
  readonly named: string;
}

/** The lines of a list whose ids have this form. */
export function listedRows(list: string, id: RegExp): readonly ListedRow[] {
  return readFileSync(root + list, "utf8").split("\n")
    .map((line) => line.split("|").map((cell) => cell.trim()))
    .filter((cells) => id.test(cells[1] ?? ""))
    .map(([, id, what, where, named]) => ({ id: id!, what: what!, where: where!, named: named! }));
}

/** The files that a line names; none where it gives a reason. */
export function filesOf({ where }: ListedRow): readonly string[] {
  return /^`[\w/.]+`(, `[\w/.]+`)*$/.test(where) ? where.split(", ").map((path) => path.slice(1, -1)) : [];
}

/** The lines with the names of their tests as the tests have them now. */
export function withTests(rows: readonly ListedRow[]): readonly ListedRow[] {
  return rows.map((row) => ({ ...row, named: filesOf(row).flatMap((path) => testsIn(path, row.id)).join("; ") }));
}

/** Writes a list's table anew, below the text that stands before it. */
export function writeList(list: string, head: readonly [string, string], rows: readonly ListedRow[]): void {
  const text = readFileSync(root + list, "utf8"), start = text.indexOf("| id");
  const table = rows.map(({ id, what, where, named }) => `| ${id} | ${what} | ${where} | ${named} |`);
  writeFileSync(root + list, `${text.slice(0, start)}${[...head, ...table].join("\n")}\n`);
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

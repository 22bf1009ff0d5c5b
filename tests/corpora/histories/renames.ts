/** Renames that a history's own script says, as the person who wrote it would answer sqa's question. For tests only. */
import { existsSync } from "node:fs";
import type { Tables } from "./rows.ts";

const name = String.raw`(?:["\`]?[\w$]+["\`]?\.)?["\`]?([\w$]+)["\`]?`;
const table = new RegExp(
  String
    .raw`alter\s+table\s+(?:if\s+exists\s+)?(?:only\s+)?${name}\s+rename\s+(?:to|as)\s+${name}|rename\s+table\s+${name}\s+to\s+${name}`,
  "gi",
);
const column = new RegExp(
  String.raw`alter\s+table\s+(?:if\s+exists\s+)?(?:only\s+)?${name}\s+([^;]*)`,
  "gi",
);
const inTable = new RegExp(
  String
    .raw`rename\s+(?!to\b|as\b|constraint\b|index\b|key\b)(?:column\s+)?${name}\s+to\s+${name}|change\s+(?:column\s+)?${name}\s+${name}`,
  "gi",
);

/** Old path to new one, joined by dots: of tables, and of columns in tables of whichever name. Only what the two sides have is a rename. */
export function renamesIn(path: string, before: Tables, after: Tables): ReadonlyMap<string, string> {
  const script = existsSync(path) ? Deno.readTextFileSync(path).replace(/--.*|\/\*[\s\S]*?\*\//g, "") : "";
  const renames = new Map<string, string>();
  const isColumn = (tables: Tables, table: string, column: string) =>
    tables.get(table)?.columns.some((each) => each.name === column) ?? false;
  const within = (tables: Tables, name: string) =>
    [...tables.keys()].find((each) => each === name || each.endsWith(`.${name}`));
  for (const [, a, b, c, d] of script.matchAll(table)) {
    const from = within(before, (a ?? c)!), to = within(after, (b ?? d)!);
    if (from && to && !after.has(from) && !before.has(to)) renames.set(from, to);
  }
  const wasCalled = new Map([...renames].map(([from, to]) => [to, from]));
  for (const [, said, rest] of script.matchAll(column)) {
    const last = within(after, said!) ?? renames.get(within(before, said!) ?? "");
    const first = last === undefined ? undefined : wasCalled.get(last) ?? last;
    if (!first || !last) continue;
    for (const [, a, b, c, d] of rest!.matchAll(inTable)) {
      const from = (a ?? c)!, to = (b ?? d)!;
      const isNew = !isColumn(after, last, from) && !isColumn(before, first, to);
      if (isNew && isColumn(before, first, from) && isColumn(after, last, to)) {
        renames.set(`${first}.${from}`, `${last}.${to}`);
      }
    }
  }
  return renames;
}

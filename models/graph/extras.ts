/** What stands beside the columns of a table, read from the function that gives it. */
import { type ExtraMeta, metaOf, type Place, type TableMeta } from "../contract.ts";
import { nearest } from "../nearest.ts";
import type { Build } from "./build.ts";
import type { TableEntry } from "./catalog.ts";

/** What stands beside the columns, evaluated; mistakes inside are reported. */
export function extrasOf(table: TableEntry, build: Build): readonly ExtraMeta[] {
  return [...table.metas.flatMap((meta) => extrasOfModel(meta, build)), ...table.added];
}

function extrasOfModel(meta: TableMeta, build: Build): readonly ExtraMeta[] {
  let list: unknown;
  try {
    list = meta.extras?.() ?? [];
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    build.report.add("SQA-103", `the third argument of table "${meta.name}" fails: ${reason}`, meta.place);
    return [];
  }
  const extras: ExtraMeta[] = [];
  for (const item of Array.isArray(list) ? list : [list]) {
    const found = metaOf(item);
    if (found === null || !extraKinds.has(found.kind)) {
      build.report.add(
        "SQA-103",
        `the third argument of table "${meta.name}" gives something that is no index, key, check or trigger`,
        meta.place,
        "return a list of self.index(…), self.unique(…), self.check(…), self.foreignKey(…)",
      );
      continue;
    }
    build.report.addAll((item as { problems?: [] }).problems ?? []);
    extras.push(found as ExtraMeta);
  }
  return extras;
}

const extraKinds: ReadonlySet<string> = new Set(["primary_key", "unique", "index", "check", "foreign_key", "trigger"]);

/** Names of columns from their keys; an unknown key is reported (SQA-105) and null given. */
export function columnNames(
  keys: readonly string[],
  table: TableEntry,
  what: string,
  place: Place,
  build: Build,
): readonly string[] | null {
  const names: string[] = [];
  for (const key of keys) {
    const found = table.byKey.get(key) ?? table.byName.get(key);
    if (!found) {
      const guess = nearest(key, table.byKey.keys());
      const keys = [...table.byKey.keys()];
      build.report.add(
        "SQA-105",
        `column "${key}" named by ${what} does not exist`,
        place,
        guess ? `did you mean "${guess}"?` : `the columns of "${table.meta.name}" are: ${keys.join(", ")}`,
      );
      return null;
    }
    if (names.includes(found.name)) {
      build.report.add("SQA-106", `${what} names column "${key}" twice`, place);
      return null;
    }
    names.push(found.name);
  }
  if (names.length === 0) {
    build.report.add("SQA-103", `${what} names no column`, place);
    return null;
  }
  return names;
}

/**
 * Columns that many tables have in the same form stand in a group of their own, as a person would write them: the mixins of sqa where they are
 * those, else `fields({ … })`. Only whole lines count, so that what is written makes the very same columns.
 */
import { mixins } from "../mixins.ts";

/** A group that several tables spread. */
export interface Group {
  /** What stands behind "..." in a table. */
  readonly spread: string;
  /** The definition, or null for a mixin. */
  readonly definition: string | null;
  readonly lines: readonly string[];
}

/** The fewest tables and the fewest columns that make a group worth a name. */
const fewestTables = 3, fewestColumns = 2;
/** One column alone is worth it when it is long and in many tables, as "last_update" with all that it does by itself. */
const tablesForOne = 5, lettersForOne = 45;

/**
 * Groups at the end or the beginning of the tables' columns. Each table's columns are given as lines; `written` says how the mixins' columns would be
 * written for this database, `name` gives a constant of its own.
 */
export function findGroups(
  tables: readonly (readonly string[])[],
  written: (mixin: keyof typeof mixins) => readonly string[] | null,
  name: (wish: string) => string,
): readonly Group[] {
  const groups: Group[] = [];
  for (const mixin of ["timestamps", "audit", "softDelete"] as const) {
    const lines = written(mixin);
    if (lines && tables.some((table) => indexOf(table, lines) >= 0)) {
      groups.push({ spread: `mixins.${mixin}()`, definition: null, lines });
    }
  }
  const rest = tables.map((table) => groups.reduce((left, { lines }) => without(left, lines), table));
  const wishes = new Set<string>();
  for (const lines of commonRuns(rest)) {
    const plain = wishFor(lines.map((line) => line.slice(0, line.indexOf(":"))));
    const wish = [plain, ...differencesOf(lines).map((word) => plain + word)].find((each) => !wishes.has(each)) ??
      plain;
    wishes.add(wish);
    const constant = name(wish);
    const body = lines.map((line) => `  ${line},`).join("\n");
    groups.push({ spread: constant, definition: `export const ${constant} = fields({\n${body}\n});`, lines });
  }
  return groups;
}

/** A table's lines with each group as one spread. Columns that the group names twice stay as they are. */
export function withGroups(lines: readonly string[], groups: readonly Group[]): readonly string[] {
  return groups.reduce((left, group) => {
    const at = indexOf(left, group.lines);
    return at < 0 ? left : [...left.slice(0, at), `...${group.spread}`, ...left.slice(at + group.lines.length)];
  }, lines);
}

function indexOf(lines: readonly string[], group: readonly string[]): number {
  return lines.findIndex((_, i) => group.every((line, j) => lines[i + j] === line));
}

function without(lines: readonly string[], group: readonly string[]): readonly string[] {
  const at = indexOf(lines, group);
  return at < 0 ? lines : [...lines.slice(0, at), ...lines.slice(at + group.length)];
}

/** The longest common endings, and times anywhere, that enough tables have, the most frequent first; each table has one of them at most. */
function commonRuns(tables: readonly (readonly string[])[]): readonly (readonly string[])[] {
  let open = tables.filter((table) => table.length > fewestColumns);
  const found: (readonly string[])[] = [];
  for (;;) {
    const counts = new Map<string, { lines: readonly string[]; count: number }>();
    for (const table of open) {
      const own = new Map([...endsOf(table), ...timesIn(table)].map((lines) => [lines.join("\n"), lines]));
      for (const [key, lines] of own) counts.set(key, { lines, count: (counts.get(key)?.count ?? 0) + 1 });
    }
    const worth = [...counts.values()].filter(({ count, lines }) =>
      count >= (lines.length < fewestColumns ? tablesForOne : fewestTables)
    );
    const best = worth.sort((a, b) =>
      b.count * b.lines.length - a.count * a.lines.length || (a.lines.join() < b.lines.join() ? -1 : 1)
    )[0];
    if (!best) {
      return found;
    }
    found.push(best.lines);
    open = open.filter((table) =>
      indexOf(table, best.lines) < 0
    );
  }
}

/** The ends of a table that may be shared. */
function endsOf(table: readonly string[]): readonly (readonly string[])[] {
  const found: (readonly string[])[] = [];
  for (let size = 1; size < table.length; size++) {
    const lines = table.slice(-size);
    if (!isShareable(lines)) break;
    if (size >= fewestColumns || lines[0]!.length >= lettersForOne) found.push(lines);
  }
  return found;
}

/** Times of creation and change that stand together, wherever that is. */
function timesIn(table: readonly string[]): readonly (readonly string[])[] {
  const first = table.findIndex(isTime);
  const behind = first < 0 ? -1 : table.findIndex((line, i) => i > first && !isTime(line));
  const lines = first < 0 ? [] : table.slice(first, behind < 0 ? undefined : behind);
  return lines.length >= fewestColumns && lines.length < table.length && isShareable(lines) ? [lines] : [];
}

/** What points somewhere or is a key of its own belongs to its table. */
function isShareable(lines: readonly string[]): boolean {
  return !lines.some((line) => /\.(references|primaryKey|index|unique|identity|serial|check)\(/.test(line));
}

const timeKey = /^["']?(created|updated|modified|deleted)_?(at|on)["']?$/i;

function isTime(line: string): boolean {
  return timeKey.test(line.slice(0, line.indexOf(":")));
}

/** A name for a group: what people call it, its only column, its only two, or its first one and its last. */
function wishFor(keys: readonly string[]): string {
  if (keys.length > 1 && keys.every((key) => timeKey.test(key))) {
    return "timestamps";
  }
  const capital = (word: string) => word[0]!.toUpperCase() + word.slice(1);
  const plain = keys.map((key) => key.replace(/\W/g, ""));
  if (plain.length === 1) return plain[0]!;
  return plain.length === 2 ? `${plain[0]}And${capital(plain[1]!)}` : `${plain[0]}To${capital(plain.at(-1)!)}`;
}

/** Words that set a group apart from others of the same columns: one that tells, then all of them. */
function differencesOf(lines: readonly string[]): readonly string[] {
  const every = (pattern: RegExp) => lines.every((line) => pattern.test(line));
  const words = [
    every(/\.nullable\(/) ? "Nullable" : "",
    every(/\.default\(/) ? "WithDefault" : "",
    every(/: t\.timestamp\(/) ? "WithoutZone" : "",
  ].filter((word) => word !== "");
  return words.length === 0 ? [] : [words.at(-1)!, words.join("")];
}

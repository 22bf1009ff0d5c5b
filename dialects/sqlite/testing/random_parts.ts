/** What random CREATE statements are made of: names in all styles, expressions, white space and comments. For tests only. */
import type { Random } from "./random_schema.ts";

export const plain = [
  "a",
  "b",
  "Cc",
  "d_1",
  "ünï",
  "key",
  "action",
  "first",
  "abort",
  "e",
  "F",
  "match",
  "row",
  "temp",
  "x$y",
];
export const odd = [
  "x y",
  'q"q',
  "it's",
  "back`tick",
  "select",
  "order",
  "a.b",
  "d\\e",
  "--",
  "/*",
  "primary key",
  "1st",
  ";",
];
export const collations = ["BINARY", "NOCASE", "rtrim", '"nocase"', "[RTRIM]"];

/** The pieces of a statement; `joined` puts white space and comments between them. */
export type Pieces = readonly string[];

/** A name in one of the styles that can hold it. */
export function written(random: Random, name: string): string {
  const styles = [`"${name.replaceAll('"', '""')}"`, `\`${name.replaceAll("`", "``")}\``];
  if (!name.includes("]")) styles.push(`[${name}]`);
  if (plain.includes(name)) styles.push(name, name, name, name.toUpperCase() === name ? name : name);
  return random.pick(styles);
}

export interface State {
  readonly random: Random;
  readonly columns: readonly string[];
  readonly others: readonly string[];
  keyed: boolean;
  readonly strict: boolean;
}

/** An expression over the columns. */
export function expression(state: State, depth = 0): Pieces {
  const { random } = state;
  const name = () => written(random, random.pick(state.columns));
  const more = (): Pieces => depth > 1 ? [name()] : expression(state, depth + 1);
  switch (random.int(12)) {
    case 0:
      return [
        ...more(),
        random.pick(["<", ">", "=", "==", "!=", "<>", "+", "||", "AND", "or", "IS", "->>"]),
        ...more(),
      ];
    case 1:
      return ["(", ...more(), ")"];
    case 2:
      return [name(), random.pick(["IS NULL", "NOTNULL", "ISNULL", "IS NOT NULL"])];
    case 3:
      return [name(), ...(random.chance(0.5) ? ["NOT"] : []), "IN", "(", "1", ",", "'x'", ")"];
    case 4:
      return [name(), "BETWEEN", "1", "AND", "10"];
    case 5:
      return ["CASE", "WHEN", ...more(), "THEN", "1", "ELSE", "'END'", "END"];
    case 6:
      return [random.pick(["length", "lower", "abs"]), "(", ...more(), ")"];
    case 7:
      return ["CAST", "(", name(), "AS", random.pick(["TEXT", "VARCHAR(3)", "INT"]), ")"];
    case 8:
      return [name(), "LIKE", "'%a''b'", ...(random.chance(0.3) ? ["ESCAPE", "'\\'"] : [])];
    case 9:
      return ["-", ...more()];
    case 10:
      return [name(), "COLLATE", random.pick(collations), ">", "'-- no comment'"];
    default:
      return [name()];
  }
}

/** A few of the names. */
export function some(random: Random, names: readonly string[]): readonly string[] {
  const picked = names.filter(() => random.chance(0.4));
  const found = picked.length ? picked : [random.pick(names)];
  return random.chance(0.5) ? found : [...found].reverse();
}

/** With commas between. */
export function listed(parts: readonly Pieces[]): Pieces {
  return parts.flatMap((part, i) => i > 0 ? [",", ...part] : part);
}

/** The pieces with white space, comments, or nothing at all where that is enough between them. */
export function joined(random: Random, pieces: Pieces): string {
  const calm = random.chance(0.5);
  return pieces.map((piece, i) => {
    const next = pieces[i + 1];
    if (next === undefined) return piece;
    const tight = /[(),.]$/.test(piece) || /^[(),.]/.test(next);
    const number = /[\d.]$/.test(piece) && next === ".";
    if (calm || number) return `${piece} `;
    return piece +
      random.pick([" ", " ", "\n", "\t", "/* c, ( */", "-- it's\n", "/**/", tight ? "" : " ", tight ? "" : "\r\n"]);
  }).join("");
}

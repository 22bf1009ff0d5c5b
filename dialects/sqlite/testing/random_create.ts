/** Random CREATE statements as SQLite's grammar allows them, oddities included: quotes of all four styles, comments anywhere. For tests only. */
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
const odd = [
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
const types = [
  "",
  "",
  "INT",
  "INTEGER",
  "integer",
  "TEXT",
  "VARCHAR ( 20 )",
  "DECIMAL(10,2)",
  "UNSIGNED BIG INT",
  "DOUBLE PRECISION",
  "BLOB",
  "REAL",
  "my_type(+1,-2.5)",
  '"odd type"',
  "[x y] z",
  "[x y]",
  "'a''b' c",
  'x "INT"',
  "ALWAYS",
  "UNSIGNED BIG INT ALWAYS",
  "GENERATED/* c */ALWAYS",
  "INTEGER/* c */GENERATED ALWAYS",
  "MY/* TEXT */TYPE",
  "INTEGER(8)",
  "INTEGER -- c\n( 8, -2 )",
  "NUMERIC",
  "Any",
];
const strictTypes = ["INT", "INTEGER", "REAL", "TEXT", "BLOB", "ANY", "any"];
const conflicts = ["ROLLBACK", "ABORT", "FAIL", "IGNORE", "replace"];
const collations = ["BINARY", "NOCASE", "rtrim", '"nocase"', "[RTRIM]"];
const actions = ["SET NULL", "SET DEFAULT", "CASCADE", "RESTRICT", "NO ACTION"];
const literals = [
  "1",
  "-1",
  "+ 2.5e-3",
  "'x'",
  "'it''s'",
  "NULL",
  "x'0aFF'",
  "TRUE",
  "current_timestamp",
  "(1 + 1)",
  "((2))",
  "('a' || 'b')",
  "0x1F",
  ".5",
  "1_000",
  '"quoted"',
  "bare",
  "- 9223372036854775808",
];

/** The pieces of a statement; `joined` puts white space and comments between them. */
type Pieces = readonly string[];

/** A name in one of the styles that can hold it. */
export function written(random: Random, name: string): string {
  const styles = [`"${name.replaceAll('"', '""')}"`, `\`${name.replaceAll("`", "``")}\``];
  if (!name.includes("]")) styles.push(`[${name}]`);
  if (plain.includes(name)) styles.push(name, name, name, name.toUpperCase() === name ? name : name);
  return random.pick(styles);
}

/** A CREATE TABLE with the names of its columns. SQLite may refuse it. */
export function randomTable(
  random: Random,
  table: string,
  others: readonly string[],
): { sql: string; columns: string[] } {
  const strict = random.chance(0.15), withoutRowid = random.chance(0.15);
  const names = new Map<string, string>();
  for (let i = 1 + random.int(6); i > 0; i--) {
    const name = random.chance(0.7) ? random.pick(plain) : random.pick(odd);
    names.set(name.toLowerCase(), name);
  }
  const columns = [...names.values()];
  const state: State = { random, columns, others: [...others, table], keyed: false, strict };
  const pieces: string[] = ["CREATE", "TABLE"];
  if (random.chance(0.1)) pieces.push("IF", "NOT", "EXISTS");
  if (random.chance(0.1)) pieces.push("main", ".");
  pieces.push(random.chance(0.1) ? `'${table}'` : written(random, table), "(");
  for (const [i, name] of columns.entries()) {
    if (i > 0) pieces.push(",");
    pieces.push(...column(state, name));
  }
  if (withoutRowid && !state.keyed) {
    state.keyed = true;
    pieces.push(",", "PRIMARY", "KEY", ...keyList(state, true));
  }
  for (let i = random.int(3); i > 0; i--) {
    // The comma between table constraints may be left out (parse.y, conslist_opt: tconscomma).
    if (random.chance(0.9) || i === 3) pieces.push(",");
    else pieces.push(",");
    pieces.push(...tableConstraint(state));
  }
  pieces.push(")");
  const options = [
    ...(strict ? [["STRICT"]] : []),
    ...(withoutRowid ? [["WITHOUT", random.pick(["ROWID", "rowid"])]] : []),
  ];
  if (random.chance(0.5)) options.reverse();
  options.forEach((option, i) => pieces.push(...(i > 0 ? [","] : []), ...option));
  return { sql: joined(random, pieces), columns };
}

interface State {
  readonly random: Random;
  readonly columns: readonly string[];
  readonly others: readonly string[];
  keyed: boolean;
  readonly strict: boolean;
}

function column(state: State, name: string): Pieces {
  const { random } = state;
  const pieces: string[] = [written(random, name)];
  const type = state.strict ? random.pick(strictTypes) : random.pick(types);
  if (type) pieces.push(type);
  for (let i = random.int(4); i > 0; i--) pieces.push(...columnConstraint(state));
  return pieces;
}

function named(random: Random): Pieces {
  return random.chance(0.2) ? ["CONSTRAINT", written(random, random.pick([...plain, ...odd]))] : [];
}

function onConflict(random: Random): Pieces {
  return random.chance(0.25) ? ["ON", "CONFLICT", random.pick(conflicts)] : [];
}

function columnConstraint(state: State): Pieces {
  const { random } = state;
  const kind = random.int(10);
  const name = named(random);
  switch (kind) {
    case 0:
      if (state.keyed) return [];
      state.keyed = true;
      return [
        ...name,
        "PRIMARY",
        "KEY",
        ...(random.chance(0.3) ? [random.pick(["ASC", "desc"])] : []),
        ...onConflict(random),
        ...(random.chance(0.15) ? ["AUTOINCREMENT"] : []),
      ];
    case 1:
      return [...name, "NOT", "NULL", ...onConflict(random)];
    case 2:
      return [...name, "NULL", ...onConflict(random)];
    case 3:
      return [...name, "UNIQUE", ...onConflict(random)];
    case 4:
      return [...name, "CHECK", "(", ...expression(state), ")"];
    case 5:
    case 6:
      return [...name, "DEFAULT", random.pick(literals)];
    case 7:
      return [...name, "COLLATE", random.pick(collations)];
    case 8:
      return [...name, ...references(state, 1)];
    default:
      return random.chance(0.3)
        ? [
          ...name,
          ...(random.chance(0.5) ? ["GENERATED", "ALWAYS"] : []),
          "AS",
          "(",
          ...expression(state),
          ")",
          ...(random.chance(0.5) ? [random.pick(["STORED", "virtual"])] : []),
        ]
        : [];
  }
}

function tableConstraint(state: State): Pieces {
  const { random } = state;
  const name = named(random);
  switch (random.int(4)) {
    case 0:
      if (state.keyed) return [...name, "UNIQUE", ...keyList(state, false), ...onConflict(random)];
      state.keyed = true;
      return [...name, "PRIMARY", "KEY", ...keyList(state, true), ...onConflict(random)];
    case 1:
      return [...name, "UNIQUE", ...keyList(state, false), ...onConflict(random)];
    case 2:
      return [...name, "CHECK", "(", ...expression(state), ")", ...(random.chance(0.2) ? onConflict(random) : [])];
    default: {
      const columns = some(random, state.columns);
      return [
        ...name,
        "FOREIGN",
        "KEY",
        "(",
        ...listed(columns.map((each) => [written(random, each)])),
        ")",
        ...references(state, columns.length),
      ];
    }
  }
}

function references({ random, others }: State, count: number): Pieces {
  const pieces = ["REFERENCES", written(random, random.pick(others))];
  if (random.chance(0.6)) {
    pieces.push("(", ...listed(Array.from({ length: count }, () => [written(random, random.pick(plain))])), ")");
  }
  for (let i = random.int(3); i > 0; i--) {
    if (random.chance(0.2)) pieces.push("MATCH", random.pick(["FULL", "simple", "odd"]));
    else pieces.push("ON", random.pick(["DELETE", "UPDATE"]), ...random.pick(actions).split(" "));
  }
  if (random.chance(0.3)) {
    pieces.push(...(random.chance(0.3) ? ["NOT"] : []), "DEFERRABLE");
    if (random.chance(0.6)) pieces.push("INITIALLY", random.pick(["DEFERRED", "immediate"]));
  }
  return pieces;
}

/** "(a COLLATE NOCASE DESC, b)"; of expressions only where `expressions` says so. */
function keyList(state: State, key: boolean, expressions = false): Pieces {
  const { random } = state;
  const parts = some(random, state.columns).map((each) => [
    ...(expressions && random.chance(0.3) ? ["(", ...expression(state), ")"] : [written(random, each)]),
    ...(random.chance(0.2) ? ["COLLATE", random.pick(collations)] : []),
    ...(random.chance(0.3) ? [random.pick(["ASC", "DESC"])] : []),
  ]);
  const autoincrement = key && parts.length === 1 && random.chance(0.1) ? ["AUTOINCREMENT"] : [];
  return ["(", ...listed(parts), ...autoincrement, ")"];
}

function expression(state: State, depth = 0): Pieces {
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

/** A CREATE INDEX on a table with these columns. */
export function randomIndex(random: Random, name: string, table: string, columns: readonly string[]): string {
  const state: State = { random, columns, others: [], keyed: true, strict: false };
  return joined(random, [
    "CREATE",
    ...(random.chance(0.3) ? ["UNIQUE"] : []),
    "INDEX",
    ...(random.chance(0.1) ? ["IF", "NOT", "EXISTS"] : []),
    ...(random.chance(0.1) ? ["main", "."] : []),
    written(random, name),
    "ON",
    written(random, table),
    ...keyList(state, false, true),
    ...(random.chance(0.3) ? ["WHERE", ...expression(state)] : []),
  ]);
}

/** A CREATE VIEW over a table with these columns. */
export function randomView(random: Random, name: string, table: string, columns: readonly string[]): string {
  const state: State = { random, columns, others: [], keyed: true, strict: false };
  const width = 1 + random.int(3);
  return joined(random, [
    "CREATE",
    "VIEW",
    ...(random.chance(0.1) ? ["IF", "NOT", "EXISTS"] : []),
    ...(random.chance(0.1) ? ["main", "."] : []),
    written(random, name),
    ...(random.chance(0.3)
      ? ["(", ...listed(Array.from({ length: width }, (_, i) => [written(random, `${random.pick(odd)}${i}`)])), ")"]
      : []),
    "AS",
    ...query(state, table, width, 0),
  ]);
}

function query(state: State, table: string, width: number, depth: number): Pieces {
  const { random } = state;
  const from = (): Pieces => random.chance(0.15) ? ["main", ".", written(random, table)] : [written(random, table)];
  const alias = random.chance(0.4) ? written(random, random.pick(plain)) : null;
  const windowed = random.chance(0.1), grouped = !windowed && random.chance(0.15);
  const results = Array.from({ length: width }, (_, i): Pieces => {
    const value: Pieces = windowed && i === 0
      ? ["row_number", "(", ")", "OVER", "(", "ORDER", "BY", ...expression(state), ")"]
      : grouped && i === 0
      ? ["count", "(", "*", ")", ...(random.chance(0.4) ? ["FILTER", "(", "WHERE", ...expression(state), ")"] : [])]
      : expression(state);
    if (random.chance(0.5)) return value;
    return [...value, ...(random.chance(0.8) ? ["AS"] : []), written(random, `${random.pick(odd)}${i}`)];
  });
  const source: Pieces = depth < 1 && random.chance(0.2)
    ? [
      "(",
      ...query(state, table, 1, depth + 1),
      ")",
      ...(random.chance(0.5) ? ["AS", "sub"] : ["sub"]),
      ",",
      ...from(),
    ]
    : random.chance(0.15)
    ? [
      ...from(),
      random.pick(["JOIN", "left join", "CROSS JOIN", "NATURAL JOIN"]),
      "(",
      "SELECT",
      "1",
      "AS",
      "one",
      ")",
    ]
    : from();
  const with_: Pieces = depth === 0 && random.chance(0.15)
    ? [
      "WITH",
      "RECURSIVE",
      "n",
      "(",
      "i",
      ")",
      "AS",
      "(",
      "SELECT",
      "1",
      "UNION",
      "ALL",
      "SELECT",
      "i",
      "+",
      "1",
      "FROM",
      "n",
      "WHERE",
      "i",
      "<",
      "3",
      ")",
    ]
    : [];
  return [
    ...with_,
    "SELECT",
    ...(random.chance(0.15) ? ["DISTINCT"] : []),
    ...listed(results),
    "FROM",
    ...source,
    ...(alias && source.length === 1 ? ["AS", alias] : []),
    ...(random.chance(0.4) ? ["WHERE", ...expression(state)] : []),
    ...(grouped
      ? [
        "GROUP",
        "BY",
        ...expression(state),
        ...(random.chance(0.3) ? ["HAVING", "count", "(", "*", ")", ">", "0"] : []),
      ]
      : []),
    ...(depth === 0 && random.chance(0.15)
      ? [random.pick(["UNION", "UNION ALL", "EXCEPT", "INTERSECT"]), ...query(state, table, width, 1)]
      : []),
    ...(depth === 0 && random.chance(0.2)
      ? [
        "ORDER",
        "BY",
        "1",
        ...(random.chance(0.5) ? ["desc"] : []),
        ...(random.chance(0.3) ? ["NULLS", "LAST"] : []),
        "LIMIT",
        "100",
      ]
      : []),
  ];
}

/** A CREATE TRIGGER on a table with these columns, which writes to `log(x)`. */
export function randomTrigger(random: Random, name: string, table: string, columns: readonly string[]): string {
  const event = random.int(3);
  const state: State = { random, columns, others: [], keyed: true, strict: false };
  const row = (): Pieces => [
    event === 0 ? "new" : event === 1 ? "OLD" : random.pick(["new", "old", "NEW"]),
    ".",
    written(random, random.pick(columns)),
  ];
  const step = (): Pieces => {
    switch (random.int(5)) {
      case 0:
        return [
          "UPDATE",
          ...(random.chance(0.3) ? ["OR", "IGNORE"] : []),
          "log",
          "SET",
          "x",
          "=",
          ...row(),
          "WHERE",
          "x",
          "IS",
          ...row(),
        ];
      case 1:
        return ["DELETE", "FROM", "log", "WHERE", "x", "=", ...row()];
      case 2:
        return [
          "SELECT",
          "CASE",
          "WHEN",
          ...row(),
          "=",
          "'x'",
          "THEN",
          "RAISE",
          "(",
          random.pick(["ABORT", "fail", "ROLLBACK"]),
          ",",
          "'no; END'",
          ")",
          "END",
        ];
      case 3:
        return ["INSERT", "INTO", "log", ...query(state, table, 1, 1)];
      default:
        return [
          "INSERT",
          ...(random.chance(0.3) ? ["OR", "REPLACE"] : []),
          "INTO",
          "log",
          "(",
          "x",
          ")",
          "VALUES",
          "(",
          ...row(),
          ")",
          ...(random.chance(0.3) ? ["ON", "CONFLICT", "DO", "NOTHING"] : []),
        ];
    }
  };
  const steps = Array.from({ length: 1 + random.int(3) }, step);
  return joined(random, [
    "CREATE",
    "TRIGGER",
    ...(random.chance(0.1) ? ["IF", "NOT", "EXISTS"] : []),
    written(random, name),
    ...(random.chance(0.7) ? [random.pick(["BEFORE", "AFTER", "after"])] : []),
    ...(event === 0
      ? ["INSERT"]
      : event === 1
      ? ["DELETE"]
      : random.chance(0.5)
      ? ["UPDATE", "OF", ...listed(some(random, columns).map((each) => [written(random, each)]))]
      : ["UPDATE"]),
    "ON",
    written(random, table),
    ...(random.chance(0.3) ? ["FOR", "EACH", "ROW"] : []),
    ...(random.chance(0.4) ? ["WHEN", ...row(), "IS", "NOT", "NULL"] : []),
    "BEGIN",
    ...steps.flatMap((each) => [...each, ";"]),
    "END",
  ]);
}

function some(random: Random, names: readonly string[]): readonly string[] {
  const picked = names.filter(() => random.chance(0.4));
  const found = picked.length ? picked : [random.pick(names)];
  return random.chance(0.5) ? found : [...found].reverse();
}

function listed(parts: readonly Pieces[]): Pieces {
  return parts.flatMap((part, i) => i > 0 ? [",", ...part] : part);
}

/** The pieces with white space, comments, or nothing at all where that is enough between them. */
function joined(random: Random, pieces: Pieces): string {
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

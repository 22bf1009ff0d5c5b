/** Random CREATE statements as SQLite's grammar allows them, oddities included: quotes of all four styles, comments anywhere. For tests only. */
import {
  collations,
  expression,
  joined,
  listed,
  odd,
  type Pieces,
  plain,
  some,
  type State,
  written,
} from "./random_parts.ts";
import type { Random } from "./random_schema.ts";

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

/** Random CREATE VIEW and CREATE TRIGGER statements. For tests only. */
import { expression, joined, listed, odd, type Pieces, plain, some, type State, written } from "./random_parts.ts";
import type { Random } from "./random_schema.ts";

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

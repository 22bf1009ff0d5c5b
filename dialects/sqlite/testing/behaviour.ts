/** Do two databases do the same with the same rows? What no pragma says of a table shows only here: defaults, checks, conflict clauses, deferral. For tests only. */
import type { DatabaseSync } from "node:sqlite";
import type { Random } from "./random_schema.ts";

const values = [
  "1",
  "2",
  "-3",
  "2.5",
  "'x'",
  "'X '",
  "'abc'",
  "'%a''b'",
  "'7'",
  "''",
  "x'01'",
  "NULL",
  "1000000000000",
];

/** The tables that `randomTable` lets foreign keys point to, with a unique column of each name that it gives them. */
export function parents(names: readonly string[]): string {
  return ["p", '"Parent 2"'].map((table) => {
    const columns = names.map((name) => `"${name}" UNIQUE`).join(", ");
    const row = (i: number) =>
      `INSERT INTO ${table} VALUES (${i}, ${names.map((_, n) => ["1", "'x'", "2.5"][(i + n) % 3]).join(", ")})`;
    return `CREATE TABLE ${table} (id INTEGER PRIMARY KEY, ${columns}); ${row(0)}; ${row(1)}`;
  }).join("; ");
}

/** Statements that write to the table, each of which may fail. */
export function writes(random: Random, table: string, columns: readonly string[]): readonly string[] {
  const quoted = columns.map((name) => `"${name.replaceAll('"', '""')}"`);
  const statements: string[] = [];
  for (let i = 6; i > 0; i--) {
    const some = quoted.filter(() => random.chance(0.7));
    statements.push(
      some.length === 0
        ? `INSERT INTO ${table} DEFAULT VALUES`
        : `INSERT INTO ${table} (${some.join(", ")}) VALUES (${some.map(() => random.pick(values)).join(", ")})`,
    );
  }
  if (quoted.length) statements.push(`UPDATE ${table} SET ${random.pick(quoted)} = ${random.pick(values)}`);
  statements.push(
    "UPDATE p SET a = 3 WHERE a = 1",
    "DELETE FROM p WHERE a = 3",
    `DELETE FROM ${table} WHERE ${quoted[0] ?? 1} = 1`,
  );
  return statements;
}

/** What came of each statement, each in a transaction of its own, and what is in the tables and views afterwards. */
export function outcomes(
  db: DatabaseSync,
  statements: readonly string[],
  relations: readonly string[],
): readonly string[] {
  db.exec("PRAGMA foreign_keys = ON");
  const found = statements.map((sql) => {
    try {
      db.exec("BEGIN");
      db.exec(sql);
      db.exec("COMMIT");
      return `${sql}: done`;
    } catch {
      // Why is not compared: of two constraints that a row breaks SQLite names the one that was written first.
      if (db.isTransaction) db.exec("ROLLBACK");
      return `${sql}: refused`;
    }
  });
  db.exec("PRAGMA foreign_keys = OFF");
  return [...found, ...relations.map((name) => contents(db, name))];
}

function contents(db: DatabaseSync, relation: string): string {
  try {
    const name = `"${relation.replaceAll('"', '""')}"`;
    // By place: a column of a view without a name of its own has none that SQLite would promise (lang_select.html).
    const columns = db.prepare(`SELECT * FROM ${name}`).columns().map((_, i) => `c${i}`);
    const prepared = db.prepare(`WITH x(${columns.join(", ")}) AS (SELECT * FROM ${name}) SELECT * FROM x`);
    prepared.setReadBigInts(true);
    const rows = prepared.all().map((row) => Object.values(row).map((value) => `${typeof value} ${value}`).join(", "));
    // The clock goes on between the two.
    return `${relation}:\n${rows.sort().join("\n").replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, "now")}`;
  } catch (error) {
    return `${relation}: ${(error as Error).message.split(":")[0]}`;
  }
}

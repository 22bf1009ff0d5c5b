/** Names that differ only in letter case are one name to SQLite: the rows stay, whatever the models' spelling. */
import { deepEqual, equal } from "node:assert/strict";
import { makePlan } from "../../diff/plan.ts";
import { introspect } from "../../introspect/introspect.ts";
import { fingerprint } from "../../schema/hash.ts";
import { objectId } from "../../schema/id.ts";
import { sqliteDriver } from "./driver.ts";
import { openConnection, type SqliteConnection } from "./driver/connection.ts";
import { sqlite } from "./mod.ts";

const limits = { transactional: true, lockTimeoutMs: 300, statementTimeoutMs: 0 };

interface Case {
  readonly from: string;
  readonly to: string;
  readonly rows: string;
  readonly renames?: readonly (readonly [string, string])[];
  /** A query on the new schema, and what it gives. */
  readonly ask: readonly [string, unknown];
}

const cases: { readonly [name: string]: Case } = {
  "a table": {
    from: "CREATE TABLE Users(id INTEGER PRIMARY KEY, a)",
    to: "CREATE TABLE users(id INTEGER PRIMARY KEY, a)",
    rows: "INSERT INTO Users VALUES (1, 'x')",
    ask: ["SELECT * FROM users", [{ id: 1, a: "x" }]],
  },
  "a column": {
    from: "CREATE TABLE t(id INTEGER PRIMARY KEY, Name TEXT, CHECK (Name <> 'no'), UNIQUE (Name))",
    to: "CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT, CHECK (name <> 'no'), UNIQUE (name))",
    rows: "INSERT INTO t VALUES (1, 'x')",
    ask: ["SELECT * FROM t", [{ id: 1, name: "x" }]],
  },
  "a table with what hangs on it, and its columns": {
    from: `CREATE TABLE Users(Id INTEGER PRIMARY KEY AUTOINCREMENT, Name TEXT, Up AS (upper(Name)));
      CREATE INDEX Users_Name ON Users(Name) WHERE Name > '';
      CREATE VIEW Names AS SELECT Name FROM Users;
      CREATE TRIGGER Tr AFTER INSERT ON Users BEGIN SELECT 1; END;
      CREATE TABLE posts(id INTEGER PRIMARY KEY, author REFERENCES Users(Id) ON DELETE CASCADE)`,
    to: `CREATE TABLE users(id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT, up AS (upper(name)));
      CREATE INDEX users_name ON users(name) WHERE name > '';
      CREATE VIEW names AS SELECT name FROM users;
      CREATE TRIGGER tr AFTER INSERT ON users BEGIN SELECT 1; END;
      CREATE TABLE Posts(id INTEGER PRIMARY KEY, author REFERENCES users(id) ON DELETE CASCADE)`,
    rows: "INSERT INTO Users(Id, Name) VALUES (7, 'x'); INSERT INTO posts VALUES (1, 7)",
    ask: ["SELECT u.id, up, author FROM users u JOIN Posts ON author = u.id", [{ id: 7, up: "X", author: 7 }]],
  },
  "a table and a rebuild of it": {
    from: "CREATE TABLE Users(Id INTEGER PRIMARY KEY, A TEXT)",
    to: "CREATE TABLE users(id INTEGER PRIMARY KEY, a TEXT NOT NULL CHECK (a <> ''))",
    rows: "INSERT INTO Users VALUES (1, 'x')",
    ask: ["SELECT * FROM users", [{ id: 1, a: "x" }]],
  },
  "a column of a table that is renamed": {
    from: "CREATE TABLE people(Id INTEGER PRIMARY KEY, Name TEXT)",
    to: "CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT)",
    rows: "INSERT INTO people VALUES (1, 'x')",
    renames: [["people", "users"]],
    ask: ["SELECT * FROM users", [{ id: 1, name: "x" }]],
  },
  "a full-text table": {
    from: "CREATE VIRTUAL TABLE Docs USING fts5(body)",
    to: "CREATE VIRTUAL TABLE docs USING fts5(body)",
    rows: "INSERT INTO Docs VALUES ('some words')",
    ask: ["SELECT body FROM docs('words')", [{ body: "some words" }]],
  },
};

for (const [name, { from, to, rows, renames = [], ask }] of Object.entries(cases)) {
  Deno.test(`${name} in other letters keeps every row, there and back`, async () => {
    await using connection = openConnection({ memory: true }, "memory");
    connection.db.exec(from);
    connection.db.exec(rows);
    const before = await introspect(connection, sqlite), wanted = await graphOf(to);
    const { plan } = makePlan({
      from: before,
      to: wanted,
      dialect: sqlite,
      renames: renames.map(([a, b]) => ({
        from: objectId("table", [a]),
        to: objectId("table", [b]),
        source: "test",
      })),
      options: { columnOrder: "strict", version: null },
    });
    deepEqual(plan.up.flatMap(({ effects }) => effects.loses), []);
    const all = contents(connection);
    await run(connection, plan.up);
    equal(fingerprint(await introspect(connection, sqlite)), fingerprint(wanted));
    deepEqual(await connection.query(ask[0]), ask[1]);
    await run(connection, plan.down);
    equal(fingerprint(await introspect(connection, sqlite)), fingerprint(before));
    deepEqual(contents(connection), all);
  });
}

async function graphOf(sql: string) {
  await using connection = openConnection({ memory: true }, "wanted");
  connection.db.exec(sql);
  return await introspect(connection, sqlite);
}

function contents({ db }: SqliteConnection): unknown {
  const tables = db.prepare("SELECT name FROM pragma_table_list WHERE type IN ('table', 'virtual') ORDER BY name")
    .all();
  return tables.filter(({ name }) => !String(name).startsWith("sqlite_schema")).map(({ name }) =>
    db.prepare(`SELECT * FROM "${name}" WHERE '${name}' <> 'sqlite_temp_schema'`).all().map((row) => ({ ...row }))
  );
}

async function run(connection: SqliteConnection, statements: readonly { readonly sql: string }[]): Promise<void> {
  await sqliteDriver.migration(connection, limits, async (tx) => {
    for (const { sql } of statements) await tx.execute(sql);
  });
}

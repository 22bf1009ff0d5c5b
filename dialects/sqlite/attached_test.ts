/**
 * Attached files: what is done to one equals, letter for letter and row for row, what is done to the same file as the main database. Settings of
 * the file's head, and the functions of a program.
 */
import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { makePlan, type Planned } from "../../diff/plan.ts";
import { introspect } from "../../introspect/introspect.ts";
import { objectId } from "../../schema/id.ts";
import type { Kind } from "../../schema/object.ts";
import type { Connection, DatabaseError } from "../driver.ts";
import { openConnection, type SqliteConnection } from "./driver/connection.ts";
import { sqliteDriver } from "./driver.ts";
import { sqlite } from "./mod.ts";
import { changed, randomOf, randomSchema } from "./testing/random_schema.ts";
import { rowsOf, sqlOf } from "./testing/random_schema_sql.ts";

const limits = { transactional: true, lockTimeoutMs: 1000, statementTimeoutMs: 0 };
const count = Number(Deno.env.get("SQA_RANDOM_PAIRS") ?? "60");
const first = Number(Deno.env.get("SQA_SEED") ?? "1");

/** What CURRENT_TIMESTAMP gave: the second of the one run need not be that of the other. */
const moment = /\b\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\b/g;

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await work(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function fileWith(path: string, ...scripts: readonly string[]): string {
  rmSync(path, { force: true });
  const db = new DatabaseSync(path, { enableForeignKeyConstraints: false, enableDoubleQuotedStringLiterals: true });
  for (const script of scripts) db.exec(script);
  db.close();
  return path;
}

/** The file as the main database, or attached as "odd name" to an empty one. */
function open(path: string, attached: boolean): SqliteConnection {
  const setup = { attached: [{ name: "odd name", path }], pragmas: {}, functions: [] };
  const connection = attached
    ? openConnection({ memory: true }, "main", { setup })
    : openConnection({ memory: false, path }, path);
  connection.db.exec(`PRAGMA ${attached ? '"odd name".' : ""}synchronous = OFF`);
  return connection;
}

async function run(connection: Connection, { plan }: Planned): Promise<string> {
  try {
    await sqliteDriver.migration(connection, limits, async (tx) => {
      for (const { sql } of plan.up) await tx.execute(sql);
    });
    return "done";
  } catch (error) {
    return String((error as Error).message);
  }
}

function everything(path: string): unknown {
  const db = new DatabaseSync(path);
  try {
    const all = (sql: string) => db.prepare(sql).all().map((row) => ({ ...row }));
    const schema = all("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name");
    const tables = schema.filter(({ type }) => type === "table").map(({ name }) => String(name));
    deepEqual(all("PRAGMA integrity_check"), [{ integrity_check: "ok" }]);
    return [schema, tables.map((name) => all(`SELECT * FROM "${name.replaceAll('"', '""')}"`))];
  } finally {
    db.close();
  }
}

Deno.test(`${count} random pairs from seed ${first} come out the same in an attached file`, () =>
  inFolder(async (folder) => {
    let rebuilt = 0;
    for (let seed = first; seed < first + count; seed++) {
      const outcomes: unknown[] = [];
      for (const attached of [false, true]) {
        const random = randomOf(seed);
        const before = randomSchema(random);
        const { schema: after, renames } = changed(random, before);
        const path = fileWith(join(folder, "a.db"), sqlOf(random, before), rowsOf(random, before));
        const wantedPath = fileWith(join(folder, "b.db"), sqlOf(random, after));
        await using connection = open(path, attached);
        await using wanted = open(wantedPath, attached);
        const id = (kind: Kind, name: readonly string[]) => objectId(kind, attached ? ["odd name", ...name] : name);
        const to = await introspect(wanted, sqlite);
        const options = { columnOrder: "strict" as const, version: null };
        const planned = makePlan({
          from: await introspect(connection, sqlite),
          to,
          dialect: sqlite,
          renames: renames.map(({ kind, from, to }) => ({ from: id(kind, from), to: id(kind, to), source: "test" })),
          options,
        });
        if (attached && planned.plan.up.some(({ sql }) => /_sqa_new_/.test(sql))) rebuilt++;
        const ended = await run(connection, planned);
        const rest = makePlan({ from: await introspect(connection, sqlite), to, dialect: sqlite, options });
        if (ended === "done") deepEqual(rest.plan.up.map(({ sql }) => sql), []);
        await connection.close();
        outcomes.push([ended, everything(path)]);
      }
      const [main, other] = outcomes.map((each) => JSON.stringify(each, null, 1).replace(moment, "now"));
      equal(other, main);
    }
    ok(rebuilt > count / 4, `${rebuilt} rebuilds`);
  }));

Deno.test("a view may name its own file, and means the same without", () =>
  inFolder(async (folder) => {
    const path = fileWith(join(folder, "a.db"), "CREATE TABLE t(a); CREATE VIEW v AS SELECT a, t.a AS b FROM t");
    await using connection = open(path, true);
    const before = await introspect(connection, sqlite);
    await connection.execute('DROP VIEW "odd name".v');
    await connection.execute('CREATE VIEW "odd name".v AS SELECT a, t.a AS b FROM "odd name".t');
    const { plan } = makePlan({
      from: await introspect(connection, sqlite),
      to: before,
      dialect: sqlite,
      options: { columnOrder: "lax", version: null },
    });
    deepEqual(plan.up, []);
  }));

Deno.test("an attached file that is not there is named, and made only where the main one may be made", () =>
  inFolder(async (folder) => {
    const main = fileWith(join(folder, "a.db"), "CREATE TABLE t(a)");
    const url = `sqlite:${main}?attach.other=${join(folder, "b.db")}`;
    await rejects(sqliteDriver.connect(url), (error: DatabaseError) => {
      match(error.message, /b\.db, attached as "other", does not exist/);
      return true;
    });
    await using connection = await sqliteDriver.connect(url, { create: true });
    await connection.execute("CREATE TABLE other.t(a)");
  }));

Deno.test("a schema that is not attached says how it can be", async () => {
  await using connection = openConnection({ memory: true }, "memory");
  await rejects(connection.execute("CREATE TABLE other.t(a)"), (error: DatabaseError) => {
    match(error.more.hint ?? "", /attach = \["other=FILE"\]/);
    return true;
  });
});

Deno.test("the copy before a run holds the attached files as well, and puts them back", () =>
  inFolder(async (folder) => {
    const main = fileWith(join(folder, "a.db"), "CREATE TABLE t(a); INSERT INTO t VALUES (1)");
    const other = fileWith(
      join(folder, "b.db"),
      "PRAGMA journal_mode = wal; CREATE TABLE t(a); INSERT INTO t VALUES (2)",
    );
    await using connection = await sqliteDriver.connect(`sqlite:${main}?attach.other=${other}`);
    const had = [everything(main), everything(other)];
    const backup = await sqliteDriver.backup!(connection, join(folder, "copy"));
    await connection.execute("DELETE FROM main.t");
    await connection.execute("DROP TABLE other.t");
    equal(await backup.restore(), "restored");
    await connection.close();
    deepEqual([everything(main), everything(other)], had);
    deepEqual([everything(join(folder, "copy")), everything(join(folder, "copy.other"))], had);
  }));

Deno.test("settings of the head are compared where they are named, and changed in the transaction", () =>
  inFolder(async (folder) => {
    const path = fileWith(join(folder, "a.db"), "PRAGMA user_version = 3; CREATE TABLE t(a)");
    await using plain = await sqliteDriver.connect(`sqlite:${path}`);
    deepEqual([...(await introspect(plain, sqlite)).objects.keys()], ["column:t.a", "table:t"]);
    const url = `sqlite:${path}?pragma.user_version=9&pragma.application_id=0xffffffff&pragma.encoding=UTF-16le`;
    await using connection = await sqliteDriver.connect(url);
    const from = await introspect(connection, sqlite);
    deepEqual(from.notes.map(({ message }) => message.split(":")[0]), ["encoding is UTF-8, not UTF-16le"]);
    const to = { ...from, objects: new Map(from.objects) };
    for (const object of sqliteDriver.configured!(url)) to.objects.set(object.id, object);
    const { plan } = makePlan({ from, to, dialect: sqlite, options: { columnOrder: "lax", version: null } });
    deepEqual(plan.up.map(({ sql }) => sql), ["PRAGMA main.application_id = -1", "PRAGMA main.user_version = 9"]);
    deepEqual(plan.down.map(({ sql }) => sql), ["PRAGMA main.application_id = 0", "PRAGMA main.user_version = 3"]);
    await rejects(sqliteDriver.migration(connection, limits, async (tx) => {
      for (const { sql } of plan.up) await tx.execute(sql);
      throw new Error("injected");
    }));
    deepEqual(await connection.query("PRAGMA user_version"), [{ user_version: 3 }]);
    await run(connection, { plan } as Planned);
    deepEqual(await connection.query("PRAGMA user_version"), [{ user_version: 9 }]);
  }));

Deno.test("a new file gets its page size, encoding, vacuum and journal mode", () =>
  inFolder(async (folder) => {
    const pragmas = "pragma.page_size=8192&pragma.encoding=UTF-16be&pragma.auto_vacuum=full&pragma.journal_mode=wal";
    await using connection = await sqliteDriver.connect(`sqlite:${join(folder, "a.db")}?${pragmas}`, { create: true });
    await connection.execute("CREATE TABLE t(a)");
    const values = await Promise.all(
      ["page_size", "encoding", "auto_vacuum", "journal_mode"].map((name) => connection.query(`PRAGMA ${name}`)),
    );
    deepEqual(values.map(([row]) => Object.values(row!)[0]), [8192, "UTF-16be", 1, "wal"]);
    deepEqual((await introspect(connection, sqlite)).notes, []);
  }));

Deno.test("functions of the program are there for the schema that calls them, in scratch places too", () =>
  inFolder(async (folder) => {
    const module = join(folder, "functions.mjs");
    await Deno.writeTextFile(
      module,
      "export function slug(text) { return String(text).toLowerCase(); }\nexport const most = (...all) => Math.max(...all);\n",
    );
    const url = `sqlite:${join(folder, "a.db")}?functions=${module}`;
    const sql = "CREATE TABLE t(a TEXT CHECK (slug(a) = a), b AS (slug(a)) STORED, c CHECK (most(1, c, 3) < 9))";
    await using connection = await sqliteDriver.connect(url, { create: true });
    await connection.execute(sql);
    await connection.execute("CREATE INDEX i ON t(slug(a))");
    await rejects(connection.execute("INSERT INTO t(a) VALUES ('A')"), /CHECK constraint failed/);
    await sqliteDriver.at!(url).scratch(null, (place) => place.execute(sql));
    await using without = await sqliteDriver.connect(url.replace(/\?.*/, ""));
    await rejects(without.execute("INSERT INTO t(a) VALUES ('a')"), (error: DatabaseError) => {
      match(error.more.hint ?? "", /functions = \["FILE.ts"\]/);
      return true;
    });
  }));

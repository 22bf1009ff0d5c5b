/**
 * What can go wrong under a migration, on real files: a statement that fails, a disk that is full, a process that is killed, a file that
 * may not be written or that somebody holds. Each time there is a clear error, the file is as it was, and the next run finishes. Started by
 * itself with a file's path this file is the process that gets killed, or that may not write.
 */
import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import { spawn } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { makePlan } from "../../../diff/plan.ts";
import { introspect } from "../../../introspect/introspect.ts";
import { SqaError } from "../../../schema/error.ts";
import { type Connection, DatabaseError } from "../../driver.ts";
import { sqliteDriver } from "../driver.ts";
import { sqlite } from "../mod.ts";
import { openConnection } from "./connection.ts";

const self = fileURLToPath(import.meta.url);
const limits = { transactional: true, lockTimeoutMs: 300, statementTimeoutMs: 0 };

/** Two tables that point to each other, both of which have to be made anew. */
const before = `
  CREATE TABLE team(id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT, lead REFERENCES person(id) ON DELETE CASCADE);
  CREATE TABLE person(id INTEGER PRIMARY KEY, name TEXT, up AS (upper(name)), team REFERENCES team(id) ON DELETE CASCADE);
  CREATE INDEX person_name ON person(name) WHERE name > '';
  CREATE VIEW v AS SELECT p.name, t.name AS team FROM person p JOIN team t ON t.id = p.team;
  CREATE TRIGGER g AFTER INSERT ON person BEGIN UPDATE team SET name = name || '!' WHERE id = new.team; END;`;
const after = before.replaceAll("name TEXT", "name TEXT NOT NULL CHECK (name <> 'nobody')");
const rows = `
  INSERT INTO team(id, name) VALUES (5, 'a'), (90, 'gone'); DELETE FROM team WHERE id = 90;
  INSERT INTO person(id, name, team)
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300) SELECT i, hex(zeroblob(40)) || i, 5 FROM n;
  UPDATE team SET lead = 1;`;

interface File {
  readonly path: string;
  readonly statements: readonly string[];
  /** Everything in it, as SQLite reads it. */
  contents(): unknown;
}

const modes = ["delete", "wal"] as const;

async function withFile(work: (file: File) => Promise<void>, mode: typeof modes[number] = "delete"): Promise<void> {
  const folder = await Deno.makeTempDir();
  const path = join(folder, "a.db");
  try {
    const db = new DatabaseSync(path, { enableForeignKeyConstraints: false });
    db.exec(`PRAGMA journal_mode = ${mode}; ${before} ${rows}`);
    db.close();
    const statements = await statementsFor(path);
    await work({ path, statements, contents: () => contentsOf(path) });
  } finally {
    chmodSync(folder, 0o700);
    await Deno.remove(folder, { recursive: true });
  }
}

async function statementsFor(path: string): Promise<readonly string[]> {
  await using connection = await sqliteDriver.connect(`sqlite:${path}`);
  await using other = openConnection({ memory: true }, "wanted");
  other.db.exec(after);
  const { plan } = makePlan({
    from: await introspect(connection, sqlite),
    to: await introspect(other, sqlite),
    dialect: sqlite,
    options: { columnOrder: "lax", version: null },
  });
  equal(plan.up.filter(({ sql }) => sql.startsWith("CREATE TABLE _sqa_new_")).length, 2);
  return plan.up.map(({ sql }) => sql);
}

function contentsOf(path: string): unknown {
  const db = new DatabaseSync(path);
  try {
    const all = (sql: string) => db.prepare(sql).all().map((row) => ({ ...row }));
    const data = ["team", "person", "sqlite_sequence"].map((name) => all(`SELECT rowid AS r, * FROM ${name}`));
    deepEqual(all("PRAGMA integrity_check"), [{ integrity_check: "ok" }]);
    deepEqual(all("PRAGMA foreign_key_check"), []);
    return [all("SELECT type, name, sql FROM sqlite_schema ORDER BY type, name"), data];
  } finally {
    db.close();
  }
}

async function run(
  connection: Connection,
  statements: readonly string[],
  at: (n: number) => void = () => {},
): Promise<void> {
  await sqliteDriver.migration(connection, limits, async (tx) => {
    for (const [i, sql] of statements.entries()) {
      at(i + 1);
      await tx.execute(sql);
    }
    at(statements.length + 1);
  });
}

/** The process: `work path n` migrates and kills itself before the nth statement, with pages already in the file. */
if (Deno.args[0] === "migrate-and-die" || Deno.args[0] === "may-not-write") {
  const [what, path, at] = Deno.args as [string, string, string];
  try {
    await using connection = await sqliteDriver.connect(`sqlite:${path}`);
    // A cache of one page: changed pages go to the file long before the commit.
    await connection.execute("PRAGMA cache_size = 1");
    const statements = JSON.parse(readFileSync(`${path}.json`, "utf8")) as readonly string[];
    await run(connection, statements, (n) => {
      if (what === "migrate-and-die" && n === Number(at)) Deno.kill(Deno.pid, "SIGKILL");
    });
  } catch (error) {
    const { code, hint, message } = error instanceof DatabaseError
      ? { ...error.more, message: error.message }
      : error instanceof SqaError
      ? { code: error.code, hint: error.more.hint, message: error.message }
      : { code: "other", hint: "", message: String(error) };
    await Deno.stdout.write(new TextEncoder().encode(JSON.stringify({ code, hint, message })));
  }
  Deno.exit(0);
}

interface Ended {
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

function start(args: readonly string[], unprivileged: { readonly cache: string } | null = null): Promise<Ended> {
  const command = [Deno.execPath(), "run", "-A", "--no-check", "--quiet", self, ...args];
  const whole = unprivileged && Deno.uid() === 0
    ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", ...command]
    : command;
  const child = spawn(whole[0]!, whole.slice(1), {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...Deno.env.toObject(), ...(unprivileged ? { DENO_DIR: unprivileged.cache } : {}) },
  });
  let stdout = "", stderr = "";
  child.stdout.on("data", (data) => stdout += data);
  child.stderr.on("data", (data) => stderr += data);
  return new Promise((resolve) => child.on("close", (_code, signal) => resolve({ signal, stdout, stderr })));
}

for (const mode of modes) {
  Deno.test(`${mode}: a rebuild of two tables that fails at any statement leaves the file as it was`, () =>
    withFile(async ({ path, statements, contents }) => {
      const had = contents(), bytes = mode === "delete" ? readFileSync(path) : null;
      const reader = mode === "wal" ? new DatabaseSync(path) : null;
      reader?.exec("BEGIN; SELECT * FROM team");
      for (let n = 1; n <= statements.length + 1; n++) {
        await using connection = await sqliteDriver.connect(`sqlite:${path}`);
        await rejects(
          run(connection, statements, (at) => {
            if (at === n) throw new Error("injected");
          }),
          /injected/,
        );
        deepEqual(await connection.query("PRAGMA legacy_alter_table"), [{ legacy_alter_table: 0 }]);
        deepEqual(contents(), had, `statement ${n}`);
        if (bytes) ok(bytes.equals(readFileSync(path)), `statement ${n}: bytes`);
      }
      equal(reader?.prepare("SELECT count(*) AS n FROM person").get()?.n ?? 300, 300);
      reader?.close();
      await finishes(path, statements);
    }, mode));

  Deno.test(`${mode}: a disk that is full at any page of a rebuild leaves the file as it was`, () =>
    withFile(async ({ path, statements, contents }) => {
      const had = contents();
      let full = 0;
      for (let more = 0, through = false; !through; more++) {
        await using connection = await sqliteDriver.connect(`sqlite:${path}`);
        const [row] = await connection.query<{ page_count: number }>("PRAGMA page_count");
        await connection.execute(`PRAGMA max_page_count = ${row!.page_count + more}`);
        const error = await run(connection, statements).then(() => null, (error: unknown) => error as DatabaseError);
        if (error === null) {
          through = true;
          continue;
        }
        full++;
        equal(error.more.code, "SQLITE_FULL", error.message);
        match(error.more.hint ?? "", /free some space/);
        deepEqual(contents(), had, `${more} pages more`);
      }
      ok(full > 5, `${full} times`);
      ok(JSON.stringify(contents()).includes("nobody"));
    }, mode));

  Deno.test(`${mode}: a process that is killed before any statement of a rebuild leaves the file as it was`, () =>
    withFile(async ({ path, statements, contents }) => {
      const had = contents();
      Deno.writeTextFileSync(`${path}.json`, JSON.stringify(statements));
      let hot = 0;
      for (let n = 1; n <= statements.length + 1; n += Deno.env.get("SQA_TEST_EVERY_WRITE") === "1" ? 1 : 3) {
        const { signal, stderr } = await start(["migrate-and-die", path, String(n)]);
        equal(signal, "SIGKILL", stderr);
        if (existsSync(`${path}-journal`) && statSync(`${path}-journal`).size > 0) hot++;
        deepEqual(contents(), had, `statement ${n}`);
      }
      ok(mode === "wal" || hot > 1, `${hot} hot journals`);
      await finishes(path, statements);
    }, mode));
}

async function finishes(path: string, statements: readonly string[]): Promise<void> {
  await using connection = await sqliteDriver.connect(`sqlite:${path}`);
  await run(connection, statements);
  ok(JSON.stringify(contentsOf(path)).includes("nobody"));
}

Deno.test("a file with a hot journal is recovered before it is migrated (T43)", () =>
  withFile(async ({ path, statements, contents }) => {
    const had = contents();
    Deno.writeTextFileSync(`${path}.json`, JSON.stringify(statements));
    await start(["migrate-and-die", path, String(statements.length + 1)]);
    ok(statSync(`${path}-journal`).size > 0);
    copyFileSync(path, `${path}.2`);
    copyFileSync(`${path}-journal`, `${path}.2-journal`);
    deepEqual(contents(), had);
    await finishes(`${path}.2`, statements);
  }));

/** Files and folders that may not be written, seen by a user without rights to everything. */
const unwritable: { readonly [what: string]: (path: string) => void } = {
  "a read-only file": (path) => chmodSync(path, 0o444),
  "a read-only folder": (path) => chmodSync(join(path, ".."), 0o555),
};

for (const [what, protect] of Object.entries(unwritable)) {
  Deno.test(
    `${what} is said to be one, and stays as it is`,
    { ignore: !mayChangeUser() },
    () =>
      withFile(async ({ path, statements, contents }) => {
        const had = contents(), bytes = readFileSync(path), cache = join(path, "..", "cache");
        mkdirSync(cache);
        chmodSync(cache, 0o777);
        chmodSync(join(path, ".."), 0o777);
        Deno.writeTextFileSync(`${path}.json`, JSON.stringify(statements));
        chmodSync(path, 0o666);
        protect(path);
        const { stdout, stderr } = await start(["may-not-write", path], { cache });
        const said = JSON.parse(stdout || "{}") as { code?: string; hint?: string; message?: string };
        ok(/^(SQLITE_(READONLY|CANTOPEN)|SQA-20[12])$/.test(said.code ?? ""), `${stdout} ${stderr}`);
        match(said.hint ?? "", /writ/, stdout);
        ok(bytes.equals(readFileSync(path)));
        deepEqual(contents(), had);
      }),
  );
}

/** Root may write everything, so it needs another user to test with. */
function mayChangeUser(): boolean {
  if (Deno.uid() !== 0) return true;
  return existsSync("/usr/bin/setpriv");
}

Deno.test("a file that another process holds for itself is given up with exit 75 (T43)", () =>
  withFile(async ({ path, statements, contents }) => {
    const had = contents();
    const code = `import { DatabaseSync } from "node:sqlite"; const db = new DatabaseSync(${JSON.stringify(path)});
      db.exec("BEGIN EXCLUSIVE"); console.log("held"); setTimeout(() => db.close(), 60000)`;
    const child = spawn(Deno.execPath(), ["eval", code], { stdio: ["ignore", "pipe", "ignore"] });
    await new Promise((resolve) => child.stdout.once("data", resolve));
    const ended = new Promise((resolve) => child.once("close", resolve));
    try {
      await rejects(sqliteDriver.connect(`sqlite:${path}`), (error: SqaError) => {
        equal(error.code, "SQA-201");
        equal(error.more.exit, 75);
        match(error.message, /locked by another program/);
        return true;
      });
    } finally {
      child.kill("SIGKILL");
      await ended;
    }
    deepEqual(contents(), had);
    await finishes(path, statements);
  }));

/**
 * Every write of a migration, in turn: a disk that fails once or from then on at the Nth, and a process that is killed before the Nth, N = 1,
 * 2, 3… until a run gets through. The migration makes two tables anew that point to each other. After each the file is as it was or as it
 * shall be, the history says which, and the next run finishes. SQLite only: on servers the disk is the server's. Needs a C compiler
 * and LD_PRELOAD; started by itself with a folder this file is the process that has such a disk.
 */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { DatabaseError } from "../dialects/driver.ts";
import { sqliteDriver } from "../dialects/sqlite/driver.ts";
import { SqaError } from "../schema/error.ts";
import { inProject, type Project, projectAt } from "./project_test.ts";

const self = fileURLToPath(import.meta.url);
const source = fileURLToPath(new URL("../tests/support/faulty_disk/faulty_disk.c", import.meta.url));
const errors = { EIO: 5, ENOSPC: 28 } as const;
const modes = ["delete", "wal"] as const;
/** Each of the four ways to fail at every write; else every write fails in one of them. Takes some minutes. */
const all = Deno.env.get("SQA_TEST_EVERY_WRITE") === "1";

const before = `
  CREATE TABLE team(id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT, lead REFERENCES person(id) ON DELETE CASCADE);
  CREATE TABLE person(id INTEGER PRIMARY KEY, name TEXT, up AS (upper(name)), team REFERENCES team(id) ON DELETE CASCADE);
  CREATE INDEX person_name ON person(name) WHERE name > '';
  CREATE VIEW v AS SELECT p.name, t.name AS team FROM person p JOIN team t ON t.id = p.team;
  CREATE TRIGGER g AFTER INSERT ON person BEGIN UPDATE team SET name = name || '!' WHERE id = new.team; END`;
const after = before.replaceAll("name TEXT", "name TEXT NOT NULL CHECK (name <> 'nobody')");
const rows = `
  INSERT INTO team(id, name) VALUES (5, 'a'), (90, 'gone'); DELETE FROM team WHERE id = 90;
  INSERT INTO person(id, name, team)
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 120) SELECT i, hex(zeroblob(40)) || i, 5 FROM n;
  UPDATE team SET lead = 1`;

/** The project with the first file applied, rows in it, and the second to come. */
async function prepare(project: Project, mode: string): Promise<void> {
  await project.generate("one", before);
  await project.migrate();
  const db = new DatabaseSync(pathOf(project), { enableForeignKeyConstraints: false });
  db.exec(`PRAGMA journal_mode = ${mode}; ${rows}`);
  db.close();
  await project.generate("two", after);
}

const pathOf = (project: Project): string => project.url.replace(/^sqlite:/, "");

/** The same driver with a cache of one page, so that changed pages go to the file long before the commit. */
const spilling: typeof sqliteDriver = {
  ...sqliteDriver,
  connect: async (url, options) => {
    const connection = await sqliteDriver.connect(url, options);
    await connection.execute("PRAGMA cache_size = 1");
    return connection;
  },
};

function contentsOf(path: string): string {
  const db = new DatabaseSync(path);
  try {
    const all = (sql: string) => db.prepare(sql).all().map((row) => ({ ...row }));
    deepEqual(all("PRAGMA integrity_check"), [{ integrity_check: "ok" }]);
    deepEqual(all("PRAGMA foreign_key_check"), []);
    const schema = all("SELECT type, name, sql FROM sqlite_schema WHERE tbl_name <> 'sqa_history' ORDER BY type, name");
    const data = ["team", "person"].map((name) => all(`SELECT rowid AS r, * FROM ${name}`));
    return JSON.stringify([schema, data, all("SELECT * FROM sqlite_sequence WHERE name <> 'sqa_history'")]);
  } finally {
    db.close();
  }
}

const suffixes = ["", "-journal", "-wal", "-shm"];

if (Deno.args[0] === "with-a-faulty-disk") {
  const [, root, library] = Deno.args as [string, string, string];
  const disk = Deno.dlopen(library, {
    disk_arm: { parameters: ["buffer", "i32", "i32", "i32"], result: "void" },
    disk_watch: { parameters: ["buffer", "buffer"], result: "void" },
    disk_disarm: { parameters: [], result: "i32" },
  }).symbols;
  const text = (value: string) => new TextEncoder().encode(`${value}\0`);
  const start = join(root, "start.db"), path = join(root, "work.db");
  const project = projectAt(root, sqliteDriver, `sqlite:${path}`, () => Promise.reject(new Error("not here")));
  const place = (from: string): void => {
    for (const suffix of suffixes) {
      rmSync(path + suffix, { force: true });
      if (existsSync(from + suffix)) copyFileSync(from + suffix, path + suffix);
    }
  };
  place(start);
  const was = contentsOf(path);
  await project.migrate();
  const shall = contentsOf(path);
  ok(was !== shall);
  const counts = { "as it was": 0, "as it shall be": 0 };
  /** Before or after, the history says which, and the next run finishes. */
  const truth = async (what: string): Promise<void> => {
    const now = contentsOf(path);
    ok(now === was || now === shall, `${what}: half-way`);
    counts[now === was ? "as it was" : "as it shall be"]++;
    const { migrations } = await project.status();
    deepEqual(migrations.map(({ state }) => state), ["applied", now === was ? "pending" : "applied"], what);
    const rerun = await project.migrate();
    equal(rerun.applied.length, now === was ? 1 : 0, what);
    equal(contentsOf(path), shall, what);
  };
  const failures: Record<string, number> = {};
  let kinds = 0;
  for (const [name, number] of Object.entries(errors)) {
    for (const lasting of [0, 1]) {
      let through = false;
      kinds++;
      for (let n = all ? 1 : kinds; !through; n += all ? 1 : 4) {
        place(start);
        disk.disk_arm(text(path), n, number, lasting);
        const error = await project.migrate({ driver: spilling }).then(() => null, (error: unknown) => error);
        const writes = disk.disk_disarm();
        through = writes < n;
        if (error === null) equal(through || contentsOf(path) === shall, true);
        else {
          ok(error instanceof SqaError || error instanceof DatabaseError, String(error));
          const said = [error.message, error.more.detail, error.more.hint].join("\n");
          match(
            said,
            /disk|full|I\/O|unable to open|cannot be (opened|written)|readonly/i,
            `${name} at write ${n}: ${said}`,
          );
          failures[`${name}${lasting ? " from then on" : ""}`] = n;
        }
        await truth(`${name}${lasting ? " from then on" : ""} at write ${n}`);
      }
    }
  }
  const folder = join(root, "killed");
  mkdirSync(folder);
  place(start);
  disk.disk_watch(text(path), text(folder));
  await project.migrate({ driver: spilling });
  const writes = disk.disk_disarm();
  for (let n = 1; n <= writes; n += all ? 1 : 2) {
    place(join(folder, String(n)));
    await truth(`killed before write ${n}`);
  }
  // deno-lint-ignore no-console -- the figures are the parent's to judge
  console.log(JSON.stringify({ failures, killed: writes, ...counts }));
  Deno.exit(0);
}

interface Figures {
  readonly failures: Readonly<Record<string, number>>;
  readonly killed: number;
  readonly "as it was": number;
  readonly "as it shall be": number;
}

const compiler = Deno.build.os === "linux" &&
  ["cc", "gcc", "clang"].find((name) => spawnSync(name, ["--version"]).status === 0);

for (const mode of modes) {
  const name =
    `${mode}: a disk that fails at any write, and a process killed before any write, lose nothing (T17, T43)`;
  Deno.test(
    compiler ? name : `${name} (skipped: no C compiler here)`,
    { ignore: !compiler },
    () =>
      inProject(async (project) => {
        const library = join(project.root, "faulty_disk.so");
        const built = spawnSync(compiler || "", ["-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"]);
        equal(built.status, 0, String(built.stderr));
        await prepare(project, mode);
        copyFileSync(pathOf(project), join(project.root, "start.db"));
        const child = spawnSync(
          Deno.execPath(),
          ["run", "-A", "--no-check", "--quiet", self, "with-a-faulty-disk", project.root, library],
          { env: { ...Deno.env.toObject(), LD_PRELOAD: library }, encoding: "utf8" },
        );
        equal(child.status, 0, child.stderr);
        const figures = JSON.parse(child.stdout) as Figures;
        Deno.env.get("SQA_SHOW") && await Deno.stderr.write(new TextEncoder().encode(child.stdout));
        equal(Object.keys(figures.failures).length, 4, child.stdout);
        ok(Object.values(figures.failures).every((writes) => writes > 20), child.stdout);
        ok(figures.killed > 40 && figures["as it was"] > 40 && figures["as it shall be"] > 0, child.stdout);
      }),
  );
}

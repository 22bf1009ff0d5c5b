/** `--backup`: a copy before, the old state again after a failure, and never a row of another program lost. */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { existsSync, writeFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { SqaError } from "../schema/error.ts";
import type { MigrateEvent } from "./events.ts";
import { inProject, type Project, testPlaces } from "./project_test.ts";

const one = "CREATE TABLE a (id integer PRIMARY KEY, x text)";
const two = `${one}; CREATE TABLE b (id integer PRIMARY KEY)`;

/** One applied file, rows, and two pending ones, the second of which fails. */
async function broken(project: Project): Promise<void> {
  await project.generate("one", one);
  await project.migrate();
  await project.run("INSERT INTO a VALUES (1, 'x')");
  await project.generate("two", two);
  await project.migrate({ target: "+1" });
  await project.rollback({ target: "-1" });
  const third = await inOrder(project);
  const text = await readFile(third, "utf8");
  await writeFile(third, text.replace("-- sqa: end", "INSERT INTO nowhere VALUES (1);\n-- sqa: end"));
}

/** The third file is made on top of the second, which then is taken back again. */
async function inOrder(project: Project): Promise<string> {
  await project.migrate();
  const made = await project.generate("three", `${two}; CREATE TABLE c (id integer PRIMARY KEY)`);
  await project.rollback({ target: "-1" });
  return made!.up;
}

const failed = (run: Promise<unknown>): Promise<SqaError> =>
  run.then(() => Promise.reject(new Error("it went through")), (error: unknown) => error as SqaError);

Deno.test("a copy of the database is made before the first file and stays", () =>
  inProject(async (project) => {
    await project.generate("one", one);
    await project.migrate();
    await project.run("INSERT INTO a VALUES (1, 'x')");
    await project.generate("two", two);
    const events: MigrateEvent[] = [];
    const { backup } = await project.migrate({ backup: true, onEvent: (event) => events.push(event) });
    ok(backup);
    match(backup, /\.\d{8}-\d{6}\.bak$/);
    deepEqual(events.filter((event) => event.type === "backup"), [{ type: "backup", path: backup }]);
    const copy = new DatabaseSync(backup, { readOnly: true });
    deepEqual(copy.prepare("SELECT name FROM sqlite_schema WHERE name IN ('a', 'b')").all().map((row) => row.name), [
      "a",
    ]);
    equal(copy.prepare("SELECT count(*) AS n FROM a").get()!.n, 1);
    copy.close();
    equal((await project.migrate({ backup: true })).backup, null, "nothing to do needs no copy");
  }));

Deno.test("a run that fails after files were applied puts the database back", () =>
  inProject(async (project) => {
    await broken(project);
    const before = await project.fingerprint(), history = (await project.status()).migrations.map(({ state }) => state);
    const to = join(project.root, "copy.db");
    const error = await failed(project.migrate({ backup: to }));
    equal(error.code, "SQA-510");
    ok(error.more.detail!.includes(`put back as it was before this run, from ${to}`), error.more.detail);
    equal(await project.fingerprint(), before);
    deepEqual((await project.status()).migrations.map(({ state }) => state), history);
    deepEqual(await project.query("SELECT * FROM a"), [{ id: 1, x: "x" }]);
    deepEqual(await project.query("PRAGMA integrity_check"), [{ integrity_check: "ok" }]);
  }));

Deno.test("a run that fails before anything was committed needs no way back", () =>
  inProject(async (project) => {
    await broken(project);
    await project.migrate({ target: "+1" });
    const error = await failed(project.migrate({ backup: true }));
    match(error.more.detail!, /the database is as it was; a copy is in /);
  }));

Deno.test("what other programs have written since the copy is not undone", () =>
  inProject(async (project) => {
    await broken(project);
    const error = await failed(project.migrate({
      backup: true,
      onEvent: (event) => {
        if (event.type !== "file-done") return;
        const other = new DatabaseSync(project.url.replace(/^sqlite:/, ""));
        other.exec("INSERT INTO a VALUES (2, 'other')");
        other.close();
      },
    }));
    match(error.more.detail!, /other programs have written to the database since, so it was not put back/);
    equal((await project.query("SELECT * FROM a")).length, 2);
  }));

Deno.test("a copy never overwrites a file, and without one nothing is run", () =>
  inProject(async (project) => {
    await project.generate("one", one);
    const to = join(project.root, "mine.txt");
    writeFileSync(to, "mine");
    equal((await failed(project.migrate({ backup: to }))).code, "SQA-528");
    equal(await readFile(to, "utf8"), "mine");
    const nowhere = join(project.root, "no", "such", "folder.bak");
    equal((await failed(project.migrate({ backup: nowhere }))).code, "SQA-528");
    equal(existsSync(nowhere), false);
    equal((await project.live()).objects.size, 0);
  }));

for (const at of testPlaces.filter(({ driver }) => driver.backup === undefined)) {
  Deno.test(`${at.place.label}: a database that sqa cannot copy says so before anything is run`, {
    ignore: at.place.ignore,
  }, () =>
    inProject(async (project) => {
      await project.generate("one", one);
      equal((await failed(project.migrate({ backup: true }))).code, "SQA-528");
      equal((await project.status()).pending, 1);
    }, at));
}

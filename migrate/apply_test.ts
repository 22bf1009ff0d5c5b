import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { SqaError } from "../schema/error.ts";
import type { MigrateEvent } from "./events.ts";
import { readFolder, writeMigration } from "./files.ts";
import { historyLayout, historyOf } from "./history.ts";
import { inProject, type Project } from "./project_test.ts";
import { renderEmptyMigration } from "./render_file.ts";
import { readTogether } from "./state.ts";

const one = `CREATE TABLE "users" ("id" integer PRIMARY KEY, "email" text NOT NULL)`;
const two = `${one}; CREATE TABLE "posts" ("id" integer PRIMARY KEY, "user" integer NOT NULL REFERENCES "users" ("id"),
  "title" text DEFAULT 'a;b'); CREATE INDEX "posts_user" ON "posts" ("user")`;
const three = two.replace(`"email" text NOT NULL`, `"email" text NOT NULL, "name" text`);

async function failure(work: Promise<unknown>): Promise<SqaError> {
  let found: SqaError | undefined;
  await rejects(work, (error) => error instanceof SqaError && (found = error, true));
  return found!;
}

async function threeFiles(project: Project): Promise<void> {
  await project.generate("one", one);
  await project.generate("two", two);
  await project.generate("three", three);
}

Deno.test("diff and migrate end with no difference, with pending files and without", () =>
  inProject(async (project) => {
    const first = await project.generate("one", one);
    ok(first!.proof.proven, first!.proof.reason ?? "");
    equal(await project.generate("again", one), null, "nothing differs while the file is pending");
    await project.generate("two", two);
    const result = await project.migrate();
    deepEqual(result.applied.map(({ name, statements }) => [name, statements]), [["one", 1], ["two", 2]]);
    equal(result.verified, true);
    equal(result.pending.length, 0);
    equal(await project.generate("again", two), null);
    const again = await project.migrate();
    equal(again.applied.length, 0);
    deepEqual(again.heads, result.heads);
  }));

Deno.test("the history tells what happened, and when, by the database's clock", () =>
  inProject(async (project) => {
    await threeFiles(project);
    await project.migrate();
    const rows = await project.query("SELECT * FROM sqa_history ORDER BY sequence");
    deepEqual(rows.map((row) => [row["sequence"], row["name"], row["state"]]), [
      [1, "one", "done"],
      [2, "two", "done"],
      [3, "three", "done"],
    ]);
    for (const row of rows) {
      ok(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(String(row["started_at"])), String(row["started_at"]));
      ok(String(row["finished_at"]) >= String(row["started_at"]));
      ok(Number(row["duration_ms"]) >= 0);
      equal(row["statements_applied"], row["statements_total"]);
      equal(row["sqa_version"], "test");
    }
    equal(rows[1]!["parents"], rows[0]!["id"]);
    deepEqual(rows.map((row) => row["snapshot"] === null), [true, true, false], "only the newest snapshot is kept");
    const status = await project.status();
    deepEqual(status.migrations.map(({ state }) => state), ["applied", "applied", "applied"]);
    equal(status.pending, 0);
  }));

Deno.test("targets stop on the way", () =>
  inProject(async (project) => {
    await threeFiles(project);
    equal((await project.migrate({ target: "+1" })).applied.length, 1);
    equal((await project.migrate({ target: "two" })).applied.length, 1);
    const dry = await project.migrate({ dryRun: true });
    deepEqual(dry.pending.map(({ name }) => name), ["three"]);
    equal(dry.pending[0]!.sql.length, 1);
    equal((await project.status()).pending, 1);
    equal((await project.migrate()).verified, true);
  }));

Deno.test("a failing statement says which it is, and the file is rolled back (SQA-510)", () =>
  inProject(async (project) => {
    await threeFiles(project);
    await project.migrate({ target: "+1" });
    await project.run("CREATE TABLE posts_other (x)", "CREATE INDEX posts_user ON posts_other (x)");
    const before = await project.fingerprint();
    const error = await failure(project.migrate());
    equal(error.code, "SQA-510");
    ok(/statement 2 of 2 of \d{14}_two_[0-9a-f]{6} failed: .*already exists/.test(error.message), error.message);
    ok(error.more.place!.file.endsWith(".up.sql") && error.more.place!.line! > 10);
    ok(String(error.more.detail).includes("rolled back"));
    equal(await project.fingerprint(), before);
    deepEqual((await project.status()).migrations.map(({ state }) => state), ["applied", "pending", "pending"]);
    await project.run("DROP TABLE posts_other");
    equal((await project.migrate()).applied.length, 2);
  }));

Deno.test("an edited applied file is refused with what was edited (SQA-503); a comment is no edit", () =>
  inProject(async (project) => {
    const first = await project.generate("one", one);
    await project.migrate();
    await project.generate("two", two);
    const text = await readFile(first!.up, "utf8");
    await writeFile(first!.up, text.replace("CREATE TABLE", "-- a note\nCREATE TABLE").replaceAll("\n", "\r\n"));
    equal((await project.migrate({ dryRun: true })).pending.length, 1);
    await writeFile(first!.up, text.replace("email TEXT", "email VARCHAR(20)"));
    const error = await failure(project.migrate());
    equal(error.code, "SQA-503");
    ok(/^- .*email TEXT NOT NULL/m.test(error.more.detail!), error.more.detail);
    ok(/^\+ .*email VARCHAR\(20\) NOT NULL/m.test(error.more.detail!));
    deepEqual((await project.status()).migrations.map(({ state }) => state), ["edited", "pending"]);
  }));

Deno.test("an applied file that is gone is a warning, and the history goes on without it", () =>
  inProject(async (project) => {
    await project.generate("one", one);
    await project.migrate();
    await rm(project.dir, { recursive: true });
    const events: MigrateEvent[] = [];
    const result = await project.migrate({ onEvent: (event) => events.push(event) });
    deepEqual(result.warnings.map(({ code }) => code), ["missing-file"]);
    deepEqual(events.filter(({ type }) => type === "warning").length, 1);
    equal(await project.generate("nothing", one), null);
    await project.generate("two", two);
    equal((await project.migrate()).verified, true);
    equal((await project.status()).migrations[0]!.state, "missing");
  }));

Deno.test("a half-written file stops the run before the first statement (SQA-512)", () =>
  inProject(async (project) => {
    await project.generate("one", one);
    const second = await project.generate("two", two);
    const text = await readFile(second!.up, "utf8");
    await writeFile(second!.up, text.slice(0, text.indexOf("a;b")));
    const error = await failure(project.migrate());
    equal(error.code, "SQA-512");
    ok(error.more.place!.line! > 1);
    equal((await project.query("SELECT count(*) AS n FROM sqlite_schema"))[0]!["n"], 0);
  }));

Deno.test("a file edited before it is applied runs as it stands, and the end is compared (SQA-540)", () =>
  inProject(async (project) => {
    const first = await project.generate("one", one);
    const text = await readFile(first!.up, "utf8");
    await writeFile(first!.up, text.replace("email TEXT NOT NULL", "email TEXT"));
    const error = await failure(project.migrate());
    equal(error.code, "SQA-540");
    equal(error.more.exit, 1);
    ok(error.more.detail!.includes("column users.email"), error.more.detail);
    equal((await project.status()).migrations[0]!.state, "applied");
  }));

Deno.test("what somebody else changed beside us is no failure of the run", () =>
  inProject(async (project) => {
    await project.generate("one", one);
    await project.migrate();
    await project.generate("two", two);
    await project.run("CREATE TABLE hosts (x)", "ALTER TABLE users ADD COLUMN spy text");
    await rejects(project.migrate(), (error: SqaError) => error.code === "SQA-564" && error.more.exit === 3);
    equal((await project.migrate({ allowDrift: true })).verified, true);
    const base = await project.base();
    deepEqual(base.drift!.map((change) => [change.op, change.kind]), [["drop", "column"]]);
  }));

Deno.test("a host's own objects are never ours to drop, also after they stood in a snapshot", () =>
  inProject(async (project) => {
    await project.run("CREATE TABLE host (x)", "CREATE TABLE users (id integer PRIMARY KEY, email text NOT NULL)");
    await project.run("CREATE INDEX by_host ON users (email)");
    await project.generate("two", two);
    await project.generate("three", three);
    await project.migrate();
    equal(await project.generate("again", three), null);
    const gone = await project.generate("four", `CREATE TABLE "posts" ("id" integer PRIMARY KEY)`);
    ok(gone);
    const text = await readFile(gone.up, "utf8");
    ok(!/DROP TABLE "host"/.test(text), text);
    await project.migrate();
    const tables = await project.query("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name");
    ok(tables.some(({ name }) => name === "host"));
  }));

Deno.test("a migration written by hand is applied, and a diff goes on after it", () =>
  inProject(async (project) => {
    await project.generate("one", one);
    const { heads } = await project.status();
    const empty = renderEmptyMigration({ name: "by hand", dialect: project.driver.dialect, parents: heads });
    const up = empty.up.replace("\n-- sqa: end", "\nCREATE VIEW v AS SELECT id FROM users;\n\n-- sqa: end");
    await writeMigration(project.dir, { ...empty, up }, new Date(0));
    equal((await failure(project.generate("two", two))).code, "SQA-506");
    const result = await project.migrate();
    equal(result.applied.length, 2);
    equal(result.verified, null);
    await project.generate("two", two);
    const text = await readFile(
      join(project.dir, `${(await project.status()).migrations.at(-1)!.label}.up.sql`),
      "utf8",
    );
    ok(!text.includes("DROP VIEW"), "what a person made is left alone");
    equal((await project.migrate()).verified, true);
    const managed = (await project.base()).managed;
    ok(managed.has("table:users") && !managed.has("view:v"));
  }));

Deno.test("back and forth, one and all, ends where it began", () =>
  inProject(async (project) => {
    const empty = await project.fingerprint();
    await threeFiles(project);
    await project.migrate();
    const top = await project.fingerprint();
    const last = await project.rollback();
    deepEqual(last.rolledBack.map(({ name }) => name), ["three"]);
    equal(last.verified, true);
    equal(await project.generate("none", three), null, "the file is pending again");
    await project.migrate();
    equal(await project.fingerprint(), top);
    deepEqual((await project.rollback({ target: "one" })).rolledBack.map(({ name }) => name), ["three", "two"]);
    deepEqual((await project.rollback({ target: "base" })).rolledBack.map(({ name }) => name), ["one"]);
    equal(await project.fingerprint(), empty);
    deepEqual((await project.rollback()).rolledBack, []);
    equal((await project.migrate()).applied.length, 3);
  }));

Deno.test("down runs from the history when the files are gone", () =>
  inProject(async (project) => {
    await project.generate("one", one);
    await project.migrate();
    await rm(project.dir, { recursive: true });
    // Nobody knows any more what that loses.
    equal((await failure(project.rollback())).code, "SQA-524");
    equal((await project.rollback({ allow: "lossy" })).rolledBack.length, 1);
    equal((await project.live()).objects.size, 0);
  }));

Deno.test("what cannot be undone is refused without an allow, before anything is run (SQA-524)", () =>
  inProject(async (project) => {
    await project.generate("one", one);
    const second = await project.generate("two", two);
    const text = await readFile(second!.up, "utf8");
    await writeFile(second!.up, text.replace(/-- sqa: down \w+/, "-- sqa: down irreversible"));
    await rm(second!.down);
    await project.migrate();
    const before = await project.fingerprint();
    const error = await failure(project.rollback({ target: "base" }));
    equal(error.code, "SQA-524");
    equal(error.more.exit, 3);
    equal(await project.fingerprint(), before);
    equal((await project.status()).pending, 0);
    equal((await project.rollback({ allow: "irreversible" })).rolledBack[0]!.grade, "irreversible");
    equal(await project.fingerprint(), before);
    equal((await failure(project.rollback({ allow: "lossless" }))).code, "SQA-524");
  }));

Deno.test("a newer layout of the history is refused (SQA-519)", () =>
  inProject(async (project) => {
    await project.generate("one", one);
    await project.migrate();
    await project.run(`UPDATE sqa_history SET layout = ${historyLayout + 1}`);
    equal((await failure(project.migrate())).code, "SQA-519");
    equal((await failure(project.rollback())).code, "SQA-519");
  }));

Deno.test("a stop between statements rolls the file back and says so (SQA-525)", () =>
  inProject(async (project) => {
    await threeFiles(project);
    const stop = new AbortController();
    const error = await failure(project.migrate({
      signal: stop.signal,
      onEvent: (event) => {
        if (event.type === "statement-done" && event.file.name === "two") stop.abort();
      },
    }));
    equal(error.code, "SQA-525");
    deepEqual((await project.status()).migrations.map(({ state }) => state), ["applied", "pending", "pending"]);
    equal((await project.migrate()).applied.length, 2);
  }));

Deno.test("a diff never takes the schema after another run's migration for the one before it", () =>
  inProject(async (project) => {
    await project.generate("one", one);
    const { driver, dir, url } = project;
    await using connection = await driver.connect(url, { create: true });
    let reads = 0;
    const { state, live } = await readTogether(
      connection,
      await readFolder(dir, driver.dialect),
      historyOf(driver.dialect),
      async () => {
        if (reads++ === 0) await project.migrate();
        return await project.live();
      },
    );
    equal(reads, 2);
    equal(state.revisions!.length, 1);
    ok(live.objects.has("table:users"));
  }));

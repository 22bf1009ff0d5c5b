import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { SqaError } from "../schema/error.ts";
import { inProject, type Project, testPlaces } from "./project_test.ts";
import type { RollbackOptions } from "./rollback.ts";

const one = `CREATE TABLE "users" ("id" integer PRIMARY KEY, "email" text)`;
const two = `CREATE TABLE "users" ("id" integer PRIMARY KEY, "email" text, "age" integer);
  CREATE TABLE "posts" ("id" integer PRIMARY KEY, "title" text)`;

async function refused(project: Project, options: Partial<RollbackOptions> = {}): Promise<readonly string[]> {
  const before = await project.fingerprint();
  let found: SqaError | undefined;
  await rejects(project.rollback(options), (error) => error instanceof SqaError && (found = error, true));
  equal(found!.code, "SQA-524");
  equal(found!.more.exit, 3);
  deepEqual(found!.more.choices, ["--allow lossy"]);
  equal(await project.fingerprint(), before);
  equal((await project.status()).pending, 0);
  return found!.more.detail!.split("\n").map((line) => line.replace(/^.*?: /, "").replaceAll("public.", "")).sort();
}

for (const at of testPlaces) {
  const test = (name: string, work: (project: Project) => Promise<void>) =>
    Deno.test({ name: `${at.place.label}: ${name}`, ignore: at.place.ignore, fn: () => inProject(work, at) });

  test("a rollback stops at rows and values that it would lose, names them, and runs where there are none (T33)", async (project) => {
    await project.generate("one", one);
    await project.generate("two", two);
    await project.migrate();
    await project.run("INSERT INTO users (id, email) VALUES (1, 'a')");
    equal((await project.rollback()).rolledBack.length, 1, "neither posts nor age holds anything");
    await project.migrate();
    await project.run("UPDATE users SET age = 5", "INSERT INTO posts (id) VALUES (1)");
    deepEqual(await refused(project), [`column "users.age" holds values`, `table "posts" holds rows`]);
    const { losses, rolledBack } = await project.rollback({ dryRun: true });
    deepEqual([losses.length, rolledBack.length], [2, 1]);
    await project.run("UPDATE users SET age = NULL");
    deepEqual(await refused(project), [`table "posts" holds rows`]);
    deepEqual(await refused(project, { target: "base" }), [`table "posts" holds rows`, `table "users" holds rows`]);
    equal((await project.rollback({ allow: "lossy" })).verified, true);
    deepEqual((await project.query("SELECT id, email FROM users")).map(({ email }) => email), ["a"]);
  });

  test("a table that a newer migration has dropped holds nothing that could be lost", async (project) => {
    await project.generate("one", two);
    await project.generate("two", one);
    await project.migrate();
    equal((await project.rollback({ target: "base" })).rolledBack.length, 2);
    equal((await project.live()).objects.size, (await project.graphOf("")).objects.size);
  });

  test("what a down file loses that somebody has edited is known to nobody", async (project) => {
    const { down } = (await project.generate("one", one))!;
    await writeFile(down, (await readFile(down, "utf8")).replace(/^DROP TABLE/m, "DROP TABLE IF EXISTS"));
    await project.migrate();
    const [what] = await refused(project);
    ok(what!.startsWith("nobody can say what its down file loses"), what);
    equal((await project.rollback({ allow: "lossy" })).rolledBack.length, 1);
  });
}

const postgres = testPlaces.at(-1)!;

Deno.test({
  name: "Postgres: rows that a policy hides from the role are not taken for none",
  ignore: postgres.place.ignore || postgres.driver.dialect.initial.length === 0,
  fn: () =>
    inProject(async (project) => {
      await project.generate("one", one);
      await project.migrate();
      await project.run("INSERT INTO users (id) VALUES (1)");
      const role = `sqa_hidden_${crypto.randomUUID().slice(0, 8)}`;
      try {
        await project.run(
          `CREATE ROLE ${role} LOGIN`,
          `ALTER TABLE users OWNER TO ${role}`,
          `ALTER TABLE sqa_history OWNER TO ${role}`,
          `GRANT ALL ON SCHEMA public TO ${role}`,
          "ALTER TABLE users ENABLE ROW LEVEL SECURITY",
          "ALTER TABLE users FORCE ROW LEVEL SECURITY",
        );
        const url = new URL(project.url);
        url.username = role;
        deepEqual(await refused(project, { url: url.href }), [`table "users" holds rows`]);
      } finally {
        await project.run(`DROP OWNED BY ${role}`, `DROP ROLE ${role}`);
      }
    }, postgres),
});

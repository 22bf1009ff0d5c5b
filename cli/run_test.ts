import { deepEqual, equal, match, ok } from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { project } from "./testing/project.ts";

Deno.test("on a terminal a rename is asked about, and the answer is what the files do", async () => {
  using shop = project();
  shop.models("fullname: t.text()");
  await shop.sqa("diff first");
  await shop.sqa("migrate");
  shop.models("name: t.text()");
  const ran = await shop.sqa("diff second", { answers: ["column:users.name"] });
  equal(ran.code, 0, ran.stderr);
  deepEqual(ran.asked[0]!.choices.map(({ label }) => label), ["renamed to users.name", "dropped"]);
  match(ran.stdout, /column fullname renamed to name/);
});

Deno.test("a question that is stopped writes nothing", async () => {
  using shop = project();
  shop.models("fullname: t.text()");
  await shop.sqa("diff first");
  await shop.sqa("migrate");
  shop.models("name: t.text()");
  const before = readdirSync(join(shop.folder, "migrations"));
  const ran = await shop.sqa("diff second", { answers: [null] });
  equal(ran.code, 3);
  deepEqual(readdirSync(join(shop.folder, "migrations")), before);
});

for (const flag of ["--no-input", "--yes", "--json"]) {
  Deno.test(`${flag} never asks, not even on a terminal`, async () => {
    using shop = project();
    shop.models("fullname: t.text()");
    await shop.sqa("diff first");
    await shop.sqa("migrate");
    shop.models("name: t.text()");
    const ran = await shop.sqa(`diff second ${flag}`, { answers: [] });
    equal(ran.code, 3);
    equal(ran.asked.length, 0);
  });
}

Deno.test("CI is no terminal, whatever is attached to it", async () => {
  using shop = project();
  shop.models("fullname: t.text()");
  const ran = await shop.sqa("push", { answers: [], env: { CI: "true" } });
  equal(ran.code, 0, ran.stderr);
  equal(ran.asked.length, 0);
});

Deno.test("global flags may stand before and after the command", async () => {
  using shop = project();
  shop.models("fullname: t.text()");
  for (const line of ["--json --url sqlite:a.db status", "status --url sqlite:a.db --json"]) {
    const ran = await shop.sqa(line);
    equal(ran.code, 0, ran.stderr);
    equal(JSON.parse(ran.stdout).database, "sqlite:a.db");
  }
});

Deno.test("--wait without a time does not swallow the target", async () => {
  using shop = project();
  const ran = await shop.sqa("migrate --wait head");
  equal(ran.code, 0, ran.stderr);
  const wrong = await shop.sqa("migrate --wait nowhere");
  match(wrong.stderr, /there is no migration "nowhere"/);
});

Deno.test("rollback takes a negative number for a target, not for a flag", async () => {
  using shop = project();
  const ran = await shop.sqa("rollback -1");
  equal(ran.code, 0, ran.stderr);
  match(ran.stdout, /nothing to roll back/);
});

Deno.test("in JSON mode stdout is one object, also for a mistake", async () => {
  using shop = project();
  shop.models("fullname: t.text()");
  for (
    const line of [
      "diff --json",
      "migrate --json",
      "check --json",
      "rollback --json",
      "models --json",
      "inspect --json",
      "migrate nothing --json",
      "new x --json",
    ]
  ) {
    const ran = await shop.sqa(line);
    equal(JSON.parse(ran.stdout).version, 1, line);
  }
});

Deno.test("--check and --dry-run write nothing", async () => {
  using shop = project();
  shop.models("fullname: t.text()");
  equal((await shop.sqa("diff --check")).code, 2);
  equal((await shop.sqa("diff --dry-run")).code, 0);
  equal((await shop.sqa("diff --sql")).code, 0);
  ok(!existsSync(join(shop.folder, "migrations")));
  ok(!existsSync(join(shop.folder, "sqa.db")));
});

Deno.test("an interrupted run ends with the signal's code and says so", async () => {
  using shop = project();
  shop.models("fullname: t.text()");
  await shop.sqa("diff first");
  const stop = new AbortController();
  stop.abort();
  const ran = await shop.sqa("migrate", { signal: stop.signal, interrupted: 130 });
  equal(ran.code, 130);
  match(ran.stderr, /stopped/);
  match((await shop.sqa("status")).stdout, /0 applied, 1 pending/);
});

Deno.test("the same models give the same bytes in two projects", async () => {
  const texts = [];
  for (let i = 0; i < 2; i++) {
    using shop = project();
    shop.models("fullname: t.text()");
    await shop.sqa("diff first");
    const up = readdirSync(join(shop.folder, "migrations")).find((name) => name.endsWith(".up.sql"))!;
    texts.push([up.slice(15), await Deno.readTextFile(join(shop.folder, "migrations", up))]);
  }
  deepEqual(texts[0], texts[1]);
});

/** `sqa models --portable` and `--advice`: what other databases lack, and what is no mistake and worth a word. */
import { deepEqual, equal, match } from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sqa } from "../support/cli.ts";
import { withFolder } from "../support/scratch.ts";

const models = (text: string) =>
  withFolder(async (folder) => {
    mkdirSync(join(folder, "models"));
    writeFileSync(join(folder, "models", "all.ts"), text);
    const run = async (...args: string[]) => await sqa(folder, "models", ...args, "--url", "sqlite:app.db");
    return { portable: await run("--portable"), advice: await run("--advice", "--json") };
  });

Deno.test("S0-6 S1-19 what a database lacks is listed for all four; keys without an index or onDelete are advice", async () => {
  const { portable, advice } = await models(`import { mixins, t, table } from "sqa";
export const users = table("users", { ...mixins.id() });
export const posts = table("posts", {
  ...mixins.id(),
  userId: t.bigint().references("users.id"),
  editorId: t.bigint().references("users.id", { onDelete: "cascade" }).index(),
  tags: t.array(t.int()),
});
`);
  equal(portable.code, 2, portable.stdout + portable.stderr);
  match(portable.stdout, /^Postgres: all of it$/m);
  for (const name of ["MySQL", "MariaDB", "SQLite"]) {
    match(portable.stdout, new RegExp(`^${name}: lacks 1 thing\\n {2}SQA-104: .*\\(models/all\\.ts:7\\)$`, "m"));
  }
  // On SQLite the array is a mistake.
  equal(advice.code, 1);
});

Deno.test("S1-19 advice about foreign keys", async () => {
  const { portable, advice } = await models(`import { mixins, t, table } from "sqa";
export const users = table("users", { ...mixins.id() });
export const posts = table("posts", {
  ...mixins.id(),
  userId: t.bigint().references("users.id"),
  editorId: t.bigint().references("users.id", { onDelete: "cascade" }).index(),
});
`);
  equal(portable.code, 0, portable.stdout + portable.stderr);
  const found = (JSON.parse(advice.stdout) as { advice: { code: string; message: string; line: number }[] }).advice;
  deepEqual(found.map(({ code, message, line }) => `${code} ${message} ${line}`), [
    "SQA-R002 the foreign key of posts (user_id) has no index: deleting what it points to reads all rows 5",
    "SQA-R003 the foreign key of posts (user_id) does not say what happens on delete 5",
  ]);
});

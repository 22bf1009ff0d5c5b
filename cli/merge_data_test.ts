/** `sqa merge` and `sqa rebase` where a branch changes rows: joined where the other has nothing to do with these, shown where it has. */
import { equal, match } from "node:assert/strict";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { project } from "./testing/project.ts";

type Project = ReturnType<typeof project>;

const models = (columns: string, more = "") =>
  `import { t, table } from "sqa";\nexport const users = table("users", { id: t.int().primaryKey(), ${columns} });\n` +
  `export const teams = table("teams", { id: t.int().primaryKey(), name: t.text()${more} });\n`;

let folders = 0;

/** Modules are loaded once per path. */
function write(shop: Project, text: string): readonly string[] {
  const file = join(shop.folder, `models_${++folders}.ts`);
  writeFileSync(file, text);
  return ["--models", file];
}

async function runs(shop: Project, code: number, ...words: readonly string[]) {
  const ran = await shop.sqa(words.join(" "));
  equal(ran.code, code, `sqa ${words.join(" ")}\n${ran.stdout}${ran.stderr}`);
  return ran;
}

/** Two heads: one changes rows of users in parts by `sql`, the other is what the models of `text` add to the first migration. */
async function branches(
  text: string,
  sql = "UPDATE users SET lower = lower(email) WHERE id BETWEEN :first AND :last;",
) {
  const shop = project(), dir = join(shop.folder, "migrations");
  await runs(shop, 0, "diff", "first", ...write(shop, models("email: t.text(), lower: t.text().nullable()")));
  await runs(shop, 0, "migrate");
  await runs(shop, 0, "new", "fill", "--data", "users");
  // The other branch knows nothing of these files.
  const fill = readdirSync(dir).filter((name) => name.includes("_fill_")).map((name) => {
    const path = join(dir, name), kept = readFileSync(path, "utf8");
    rmSync(path);
    return { path, text: kept.replace(/^-- UPDATE .*$/m, sql) };
  });
  await runs(shop, 0, "diff", "other", ...write(shop, text));
  for (const { path, text } of fill) writeFileSync(path, text);
  return shop;
}

Deno.test("rows of one table and a change of another are joined without a question, and both are applied", async () => {
  using shop = await branches(models("email: t.text(), lower: t.text().nullable()", ", city: t.text().nullable()"));
  const merged = JSON.parse((await runs(shop, 0, "merge", "--json")).stdout) as { independent: boolean };
  equal(merged.independent, true);
  match((await runs(shop, 0, "migrate")).stdout, /applied 3 migrations/);
});

Deno.test("rows of a table that the other branch changes are shown with both sides (SQA-545)", async () => {
  using shop = await branches(models("email: t.text(), lower: t.text().nullable(), more: t.int().nullable()"));
  const { stderr } = await runs(shop, 3, "merge");
  match(stderr, /SQA-545/);
  match(stderr, /column:users\.more: one (needs|changes) it, the other (needs|changes) it/);
  await runs(shop, 0, "merge", "--force");
});

Deno.test("a table that a data migration only reads counts too", async () => {
  const sql = "UPDATE users SET lower = (SELECT max(name) FROM teams) WHERE id BETWEEN :first AND :last;";
  const other = models("email: t.text(), lower: t.text().nullable()", ", city: t.text().nullable()");
  using shop = await branches(other, sql);
  match((await runs(shop, 3, "merge")).stderr, /column:teams\.city/);
});

Deno.test("a data migration that no database has is put behind the other head", async () => {
  using shop = await branches(models("email: t.text(), lower: t.text().nullable()", ", city: t.text().nullable()"));
  await runs(shop, 0, "rebase", "fill");
  match((await runs(shop, 0, "migrate")).stdout, /applied 2 migrations/);
});

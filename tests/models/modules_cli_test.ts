/** Modules on the command line: one at a time, a pair of files for each, whose an object is, taking one out, what no migration made. */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sqa } from "../support/cli.ts";
import { withFolder } from "../support/scratch.ts";

const users = (more = "") =>
  `import { mixins, moduleBase, t } from "sqa";
const users = moduleBase("users");
export const user = users.table("user", { ...mixins.id(), email: t.email().unique(),${more} });
`;
const orders = (more = "") =>
  `import { mixins, moduleBase, t } from "sqa";
const orders = moduleBase("orders", { dependsOn: ["users"] });
export const order = orders.table("order", { ...mixins.id(), userId: t.bigint().references("users_user.id").index(),${more} });
`;

async function withProject(
  test: (folder: string, run: (...args: string[]) => ReturnType<typeof sqa>) => Promise<void>,
) {
  await withFolder(async (folder) => {
    mkdirSync(join(folder, "models"));
    writeFileSync(join(folder, "models", "users.ts"), users());
    writeFileSync(join(folder, "models", "orders.ts"), orders());
    await test(folder, (...args) => sqa(folder, ...args, "--url", "sqlite:app.db"));
  });
}

const migrations = (folder: string) =>
  readdirSync(join(folder, "migrations")).filter((name) => name.endsWith(".up.sql")).sort().map((name) =>
    name.replace(/^\d+_|_[0-9a-f]{6}\.up\.sql$/g, "")
  );

Deno.test("S0-3 S0-17 S0-24 S0-37 a pair of files for each module, headed with its name, in the order of dependence", () =>
  withProject(async (folder, run) => {
    const ran = await run("diff", "first", "--split", "module");
    equal(ran.code, 0, ran.stdout + ran.stderr);
    match(ran.stdout, /\+ table users_user \[users\]/);
    deepEqual(migrations(folder), ["first_users", "first_orders"].sort());
    const file = readdirSync(join(folder, "migrations")).find((name) => /first_orders.*up\.sql$/.test(name))!;
    const text = readFileSync(join(folder, "migrations", file), "utf8");
    match(text, /^-- sqa: module orders$/m);
    ok(!text.includes("CREATE TABLE users_user"));
    const migrated = await run("migrate");
    equal(migrated.code, 0, migrated.stdout + migrated.stderr);
    const again = await run("diff", "--check");
    equal(again.code, 0, again.stdout + again.stderr);
    const listed = JSON.parse((await run("modules", "--json")).stdout);
    deepEqual(listed.modules.map(({ name }: { name: string }) => name), ["users", "orders"]);
    const picture = await run("inspect", "--format", "mermaid", "models:models");
    equal(picture.code, 0, picture.stdout + picture.stderr);
    match(picture.stdout, /%% module orders: "orders_order"/);
  }));

Deno.test("S0-16 pictures show soft references, as lines that are not whole", () =>
  withProject(async (folder, run) => {
    writeFileSync(join(folder, "models", "orders.ts"), orders().replace(".references(", ".softRef("));
    const picture = await run("inspect", "--format", "mermaid", "models:models");
    equal(picture.code, 0, picture.stdout + picture.stderr);
    match(picture.stdout, /^ {2}"users_user" \|\|\.\.o\{ "orders_order" : "user_id"$/m);
  }));

Deno.test("S0-7 S0-31 modules that are not looked at are neither made nor dropped", () =>
  withProject(async (folder, run) => {
    Deno.writeTextFileSync(join(folder, "sqa.toml"), 'modules = ["users"]\n');
    equal((await run("diff", "first")).code, 0);
    equal((await run("migrate")).code, 0);
    const tables = () => {
      const database = new DatabaseSync(join(folder, "app.db"));
      const rows = database.prepare(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE '%\\_%' ESCAPE '\\'",
      ).all();
      database.close();
      return rows.map((row) => row["name"]).filter((name) => /^(users|orders)_/.test(String(name)));
    };
    deepEqual(tables(), ["users_user"]);
    Deno.removeSync(join(folder, "sqa.toml"));
    equal((await run("diff", "second")).code, 0);
    equal((await run("migrate")).code, 0);
    deepEqual(tables(), ["users_user", "orders_order"]);
    Deno.writeTextFileSync(join(folder, "sqa.toml"), 'modules = ["users"]\n');
    const check = await run("diff", "--check");
    equal(check.code, 0, check.stdout + check.stderr);
    Deno.writeTextFileSync(join(folder, "sqa.toml"), 'modules = ["usrs"]\n');
    match((await run("diff")).stderr, /SQA-127.*"usrs"[\s\S]*did you mean "users"/);
  }));

Deno.test("S0-15 a module goes when nothing needs it, or when what needs it is let go", () =>
  withProject(async (folder, run) => {
    equal((await run("diff", "first")).code, 0);
    equal((await run("migrate")).code, 0);
    const refused = await run("module", "rm", "users");
    equal(refused.code, 3);
    match(refused.stderr, /SQA-128.*needed by 1 object[\s\S]*foreign key[\s\S]*--detach/);
    equal((await run("module", "rm", "orders")).code, 3, "rows are lost only when that is allowed");
    const detached = await run("module", "rm", "users", "--detach", "--allow", "drop-table", "--dry-run");
    equal(detached.code, 0, detached.stdout + detached.stderr);
    match(detached.stdout, /- foreign key[\s\S]*- table users_user/);
    const ran = await run("module", "rm", "orders", "--allow", "drop-table");
    equal(ran.code, 0, ran.stdout + ran.stderr);
    Deno.removeSync(join(folder, "models", "orders.ts"));
    equal((await run("migrate")).code, 0);
    const check = await run("check");
    equal(check.code, 0, check.stdout + check.stderr);
  }));

Deno.test("S0-18 tables that no migration made, and tables that no model has, are said", () =>
  withProject(async (folder, run) => {
    equal((await run("diff", "first")).code, 0);
    equal((await run("migrate")).code, 0);
    const database = new DatabaseSync(join(folder, "app.db"));
    database.exec("CREATE TABLE extra (id INTEGER NOT NULL)");
    database.close();
    writeFileSync(
      join(folder, "models", "extra.ts"),
      'import { t, table } from "sqa";\nexport const extra = table("extra", { id: t.int() });\n',
    );
    match(
      (await run("check")).stdout,
      /unmigrated: table "extra" is in the models and the database, and in no migration/,
    );
    Deno.removeSync(join(folder, "models", "orders.ts"));
    const check = await run("check");
    equal(check.code, 2);
    match(check.stdout, /unmodelled: table "orders_order" is in the migrations, and in no model/);
  }));

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
    // Whether both fall into one second of the clock decides how they are listed.
    deepEqual(migrations(folder).toSorted(), ["first_orders", "first_users"]);
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

Deno.test("S0-12 a renamed module keeps its rows, under the new names", () =>
  withProject(async (folder, run) => {
    equal((await run("diff", "first")).code, 0);
    equal((await run("migrate")).code, 0);
    const read = (sql: string) => {
      const database = new DatabaseSync(join(folder, "app.db"));
      const rows = database.prepare(sql).all();
      database.close();
      return rows.map((row) => Object.values(row));
    };
    read("INSERT INTO users_user (id, email) VALUES (1, 'a@b') RETURNING id");
    read("INSERT INTO orders_order (id, user_id) VALUES (7, 1) RETURNING id");
    const renamed = orders().replace('moduleBase("orders", {', 'moduleBase("sales", { renamedFrom: "orders",');
    writeFileSync(join(folder, "models", "orders.ts"), renamed);
    const ran = await run("diff", "second");
    equal(ran.code, 0, ran.stdout + ran.stderr);
    match(ran.stdout, /~ table orders_order renamed to sales_order \[sales\]/);
    const file = readdirSync(join(folder, "migrations")).find((name) => /second.*up\.sql$/.test(name))!;
    match(readFileSync(join(folder, "migrations", file), "utf8"), /^-- sqa: module sales$/m);
    equal((await run("migrate")).code, 0);
    deepEqual(read("SELECT id, user_id FROM sales_order"), [[7, 1]]);
    equal((await run("diff", "--check")).code, 0);
    equal((await run("rollback")).code, 0);
    deepEqual(read("SELECT id, user_id FROM orders_order"), [[7, 1]]);
  }));

Deno.test("S0-12 S0-23 a branch begins with its module's first file, and is found under the module's new name", () =>
  withProject(async (folder, run) => {
    const fine = async (...args: string[]) => {
      const ran = await run(...args);
      equal(ran.code, 0, ran.stdout + ran.stderr);
      return ran.stdout;
    };
    await fine("diff", "first", "--split", "module");
    await fine("migrate");
    await fine("rollback", "orders@base");
    deepEqual(JSON.parse(await fine("status", "--json")).pending, 1, "users stay");
    await fine("migrate", "orders@head");
    match(await fine("show", "orders@head"), /first_orders/);
    const renamed = orders().replace('moduleBase("orders", {', 'moduleBase("sales", { renamedFrom: "orders",');
    writeFileSync(join(folder, "models", "orders.ts"), renamed);
    match(
      (await run("show", "sales@head")).stderr,
      /SQA-552[\s\S]*the labels are orders, users|SQA-552[\s\S]*users, orders/,
    );
    await fine("diff", "second");
    const file = readdirSync(join(folder, "migrations")).find((name) => /second.*up\.sql$/.test(name))!;
    match(readFileSync(join(folder, "migrations", file), "utf8"), /^-- sqa: relabel orders sales$/m);
    await fine("migrate");
    match(await fine("show", "sales@head"), /second/);
    // Back to where there was nothing of the module, whatever its name was then.
    await fine("rollback", "sales@base");
    deepEqual(JSON.parse(await fine("status", "--json")).pending, 2);
    await fine("migrate", "sales@head");
    await fine("diff", "--check");
  }));

Deno.test("S0-3 S0-31 hazards say whose they are, in diff and in lint; modules may be named by globs", () =>
  withProject(async (folder, run) => {
    equal((await run("diff", "first")).code, 0);
    equal((await run("migrate")).code, 0);
    writeFileSync(join(folder, "models", "users.ts"), users().replace("t.email().unique()", "t.varchar(9)"));
    const warned = await run("diff", "second");
    equal(warned.code, 0, warned.stderr);
    match(warned.stdout, /warning\[table-rewrite\]: .* \[users\]/);
    match((await run("lint")).stdout, /warning\[table-rewrite\]: .* \[users\]/);
    const [finding] = JSON.parse((await run("lint", "--json")).stdout).findings;
    equal(finding.module, "users");
    writeFileSync(join(folder, "sqa.toml"), 'modules = ["us*"]\n');
    match((await run("diff", "--check")).stdout, /no changes/);
    writeFileSync(join(folder, "sqa.toml"), 'modules = ["uz*"]\n');
    match((await run("diff", "--check")).stderr, /SQA-127/);
  }));

Deno.test("S0-20 with --strict what is only told is a mistake; codes of advice are explained", () =>
  withProject(async (folder, run) => {
    equal((await run("diff", "first")).code, 0);
    equal((await run("migrate")).code, 0);
    equal((await run("diff", "--check", "--strict")).code, 0, "nothing is told");
    equal((await run("check", "--strict")).code, 0);
    equal((await run("models", "--advice", "--strict")).code, 2, "a foreign key does not say onDelete");
    new DatabaseSync(join(folder, "app.db")).exec("CREATE TABLE host (a int)");
    equal((await run("diff", "--check")).code, 0);
    const strict = await run("diff", "--check", "--strict");
    equal(strict.code, 2);
    match(strict.stdout, /1 note, and --strict takes notes for mistakes/);
    equal((await run("check")).code, 0);
    const checked = JSON.parse((await run("check", "--strict", "--json")).stdout);
    deepEqual([checked.ok, checked.findings.map(({ code }: { code: string }) => code)], [false, ["notes"]]);
    writeFileSync(join(folder, "models", "users.ts"), users("age: t.int().nullable()"));
    const refused = await run("diff", "second", "--strict");
    equal(refused.code, 1);
    match(refused.stderr, /SQA-408[\s\S]*exclude_objects/);
    deepEqual(migrations(folder), ["first"], "nothing was written");
    match((await run("help", "SQA-M003")).stdout, /SQA-M003: .*dependsOn/);
  }));

Deno.test("S0-6 each kind of database has files of its own where the folder's name says so", () =>
  withProject(async (folder) => {
    writeFileSync(join(folder, "sqa.toml"), 'dir = "migrations/{dialect}"\n');
    for (const url of ["sqlite:app.db", "postgres://me@127.0.0.1:1/shop", "mysql://me@127.0.0.1:1/shop"]) {
      const ran = await sqa(folder, "diff", "first", "--offline", "--url", url);
      equal(ran.code, 0, ran.stdout + ran.stderr);
    }
    deepEqual(readdirSync(join(folder, "migrations")).sort(), ["mysql", "postgres", "sqlite"]);
    equal((await sqa(folder, "migrate", "--url", "sqlite:app.db")).code, 0);
    equal((await sqa(folder, "validate", "--url", "mysql://me@127.0.0.1:1/shop")).code, 0);
  }));

Deno.test("S0-19 S0-6 check --applied looks at the files alone; check --portable at all databases", () =>
  withProject(async (folder, run) => {
    equal((await run("diff", "first")).code, 0);
    const behind = await run("check", "--applied");
    equal(behind.code, 2);
    match(behind.stdout, /pending: \d+_first/);
    equal((await run("migrate")).code, 0);
    writeFileSync(join(folder, "models", "users.ts"), "throw new Error('models are not looked at');");
    const there = await run("check", "--applied");
    equal(there.code, 0, there.stderr);
    match(there.stdout, /^files and sqlite:app\.db agree/m);
    writeFileSync(join(folder, "models", "users.ts"), users("tags: t.array(t.text())"));
    const portable = await run("check", "--portable");
    equal(portable.code, 2);
    match(portable.stdout, /MySQL: lacks/);
  }));

Deno.test("S0-30 SQL is written without a database, and its password nowhere", () =>
  withProject(async (folder) => {
    const url = "postgres://me:s3cret@127.0.0.1:1/shop";
    const plain = await sqa(folder, "diff", "--offline", "--sql", "up", "--verbose", "--url", url);
    equal(plain.code, 0, plain.stdout + plain.stderr);
    match(plain.stdout, /CREATE TABLE public\.users_user/);
    match(plain.stderr, /postgres:\/\/me:\*\*\*@127\.0\.0\.1:1\/shop/);
    const written = await sqa(folder, "diff", "first", "--offline", "--url", url);
    equal(written.code, 0, written.stdout + written.stderr);
    const files = readdirSync(join(folder, "migrations")).map((name) =>
      readFileSync(join(folder, "migrations", name), "utf8")
    );
    for (const text of [plain.stdout, plain.stderr, written.stdout, written.stderr, ...files]) {
      ok(!text.includes("s3cret"), text);
    }
  }));

Deno.test("S0-30 target, config file and folder are always told, beside what a command prints", () =>
  withProject(async (folder) => {
    const bare = await sqa(folder, "diff", "--check");
    match(bare.stderr, line(`in ${folder}, no config file: sqlite:sqa.db (the default: set DATABASE_URL`));
    writeFileSync(join(folder, "sqa.toml"), 'url = "sqlite:not_there.db"\n');
    equal((await sqa(folder, "diff", "first")).code, 0);
    const { code, stdout, stderr } = await sqa(folder, "migrate", "--sql");
    equal(code, 0, stderr);
    match(stdout, /CREATE TABLE users_user/);
    for (const line of stdout.split("\n")) ok(!/not_there|pending|applied/.test(line), line);
    match(stderr, line(`in ${folder}, with sqa.toml: sqlite:not_there.db (from sqa.toml:1)`));
    deepEqual(readdirSync(folder).sort(), ["migrations", "models", "sqa.toml"], "no database was made");
    const below = join(folder, "models"), masked = "postgres://me:s3cret@127.0.0.1:1/shop";
    const other = await sqa(below, "validate", "--url", masked);
    match(other.stderr, line(`in ${below}, with ${folder}/sqa.toml: postgres://me:***@127.0.0.1:1/shop (from --url)`));
    equal((await sqa(folder, "validate", "--quiet")).stderr, "");
  }));

function line(start: string): RegExp {
  return new RegExp(`^${start.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}`, "m");
}

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
      /unmigrated \(SQA-C011\): table "extra" is in the models and the database, and in no migration/,
    );
    // Such a table may be older than sqa: only a strict check minds.
    equal((await run("check")).code, 0);
    equal((await run("check", "--strict")).code, 2);
    match((await run("explain", "SQA-C011")).stdout, /SQA-C011: .*sqa adopt/);
    Deno.removeSync(join(folder, "models", "orders.ts"));
    const check = await run("check");
    equal(check.code, 2);
    match(check.stdout, /unmodelled \(SQA-C012\): table "orders_order" is in the migrations, and in no model/);
  }));

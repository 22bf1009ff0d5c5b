/** Settings that reach the models and what is compared with them, on the command line. */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { sqa } from "../support/cli.ts";
import { withFolder } from "../support/scratch.ts";

interface Given {
  readonly models: string;
  readonly config?: string;
  readonly configName?: string;
}

type Run = (...args: string[]) => ReturnType<typeof sqa>;

/** A project whose database is the file app.db; `fine` runs a command that has to succeed and gives what it printed. */
async function withProject(
  given: Given,
  test: (
    at: { readonly folder: string; readonly run: Run; readonly fine: (...args: string[]) => Promise<string> },
  ) => Promise<void>,
): Promise<void> {
  await withFolder(async (folder) => {
    mkdirSync(join(folder, "models"));
    writeFileSync(join(folder, "models", "all.ts"), given.models);
    writeFileSync(join(folder, given.configName ?? "sqa.toml"), given.config ?? "");
    const run: Run = (...args) =>
      sqa(folder, ...args, ...(args.includes("--target") ? [] : ["--url", "sqlite:app.db"]));
    await test({
      folder,
      run,
      fine: async (...args) => {
        const { code, stdout, stderr } = await run(...args);
        equal(code, 0, `sqa ${args.join(" ")}\n${stdout}${stderr}`);
        return stdout;
      },
    });
  });
}

function ask(folder: string, sql: string): readonly unknown[] {
  const database = new DatabaseSync(join(folder, "app.db"));
  try {
    return database.prepare(sql).all().map((row) => Object.values(row).join("|"));
  } finally {
    database.close();
  }
}

const names = "SELECT name FROM sqlite_schema WHERE name NOT LIKE 'sq%' ORDER BY name";

Deno.test("S1-27 unknown_keys decides about options in models, and about keys of rows in what sqa runs", () =>
  withProject({
    models: `import { moduleBase, parse, t } from "sqa";
const shop = moduleBase("shop", { colour: "red" } as never);
export const item = shop.table("item", { id: t.int().primaryKey() }, { coment: "x" } as never);
console.error(JSON.stringify(parse(item, { id: 1, size: 2 } as never, { warn: (message) => console.error("told: " + message) })));
`,
  }, async ({ folder, run }) => {
    // The row is looked at while the models are loaded: the mistake in it is what stops the run.
    match((await run("diff", "--check")).stderr, /size is no column of "shop_item"/);
    const models = join(folder, "models", "all.ts"), text = readFileSync(models, "utf8");
    writeFileSync(models, text.replace(/^console.*$/m, ""));
    const strict = await run("diff", "--check");
    equal(strict.code, 1);
    match(strict.stderr, /SQA-102.*unknown option "coment" of table "shop_item"/);
    match(strict.stderr, /SQA-102.*unknown option "colour" of module "shop"/);
    writeFileSync(models, text);
    writeFileSync(join(folder, "sqa.toml"), 'unknown_keys = "warn"\n');
    const warned = await run("diff", "--check");
    equal(warned.code, 2, warned.stderr);
    match(
      warned.stderr,
      /note\[unknown-option\]: unknown option "coment" of table "shop_item" \(.*all\.ts:3\); did you mean "comment"/,
    );
    match(warned.stderr, /told: "size" is no column of "shop_item"/);
    match(warned.stderr, /^\{"id":1\}$/m);
    writeFileSync(join(folder, "sqa.toml"), 'unknown_keys = "ignore"\n');
    const ignored = await run("diff", "--check");
    match(ignored.stderr, /note\[unknown-option\]/, "an option that is misspelt may lose data: never in silence");
    match(ignored.stderr, /^\{"id":1\}$/m);
    ok(!ignored.stderr.includes("told:"));
  }));

const media = `import { featureBase, featureSystemTables, t, table } from "sqa";
const media = featureBase({ project: "media" }), audio = featureBase({ project: "audio" });
export const video = media.table({ key: "video", ids: ["id"] }, { id: t.varchar(64).unique() });
export const faces = media.table({ key: "video/faces", ids: ["id"], deps: [video] }, { id: t.varchar(64).references("video.id") });
export const song = audio.table({ key: "song", ids: ["id"] }, { id: t.varchar(64) });
export const users = table("users", { id: t.int().primaryKey() });
export const { featureVersions, featureSnapshots } = featureSystemTables();
`;

Deno.test("S3-18 a prefix of the features' tables for each target, and the features of one project alone", () =>
  withProject({
    models: media,
    config: '[targets.dev]\nurl = "sqlite:app.db"\ndir = "dev"\n[targets.dev.scope]\ntable_prefix = "dev_"\n' +
      '[targets.media]\nurl = "sqlite:other.db"\ndir = "media"\nscope = { project = "media", table_prefix = "m_" }\n',
  }, async ({ folder, fine }) => {
    const own = (target: string) => ["--target", target];
    await fine("diff", "first", ...own("dev"));
    await fine("migrate", ...own("dev"));
    const dev = ["dev_song", "dev_sqa_feature_snapshots", "dev_sqa_feature_versions", "dev_video", "dev_video__faces"];
    deepEqual(ask(folder, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 'dev%' ORDER BY 1"), dev);
    match(
      String(ask(folder, "SELECT sql FROM sqlite_schema WHERE name = 'dev_video__faces'")),
      /REFERENCES "?dev_video/,
    );
    match(await fine("features", "push", ...own("dev")), /3 new versions recorded/);
    deepEqual(ask(folder, "SELECT feature_key, spec ->> '$.table' FROM dev_sqa_feature_versions ORDER BY 1"), [
      "song|dev_song",
      "video|dev_video",
      "video/faces|dev_video__faces",
    ]);
    await fine("diff", "--check", ...own("dev"));
    const second = await fine("diff", "second", "--dry-run", ...own("media"));
    match(second, /\+ table m_video__faces/);
    ok(!second.includes("song"), "a feature of another project");
    match(await fine("features", "list", ...own("media")), /2 features/);
  }));

Deno.test("S3-19 S3-5 the snapshot says which feature a table is, and its version, where it is looked up again", () =>
  withProject({ models: media }, async ({ folder, fine }) => {
    await fine("diff", "first");
    const file = readdirSync(join(folder, "migrations")).find((name) => name.endsWith(".snapshot.json"))!;
    const text = readFileSync(join(folder, "migrations", file), "utf8");
    const line = text.split("\n").find((each) =>
      each.includes('"id":"table:video__faces"') && each.includes('"meta"')
    )!;
    const { meta } = JSON.parse(line.replace(/,$/, "")) as { readonly meta: Readonly<Record<string, string>> };
    deepEqual([meta["feature"], meta["project"]], ["video/faces", "media"]);
    match(meta["featureVersion"]!, /^[0-9a-f]{64}$/);
    await fine("migrate");
    const shown = JSON.parse(await fine("show", "head", "--schema", "--json")) as unknown;
    match(JSON.stringify(shown), /"feature":"video\/faces"/);
    // Another version of the code is another version of the feature, and no other schema.
    const models = join(folder, "models", "all.ts");
    writeFileSync(
      models,
      media.replace(
        'ids: ["id"] }, { id: t.varchar(64).unique()',
        'ids: ["id"], fields: { default: { codeVersion: "2" } } }, { id: t.varchar(64).unique()',
      ),
    );
    match(await fine("diff"), /no changes/);
  }));

Deno.test("S0-4 S3-22 patterns of the config name what no module and no table names otherwise", () =>
  withProject({
    models: `import { moduleBase, t, table } from "sqa";
export const users = table("users", { id: t.int().primaryKey(), email: t.varchar(9).index() });
export const item = moduleBase("shop", { naming: { index: "own_{columns}" } }).table("item", { id: t.int(), email: t.text().index() });
`,
    config: '[naming]\nix = "ix_{table}_{columns}"\n',
  }, async ({ folder, fine }) => {
    await fine("diff", "first");
    await fine("migrate");
    deepEqual(ask(folder, names), ["ix_users_email", "own_email", "shop_item", "users"]);
  }));

Deno.test("S0-9 objects are left out by globs, in models and in the database, or by a function of the config module", () =>
  withProject({
    models: `import { t, table } from "sqa";
export const users = table("users", { id: t.int().primaryKey(), name: t.text().index() });
export const legacy = table("legacy_orders", { id: t.int().primaryKey() });
`,
    config: 'scope = "all"\nexclude_objects = ["legacy_*", "users_name*"]\n',
  }, async ({ folder, fine, run }) => {
    new DatabaseSync(join(folder, "app.db")).exec(
      "CREATE TABLE legacy_old (a int, b int); CREATE INDEX old_b ON legacy_old (b); CREATE TABLE host (c int)",
    );
    const checked = await run("diff", "--check", "--allow", "drop-table");
    match(checked.stdout, /- table host/);
    match(checked.stderr, /table "legacy_old" is in no model and is left alone/);
    ok(!/legacy_orders|old_b|index/.test(checked.stdout), checked.stdout);
    writeFileSync(join(folder, "sqa.toml"), 'scope = "all"\ninclude_objects = ["legacy_*"]\n');
    const other = await run("diff", "--check");
    match(other.stdout, /- table legacy_old[\s\S]*\+ table legacy_orders/);
    ok(!/host|users/.test(other.stdout), other.stdout);
    Deno.removeSync(join(folder, "sqa.toml"));
    writeFileSync(
      join(folder, "sqa.config.ts"),
      'export default { scope: "all", includeObject: ({ kind, name }: { kind: string; name: string[] }) => kind !== "table" || name.at(-1) === "users" };\n',
    );
    await fine("diff", "first");
    await fine("migrate");
    deepEqual(ask(folder, names), ["host", "legacy_old", "old_b", "users", "users_name_idx"]);
    match(await fine("diff"), /no changes/);
  }));

Deno.test("S0-10 kinds that no model names stay where the models are the whole truth, too, and are listed", () =>
  withProject({
    models: `import { t, table } from "sqa";
export const users = table("users", { id: t.int().primaryKey() });
export const posts = table("posts", { id: t.int().primaryKey(), userId: t.int() });
`,
    config: 'scope = "all"\n',
  }, async ({ folder, run }) => {
    new DatabaseSync(join(folder, "app.db")).exec(
      "CREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY); CREATE TABLE posts (id INTEGER NOT NULL PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users (id));" +
        "CREATE INDEX by_user ON posts (user_id)",
    );
    writeFileSync(join(folder, "sqa.toml"), 'scope = "all"\nignore_unmodelled = []\n');
    const all = await run("diff", "--check");
    match(all.stdout, /- foreign key/);
    match(all.stdout, /- index by_user/);
    writeFileSync(join(folder, "sqa.toml"), 'scope = "all"\nignore_unmodelled = ["index"]\n');
    const other = await run("diff", "--check");
    match(other.stdout, /- foreign key/);
    ok(!other.stdout.includes("index"), other.stdout);
    // Foreign keys without a word about them.
    writeFileSync(join(folder, "sqa.toml"), 'scope = "all"\n');
    const some = await run("diff", "--check");
    ok(!some.stdout.includes("foreign key"), some.stdout);
    match(some.stderr, /foreign key .* is in no model and is left alone/);
    match(some.stdout, /- index by_user/);
    writeFileSync(join(folder, "sqa.toml"), 'scope = "all"\nignore_unmodelled = ["fk", "indx"]\n');
    match((await run("diff", "--check")).stderr, /SQA-019.*"indx"[\s\S]*did you mean "index"/);
    // What sqa's own migrations made goes when the models let go of it.
    writeFileSync(join(folder, "sqa.toml"), "");
    Deno.removeSync(join(folder, "app.db"));
    const models = join(folder, "models", "all.ts"), text = readFileSync(models, "utf8");
    writeFileSync(models, text.replace("userId: t.int()", 'userId: t.int().references("users.id")'));
    equal((await run("diff", "first")).code, 0);
    equal((await run("migrate")).code, 0);
    writeFileSync(models, text);
    match((await run("diff", "--check")).stdout, /- foreign key/);
  }));

Deno.test("S0-25 S2-18 types and defaults are compared, unless the config or a column says otherwise: then the difference is told", () =>
  withProject({
    models: `import { t, table } from "sqa";
export const a = table("a", { id: t.int().primaryKey(), n: t.text().default("x").uncompared("type"), m: t.varchar(8).default("y") });
`,
  }, async ({ folder, run, fine }) => {
    new DatabaseSync(join(folder, "app.db")).exec(
      "CREATE TABLE a (id INTEGER NOT NULL PRIMARY KEY, n VARCHAR(9) NOT NULL DEFAULT 'x', m VARCHAR(7) NOT NULL DEFAULT 'z')",
    );
    const told = await run("diff", "--check");
    equal(told.code, 2);
    match(told.stdout, /~ column m/);
    ok(!/column n/.test(told.stdout), told.stdout);
    match(told.stderr, /note\[not-compared\]: the type of column "a\.n" differs and is not compared/);
    writeFileSync(join(folder, "sqa.toml"), "[compare]\ntype = false\ndefault = false\n");
    const quiet = await run("diff");
    equal(quiet.code, 0, quiet.stderr);
    match(quiet.stdout, /no changes/);
    for (const what of ['type of column "a.n"', 'type of column "a.m"', 'default of column "a.m"']) {
      ok(quiet.stderr.includes(`the ${what} differs and is not compared`), quiet.stderr);
    }
    await fine("check");
  }));

Deno.test("S0-26 plan of the config module writes statements otherwise, up and down; what it makes of them is tried out", () =>
  withProject({
    models: `import { t, table } from "sqa";
export const a = table("a", { id: t.int().primaryKey(), n: t.text().index("by_n") });
`,
    configName: "sqa.config.ts",
    config:
      `const said = (each: { sql: string }) => ({ ...each, sql: each.sql.replace("CREATE INDEX", "CREATE INDEX IF NOT EXISTS") });
export default { plan: ({ up, down }: any) => ({ up: [...up.map(said), "SELECT 1"], down: down.map(said) }) };
`,
  }, async ({ folder, run, fine }) => {
    await fine("diff", "first");
    const file = readdirSync(join(folder, "migrations")).find((name) => name.endsWith(".up.sql"))!;
    match(
      readFileSync(join(folder, "migrations", file), "utf8"),
      /CREATE INDEX IF NOT EXISTS "?by_n[\s\S]*^SELECT 1;$/m,
    );
    await fine("migrate");
    match(await fine("diff"), /no changes/);
    const models = join(folder, "models", "all.ts");
    writeFileSync(models, readFileSync(models, "utf8").replace("n: t", "m: t.int().nullable(), n: t"));
    writeFileSync(join(folder, "sqa.config.ts"), "export default { plan: () => ({ up: ['SELECT 1'] }) };\n");
    match((await run("diff", "second")).stderr, /SQA-311/, "what does not lead to the models is not written");
    writeFileSync(join(folder, "sqa.config.ts"), "export default { plan: () => ({ up: [7] }) };\n");
    match((await run("diff", "second")).stderr, /SQA-014[\s\S]*plan/);
  }));

Deno.test("S0-24 with layout per-module every diff writes a pair of files for each module", () =>
  withProject({
    models: `import { moduleBase, t } from "sqa";
export const a = moduleBase("users").table("a", { id: t.int() });
export const b = moduleBase("orders", { dependsOn: ["users"] }).table("b", { id: t.int() });
`,
    config: 'layout = "per-module"\n',
  }, async ({ folder, fine }) => {
    await fine("diff", "first");
    const files = readdirSync(join(folder, "migrations")).filter((name) => name.endsWith(".up.sql"));
    deepEqual(files.map((name) => name.replace(/^\d+_|_[0-9a-f]{6}\.up\.sql$/g, "")).sort(), [
      "first_orders",
      "first_users",
    ]);
    await fine("migrate");
    await fine("diff", "--check");
  }));

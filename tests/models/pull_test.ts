/** `sqa pull`: groups of columns, relations, one file per schema, and models that are brought up to date without losing what a person wrote. */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sqlite } from "../../dialects/sqlite/mod.ts";
import { mysql } from "../../dialects/mysql/mod.ts";
import { postgres } from "../../dialects/postgres/mod.ts";
import { normalize } from "../../diff/normalize.ts";
import { modelOf } from "../../models/contract.ts";
import { modelsToGraph } from "../../models/graph.ts";
import { writeModels } from "../../models/write.ts";
import { closing, items, properties } from "../../models/write/source_text.ts";
import { type Columns, enumType, fields, mixins, partial, schema, sql, t, table } from "sqa";
import { sqa } from "../support/cli.ts";
import { withFolder } from "../support/scratch.ts";

function written(models: readonly unknown[], dialect = postgres, options = {}) {
  const { graph } = modelsToGraph({ models: models.map((value) => modelOf(value)!) }, dialect);
  return new Map(writeModels(normalize(graph, dialect), dialect, options).map(({ path, text }) => [path, text]));
}

Deno.test("pull writes mixins of sqa and groups that several tables share", () => {
  const stamp = () => ({ touched: t.timestamp().default(sql`now()`), source: t.text().default("import") });
  const text = written([
    table("a", { ...mixins.id(), name: t.text(), ...mixins.timestamps() }),
    ...["b", "c", "d"].map((name) => table(name, { ...mixins.id(), [`${name}Name`]: t.text(), ...stamp() })),
  ]).get("schema.ts")!;
  match(
    text,
    /export const a = table\("a", \{\n {2}id: .*\n {2}name: t\.text\(\),\n {2}\.\.\.mixins\.timestamps\(\),\n\}\)/,
  );
  match(text, /export const touchedAndSource = fields\(\{\n {2}touched: .*\n {2}source: .*\n\}\);/);
  equal(text.match(/\.\.\.touchedAndSource,/g)!.length, 3);
  match(text, /^import \{ fields, mixins, sql, t, table \} from "sqa";/);
});

Deno.test("pull writes serial columns, times without a fraction and long chains as a person would", () => {
  const text = written([
    table("a", {
      id: t.bigint().serial().primaryKey(),
      small: t.smallint().serial({ start: 5, owned: false, as: "bigint" }),
      aColumnWithAQuiteLongName: t.varchar(80).nullable().references("a_table_with_a_long_name.id", {
        onDelete: "cascade",
        name: "a_key",
      }),
    }),
    table("a_table_with_a_long_name", { id: t.varchar(80).primaryKey() }),
  ]).get("schema.ts")!;
  match(text, /id: t\.bigint\(\)\.serial\(\)\.primaryKey\(\)/);
  match(text, /small: t\.smallint\(\)\.serial\(\{ as: "bigint", start: 5, owned: false \}\)/);
  ok(text.split("\n").every((line) => line.length <= 120), text);
});

Deno.test("pull writes relations by name, never over a column", () => {
  const files = written(
    [
      table("users", { id: t.int().primaryKey(), boss: t.int().nullable().references("users.id") }),
      table("posts", {
        id: t.int().primaryKey(),
        authorId: t.int().references("users.id"),
        editorId: t.int().references("users.id"),
        author: t.text(),
      }),
      table("bodies", { postId: t.int().primaryKey().references("posts.id") }),
    ],
    postgres,
    { relations: true },
  );
  const text = files.get("relations.ts")!;
  match(text, /editor: r\.one\(\(\) => users, \{ from: \["editorId"\], to: \["id"\] \}\)/);
  match(text, /authorIdUsers: r\.one\(\(\) => users/);
  match(text, /postsByAuthor: r\.many\(\(\) => posts, \{ from: \["id"\], to: \["authorId"\] \}\)/);
  match(text, /bodies: r\.one\(\(\) => bodies\)/);
  match(text, /bossUsers: r\.one\(\(\) => users/);
  match(text, /import \{ bodies, posts, users \} from "\.\/schema\.ts";/);
});

Deno.test("pull shares one long column of many tables, tells groups of the same columns apart, and takes no habit from partitions", () => {
  const last = { lastUpdate: t.timestamptz().default(sql`now()`) };
  const times = { createdAt: t.timestamptz(), updatedAt: t.timestamptz() };
  const plain = { createdAt: t.timestamp(), updatedAt: t.timestamp() };
  const many = (count: number, name: string, columns: Columns) =>
    Array.from(
      { length: count },
      (_, i) => table(`${name}_${i}`, { id: t.int().primaryKey(), [`own${name}${i}`]: t.text(), ...columns }),
    );
  const whole = { day: t.date(), amount: t.int(), note: t.text().index() };
  const text = written([
    ...many(5, "last", last),
    ...many(4, "timed", times),
    ...many(3, "plain", plain),
    ...many(4, "short", { note: t.text() }),
    ...["x", "y", "z"].map((name) =>
      table(name, {
        id: t.int().primaryKey(),
        ...partial(fields(plain)),
        [`${name}At`]: t.date(),
        [`${name}By`]: t.text(),
      })
    ),
    table("paid", whole, { on: { postgres: { partition_by: "RANGE (day)" } } }),
    ...[1, 2, 3].map((n) =>
      table(`paid_${n}`, { ...whole, more: t.text(), most: t.text() }, {
        inherits: "paid",
        on: { postgres: { bound: `FOR VALUES FROM ('202${n}-01-01') TO ('202${n}-02-01')` } },
      })
    ),
  ], postgres).get("schema.ts")!;
  deepEqual([...text.matchAll(/^export const (\w+) = fields/gm)].map(([, name]) => name), [
    "timestamps",
    "timestampsWithoutZone",
    "timestampsNullableWithoutZone",
    "lastUpdate",
  ]);
  equal(text.match(/^ {2}\.\.\.lastUpdate,$/gm)!.length, 5);
});

Deno.test("pull writes one file for each schema when it is asked to", () => {
  const sales = schema("sales"), mood = enumType("mood", ["a"]);
  const files = written(
    [sales, mood, sales.table("order", { id: t.int(), mood: t.enum(mood) }), table("user", { id: t.int() })],
    postgres,
    { split: "schema" },
  );
  deepEqual([...files.keys()], ["shared.ts", "public.ts", "sales.ts"]);
  match(files.get("sales.ts")!, /import \{ (sales, mood|mood, sales) \} from "\.\/shared\.ts";/);
});

Deno.test("source text: strings, templates, comments and regular expressions are passed over", () => {
  const text = "{ a: f(')', \"]\", `}${g({ x: ')' })}`), /* } */ b: /[)}/]/.test(s) // }\n, ...c, 'd-e': 1, }";
  equal(closing(text, 0), text.length - 1);
  deepEqual(properties(text, 0)!.map(({ key }) => key), ["a", "b", null, "d-e"]);
  equal(items("[1, (2, 3), [4]]", 0)!.length, 3);
  equal(closing("(]", 0), null);
});

const before = `
CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, email VARCHAR(80), old TEXT);
CREATE TABLE notes (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id), text TEXT);
`;
const after = `
ALTER TABLE users DROP COLUMN old;
ALTER TABLE users ADD COLUMN nick_name VARCHAR(20) NOT NULL DEFAULT 'x';
CREATE INDEX notes_by_user ON notes (user_id, id);
CREATE TABLE tags (id INTEGER PRIMARY KEY, label TEXT NOT NULL UNIQUE);
`;
const byHand = `// My own models.
import { t, table } from "sqa";

/** People. */
export const people = table("users", {
  id: t.int().nullable().primaryKey(), // the key
  /* what they are called */
  fullName: t.text().named("name").$type<string>(),
  email: t.varchar(80).nullable(),
  old: t.text().nullable(),
});

export const greet = (name: string) => \`Hello (\${name})\`;

export const notes = table("notes", {
  id: t.int().nullable().primaryKey(),
  userId: t.int().nullable().references("users.id"),
  text: t.text().nullable(),
}, (self) => [
]);
`;

Deno.test("pull --update changes what differs and keeps what a person wrote", () =>
  withFolder(async (folder) => {
    const database = new DatabaseSync(join(folder, "app.db"));
    database.exec(before);
    Deno.mkdirSync(join(folder, "models"));
    writeFileSync(join(folder, "models", "mine.ts"), byHand);
    const url = ["--url", "sqlite:app.db"];
    const nothing = await sqa(folder, "pull", "--update", ...url);
    match(nothing.stdout, /nothing to do/, nothing.stdout + nothing.stderr);
    database.exec(after);
    database.close();
    const ran = await sqa(folder, "pull", "--update", ...url);
    equal(ran.code, 0, ran.stdout + ran.stderr);
    const text = readFileSync(join(folder, "models", "mine.ts"), "utf8");
    equal(
      text,
      byHand.replace("  old: t.text().nullable(),\n", '  nickName: t.varchar(20).default("x"),\n')
        .replace("(self) => [\n]", '(self) => [\n  self.index(["userId", "id"], "notes_by_user"),\n]') +
        '\nexport const tags = table("tags", {\n  id: t.int().nullable().primaryKey(),\n  label: t.text().unique(),\n});\n',
    );
    deepEqual(readdirSync(join(folder, "models")), ["mine.ts"], "both tables are in one file, and so is the new one");
    const check = await sqa(folder, "diff", "--check", ...url);
    equal(check.code, 0, check.stdout + check.stderr);
  }));

Deno.test("pull --update says what only a person can do", () =>
  withFolder(async (folder) => {
    const database = new DatabaseSync(join(folder, "app.db"));
    database.exec("CREATE TABLE users (id INTEGER PRIMARY KEY, version BIGINT NOT NULL DEFAULT 1)");
    database.close();
    Deno.mkdirSync(join(folder, "models"));
    writeFileSync(
      join(folder, "models", "mine.ts"),
      `import { mixins, t, table } from "sqa";
export const users = table("users", { id: t.int().nullable().primaryKey(), ...mixins.versioned() });
export const gone = table("gone", { id: t.int() });
`,
    );
    const ran = await sqa(folder, "pull", "--update", "--url", "sqlite:app.db");
    equal(ran.code, 3, ran.stdout + ran.stderr);
    match(ran.stdout, /by hand: column "users\.version" differs; it comes from a mixin or a group/);
    match(ran.stdout, /by hand: table "gone" is no longer in the database; its model stays/);
  }));

Deno.test("pull is the same each time, and sqlite has no schemas to split by", () => {
  const models = [table("b", { id: t.int() }), table("a", { id: t.int() })];
  deepEqual(written(models, sqlite), written([...models].reverse(), sqlite));
});

Deno.test("pull breaks long lists, calls and imports as the formatter does, and writes numbers as numbers", () => {
  const long = Array.from({ length: 20 }, (_, i) => `value_number_${i}`);
  const a = table("a", {
    id: t.int().primaryKey(),
    kind: t.enum(enumType("kind", long)),
    count: t.sql<number>("bigint unsigned").default(0),
    ratio: t.sql<number>("double unsigned").default(0.5),
    word: t.sql<string>("tinytext").default("it's"),
  }, (self) => [
    self.check(
      sql`id > 1 AND count > 1 AND id + count > 100 AND id + count < 1000000 AND id + count <> 500 AND id <> 700`,
      "in_range",
    ),
    self.index(["id", "count"], "short"),
  ]);
  const text = written([a], mysql).get("schema.ts")!;
  match(text, /count: t\.sql<number>\("bigint unsigned"\)\.default\(0\),/);
  match(text, /ratio: t\.sql<number>\("double unsigned"\)\.default\(0\.5\),/);
  match(text, /\n {2}self\.index\(\["id", "count"\], "short"\),\n/);
  match(text, /\n {2}self\.check\(\n {4}sql`.*`,\n {4}"in_range",\n {2}\),\n/);
  match(text, /\n {2}kind: t\.enum\("a_kind", \[\n {4}"value_number_0",\n/);
  const enums = written([a], postgres).get("schema.ts")!;
  match(
    enums,
    /^export const kind = enumType\("kind", \[\n {2}"value_number_0",\n(.*\n){18} {2}"value_number_19",\n\]\);$/m,
  );
  ok(text.split("\n").every((line) => line.length <= 120 || line.includes("enum")), text);
});

Deno.test("pull gives columns of MySQL their values, and one name to values that several columns have", () => {
  const size = enumType("size", ["s", "m"]);
  const text = written([
    table("shirt", { id: t.int().primaryKey(), size: t.enum(size).default("m"), fit: t.enum("fit", ["slim", "wide"]) }),
    table("shoe", { id: t.int().primaryKey(), size: t.enum(size).nullable() }),
  ], mysql).get("schema.ts")!;
  match(text, /^export const size = enumType\("size", \["s", "m"\]\);$/m);
  match(text, / {2}size: t\.enum\(size\)\.default\("m"\),\n {2}fit: t\.enum\("shirt_fit", \["slim", "wide"\]\),/);
  match(text, / {2}size: t\.enum\(size\)\.nullable\(\),/);
  const alike = written([
    table("a_b", { c: t.enum("one", ["x"]) }),
    table("a", { b_c: t.enum("other", ["y"]) }),
  ], mysql).get("schema.ts")!;
  match(alike, /"a_b_c", \["y"\]/);
  match(alike, /"a_b_c_2", \["x"\]/);
});

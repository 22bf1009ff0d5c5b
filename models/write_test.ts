import { deepEqual, equal, ok } from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Dialect } from "../dialects/dialect.ts";
import { sqlite } from "../dialects/sqlite/mod.ts";
import { normalize } from "../diff/normalize.ts";
import { makeGraph, type SchemaGraph } from "../schema/graph.ts";
import { comparable } from "../schema/hash.ts";
import { modelOf } from "./contract.ts";
import { modelsToGraph } from "./graph.ts";
import { loadModels } from "./load.ts";
import { enumType, raw, schema, sql, t, table, view } from "./mod.ts";
import { testingDialect } from "./testing_dialect.ts";
import { writeModels, type WriteOptions } from "./write.ts";
import { fitted } from "./write/fitted.ts";
import { columnKeys } from "./write/identifiers.ts";
import { sqlSource } from "./write/text.ts";

/** The written models, loaded from disk and made into a graph again. */
async function again(graph: SchemaGraph, dialect: Dialect, options: WriteOptions = {}): Promise<SchemaGraph> {
  const folder = mkdtempSync(join(tmpdir(), "sqa-write-"));
  try {
    mkdirSync(join(folder, "models"));
    for (const { path, text } of writeModels(graph, dialect, options)) {
      writeFileSync(join(folder, "models", path), text);
    }
    const models = await loadModels({ cwd: folder, globs: null, exclude: [] });
    return normalize(modelsToGraph(models, dialect).graph, dialect);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function plain(graph: SchemaGraph): readonly unknown[] {
  return [...graph.objects.values()].map(comparable);
}

async function sqliteGraph(...statements: readonly string[]): Promise<SchemaGraph> {
  const database = new DatabaseSync(":memory:");
  try {
    for (const statement of statements) database.exec(statement);
    const query = (text: string, params: readonly unknown[] = []) =>
      Promise.resolve(database.prepare(text).all(...params as string[]) as never);
    const { objects, notes } = (await sqlite.read({ version: 3053002, query }, { schemas: null }))();
    return normalize(makeGraph("sqlite", objects, notes), sqlite);
  } finally {
    database.close();
  }
}

const everything = [
  schema("audit", { comment: "who did what" }),
  enumType("mood", ["sad", "o'k", "very happy"], { comment: "how one feels" }),
  enumType("level", ["1", "2"], { schema: "audit" }),
  table("users", {
    id: t.bigint().identity({ always: true, start: 100n, cycle: true }).primaryKey(),
    fullName: t.varchar(80).collate("C").comment("first and last"),
    "Odd Name": t.text().named("Odd Name").nullable().default("it's \\ `${x}`"),
    mood: t.enum("mood", ["sad", "o'k", "very happy"]).default("o'k"),
    moods: t.array(t.enum("mood", ["sad", "o'k", "very happy"])).nullable(),
    size: t.decimal(12, 2).default("1.50").check((c) => `${c} >= 0`),
    big: t.bigint().default(9007199254740993n),
    prefs: t.jsonb().default({ theme: "dark" }),
    active: t.boolean().default(true),
    lower: t.text().generated(sql`lower("full_name")`, { stored: false }),
    bossId: t.bigint().nullable().references("users.id", { onDelete: "set null", deferrable: "deferred" }),
    tag: t.sql("citext").on({ postgres: { storage: "external" } }),
    userId: t.int().unique("the_unique"),
    userID: t.int().named("userId"),
    constructor: t.int(),
  }, (self) => [
    self.index(["fullName", { column: "size", order: "desc", nulls: "last" }], {
      unique: true,
      where: "active",
      include: ["id"],
    }),
    self.index([sql`lower(${self.columns.fullName})`], { method: "gin", on: { postgres: { fillfactor: 70 } } }),
    self.unique(["fullName", "size"], { deferrable: "immediate", nullsDistinct: false, comment: "no twins" }),
    self.check(sql`"full_name" <> 'x\\y' and "Odd Name" <> '\${z}'`),
    self.trigger("touched", sql`CREATE TRIGGER touched …`),
  ], { comment: "people", on: { postgres: { fillfactor: 80 } } }),
  schema("audit").table("log.entries", {
    a: t.int(),
    b: t.int(),
    userId: t.bigint().references("users.id", { name: "log_user", onUpdate: "cascade", match: "full" }),
    level: t.enum(enumType("level", ["1", "2"], { schema: "audit" })),
    ghost: t.int().references("nowhere.id", { unchecked: true }),
  }, (self) => [
    self.primaryKey(["a", "b"], "log_key"),
    self.foreignKey(["a", "b"], ["audit", "log.entries"], ["a", "b"]),
  ]),
  table("part", { id: t.bigint() }, { inherits: "users" }),
  table("heir", { id: t.bigint() }, { inherits: [["audit", "log.entries"], "users"] }),
  view("happy", sql`select "id"\nfrom "users" where "mood" = 'very happy' and "full_name" ~ '\\d'`, {
    comment: "happy ones",
  }),
  view("spaced", sql.raw("  select 1\r\n"), { triggers: { instead: sql`CREATE TRIGGER instead …` } }),
  raw("sequence", ["audit", "numbers"], {
    dataType: "bigint",
    start: "1",
    increment: "1",
    min: "1",
    max: "9",
    cache: "1",
    cycle: false,
    ownedBy: null,
  }, { comment: "counts" }),
  raw("domain", "positive", { type: t.int(), nullable: true, default: "1", collation: null }),
  raw("policy", ["public", "users", "own"], {
    command: "select",
    permissive: true,
    roles: ["public"],
    using: sql`"id" = 1`,
    check: null,
  }, { in: "table:public.users" }),
];

Deno.test("written models make the same graph again: every kind and every option, over an imaginary database", async () => {
  const models = everything.map((value) => modelOf(value)!);
  const graph = normalize(modelsToGraph({ models }, testingDialect).graph, testingDialect);
  deepEqual(plain(await again(graph, testingDialect)), plain(graph));
  deepEqual(plain(await again(graph, testingDialect, { split: "table" })), plain(graph));
});

Deno.test("written models make the same graph again: SQLite, with names that need care", async () => {
  const graph = await sqliteGraph(
    `create table parent (id integer primary key autoincrement, a text not null, b text, unique (a, b))`,
    `create table "Weird "" \`name\` \${x}\\" ("select" int, "a.b" text default 'x''y' collate nocase, "ünï" blob, "1st" real, class text,
      check ("select" > 0), check ("select" > 0), constraint named check ("a.b" <> char(92)))`,
    `create table child (id text primary key, parent_id int references parent on delete cascade, ghost int references nowhere(id),
      pa text, pb text, both text generated always as (pa || pb) stored, n int not null default (1 + 1), t text default null,
      foreign key (pa, pb) references parent (a, b) deferrable initially deferred) without rowid`,
    `create table strict_one (a any, b integer, primary key (a desc, b)) strict`,
    `create unique index ux on child (lower(pa), pb desc) where n > 0`,
    `create index "odd index" on "Weird "" \`name\` \${x}\\" ("a.b" collate binary)`,
    `create view v (x, y) as select id, '\${z}' || '\`' || char(92) from parent`,
    `create view w as select * from v where x = '\\d'`,
    `create trigger tr after insert on parent begin update parent set b = '\`\${1}\\' where id = new.id; end`,
    `create trigger vt instead of insert on v begin select 1; end`,
  );
  deepEqual(plain(await again(graph, sqlite)), plain(graph));
  deepEqual(plain(await again(graph, sqlite, { split: "table" })), plain(graph));
});

Deno.test("what is written reads as a person would write it", () => {
  const models = [
    enumType("order_status", ["new", "paid"]),
    table("orders", {
      id: t.bigint().identity().primaryKey(),
      buyerId: t.bigint().references("users.id", { onDelete: "restrict" }).index(),
      status: t.enum("order_status", ["new", "paid"]).default("new"),
      total: t.decimal(12, 2).check((c) => `${c} >= 0`),
    }, (self) => [self.index(["buyerId", "status"])]),
    table("users", { id: t.bigint().primaryKey(), email: t.varchar(320).unique() }, { comment: "people" }),
    view("v", sql`select "id" from "orders"`),
  ].map((value) => modelOf(value)!);
  const [file] = writeModels(modelsToGraph({ models }, testingDialect).graph, testingDialect);
  equal(
    file!.text,
    `import { enumType, sql, t, table, view } from "sqa";

export const orderStatus = enumType("order_status", ["new", "paid"]);

export const orders = table("orders", {
  id: t.bigint().identity().primaryKey(),
  buyerId: t.bigint().references("users.id", { onDelete: "restrict" }).index(),
  status: t.enum(orderStatus).default("new"),
  total: t.decimal(12, 2).check(sql\`"total" >= 0\`),
}, (self) => [
  self.index(["buyerId", "status"]),
]);

export const users = table("users", {
  id: t.bigint().primaryKey(),
  email: t.varchar(320).unique(),
}, { comment: "people" });

export const v = view("v", sql\`select "id" from "orders"\`);
`,
  );
});

Deno.test("keys lead back to their names, or say them", () => {
  const keys = (...names: string[]) => [...columnKeys(names).keys].map(([, { key, named }]) => named ? `${key}!` : key);
  deepEqual(keys("id", "buyer_id", "buyerId", "a_1", "_x", "order date"), [
    "id",
    "buyerId",
    "buyerId_!",
    "a_1",
    "_x",
    "orderDate!",
  ]);
  equal(columnKeys(["AlbumId", "Title"]).asWritten, true);
  deepEqual(keys("AlbumId", "Title"), ["AlbumId", "Title"]);
  deepEqual(keys("1", "a", "日本"), ["_1!", "a", "日本"]);
});

Deno.test("SQL in a template comes back as it was", () => {
  const { sql: tag } = { sql };
  for (
    const text of [
      "a",
      "`",
      "\\",
      "\\\\",
      "${x}",
      "\\${x}",
      "\\`",
      "a\nb",
      " a ",
      "a\r\nb",
      "$",
      "$$ \\n $$",
      "\u0000",
      "\ud800",
      "",
    ]
  ) {
    const made = new Function("sql", `return ${sqlSource(text)}`)(tag);
    const [part] = Object.getOwnPropertySymbols(made).map((symbol) => made[symbol].parts as { text: string }[]);
    equal(part!.map((each) => each.text).join(""), text);
  }
});

Deno.test("the written files pass the type check", async () => {
  const folder = mkdtempSync(join(tmpdir(), "sqa-check-"));
  try {
    const models = everything.map((value) => modelOf(value)!);
    const graph = modelsToGraph({ models }, testingDialect).graph;
    for (const { path, text } of writeModels(graph, testingDialect)) writeFileSync(join(folder, path), text);
    const config = new URL("../deno.json", import.meta.url).pathname;
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["check", "--quiet", "--config", config, join(folder, "schema.ts")],
      env: { NO_COLOR: "1" },
    }).output();
    ok(code === 0, new TextDecoder().decode(stderr));
    const format = await new Deno.Command(Deno.execPath(), {
      args: ["fmt", "--check", "--quiet", "--line-width", "120", folder],
      env: { NO_COLOR: "1" },
    }).output();
    ok(format.code === 0, new TextDecoder().decode(format.stderr));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

Deno.test("lines that are too long are broken as the formatter breaks them", () => {
  const long = "x".repeat(100);
  equal(fitted('  a: t.int().index("a"),'), '  a: t.int().index("a"),');
  equal(
    fitted(`  a: t.int().references("a.b", { name: "${long}", onDelete: "cascade" }),`),
    `  a: t.int().references("a.b", {\n    name: "${long}",\n    onDelete: "cascade",\n  }),`,
  );
  equal(fitted(`    .comment("(${long}, { more }"),`), `    .comment(\n      "(${long}, { more }",\n    ),`);
  equal(fitted(`], { comment: "${long}${long}" });`), `], {\n  comment:\n    "${long}${long}",\n});`);
  equal(fitted(`  where: sql\`${long} = '${long}'\`,`), `  where:\n    sql\`${long} = '${long}'\`,`);
  equal(fitted(`"${long}${long}"`), `"${long}${long}"`);
});

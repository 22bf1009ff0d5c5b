/** `sqa pull --update`: models that people have edited follow the database, without a server: what the database holds is given as models, too. */
import { deepEqual, equal, match } from "node:assert/strict";
import { join } from "node:path";
import { writeFileSync } from "node:fs";
import { normalize } from "../../diff/normalize.ts";
import { postgres } from "../../dialects/postgres/mod.ts";
import { modelOf } from "../../models/contract.ts";
import { modelsToGraph } from "../../models/graph.ts";
import { loadModels } from "../../models/load.ts";
import { mergeModels } from "../../models/write/merge.ts";
import { enumType, raw, schema, sql, t, table, view } from "sqa";
import { withFolder } from "../support/scratch.ts";

/** Merges a database that holds these models into a model file; gives its new text and what is said. */
function merged(text: string, database: readonly unknown[]) {
  return withFolder(async (folder) => {
    const path = join(folder, "mine.ts");
    writeFileSync(path, text);
    const loaded = await loadModels({ cwd: folder, globs: ["mine.ts"], exclude: [] });
    const graphOf = (models: typeof loaded) => normalize(modelsToGraph(models, postgres).graph, postgres);
    const result = mergeModels({
      models: loaded.models,
      from: graphOf(loaded),
      database: graphOf({ files: [], models: database.map((value) => modelOf(value)!) }),
      dialect: postgres,
      read: () => text,
    });
    return { ...result, text: result.changed[0]?.text ?? text };
  });
}

Deno.test("pull --update adds a column behind a group that the table spreads, and the group stays", async () => {
  const text = `import { fields, t, table } from "sqa";
const stamp = fields({ at: t.int(), by: t.int() });
export const a = table("a", {
  id: t.int(),
  ...stamp,
});
`;
  const found = await merged(text, [table("a", { id: t.int(), at: t.int(), by: t.int(), more: t.text() })]);
  equal(found.text, text.replace("  ...stamp,\n", "  ...stamp,\n  more: t.text(),\n"));
  deepEqual(found.done, ['column "a.more" is added']);
});

Deno.test("pull --update brings comments of tables up to date", async () => {
  const text = `import { t, table } from "sqa";
export const a = table("a", { id: t.int() }, (self) => [self.index(["id"])]);
export const b = table("b", { id: t.int() }, { comment: "old", meta: { cacheTtl: 5 } });
export const c = table("c", { id: t.int() }, { comment: "gone" });
export const d = table("d", { id: t.int() });
export const e = table("e", { id: t.int() }, { on: { postgres: { unlogged: true } } });
`;
  const found = await merged(text, [
    table("a", { id: t.int() }, (self) => [self.index(["id"])], { comment: "it's new" }),
    table("b", { id: t.int() }, { comment: "other" }),
    table("c", { id: t.int() }),
    table("e", { id: t.int() }, (self) => [self.index([sql`id + 1`], "e_more")], {
      comment: "E",
      on: { postgres: { unlogged: true } },
    }),
    table("d", { id: t.int() }, { comment: "D", on: { postgres: { unlogged: true } } }),
  ]);
  equal(
    found.text,
    text.replace('["id"])]);', '["id"])], { comment: "it\'s new" });').replace('"old"', '"other"')
      .replace(', { comment: "gone" }', "")
      .replace("import { t,", "import { sql, t,").replace(
        "{ on:",
        '(self) => [\n  self.index([sql`id + 1`], "e_more"),\n], { on:',
      ).replace(
        "} } });",
        '} }, comment: "E" });',
      ).replace(
        'table("d", { id: t.int() });',
        'table("d", { id: t.int() }, { comment: "D", on: { postgres: { unlogged: true } } });',
      ),
  );
  deepEqual(found.left, []);
});

Deno.test("pull --update changes an enum where it is made, and not in each column", async () => {
  const text = `import { enumType, t, table } from "sqa";
// What there is.
export const mood = enumType("mood", ["sad", "ok"], { comment: "how one feels" });
export const a = table("a", { mood: t.enum(mood).default("ok"), other: t.enum("level", ["low"]) });
export const b = table("b", { mood: t.enum("mood", ["sad", "ok"]), second: t.enum(mood) });
`;
  const wider = enumType("mood", ["sad", "ok", "very happy"], { comment: "how one feels" });
  const level = enumType("level", ["low", "high"]);
  const found = await merged(text, [
    wider,
    level,
    table("a", { mood: t.enum(wider).default("sad"), other: t.enum(level) }),
    table("b", { mood: t.enum(wider), second: t.enum(wider) }),
  ]);
  equal(
    found.text,
    text.replace('enumType("mood", ["sad", "ok"]', 'enumType("mood", ["sad", "ok", "very happy"]')
      .replace('default("ok")', 'default("sad")').replace('["low"]', '["low", "high"]')
      .replace('t.enum("mood", ["sad", "ok"])', 't.enum("mood", ["sad", "ok", "very happy"])'),
  );
  deepEqual(found.left, []);
});

Deno.test("pull --update adds views, functions and other objects to the file of their like, and changes those that differ", async () => {
  const text = `import { raw, sql, t, table, view } from "sqa";
export const a = table("a", { id: t.int() });
// What people see.
export const v = view("v", sql\`SELECT id FROM a\`, { meta: { page: "home" } }); // mine
export const s = raw("extension", ["hstore"], { schema: "public", version: "1.8" });
const w = 1;
export const f = raw("function", ["public", "f()"], {
  // The body is long.
  definition: sql\`CREATE OR REPLACE FUNCTION public.f() RETURNS integer LANGUAGE sql AS $$ SELECT 1 $$\`,
  routine: "function",
  returns: "integer",
  arguments: "",
});
`;
  const body = (value: number) =>
    sql.raw(`CREATE OR REPLACE FUNCTION public.f() RETURNS integer LANGUAGE sql AS $$ SELECT ${value} $$`);
  const found = await merged(text, [
    table("a", { id: t.int() }),
    view("v", sql`SELECT id, id AS two FROM a`, { comment: "all" }),
    view("w", sql`SELECT id FROM a`),
    raw("extension", ["citext"], { schema: "public", version: "1.6" }),
    raw("function", ["public", "f()"], { definition: body(2), routine: "function", returns: "integer", arguments: "" }),
    enumType("unused", ["a", "b"]),
  ]);
  equal(
    found.text,
    text.replace("SELECT id FROM a", "SELECT id, id AS two FROM a")
      .replace('{ meta: { page: "home" } }', '{ meta: { page: "home" }, comment: "all" }')
      .replace("SELECT 1", "SELECT 2")
      .replace("import { raw,", "import { enumType, raw,") +
      `
export const unused = enumType("unused", ["a", "b"]);

export const w2 = view("w", sql\`SELECT id FROM a\`);

export const citext = raw("extension", ["citext"], {
  version: "1.6",
  schema: "public",
});
`,
  );
  deepEqual(found.left, ['extension "hstore" is no longer in the database; its model stays']);
  deepEqual(found.done, [
    'enum "unused" is new',
    'extension "citext" is new',
    'function "f()" is written anew',
    'view "v" is written anew',
    'view "w" is new',
  ]);
});

Deno.test("pull --update leaves a query to its writer that is put together from pieces", async () => {
  const text = `import { sql, t, table, view } from "sqa";
export const a = table("a", { id: t.int() });
export const v = view("v", sql\`SELECT \${a.columns.id} FROM \${a}\`);
const query = sql\`SELECT id FROM a\`;
export const w = view("w", query);
`;
  const wider = sql`SELECT id, id AS two FROM a`;
  const found = await merged(text, [table("a", { id: t.int() }), view("v", wider), view("w", wider)]);
  equal(found.text, text);
  deepEqual(found.left, [
    'view "v" differs: export const v = view("v", sql`SELECT id, id AS two FROM a`);',
    'view "w" differs: export const w = view("w", sql`SELECT id, id AS two FROM a`);',
  ]);
});

Deno.test("pull --update keeps what a column says for the program alone", async () => {
  const text = `import { t, table } from "sqa";
interface Prefs {
  theme: string;
}
export const a = table("a", {
  prefs: t.jsonb<Prefs>().nullable().renamedFrom("settings"),
  size: t.int().check((c) => \`\${c} > 0\`).default(1),
  name: t.nonEmpty(80),
  other: t.nonEmpty(80).index(),
});
`;
  const found = await merged(text, [
    table("a", {
      prefs: t.jsonb().default({ theme: "dark" }),
      size: t.bigint().check((c) => `${c} > 0`).default(2).index(),
      name: t.varchar(120).check((c) => `${c} <> ''`, "a_name_check"),
      other: t.nonEmpty(80).comment("more"),
    }),
  ]);
  equal(
    found.text,
    text.replace('nullable().renamedFrom("settings")', 'renamedFrom("settings").default({ theme: "dark" })')
      .replace("t.int()", "t.bigint()").replace("default(1)", "default(2).index()")
      .replace("nonEmpty(80).index()", 'nonEmpty(80).comment("more")'),
  );
  equal(found.left.length, 1);
  match(found.left[0]!, /^column "a.name" differs; it is written in a way of its own, so change it there: name: t\./);
});

Deno.test("pull --update takes out what the list beside the columns no longer has, under the model's own keys", async () => {
  const text = `import { t, table } from "sqa";
export const a = table("a", { key: t.int().named("the_id"), other: t.int() }, (self) => [self.index(["key", "other"])]);
export const b = table("b", {});
export const c = table("c", { id: t.int(), at: t.int() }, (self) => [
  self.unique(["id", "at"]), // once
  self.index(
    ["at", "id"],
    { name: "by_id", unique: true },
  ),
]);
`;
  const found = await merged(text, [
    table("a", { the_id: t.int(), other: t.int() }, (self) => [self.index(["other", "the_id"])]),
    table("b", { id: t.int(), more: t.text() }),
    table("c", { id: t.int(), at: t.int() }, (self) => [self.unique(["id", "at"])]),
  ]);
  equal(
    found.text,
    `import { t, table } from "sqa";
export const a = table("a", { key: t.int().named("the_id"), other: t.int() }, (self) => [
  self.index(["other", "key"]),
]);
export const b = table("b", {
  id: t.int(),
  more: t.text(),
});
export const c = table("c", { id: t.int(), at: t.int() }, (self) => [
  self.unique(["id", "at"]), // once
]);
`,
  );
  deepEqual(found.left, []);
});

Deno.test("pull --update puts a new table where the others are, in files of their own or in one", async () => {
  const one = `import { t, table } from "sqa";
export const a = table("a", { id: t.int() });
export const b = table("b", { id: t.int() });
`;
  const database = ["a", "b", "c"].map((name) => table(name, { id: t.int() }));
  const found = await merged(one, database);
  equal(found.text, `${one}\nexport const c = table("c", {\n  id: t.int(),\n});\n`);
  deepEqual(found.added, []);
});

Deno.test("pull --update leaves comments where they are, and the file whole", async () => {
  const text = `import { t, table } from "sqa";
export const a = table("a", {
  id: t.int(), // its number
  gone: t.int(), // it goes
  /* a word */ name: t.text(), // what it is called
});
export const b = table("b", {
  id: t.int() // no comma
});
export const c = table("c", { id: t.int(), /* the last one */ });
export const d = table("d", { id: t.int(), gone: t.int() });
`;
  const more = { id: t.int(), name: t.text(), more: t.int(), most: t.int() };
  const found = await merged(text, [
    table("a", more),
    table("b", { id: t.int(), more: t.int(), most: t.int() }),
    table("c", { id: t.int(), more: t.int() }),
    table("d", { id: t.int(), more: t.int() }),
  ]);
  equal(
    found.text,
    `import { t, table } from "sqa";
export const a = table("a", {
  id: t.int(), // its number
  /* a word */ name: t.text(), // what it is called
  more: t.int(),
  most: t.int(),
});
export const b = table("b", {
  id: t.int(),
  more: t.int(),
  most: t.int() // no comma
});
export const c = table("c", { id: t.int(), /* the last one */ more: t.int(), });
export const d = table("d", { id: t.int(), more: t.int(), });
`,
  );
});

Deno.test("pull --update follows the owners that models name, and says no others but those of what is new", async () => {
  const text = `import { raw, schema, sql, t, table, view } from "sqa";
export const s = schema("s", { on: { postgres: { owner: "a" } } });
export const a = table("a", { id: t.int() }, { on: { postgres: { owner: "a" } } });
export const b = table("b", { id: t.int() });
export const v = view("v", sql\`SELECT 1 AS a\`, { on: { postgres: { owner: "a" } } });
export const w = view("w", sql\`SELECT 1 AS a\`);
export const f = raw("aggregate", ["public", "f(integer)"], { definition: sql\`x\` }, { owner: "a" });
`;
  const owner = { on: { postgres: { owner: "z" } } };
  const found = await merged(text, [
    schema("s", owner),
    table("a", { id: t.int() }, undefined, owner),
    table("b", { id: t.int() }, undefined, owner),
    table("c", { id: t.int() }, undefined, owner),
    view("v", sql`SELECT 1 AS a`, owner),
    view("w", sql`SELECT 1 AS a`, owner),
    raw("aggregate", ["public", "f(integer)"], { definition: sql`x` }, { owner: "z" }),
  ]);
  const wanted = text.replaceAll('owner: "a"', 'owner: "z"');
  equal(found.text.slice(0, wanted.length), wanted);
  match(
    found.text.slice(wanted.length),
    /table\("c", \{\n {2}id: t\.int\(\),\n\}, \{ on: \{ postgres: \{ owner: "z" \} \} \}\);\n$/,
  );
  deepEqual(found.left, []);
});

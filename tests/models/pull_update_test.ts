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
import { enumType, raw, sql, t, table, view } from "sqa";
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
      ),
  );
  deepEqual(found.left, [
    'table "d" has other options: { comment: "D", on: { postgres: { unlogged: true } } }',
  ]);
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

Deno.test("pull --update says which other objects differ", async () => {
  const text = `import { raw, sql, t, table, view } from "sqa";
export const a = table("a", { id: t.int() });
export const v = view("v", sql\`SELECT id FROM a\`);
export const s = raw("extension", ["hstore"], { schema: "public", version: "1.8" });
`;
  const found = await merged(text, [
    table("a", { id: t.int() }),
    view("v", sql`SELECT id, id AS two FROM a`),
    view("w", sql`SELECT id FROM a`),
    raw("extension", ["citext"], { schema: "public", version: "1.6" }),
  ]);
  equal(found.text, text);
  deepEqual(found.left.map((line) => line.replace(/: export.*/s, "")), [
    'extension "citext" is in the database and in no model',
    'extension "hstore" is no longer in the database; its model stays',
    'view "v" differs',
    'view "w" is in the database and in no model',
  ]);
  match(found.left[2]!, /: export const v = view\("v", sql`SELECT id, id AS two FROM a`\);/);
});

import { deepEqual, equal, notEqual, ok } from "node:assert/strict";
import { existsSync } from "node:fs";
import { sqlite as sqliteDialect } from "../dialects/sqlite/mod.ts";
import { loadModels } from "../models/load.ts";
import { modelsToGraph } from "../models/graph.ts";
import { isPure } from "../models/load/pure.ts";
import { snapshotText } from "../schema/snapshot.ts";
import { sqa } from "../tests/support/cli.ts";
import { withFolder } from "../tests/support/scratch.ts";
import { cacheEntry, cacheFolder, type CacheQuery } from "./models_cache.ts";

const files = {
  "models/a.ts":
    'import { mixins, moduleBase, t } from "sqa";\nimport { key } from "~/key";\nconst shop = moduleBase("shop");\n' +
    'export const a = shop.table("a", { id: key(), name: t.text().renamedFrom("title"), n: t.int().check((c) => `${c} >= 0`), ...mixins.timestamps() }, (self) => [self.index(["n"])]);\n',
  "models/b.ts":
    'import { t, table } from "sqa";\nexport const c = table("c", { id: t.int().primaryKey() });\nexport const d = c.single("d", {}, { renamedFrom: "e" });\nexport const b = table("b", { id: t.int().primaryKey(), kind: t.enum("kind", ["x", "y"]).default("x"), a: t.bigint().softRef("shop_a.id") });\n',
  "src/key.ts": 'import { t } from "sqa";\nexport const key = () => t.bigint().identity().primaryKey();\n',
  "other/key.ts": 'import { t } from "sqa";\nexport const key = () => t.int().primaryKey();\n',
  "tsconfig.json": '{ "compilerOptions": { "paths": { "~/*": ["./src/*"] } } }',
};

async function withProject(
  test: (folder: string, write: (path: string, text: string) => Promise<void>) => Promise<void>,
) {
  await withFolder(async (folder) => {
    const write = async (path: string, text: string) => {
      await Deno.mkdir(`${folder}/${path}`.replace(/\/[^/]*$/, ""), { recursive: true });
      await Deno.writeTextFile(`${folder}/${path}`, text);
    };
    await Deno.mkdir(`${folder}/.git`);
    for (const [path, text] of Object.entries(files)) await write(path, text);
    await test(folder, write);
  });
}

const queryIn = (cwd: string, more: Partial<CacheQuery> = {}): CacheQuery => ({
  cwd,
  globs: null,
  exclude: ["other"],
  dialect: sqliteDialect,
  program: "this one",
  ...more,
});

async function readIn(cwd: string) {
  const loaded = await loadModels({ cwd, globs: null, exclude: ["other"] });
  return { ...modelsToGraph(loaded, sqliteDialect), files: loaded.files };
}

Deno.test("S2-22: what comes from the cache is what the models make: objects, places, renames, notes, soft references", () =>
  withProject(async (folder) => {
    const entry = (await cacheEntry(queryIn(folder)))!, made = await readIn(folder);
    equal(entry.read(), null);
    await entry.write(made);
    const kept = (await cacheEntry(queryIn(folder)))!.read()!;
    equal(snapshotText(kept.graph), snapshotText(made.graph));
    deepEqual(kept.graph.notes, made.graph.notes);
    const rest = ({ renames, kinds, softReferences, files }: typeof kept) => [renames, kinds, softReferences, files];
    deepEqual(rest(kept), rest(made));
    equal(made.kinds.length, 1);
    const places = ({ graph }: { graph: typeof made.graph }) =>
      [...graph.objects.values()].map((
        { id, refs, origin },
      ) => [id, refs, origin && [origin.module, origin.file, origin.line]]);
    deepEqual(places(kept), places(made));
    ok(places(kept).some(([, , origin]) => origin?.[1] === `${folder}/src/key.ts`));
    equal(Deno.readTextFileSync(`${folder}/${cacheFolder}/.gitignore`), "*\n");
  }));

const changes: readonly (readonly [string, string, string])[] = [
  ["a model file", "models/b.ts", `${files["models/b.ts"]}\n`],
  ["a file that a model file imports by a short name", "src/key.ts", `${files["src/key.ts"]}\n`],
  ["what a short name means", "tsconfig.json", files["tsconfig.json"].replace("./src/*", "./other/*")],
  ["a file beside the one that an import means", "src/key.js", files["other/key.ts"]],
  ["a new model file", "src/more/c.ts", files["models/b.ts"].replaceAll("b", "c")],
];
for (const [what, path, text] of changes) {
  Deno.test(`S2-22: the cache is not used once ${what} is another`, () =>
    withProject(async (folder, write) => {
      await (await cacheEntry(queryIn(folder)))!.write(await readIn(folder));
      notEqual((await cacheEntry(queryIn(folder)))!.read(), null);
      await write(path, text);
      equal((await cacheEntry(queryIn(folder)))!.read(), null);
    }));
}

Deno.test("S2-22: another program, folder, database or list of files has a graph of its own", () =>
  withProject(async (folder) => {
    await (await cacheEntry(queryIn(folder)))!.write(await readIn(folder));
    for (
      const more of [{ program: "another" }, { dialect: { name: "postgres" } }, { exclude: [] }, { globs: ["models"] }]
    ) equal((await cacheEntry(queryIn(folder, more)))!.read(), null, JSON.stringify(more));
    const moved = `${folder}_moved`;
    await Deno.rename(folder, moved);
    equal((await cacheEntry(queryIn(moved)))!.read(), null);
    await Deno.rename(moved, folder);
  }));

Deno.test("S2-22: a file that changes while its models are read is not kept; damaged entries are none", () =>
  withProject(async (folder, write) => {
    const entry = (await cacheEntry(queryIn(folder)))!, made = await readIn(folder);
    await write("models/b.ts", `${files["models/b.ts"]}// changed meanwhile\n`);
    await entry.write(made);
    equal(existsSync(`${folder}/${cacheFolder}`), false);
    await write("models/b.ts", files["models/b.ts"]);
    await entry.write(made);
    const [name] = [...Deno.readDirSync(`${folder}/${cacheFolder}`)].map((each) => each.name).filter((each) =>
      each.endsWith(".json")
    );
    const path = `${folder}/${cacheFolder}/${name}`, text = Deno.readTextFileSync(path);
    notEqual(entry.read(), null);
    for (const damaged of ["", text.slice(0, 200), text.slice(0, -1), text.replace("shop_a", "shop_b"), "x\n{}"]) {
      Deno.writeTextFileSync(path, damaged);
      equal(entry.read(), null);
    }
  }));

Deno.test("S2-22: nothing is kept of files that use more than the language, though their texts have a key", () =>
  withProject(async (folder, write) => {
    const made = await readIn(folder);
    for (
      const [path, before] of [["models/b.ts", files["models/b.ts"]], ["src/key.ts", files["src/key.ts"]]] as const
    ) {
      await write(path, `${before}export const now = Date.now();\n`);
      const entry = (await cacheEntry(queryIn(folder)))!;
      equal(entry.isSure(), false);
      await entry.write(made);
      equal(existsSync(`${folder}/${cacheFolder}`), false);
      await write(path, before);
    }
    equal((await cacheEntry(queryIn(folder)))!.isSure(), true);
  }));

Deno.test("S2-22: a folder that may not be written has no cache, and nothing fails", () =>
  withProject(async (folder, write) => {
    // A file in the way stops root as well.
    await write(".sqa", "not a folder");
    const entry = (await cacheEntry(queryIn(folder)))!;
    await entry.write(await readIn(folder));
    equal(entry.read(), null);
  }));

const unsure: readonly (readonly [string, string])[] = [
  ["the clock", "const d = new Date();"],
  ["chance", "const x = Math.random();"],
  ["the environment", 'const x = Deno.env.get("X");'],
  ["the environment, by a computed name", 'const x = process["env"].X;'],
  ["global state", "globalThis.x = 1;"],
  ["a value behind a question", "const f = x ? Date : x;"],
  ["a spread", "const f = [...navigator];"],
  ["what a plain object leads to", 'const f = "".constructor.constructor("return Date")();'],
  ["an import that waits", 'const x = await import("./x.ts");'],
  ["its own place", "const x = import.meta.url;"],
  ["another loader", 'const x = require("./x");'],
  ["code between regular expressions", 'const a = /"/; const b = Date.now(); const c = /"/;'],
  ["code within a template", "const a = `${Date.now()}`;"],
  ["code within a template within a template", "const a = `${`${Date.now()}`}`;"],
  ["letters in disguise", "const a = D\\u0061te.now();"],
  ["an import behind a comment", 'import/* */"./x.ts";'],
  ["the global object as self", "const f = (x) => self;"],
  ["the clock of self", "const f = self.Date.now();"],
  ["a name of self that is computed", 'const f = self["Date"];'],
  ["printing", 'console.log("x");'],
  ["the language of the machine", '"i".toLocaleUpperCase();'],
  ["what a plain object leads to, by a string", 'const f = ""["constructor"];'],
  ["what a plain object leads to, by its key", 'const { ["constructor"]: f } = "";'],
  ["what a plain object leads to, behind a question", 'const f = ""?.["constructor"];'],
  ["what a plain object leads to, by a string in disguise", 'const f = ""["\\x63onstructor"];'],
  ["what a plain object leads to, by a name from a string", 'const _ = "constructor"; const f = ""[_];'],
  ["what a plain object leads to, by its parts", 'const f = ""["con" + "structor"];'],
  ["what a plain object leads to, by its descriptor", 'const f = Object.getOwnPropertyDescriptor(x, "get");'],
  ["a name of the machine that a block declares", "{\nconst location = 1;\n}\nconst f = location;"],
  [
    "a name of the machine of which only the type is imported",
    'import { type location } from "./a.ts";\nlocation.href;',
  ],
  ["a name of the machine of which another is imported", 'import { location as x } from "./a.ts";\nlocation.href;'],
  ["an import by a string", "const f = import('./x.ts');"],
];
for (const [what, text] of unsure) {
  Deno.test(`S2-22: no cache for a file that uses ${what}`, () => equal(isPure(text), false));
}

const sure = [
  'import { t, table } from "sqa";\nexport const date = table("Date", { name: t.text().check((c) => `${c} <> \'Date\'`), date: t.date() });\n',
  "// Deno's Date, console.log(x)\nconst list = [1, 2].map((each) => ({ name: each, location: `${each}` }));\n",
  "type Row = { name: string; close?: boolean };\nconst f = (x: number, name: string): Row => ({ name: name2 });\n",
  "const o = Object.entries({ a: 1 }); const s = o.name; export default JSON.stringify(o);\n",
  // Words of comments, names and texts that only look like ways out.
  't.boolean().comment("Is it required? Then await the constructor."); const requiredBy = 1; const stackOf = { required: 2 };\n',
  'raw("function", "f", { sql: `select "stack" from x`, arguments: "", dependsOn: ["function:a(b\\\\.c)"] });\n',
  "const [first, [second]] = list; const f = (x: string[]) => [x, first]; for (const [a] of [...[[1], [2]]]) f(a[0]);\n",
  'export const location = table("location", {});\nexport const other = [location, self];\nimport { screen } from "./a.ts";\nconst s = screen;\n'
    .replace(", self", ""),
];
for (const [i, text] of sure.entries()) {
  Deno.test(`S2-22: plain files are sure: ${i + 1}`, () => equal(isPure(text), true));
}

Deno.test({
  name: "S2-22: the binary keeps the graph of the models, sees every change, and clean removes it",
  ignore: !Deno.env.get("SQA_TEST_BINARY"),
  fn: () =>
    withProject(async (folder, write) => {
      await write("sqa.toml", 'exclude = ["other"]\n');
      const cached = `${folder}/${cacheFolder}`;
      equal((await sqa(folder, "--no-cache", "models")).code, 0);
      equal(existsSync(cached), false);
      const first = await sqa(folder, "models", "--json"), again = await sqa(folder, "models", "--json");
      ok(existsSync(cached));
      equal(again.stdout, first.stdout);
      equal(again.stdout, (await sqa(folder, "models", "--json", "--no-cache")).stdout);
      equal((await sqa(folder, "diff", "first", "--offline")).code, 0);
      equal((await sqa(folder, "diff", "--check", "--offline")).code, 0);
      await write("src/key.ts", files["src/key.ts"].replace("t.bigint()", "t.int()"));
      await write("models/b.ts", files["models/b.ts"].replace("id:", "more: t.int(), id:"));
      equal((await sqa(folder, "diff", "--check", "--offline")).code, 2);
      await write("models/b.ts", 'throw new Error("broken");\n' + files["models/b.ts"]);
      equal((await sqa(folder, "diff", "--check", "--offline")).code, 1);
      equal((await sqa(folder, "clean", "--cache-only")).stdout, "- .sqa/cache\nremoved the cache of the models\n");
      equal(existsSync(cached), false);
    }),
});

import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { SqaError } from "../schema/error.ts";
import { loadModels, type LoadOptions } from "./load.ts";
import { errorsOf } from "./load/errors.ts";
import { findModelFiles, skippedFiles } from "./load/find_files.ts";
import type { Place } from "./contract.ts";
import { registeredCount } from "./registry.ts";

/** Runs `work` in a folder with these files. */
async function inProject<T>(files: Readonly<Record<string, string>>, work: (folder: string) => Promise<T>): Promise<T> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "sqa-load-")));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const user = 'import { t, table } from "sqa";\nexport const users = table("users", { id: t.int().primaryKey() });\n';

function load(folder: string, options: Partial<LoadOptions> = {}) {
  return loadModels({ cwd: folder, globs: null, exclude: [], ...options });
}

async function names(folder: string, options: Partial<LoadOptions> = {}): Promise<readonly string[]> {
  return (await load(folder, options)).models.map((meta) => meta.name);
}

/** The mistakes of a project as "code file:line message". */
async function mistakes(files: Readonly<Record<string, string>>, options: Partial<LoadOptions> = {}) {
  return await inProject(files, async (folder) => {
    try {
      await load(folder, options);
    } catch (error) {
      ok(error instanceof SqaError, String(error));
      return errorsOf(error).map(({ code, message, more }) => {
        const { place } = more;
        const at = place ? `${place.file.replace(`${folder}/`, "")}:${place.line ?? ""}` : "";
        return { text: `${code} ${at} ${message.replaceAll(`${folder}/`, "")}`, more };
      });
    }
    throw new Error("no mistake");
  });
}

Deno.test("S2-20 S2-21: discovery takes files that import sqa, and files that make models from those; it runs nothing else", async () => {
  const files = {
    "src/user.ts": user,
    "src/base.js": 'import { moduleBase } from "sqa";\nexport const orders = moduleBase("load_orders");\n',
    "src/order.ts":
      'import { t } from "sqa";\nimport { orders } from "./base.js";\nconst hidden = orders.table("hidden", { id: t.int() });\nexport const other = hidden;\n',
    "src/item.ts":
      'import { orders } from "./base.js";\nimport { id } from "./cols.ts";\nexport const item = orders.table("item", { id });\n',
    "src/cols.ts": 'import { t } from "sqa";\nexport const id = t.int().primaryKey();\n',
    "src/server.ts": 'import { users } from "./user.ts";\nthrow new Error("started", { cause: users });\n',
    "src/user_test.ts": 'import { t } from "sqa";\nthrow new Error("test");\n',
    "src/types.d.ts": 'import { t } from "sqa";\n',
    "node_modules/x/index.js": 'import { t } from "sqa";\nthrow new Error("module");\n',
    ".hidden/x.ts": 'import { t } from "sqa";\nthrow new Error("hidden");\n',
    "dist/x.js": 'import { t } from "sqa";\nthrow new Error("dist");\n',
    ".git/x.ts": 'import { t } from "sqa";\nthrow new Error("git");\n',
    "tests/x.ts": 'import { t } from "sqa";\nthrow new Error("tests");\n',
  };
  await inProject(files, async (folder) => {
    deepEqual([...await names(folder)].sort(), ["load_orders_hidden", "load_orders_item", "users"]);
    deepEqual(await names(folder, { globs: ["src/user.ts"] }), ["users"]);
    deepEqual(await names(folder, { globs: ["./src/**/{user,item}.ts"] }), ["load_orders_item", "users"]);
    deepEqual(await names(folder, { exclude: ["src/order.ts", "src/item.ts"] }), ["users"]);
  });
});

Deno.test("S3-10: models come in the order of files and exports, once, also the second time and from lists", async () => {
  await inProject({
    "models/b.ts":
      'export * from "./a.ts";\nimport { t, table } from "sqa";\nconst x = table("x", { id: t.int() });\nexport const all = { x, list: [x] };\nexport default x;\n',
    "models/a.ts": user,
  }, async (folder) => {
    deepEqual(await names(folder, { globs: ["models"] }), ["users", "x"]);
    deepEqual(await names(folder, { globs: ["models/*.ts"] }), ["users", "x"]);
  });
});

Deno.test("S2-21: files that do not parse, throw, or import what is not there are reported together with their places", async () => {
  const found = await mistakes({
    "a.ts": `${user}export const broken = = 1;\n`,
    "b.ts": `${user}\nthrow new Error("boom");\n`,
    "c.ts": `${user}import { x } from "./gone.ts";\nexport { x };\n`,
    "d.ts": `${user}import "lodash-not-here";\n`,
    "e.ts": `${user}import { nothing } from "./ok.ts";\nexport const z = nothing;\n`,
    "ok.ts": user,
  });
  deepEqual(found.map(({ text }) => text), [
    "SQA-111 a.ts:3 a.ts does not parse: expression expected",
    "SQA-112 b.ts:4 b.ts throws: boom",
    'SQA-113 c.ts:3 "gone.ts" does not exist, but is imported by the models',
    'SQA-113 d.ts:3 the package "lodash-not-here" cannot be found, but is imported by the models',
    "SQA-113 e.ts:3 the requested module './ok.ts' does not provide an export named 'nothing'",
  ]);
});

Deno.test("S0-8: a missing import of an import is not swallowed, and the way to it is shown", async () => {
  const [found, ...more] = await mistakes({
    "a.ts": `import "./b.ts";\n${user}`,
    "b.ts": 'import "./c.ts";\n',
    "c.ts": 'import "./gone";\n',
  });
  equal(more.length, 0);
  equal(found!.text, 'SQA-113 c.ts:1 "gone" does not exist, but is imported by the models');
  equal(found!.more.detail, "imported by a.ts -> b.ts -> c.ts");
  ok(found!.more.hint?.includes("extension"));
});

Deno.test("no files, no match, no models: each is said", async () => {
  equal((await mistakes({ "a.ts": "export const x = 1;\n" }))[0]!.text.slice(0, 7), "SQA-110");
  equal((await mistakes({ "a.ts": user }, { globs: ["b/*.ts"] }))[0]!.text, 'SQA-115  no model file matches "b/*.ts"');
  equal(
    (await mistakes({ "a.ts": user }, { globs: ["gone.ts"] }))[0]!.text,
    'SQA-115  no model file matches "gone.ts"',
  );
  equal((await mistakes({ "a.ts": 'import { t } from "sqa";\nt.int();\n' }))[0]!.text.slice(0, 7), "SQA-116");
});

Deno.test("the folder of sqa itself holds no models: what editors know of it is neither loaded nor said to be skipped", async () => {
  const files = { "a.ts": user, ".sqa/types/models/mod.ts": user };
  await inProject(files, (cwd) => {
    const query = { cwd, globs: ["**/*.ts"], exclude: [] }, found = findModelFiles(query);
    deepEqual(found, [join(cwd, "a.ts")]);
    deepEqual(skippedFiles(query, found), []);
    return Promise.resolve();
  });
});

Deno.test("a model that waits for ever is given up", async () => {
  const [found] = await mistakes({ "a.ts": `${user}await new Promise((done) => setTimeout(done, 1500));\n` }, {
    timeoutMs: 100,
  });
  equal(found!.text, "SQA-114 a.ts: a.ts is not done after 0.1 seconds");
});

Deno.test("mistakes of builders keep the line of the user's file", async () => {
  const [found] = await mistakes({
    "a.ts": 'import { moduleBase } from "sqa";\n\nmoduleBase("no name");\n',
  });
  equal(found!.text, 'SQA-101 a.ts:3 "no name" cannot be the name of a module');
});

Deno.test("what models print does not reach stdout", async () => {
  await inProject({ "main.ts": printing, "models/a.ts": `${user}console.log("noise");\n` }, async (folder) => {
    const { stdout, stderr } = await run(folder, ["--config", new URL("../deno.json", import.meta.url).pathname]);
    deepEqual([stdout, stderr], ["users\n", "noise\n"]);
  });
});

Deno.test("sqa is this program's own module under deno run: its own configuration, another one, none", async () => {
  await inProject({
    "main.ts": printing,
    "models/a.ts": user,
    "other/deno.json": '{ "imports": { "something": "./x.ts" } }',
  }, async (folder) => {
    for (const args of [["--no-config"], ["--config", join(folder, "other/deno.json")]]) {
      deepEqual(await run(folder, args), { stdout: "users\n", stderr: "" });
    }
  });
});

Deno.test("short names of the project's own deno.json and tsconfig.json hold in its models", async () => {
  await inProject({
    "main.ts": printing,
    "deno.jsonc":
      '{\n  // where things are\n  "imports": { "@/": "./src/", "base": "./src/base.ts", "sqa": "npm:other", },\n}',
    "tsconfig.json": '{ "compilerOptions": { "paths": { "~lib/*": ["./src/lib/*"] } } }',
    "src/base.ts": 'import { t } from "sqa";\nexport const id = t.int().primaryKey();\n',
    "src/lib/name.ts": 'export { t } from "sqa";\n',
    "models/a.ts":
      'import { table } from "sqa";\nimport { id } from "base";\nimport { id as other } from "@/base.ts";\nimport { t } from "~lib/name.ts";\nexport const users = table("users", { id, other, t: t.int() });\n',
  }, async (folder) => {
    for (const args of [["--no-config"], ["--config", new URL("../deno.json", import.meta.url).pathname]]) {
      deepEqual(await run(folder, args), { stdout: "users\n", stderr: "" });
    }
  });
  equal((await mistakes({ "deno.json": "{ imports: }", "a.ts": user }))[0]!.text.slice(0, 7), "SQA-117");
});

const printing = `
import { loadModels } from ${JSON.stringify(new URL("./load.ts", import.meta.url).href)};
const { models } = await loadModels({ cwd: Deno.cwd(), globs: ["models/*.ts"], exclude: [] });
console.log(models.map((meta) => meta.name).join());
`;

async function run(cwd: string, args: readonly string[]): Promise<{ stdout: string; stderr: string }> {
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", ...args, "main.ts"],
    cwd,
    env: { NO_COLOR: "1" },
  }).output();
  return { stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
}

Deno.test("no query that is not a promise is left: loadModels rejects, it does not throw", async () => {
  await rejects(loadModels({ cwd: "/nowhere-at-all", globs: ["x"], exclude: [] }), { code: "SQA-115" });
});

Deno.test("files of models and of more than models are one program: linked directly or imported, each runs once and in order", async () => {
  const plain = {
    "a.ts":
      'import { t, table } from "sqa";\nimport { b } from "./sub/b.ts";\nexport const a = table("a", { id: t.int().primaryKey(), b: t.int().references(() => b.columns.id) });\n',
    "sub/b.ts":
      'import { t, table } from "sqa";\nimport { names } from "./names.ts";\nimport { a } from "../a.ts";\nexport const b = table(names[0], { id: t.int().primaryKey(), a: t.int().nullable().references(() => a.columns.id), raw: t.sql<Uint8Array>("bytea") });\nexport type B = typeof b.$row;\n',
    "sub/names.ts": 'export const names = ["b < c > (d)", "x"] as const;\n',
  };
  for (const more of [{}, { "c.ts": 'import "node:os";\nexport const here = import.meta.url;\n' }]) {
    await inProject({ ...plain, ...more }, async (folder) => {
      const { models } = await loadModels({ cwd: folder, globs: ["**/*.ts"], exclude: [] });
      deepEqual(models.map((meta) => meta.kind === "table" && [meta.name, meta.place.line]), [["a", 3], [
        "b < c > (d)",
        4,
      ]]);
    });
  }
});

Deno.test("mistakes in long files have their lines too: a column's is that of its key", async () => {
  const tables = Array.from(
    { length: 1500 },
    (_, i) =>
      `export const t${i} = table("t${i}", {\n  id: t.int().primaryKey(),\n  "ref": t.int().references("none.id", { onDelete: "cascade" })${
        i === 700 ? "" : ".nullable().on({})"
      },\n  other: t.text(),\n});\n`,
  );
  await inProject({ "a.ts": `import { t, table } from "sqa";\n${tables.join("")}` }, async (folder) => {
    const { models } = await loadModels({ cwd: folder, globs: null, exclude: [] });
    const meta = models.find((each) => each.kind === "table" && each.name === "t700");
    if (meta?.kind !== "table") throw new Error("no table");
    const lines = [...meta.columns.values()].map(({ state }) => state.place.line);
    deepEqual([meta.place.line, lines], [3502, [3503, 3504, 3505]]);
  });
});

Deno.test("places are the same whether the files are run once more for them or not; what counts its runs runs once", async () => {
  const files = {
    "a.ts":
      `import { moduleBase, t } from "sqa";\nimport { id, stamps } from "./lib/mixin.ts";\n\nconst shop = moduleBase("shop");\n` +
      `export const a = shop.table("a", {\n  id: id(),\n  ...stamps(),\n  note: t.text(),\n});\n`,
    "b.ts":
      `import { enumType, raw, t, table, view } from "sqa";\nimport { a } from "./a.ts";\nimport { id } from "./lib/mixin.ts";\n` +
      `const made = ["x", "y"].map((name) =>\n  table(name, { id: id(), a: t.bigint().references(() => a.columns.id) })\n);\n` +
      `export const list = made;\nexport const mood = enumType("mood", ["a"]);\nexport const v = view("v", "select 1 as one");\n`,
    "lib/mixin.ts": `import { t } from "sqa";\nexport const id = () => t.bigint().primaryKey();\n` +
      `export const stamps = () => ({\n  made: t.timestamp(),\n  changed: t.timestamp(),\n});\n`,
  };
  const all: unknown[] = [];
  // Runs once: whoever reads the global state may do something to it.
  const counting = "const world = globalThis as { runs?: number };\nworld.runs = (world.runs ?? 0) + 1;\n";
  for (const last of ["", counting]) {
    await inProject({ ...files, "z.ts": `import "sqa";\nexport {};\n${last}` }, async (folder) => {
      const { models } = await loadModels({ cwd: folder, globs: ["**/*.ts"], exclude: [] });
      const registered = registeredCount();
      const at = ({ file, line, column }: Place) => `${file?.replace(`${folder}/`, "")}:${line}:${column}`;
      all.push(models.map((meta) => [
        meta.kind,
        at(meta.place),
        ...(meta.kind === "table" ? [...meta.columns.values()].map(({ state }) => at(state.place)) : []),
      ]));
      deepEqual(registeredCount(), registered);
    });
  }
  deepEqual(all[0], [
    ["table", "a.ts:5:23", "lib/mixin.ts:2:27", "lib/mixin.ts:4:11", "lib/mixin.ts:5:14", "a.ts:8:11"],
    ["table", "b.ts:5:3", "lib/mixin.ts:2:27", "b.ts:5:32"],
    ["table", "b.ts:5:3", "lib/mixin.ts:2:27", "b.ts:5:32"],
    ["enum", "b.ts:8:21"],
    ["view", "b.ts:9:18"],
  ]);
  deepEqual(all[1], all[0]);
  deepEqual((globalThis as { runs?: number }).runs, 1);
});

Deno.test("the type of t.sql is no type where it is a text", async () => {
  const text = 'import { t, table } from "sqa";\n' +
    'export const a = table("a", { id: t.sql<number>("BIGINT").primaryKey().comment("t.sql<number>(\'x\')") });\n';
  await inProject({ "a.ts": text }, async (folder) => {
    const { models } = await loadModels({ cwd: folder, globs: null, exclude: [] });
    const columns = models.flatMap((meta) => meta.kind === "table" ? [...meta.columns.values()] : []);
    deepEqual(columns.map(({ state }) => [state.type, state.comment]), [
      [{ type: "sql", sql: "BIGINT" }, "t.sql<number>('x')"],
    ]);
  });
});

/**
 * Imports in models as projects write them: short names of their own configurations, packages beside them, names of TypeScript files as other
 * tools want them. From source, or with the binary that SQA_TEST_BINARY names.
 */
import { deepEqual, equal, match } from "node:assert/strict";
import { sqa } from "../support/cli.ts";
import { withFolder } from "../support/scratch.ts";

type Files = Readonly<Record<string, string>>;

async function tablesOf(files: Files, ...args: string[]): Promise<readonly string[]> {
  return await inProject(files, async (folder) => {
    const { code, stdout, stderr } = await sqa(folder, "models", "--json", ...args);
    equal(code, 0, stderr);
    return (JSON.parse(stdout) as { objects: { name: string }[] }).objects.map(({ name }) => name);
  });
}

async function inProject<T>(files: Files, test: (folder: string) => Promise<T>): Promise<T> {
  let result: T | undefined;
  await withFolder(async (folder) => {
    await Deno.mkdir(`${folder}/.git`);
    for (const [path, text] of Object.entries(files)) {
      await Deno.mkdir(`${folder}/${path}`.replace(/\/[^/]*$/, ""), { recursive: true });
      await Deno.writeTextFile(`${folder}/${path}`, text);
    }
    result = await test(folder);
  });
  return result!;
}

const key = 'import { t } from "sqa";\nexport const key = () => t.int().primaryKey();\n';
const user = (from: string) =>
  `import { table } from "sqa";\nimport { key } from "${from}";\nexport const user = table("user", { id: key() });\n`;

const configurations: readonly (readonly [string, string, Files])[] = [
  ["imports of deno.json", "@/key.ts", { "deno.json": '{ "imports": { "@/": "./src/" } }' }],
  ["paths of tsconfig.json", "~/key.ts", {
    "tsconfig.json": '{ "compilerOptions": { "paths": { "~/*": ["./nowhere/*", "./src/*"] } } } // the second place',
  }],
  ["paths of a tsconfig.json that is extended, without the ends of names", "~/key", {
    "tsconfig.json": '{ "extends": "./config/base" }',
    "config/base.json": '{ "compilerOptions": { "baseUrl": "..", "paths": { "~/*": ["src/*"] } } }',
  }],
  ["paths of a tsconfig.json among several that are extended, from the folder of the file itself", "$lib/key", {
    "tsconfig.json": '{ "extends": ["./config/a.json", "./config/b.json"] }',
    "config/a.json": '{ "compilerOptions": { "paths": { "$lib/*": ["./nowhere/*"] } } }',
    "config/b.json": '{ "compilerOptions": { "paths": { "$lib/*": ["${configDir}/src/*"] } } }',
  }],
  ["paths of a project that tsconfig.json refers to", "~/key", {
    "tsconfig.json": '{ "files": [], "references": [{ "path": "./tsconfig.app.json" }] }',
    "tsconfig.app.json": '{ "compilerOptions": { "paths": { "~/*": ["./src/*"] } } }',
  }],
  ["baseUrl of tsconfig.json, beside packages", "key", {
    "tsconfig.json": '{ "compilerOptions": { "baseUrl": "./src" } }',
    "src/key.ts": 'export { key } from "pack";\n',
    "node_modules/pack/package.json": '{ "name": "pack", "type": "module", "exports": "./pack.js" }',
    "node_modules/pack/pack.js": key,
  }],
  ["the name of the project's own package", "mine/key", {
    "package.json":
      '{ "name": "mine", "type": "module", "exports": { "./key": { "types": "./no.d.ts", "default": "./src/key.ts" } } }',
  }],
  ["the name of a workspace's member", "@mine/db/key", {
    "deno.json": '{ "workspace": ["./app", "./packages/*"] }',
    "packages/db/deno.json": '{ "name": "@mine/db", "exports": { ".": "./none.ts", "./key": "../../src/key.ts" } }',
  }],
  ["a name for a package of JSR that is installed", "keys", {
    "deno.json": '{ "imports": { "keys": "jsr:@mine/keys@^1" } }',
    "node_modules/@mine/keys/package.json": '{ "name": "@jsr/mine__keys", "type": "module", "exports": "./mod.js" }',
    "node_modules/@mine/keys/mod.js": key,
  }],
  ["imports of package.json", "#db/key", {
    "package.json": '{ "type": "module", "imports": { "#db/*": { "browser": "./no.ts", "default": "./src/*.ts" } } }',
  }],
  ["the end of the JavaScript", "../src/key.js", {}],
  ["no end", "../src/key", {}],
  ["a folder", "../src/index", { "src/index.ts": 'export * from "./key.ts";\n' }],
];
for (const [what, specifier, files] of configurations) {
  Deno.test(`models import by ${what}`, async () => {
    deepEqual(await tablesOf({ "src/key.ts": key, "models/user.ts": user(specifier), ...files }), ["user"]);
    // The same where a file has more than models, so that the runtime's own loader has to read it.
    const more = `${user(specifier)}export const here = import.meta.url;\n`;
    deepEqual(await tablesOf({ "src/key.ts": key, "models/user.ts": more, ...files }), ["user"]);
  });
}

Deno.test('models that import "sqa" only by a short name are found without globs', async () => {
  const files = {
    "tsconfig.json": '{ "compilerOptions": { "paths": { "~/*": ["./src/*"] } } }',
    "src/base.ts": 'import { moduleBase, t } from "sqa";\nexport { t };\nexport const shop = moduleBase("shop");\n',
    "src/order.ts":
      'import { shop, t } from "~/base";\nexport const order = shop.table("order", { id: t.int().primaryKey() });\n',
  };
  deepEqual(await tablesOf(files), ["shop_order"]);
});

Deno.test("models import packages of node_modules, these import one another, and all have one sqa", async () => {
  const files = {
    "node_modules/lengths/package.json":
      '{ "type": "module", "exports": { ".": { "types": "./x.d.ts", "import": "./in.js" } } }',
    "node_modules/lengths/in.js": "export const short = 16;\n",
    "node_modules/@acme/columns/package.json": '{ "type": "module", "exports": { "./*": "./src/*.js" } }',
    "node_modules/@acme/columns/src/name.js":
      'import { t } from "sqa";\nimport { short } from "lengths";\nexport const name = () => t.varchar(short);\n',
    "deno.json": '{ "imports": { "columns": "npm:@acme/columns@^1/name" } }',
    "models/a.ts":
      'import { t, table } from "sqa";\nimport { short } from "lengths";\nimport { name } from "columns";\nimport { name as same } from "@acme/columns/name";\nexport const a = table("a", { id: t.varchar(short).primaryKey(), name: name(), same: same() });\n',
  };
  deepEqual(await tablesOf(files), ["a"]);
});

Deno.test("a package of CommonJS is imported, or said with the place where this build cannot", async () => {
  const files = {
    "node_modules/old/package.json": '{ "main": "lib/main" }',
    "node_modules/old/lib/main.js": 'exports.short = require("./n.js");\n',
    "node_modules/old/lib/n.js": "module.exports = 16;\n",
    "models/a.ts":
      'import { t, table } from "sqa";\nimport old, { short } from "old";\nexport const a = table("a", { id: t.varchar(short).primaryKey(), b: t.varchar(old.short) });\n',
  };
  await inProject(files, async (folder) => {
    const { code, stdout, stderr } = await sqa(folder, "models", "--json");
    if (code === 0) return equal(JSON.parse(stdout).objects.length, 1);
    match(stderr, /error\[SQA-118\]: this build of sqa cannot read "old", a package of CommonJS/);
    match(stderr, /--> models\/a\.ts:2:28\n/);
  });
});

for (const name of ["gone", "@/gone.ts", "#gone", "npm:sqa-no-such-package@1"]) {
  Deno.test(`an import of "${name}", which is nothing, is said with its line and what to do`, () =>
    inProject({
      "package.json": "{}",
      "models/a.ts":
        `import { t, table } from "sqa";\nimport { x } from "../lib/x.ts";\nexport const a = table("a", { x, id: t.int() });\n`,
      "lib/x.ts": `import { t } from "sqa";\nimport { y } from "${name}";\nexport const x = y ?? t.int();\n`,
    }, async (folder) => {
      const { code, stderr } = await sqa(folder, "models");
      equal(code, 1);
      match(stderr, /error\[SQA-113\]: the package ".*" cannot be found, but is imported by the models/);
      match(stderr, /--> lib\/x\.ts:2:\d+\n/);
      match(stderr, /hint: install it beside the models \(npm install \S+\), or name what it stands for in deno\.json/);
    }));
}

Deno.test("a package of JSR that is not installed is said with the command that installs it", () =>
  inProject({
    "deno.json": '{ "imports": { "@mine/keys": "jsr:@mine/keys@^1" } }',
    "models/user.ts": user("@mine/keys"),
  }, async (folder) => {
    const { code, stderr } = await sqa(folder, "models");
    equal(code, 1);
    match(stderr, /error\[SQA-113\]: the package "jsr:@mine\/keys@\^1" cannot be found, but is imported by the models/);
    match(stderr, /hint: packages of JSR are read from node_modules: npx jsr add @mine\/keys\n/);
  }));

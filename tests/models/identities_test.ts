/** S1-11: identities of kinds of rows that change: what stands in rows follows, forth and back, once, on every database. */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { databaseOf } from "../../cli/database.ts";
import { openIdentities } from "../../cli/identities.ts";
import { postgres } from "../../dialects/postgres/mod.ts";
import { sqlite } from "../../dialects/sqlite/mod.ts";
import { makePlan } from "../../diff/plan.ts";
import { modelOf } from "../../models/contract.ts";
import { modelsToGraph } from "../../models/graph.ts";
import { SqaError } from "../../schema/error.ts";
import { t, table } from "sqa";
import { sqa } from "../support/cli.ts";
import { places, withFolder } from "../support/scratch.ts";

const before = `import { mixins, t, table } from "sqa";
export const files = table("files", { id: t.int().primaryKey() }, { discriminator: { column: "kind", check: true }, abstract: true });
export const images = files.single("image", { width: t.int() }, { required: true });
export const texts = files.single("text", { words: t.int() });
export const albums = files.joined("albums", { title: t.varchar(50) });
export const people = table("people", { id: t.int().primaryKey() });
export const pilots = people.single("pilot", { hours: t.int() });
export const cooks = people.single("cook", { stars: t.int() });
`;
const after = before.replace('"image", { width: t.int() }, {', '"picture", { width: t.int() }, { renamedFrom: "image",')
  .replace('"albums", { title: t.varchar(50) }', '"books", { title: t.varchar(50) }, { renamedFrom: "albums" }')
  // Two that change places.
  .replace('"pilot", { hours: t.int() }', '"cook", { hours: t.int() }, { renamedFrom: "pilot" }')
  .replace('"cook", { stars: t.int() }', '"pilot", { stars: t.int() }, { renamedFrom: "cook" }');

for (const place of places) {
  Deno.test({
    name: `S1-11 rows get the new identity of their kind, and the old one back, on ${place.label}`,
    ignore: place.ignore,
    fn: () =>
      withFolder((folder) =>
        place.with(async (url) => {
          const run = async (code: number, ...args: string[]) => {
            const ran = await sqa(folder, ...args, "--url", url);
            equal(ran.code, code, `${args.join(" ")}\n${ran.stdout}${ran.stderr}`);
            return ran;
          };
          const models = (text: string) => writeFileSync(join(folder, "models", "all.ts"), text);
          const database = await databaseOf(url, folder);
          const rows = async () => {
            await using connection = await database.connect();
            const read = (name: string) => connection.query(`SELECT id, kind FROM ${name} ORDER BY id`);
            return [...await read("files"), ...await read("people")].map(({ kind }) => kind);
          };
          mkdirSync(join(folder, "models"));
          models(before);
          await run(0, "diff", "first");
          await run(0, "migrate");
          {
            await using connection = await database.connect();
            for (
              const sql of [
                "INSERT INTO files (id, kind, width) VALUES (1, 'image', 3), (2, 'text', NULL), (3, 'files.albums', NULL)",
                "INSERT INTO albums (id, title) VALUES (3, 'one')",
                "INSERT INTO people (id, kind) VALUES (1, 'pilot'), (2, 'cook')",
              ]
            ) await connection.execute(sql);
          }
          models(after);
          await run(2, "diff", "--check");
          const { stdout } = await run(0, "diff", "second");
          match(stdout, /~ rows where kind is "image" get "picture"/);
          match(stdout, /warning\[rename-in-use\]: "(public\.)?files\.kind\.image" becomes/);
          await run(0, "diff", "--check");
          await run(0, "migrate");
          deepEqual(await rows(), ["picture", "text", "files.books", "cook", "pilot"]);
          await run(0, "diff", "--check");
          await run(0, "check");
          await run(0, "rollback", "--yes");
          deepEqual(await rows(), ["image", "text", "files.albums", "pilot", "cook"]);
          await run(0, "migrate");
          deepEqual(await rows(), ["picture", "text", "files.books", "cook", "pilot"]);
          if (!url.startsWith("sqlite:")) return;
          await run(0, "squash");
          await run(0, "diff", "--check");
        })
      ),
  });
}

Deno.test("S1-11 push changes rows while there are some to change", () =>
  withFolder(async (folder) => {
    const push = async () => {
      const ran = await sqa(folder, "push", "--yes", "--url", "sqlite:app.db");
      equal(ran.code, 0, ran.stdout + ran.stderr);
      return ran.stdout;
    };
    mkdirSync(join(folder, "models"));
    const models = (text: string) => writeFileSync(join(folder, "models", "all.ts"), text);
    models(before);
    await push();
    const database = new DatabaseSync(join(folder, "app.db"));
    database.exec("INSERT INTO files (id, kind, width) VALUES (1, 'image', 3)");
    models(after.replace('"cook", { hours', '"pilot", { hours').replace('"pilot", { stars', '"cook", { stars'));
    await push();
    deepEqual({ ...database.prepare("SELECT kind FROM files").get() }, { kind: "picture" });
    match(await push(), /no changes/);
    database.close();
  }));

const files = (identity: string, renamedFrom?: string | readonly string[], name = "files") => {
  const root = table(name, { id: t.int().primaryKey() }, { discriminator: "kind" });
  return [root, root.single(identity, { width: t.int() }, renamedFrom === undefined ? {} : { renamedFrom })];
};

const read = (models: readonly unknown[], dialect = sqlite) =>
  modelsToGraph({ models: models.map((model) => modelOf(model)!) }, dialect);

Deno.test("S1-11 what the history records is not done again, and the last word counts", () => {
  const { kinds } = read(files("picture", "image")), back = read(files("image", "picture")).kinds;
  const hint = { from: "column:files.kind.image", to: "column:files.kind.picture" } as const;
  const inverse = { from: hint.to, to: hint.from };
  const open = (all: typeof kinds, ...recorded: readonly (readonly { from: string; to: string }[])[]) =>
    openIdentities([], { kinds: all, recorded }).map(({ from, to }) => ({ from, to }));
  deepEqual(open(kinds), [hint]);
  deepEqual(open(kinds, [hint]), []);
  deepEqual(open(back, [hint]), [inverse]);
  deepEqual(open(kinds, [hint], [inverse]), [hint]);
  deepEqual(open(kinds, [hint], [inverse], [inverse, hint], []), []);
  // Under the name that the table or the column had then.
  const old = { from: "column:docs.sort.image", to: "column:docs.sort.picture" };
  const moves = [{ from: "table:docs", to: "table:files" }, { from: "column:files.sort", to: "column:files.kind" }];
  deepEqual(open(kinds, [old], [moves[0]!], [moves[1]!]), []);
  deepEqual(open(kinds, [old], [moves[1]!]), [hint]);
});

Deno.test("S1-11 a table that a flag renames changes the identities that its name is part of", () => {
  const root = table("beasts", { id: t.int().primaryKey() }, { discriminator: "kind", renamedFrom: "animals" });
  const dogs = root.joined("dogs", { breed: t.text() }, { identityBefore: "hounds" });
  const { kinds } = read([root, dogs, root.concrete("stones", {})]);
  const hints = openIdentities([{ from: "table:animals", to: "table:beasts", source: "--rename" }], {
    kinds,
    recorded: [],
  });
  deepEqual(hints.map(({ from, to }) => `${from} ${to}`), [
    "column:beasts.kind.animals column:beasts.kind.beasts",
    "column:beasts.kind.beasts\\.hounds column:beasts.kind.beasts\\.dogs",
    "column:beasts.kind.animals\\.dogs column:beasts.kind.beasts\\.dogs",
    "column:beasts.kind.animals\\.hounds column:beasts.kind.beasts\\.dogs",
  ]);
});

Deno.test("S1-11 a new table has no rows to change; an identity that another kind has is a mistake", () => {
  const models = read(files("picture", "image"), postgres);
  const planOf = (from: typeof models.graph) =>
    makePlan({
      from,
      to: models.graph,
      dialect: postgres,
      renames: openIdentities([], { kinds: models.kinds, recorded: [] }),
      options: { columnOrder: "lax", version: null },
    }).plan.up.map(({ sql }) => sql);
  ok(!planOf(read([], postgres).graph).some((sql) => sql.startsWith("UPDATE")));
  deepEqual(planOf(models.graph), ["UPDATE public.files SET kind = 'picture' WHERE kind = 'image'"]);
  const root = table("files", { id: t.int().primaryKey() });
  const both = [root, root.single("picture", {}, { renamedFrom: "image" }), root.single("image", {})];
  try {
    read(both);
    ok(false);
  } catch (error) {
    ok(error instanceof SqaError);
    match(String(error.more.all![0]!.message), /"picture" had the identity "image" before, and another kind/);
  }
});

Deno.test("S1-11 an enum that lacks the new identity gets it first", () => {
  const of = (labels: readonly string[], identity: string, renamedFrom?: string) => {
    const root = table("files", { id: t.int().primaryKey(), kind: t.enum("kinds", [...labels, "rest"]) }, {
      discriminator: "kind",
      abstract: true,
    });
    return read([root, root.single(identity, {}, renamedFrom === undefined ? {} : { renamedFrom })], postgres);
  };
  const from = of(["image"], "image"), to = of(["picture"], "picture", "image");
  const plan = (a: typeof from, b: typeof to, more: readonly { from: string; to: string }[] = []) =>
    makePlan({
      from: a.graph,
      to: b.graph,
      dialect: postgres,
      renames: [
        ...more.map((hint) => ({ ...hint, source: "test" })) as never[],
        ...openIdentities([], { kinds: b.kinds, recorded: [] }),
      ],
      options: { columnOrder: "lax", version: null },
    }).plan.up.map(({ sql }) => sql);
  try {
    plan(from, to);
    ok(false);
  } catch (error) {
    equal((error as SqaError).code, "SQA-306");
  }
  const label = { from: "enum:public.kinds.image", to: "enum:public.kinds.picture" };
  deepEqual(plan(from, to, [label]), ["ALTER TYPE public.kinds RENAME VALUE 'image' TO 'picture'"]);
  const wide = of(["image", "picture"], "image");
  match(plan(wide, of(["image", "picture"], "picture", "image"))[0]!, /^UPDATE public\.files SET kind = 'picture'/);
});

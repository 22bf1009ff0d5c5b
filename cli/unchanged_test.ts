import { deepEqual, equal } from "node:assert/strict";
import { sqliteDriver } from "../dialects/sqlite/driver.ts";
import { ask } from "../introspect/introspect.ts";
import { historyOf } from "../migrate/history.ts";
import { readFolder } from "../migrate/files.ts";
import { basePrint } from "../migrate/base_print.ts";
import { readState } from "../migrate/state.ts";
import { withFolder } from "../tests/support/scratch.ts";
import type { Asked } from "./asked.ts";
import { type Ours, unchanged } from "./unchanged.ts";

const { dialect } = sqliteDriver, notes = [{ code: "left-alone", object: null, message: "something" }];

/** Asks a database with one table and no history. */
async function withDatabase(
  test: (folder: string, asked: () => Promise<Asked>, run: (sql: string) => Promise<void>) => Promise<void>,
) {
  await withFolder(async (folder) => {
    await using connection = await sqliteDriver.connect("sqlite::memory:");
    await connection.execute("CREATE TABLE a (id INTEGER PRIMARY KEY)");
    const history = historyOf(dialect);
    const asked = async (): Promise<Asked> => {
      const migrations = await readFolder(`${folder}/migrations`, dialect);
      const state = await readState(connection, migrations, history);
      const live = await ask(connection, dialect, { print: true });
      return { connection, folder: migrations, history, state, live };
    };
    await test(folder, asked, (sql) => connection.execute(sql));
  });
}

const ours = (root: string, more: Partial<Ours> = {}): Ours => ({
  root,
  models: "these",
  about: { check: true },
  name: "one",
  ...more,
});

Deno.test("what a diff said comes again, as long as everything is what it was", () =>
  withDatabase(async (folder, asked, run) => {
    const first = unchanged(ours(folder));
    equal(first.maybe, false);
    await (await first.keeper(await asked()))(notes);
    const second = unchanged(ours(folder));
    equal(second.maybe, true);
    deepEqual(await second.notes(await asked()), notes);
    for (const more of [{ models: "others" }, { about: { check: false } }, { name: "two" }, { root: `${folder}/x` }]) {
      equal(unchanged(ours(folder, more)).maybe, false);
    }
    await run("ALTER TABLE a ADD COLUMN n INT");
    equal(await second.notes(await asked()), null);
  }));

Deno.test("what a diff said is not said with a file that is pending, and not once the graph is made", () =>
  withDatabase(async (folder, asked) => {
    const made = await asked();
    made.live.graph();
    await (await unchanged(ours(folder)).keeper(made))(notes);
    equal(unchanged(ours(folder)).maybe, false);
    await (await unchanged(ours(folder)).keeper(await asked()))(notes);
    const pending = { id: "a", parents: [], migration: { paths: { snapshot: null } }, revision: null };
    const state = { revisions: null, chain: { nodes: new Map([["a", pending]]), heads: ["a"] } };
    equal(await basePrint({ migrations: [] }, state as never), null);
  }));

Deno.test("a file that is cut off, or written in by somebody, says nothing", () =>
  withDatabase(async (folder, asked) => {
    await (await unchanged(ours(folder)).keeper(await asked()))(notes);
    const [file] = [...Deno.readDirSync(`${folder}/.sqa/cache`)].filter(({ name }) => name.endsWith(".same.json"));
    const path = `${folder}/.sqa/cache/${file!.name}`, text = Deno.readTextFileSync(path);
    for (const broken of [text.slice(0, -1), text.replace("something", "nothing"), "", "{}"]) {
      Deno.writeTextFileSync(path, broken);
      equal(unchanged(ours(folder)).maybe, false);
    }
  }));

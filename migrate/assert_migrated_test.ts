import { deepEqual, match, rejects } from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { sqa } from "../tests/support/cli.ts";
import { places, withFolder } from "../tests/support/scratch.ts";
import { databaseOf } from "../cli/database.ts";
import { assertMigrated, type QueryRow } from "./assert_migrated.ts";

const model = (...columns: string[]) =>
  `import { t, table } from "sqa";\nexport const note = table("note", { id: t.int().primaryKey(), ${
    columns.map((name) => `${name}: t.int().nullable()`).join(", ")
  } });\n`;

for (const place of places) {
  Deno.test({
    name: `S0-19: a program starts on a database that has all its migrations, and on no other: ${place.label}`,
    ignore: place.ignore,
    fn: () =>
      withFolder((folder) =>
        place.with(async (given) => {
          const url = given.startsWith("sqlite:") ? `sqlite:${folder}/test.db` : given;
          const dir = `${folder}/migrations`;
          const run = async (...args: string[]) => {
            const { code, stdout, stderr } = await sqa(folder, ...args, "--url", url);
            if (code !== 0) throw new Error(stdout + stderr);
          };
          const query = async (sql: string) => {
            await using connection = await (await databaseOf(url, folder)).connect();
            return await connection.query<QueryRow>(sql);
          };
          await Deno.mkdir(`${folder}/models`);
          await Deno.writeTextFile(`${folder}/models/note.ts`, model("a"));
          await run("diff", "first");
          await rejects(assertMigrated({ dir, query }), { code: "SQA-590" });
          await run("migrate");
          const first = await assertMigrated({ dir, query });
          deepEqual([first.applied.length, first.pending], [1, []]);
          await Deno.writeTextFile(`${folder}/models/note.ts`, model("a", "b"));
          await run("diff", "second");
          await rejects(assertMigrated({ dir, query }), (error: Error & { code: string; more: { hint: string } }) => {
            match(error.message, /^the database is behind its migrations: 1 of 2 not applied \(\d+_second_\w+\)$/);
            deepEqual([error.code, error.more.hint], ["SQA-529", "run `sqa migrate` before the program starts"]);
            return true;
          });
          const told: string[] = [];
          const late = await assertMigrated({ dir, query, warn: (message) => told.push(message) });
          deepEqual([late.pending.length, told.length], [1, 1]);
          await run("migrate");
          await assertMigrated({ dir, query });
          // One file stands for both: databases that have these are where it leads to.
          await run("squash", "base..head");
          await assertMigrated({ dir, query });
          // An older program's folder has less than the database.
          for (const { name } of [...Deno.readDirSync(dir)].filter((each) => each.isFile)) {
            Deno.removeSync(`${dir}/${name}`);
          }
          deepEqual(await assertMigrated({ dir, query }), { applied: [], pending: [] });
        })
      ),
  });
}

Deno.test("S0-19: rows come as drivers give them; half of a migration is not all of it", () =>
  withFolder(async (folder) => {
    const rows = [{ id: "a", state: "running" }];
    for (const result of [rows, { rows }, [rows, [{ name: "id" }]] as const]) {
      await rejects(assertMigrated({ dir: folder, query: () => result as QueryRow[] }), {
        code: "SQA-529",
        message: "the database is in the middle of a",
      });
    }
    await rejects(assertMigrated({ dir: folder, query: () => [], table: "x; DROP TABLE y" }), TypeError);
    using database = new DatabaseSync(":memory:");
    database.exec("CREATE TABLE h (id TEXT, state TEXT)");
    await assertMigrated({ dir: folder, query: (sql) => database.prepare(sql).all(), table: "main.h" });
  }));

/** Folders of migrations that are not as one would have them: clocks that jumped when files were made (T18), files that are not files (T31). */
import { deepEqual, equal, ok } from "node:assert/strict";
import { readFile, rename, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { writeMigration } from "../../migrate/files.ts";
import { renderEmptyMigration } from "../../migrate/render_file.ts";
import { engines, sqlite } from "./engines.ts";
import { inCell } from "./project.ts";

for (const engine of [sqlite, ...engines]) {
  Deno.test({
    name:
      `${engine.label}: files made by clocks that jump are applied in the order of their parents, none is skipped (T18)`,
    ignore: engine.url === null,
    fn: () =>
      inCell(engine, async (cell) => {
        // An hour back, ten years ahead, the hour that summer time repeats, five minutes behind: each a child of the one before.
        const clocks = [
          "2026-03-01T12:00:00Z",
          "2026-03-01T11:00:00Z",
          "2036-03-01T12:00:00Z",
          "2026-10-25T00:30:00Z",
          "2026-10-25T00:25:00Z",
        ];
        let last: string | null = null;
        const ids = new Set<string>();
        for (const [i, clock] of clocks.entries()) {
          const parents: readonly string[] = last === null ? [] : [last];
          const texts = renderEmptyMigration({ name: `n${i}`, dialect: engine.driver.dialect, parents });
          const { paths } = await writeMigration(cell.dir, texts, new Date(clock));
          last = texts.id;
          ids.add(last);
          const sql = i === 0 ? "CREATE TABLE t (n integer);" : `INSERT INTO t SELECT count(*) FROM t;`;
          const text = await readFile(paths.up, "utf8");
          await writeFile(paths.up, text.replace(/\n-- write the statements here[^]*$/, `\n${sql}\n-- sqa: end\n`));
          // Each is applied as soon as it is there: a later one with an earlier time stamp still comes.
          if (i % 2 === 0) await cell.migrate();
        }
        equal(ids.size, clocks.length);
        await cell.migrate();
        deepEqual((await cell.query("SELECT n FROM t ORDER BY n")).map(({ n }) => Number(n)), [0, 1, 2, 3]);
        const rows = await cell.query("SELECT name FROM sqa_history ORDER BY sequence");
        deepEqual(rows.map(({ name }) => String(name)), ["n0", "n1", "n2", "n3", "n4"]);
        equal((await cell.migrate()).applied.length, 0);
      }),
  });
}

Deno.test("a migration that is a link that leads nowhere is an error, not a missing file (T31)", () =>
  inCell(sqlite, async (cell) => {
    const path = await cell.write("one", "CREATE TABLE t (n integer);");
    await rename(path, join(cell.dir, "..", "gone.sql"));
    await symlink(join(cell.dir, "..", "nowhere.sql"), path);
    const error = await cell.migrate().then(() => null, (error) => error);
    ok(error, "a link that leads nowhere went unnoticed");
    ok(/^SQA-5/.test(error.code ?? ""), String(error.stack));
  }));

/**
 * `push` has no files and no record of its statements: the next run plans anew from what the database is, once what the server still works on
 * is done. Cut at any request, killed in a long statement, beside another one, or stopped by rows that are in the way, it ends at the models, and no
 * row is lost on the way, also where DDL commits by itself.
 */
import { deepEqual, equal, match } from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { project } from "../../cli/testing/project.ts";
import { engines } from "./engines.ts";
import { sqaCommand } from "../support/cli.ts";
import { until } from "../support/until.ts";
import { type Cell, inCell, random, sampleOf, sampling } from "./project.ts";
import { type Cut, cuts, startProxy } from "./proxy.ts";

const first = `import { t, table } from "sqa";
export const team = table("team", { id: t.int().primaryKey(), name: t.varchar(40) });
export const person = table("person", { id: t.int().primaryKey(), name: t.varchar(40), age: t.int() });
`;
const later = `import { t, table } from "sqa";
export const team = table("team", { id: t.int().primaryKey(), name: t.varchar(80).unique(), motto: t.text().nullable() });
export const person = table("person", {
  id: t.int().primaryKey(),
  name: t.varchar(40).index(),
  age: t.bigint(),
  team: t.int().nullable().references("team.id"),
});
export const extra = table("extra", { id: t.int().primaryKey(), person: t.int().references("person.id") });
`;
const rows = [
  "INSERT INTO team (id, name) VALUES (1, 'one'), (2, 'two')",
  "INSERT INTO person (id, name, age) VALUES (1, 'a', 5), (2, 'b', 6)",
];

const pushed = "push --allow may-fail --allow table-rewrite --allow blocking-scan";

let versions = 0;

/** Runs a command line in a folder with these models. */
async function run(folder: ReturnType<typeof project>, models: string, line: string, url: string) {
  const file = join(folder.folder, `models_${++versions}.ts`);
  writeFileSync(file, models);
  return await folder.sqa(`${line} --no-input --models ${file} --url ${url}`);
}

async function begun(cell: Cell, folder: ReturnType<typeof project>): Promise<void> {
  const { code, stderr } = await run(folder, first, "push", cell.url);
  equal(code, 0, stderr);
  await cell.run(...rows);
}

async function expectEnd(cell: Cell, folder: ReturnType<typeof project>): Promise<void> {
  const { code, stdout, stderr } = await run(folder, later, "push --dry-run", cell.url);
  equal(code, 0, stderr);
  match(stdout, /no changes/);
  const people = await cell.query("SELECT id, name, age FROM person ORDER BY id");
  deepEqual(people.map(({ id, name, age }) => [Number(id), name, Number(age)]), [[1, "a", 5], [2, "b", 6]]);
  equal((await cell.query("SELECT id FROM team")).length, 2);
}

for (const engine of engines) {
  Deno.test({
    name: `${engine.label}: push that is cut at any request is finished by the next one, with every row`,
    ignore: engine.url === null,
    fn: async () => {
      let requests = 0;
      const cell = (cut: { readonly at: number; readonly how: Cut }) =>
        inCell(engine, async (cell) => {
          using folder = project();
          await begun(cell, folder);
          const proxy = startProxy({ url: cell.url, ...cut });
          const through = await run(folder, later, pushed, proxy.url);
          requests = Math.max(requests, proxy.requests);
          proxy.close();
          if (cut.at === 0) equal(through.code, 0, through.stderr);
          const again = await run(folder, later, pushed, cell.url);
          equal(again.code, 0, `${cut.how} ${cut.at}, seed ${sampling.seed}: ${again.stderr}`);
          await expectEnd(cell, folder);
        });
      await cell({ at: 0, how: "before" });
      const all = Array.from({ length: requests }, (_, i) => cuts.map((how) => ({ at: i + 1, how }))).flat();
      for (const each of sampleOf(all, random(sampling.seed), Math.ceil(sampling.size / 2))) await cell(each);
    },
  });

  Deno.test({
    name:
      `${engine.label}: push that meets rows in the way says which statement it was and what stays, and goes on when they are gone`,
    ignore: engine.url === null,
    fn: () =>
      inCell(engine, async (cell) => {
        using folder = project();
        await begun(cell, folder);
        await cell.run("INSERT INTO team (id, name) VALUES (3, 'two')");
        const { code, stderr } = await run(folder, later, pushed, cell.url);
        equal(code, 1, stderr);
        match(stderr, /SQA-510.*statement \d+ of \d+ failed/);
        match(
          stderr,
          engine.driver.dialect.transactionalDdl
            ? /nothing was changed/
            : /nothing was changed|statements 1 to \d+ stay/,
        );
        await cell.run("DELETE FROM team WHERE id = 3");
        equal((await run(folder, later, pushed, cell.url)).code, 0);
        await expectEnd(cell, folder);
      }),
  });

  Deno.test({
    name:
      `${engine.label}: push that is killed in a long statement: the next one waits for the server, then goes on from what is there`,
    ignore: engine.url === null,
    fn: () =>
      inCell(engine, async (cell) => {
        using folder = project();
        await begun(cell, folder);
        await cell.run("INSERT INTO person (id, name, age) SELECT id + 2, 'x', 1 FROM person");
        for (let i = 0, n = 4; i < 15; i++, n *= 2) {
          await cell.run(`INSERT INTO person (id, name, age) SELECT id + ${n}, 'x', 1 FROM person`);
        }
        const file = join(folder.folder, `models_${++versions}.ts`);
        writeFileSync(file, later);
        const [program, ...args] = sqaCommand([
          ...pushed.split(" "),
          "--no-input",
          "--models",
          file,
          "--url",
          cell.url,
        ]);
        const process = new Deno.Command(program!, {
          args,
          cwd: folder.folder,
          stdin: "null",
          stdout: "null",
          stderr: "null",
        }).spawn();
        const working = engine.driver.dialect.name === "postgres"
          ? "SELECT 1 AS found FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' AND query ~ '^ALTER TABLE.*person'"
          : "SELECT 1 AS found FROM information_schema.PROCESSLIST WHERE DB = DATABASE() AND INFO LIKE 'ALTER TABLE%person%'";
        let isOver = false;
        const ended = process.status.finally(() => isOver = true);
        await using watcher = await engine.driver.connect(cell.url);
        await until("the ALTER is under way", async () => isOver || (await watcher.query(working)).length > 0);
        if (!isOver) process.kill("SIGKILL");
        equal((await ended).signal, "SIGKILL", "it was over before it could be killed");
        let again = await run(folder, later, pushed, cell.url);
        // It had planned before the server was done.
        if (again.code !== 0) {
          equal(again.code, 75, again.stderr);
          match(again.stderr, /SQA-526/);
          again = await run(folder, later, pushed, cell.url);
        }
        equal(again.code, 0, again.stderr);
        match((await run(folder, later, "push --dry-run", cell.url)).stdout, /no changes/);
        equal(Number((await cell.query("SELECT count(*) AS n FROM person"))[0]!.n), 2 ** 17);
      }),
  });

  Deno.test({
    name: `${engine.label}: two pushes at once: one does it, the other does nothing or says that it is to be run again`,
    ignore: engine.url === null,
    fn: () =>
      inCell(engine, async (cell) => {
        using folder = project();
        await begun(cell, folder);
        const both = await Promise.all([1, 2, 3].map(() => run(folder, later, pushed, cell.url)));
        for (const { code, stderr } of both) {
          if (code !== 0) match(stderr, /SQA-526.*nothing was run/);
        }
        equal(both.filter(({ code }) => code === 0).length > 0, true);
        await expectEnd(cell, folder);
      }),
  });
}

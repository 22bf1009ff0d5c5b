/** Checkpoints: wherever a database stands when its files are squashed, it ends at the same schema as one that begins empty. */
import { deepEqual, equal, rejects } from "node:assert/strict";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { sqliteDriver } from "../dialects/sqlite/driver.ts";
import type { SqaError } from "../schema/error.ts";
import { withFolder } from "../tests/support/scratch.ts";
import { makeChain } from "./chain.ts";
import { type Migration, readFolder, writeMigration } from "./files.ts";
import type { Revision } from "./history.ts";
import { inProject, type Project, projectAt } from "./project_test.ts";
import { moveSquashed, planSquash, squashTexts } from "./squash.ts";

const dialect = sqliteDriver.dialect;

/** Squashes everything in the folder up to its head. */
async function squashAll(dir: string, name: string): Promise<void> {
  const { chain } = makeChain((await readFolder(dir, dialect)).migrations, []);
  const squash = await planSquash(chain, chain.nodes.get(chain.heads[0]!)!, { dialect, leaveOut: new Set() });
  await moveSquashed(dir, squash.nodes);
  await writeMigration(dir, squashTexts(squash, { name, dialect }), new Date());
}

/** A step changes one of three tables; "squash" replaces all files so far. */
type Step = { readonly table: number; readonly column: number } | "squash";
const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ table: fc.nat(2), column: fc.nat(3) }) },
    { weight: 1, arbitrary: fc.constant("squash" as const) },
  ),
  { minLength: 4, maxLength: 8 },
);

function sqlOf(columns: readonly ReadonlySet<number>[]): string {
  return columns.map((set, i) =>
    `CREATE TABLE t${i} (id INTEGER PRIMARY KEY${[...set].sort().map((n) => `, c${n} TEXT`).join("")});`
  ).join("\n");
}

Deno.test("a database at any old point goes on after any number of squashes and ends where an empty one does", () =>
  inProject((shared) =>
    fc.assert(
      fc.asyncProperty(steps, async (list) => {
        await withFolder(async (root) => {
          const at = (name: string) => projectAt(root, sqliteDriver, `sqlite:${join(root, name)}`, shared.graphOf);
          const author = at("author.db"), points: Project[] = [at("never.db")];
          const columns = [new Set<number>(), new Set<number>(), new Set<number>()];
          let made = 0;
          for (const [i, step] of list.entries()) {
            if (step === "squash") {
              const files = (await readFolder(author.dir, dialect)).migrations;
              if (makeChain(files, []).chain.nodes.size > 1) await squashAll(author.dir, `checkpoint_${i}`);
            } else {
              const set = columns[step.table]!;
              if (!set.delete(step.column)) set.add(step.column);
              if (await author.generate(`step_${made}`, sqlOf(columns))) made++;
              await author.migrate();
            }
            // One that stays here, and one that is brought a single file further than the last.
            const here = at(`at_${i}.db`), half = at(`half_${i}.db`);
            await here.migrate();
            await half.migrate({ target: "+1" });
            points.push(here, half);
          }
          const fresh = at("fresh.db");
          await fresh.migrate();
          const goal = await fresh.fingerprint();
          for (const point of [author, ...points]) {
            await point.migrate();
            equal(await point.fingerprint(), goal);
            equal((await point.status()).pending, 0);
            equal((await point.base()).drift?.length ?? 0, 0);
          }
          // New files have one parent, whichever way a database came.
          const parents = await Promise.all(
            [fresh, author, ...points].map(async (each) => (await each.base()).parents),
          );
          for (const each of parents) deepEqual(each, parents[0]);
          // Nothing that is past it needs the old files.
          await rm(join(author.dir, "squashed"), { recursive: true, force: true });
          for (const point of [author, ...points]) equal((await point.migrate()).applied.length, 0);
        });
      }),
      { numRuns: Number(Deno.env.get("SQA_TEST_RUNS") ?? 4) },
    )
  ));

const hex = (letter: string) => letter.repeat(12);
const file = (letter: string, parents: string, replaces: readonly string[] = []) =>
  ({
    id: hex(letter),
    name: letter,
    label: letter,
    parents: [...parents].map(hex),
    header: replaces.length ? { replaces: replaces.map((way) => [...way].map(hex)) } : {},
    paths: { up: `${letter}.up.sql`, down: null, snapshot: null },
  }) as unknown as Migration;
const row = (letter: string, parents: string) =>
  ({
    id: hex(letter),
    name: letter,
    parents: [...parents].map(hex),
    sequence: 1,
    state: "done",
  }) as unknown as Revision;
const order = (files: readonly Migration[], rows: readonly Revision[]) => {
  const { chain, problems } = makeChain(files, rows);
  return [...[...chain.nodes.keys()].map((id) => id[0]), ...problems.map(({ code }) => code)].join("");
};

Deno.test("which files take part is said by the rows alone", () => {
  // e replaces d and c, d replaced a and b; f follows e.
  const files = [
    file("a", ""),
    file("b", "a"),
    file("d", "", ["ab"]),
    file("c", "d"),
    file("e", "", ["dc", "abc"]),
    file("f", "e"),
  ];
  equal(order(files, []), "ef");
  equal(order(files, [row("a", "")]), "abcf");
  equal(order(files, [row("d", "")]), "dcf");
  equal(order(files, [row("d", ""), row("c", "d")]), "dcf");
  equal(order(files, [row("e", "")]), "ef");
  const without = files.filter(({ name }) => name === "e" || name === "f");
  equal(order(without, [row("a", ""), row("b", "a"), row("c", "b")]), "abcf");
  equal(order(without, [row("a", ""), row("b", "a")]), "abSQA-553SQA-507");
});

Deno.test("what was written by hand is not left out without being told (SQA-556)", () =>
  inProject(async (project) => {
    await project.generate("one", "CREATE TABLE a (id INTEGER PRIMARY KEY);");
    await project.migrate();
    const { up } = (await project.generate("two", "CREATE TABLE a (id INTEGER PRIMARY KEY, b TEXT);"))!;
    const text = await Deno.readTextFile(up);
    await Deno.writeTextFile(up, text.replace("-- sqa: end", "UPDATE a SET b = 'x';\n-- sqa: end"));
    await rejects(
      squashAll(project.dir, "all"),
      (error: SqaError) => error.code === "SQA-556" && error.more.exit === 3,
    );
    const { chain } = makeChain((await readFolder(project.dir, dialect)).migrations, []);
    const squash = await planSquash(chain, chain.nodes.get(chain.heads[0]!)!, {
      dialect,
      leaveOut: new Set(chain.heads),
    });
    deepEqual(squash.nodes.map(({ name }) => name), ["one", "two"]);
  }));

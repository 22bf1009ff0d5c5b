/**
 * Many `sqa migrate` at once, as replicas of an app start them, on an empty database: each file is applied once and every process exits 0.
 * Then the same with processes that are killed at random moments. The runner itself is tested closer in migrate/; this is the whole
 * program. What comes before and after runs within the test's process.
 */
import { deepEqual, equal } from "node:assert/strict";
import { sqaWithin } from "../cli/testing/project.ts";
import { sqa, sqaCommand } from "./support/cli.ts";
import { places, withFolder } from "./support/scratch.ts";

const tables = 6, runners = 10;
const kills = Number(Deno.env.get("SQA_TEST_KILLS") ?? 6);

const model = (i: number) => `
import { t, table } from "sqa";
export const t${i} = table("t${i}", { id: t.bigint().primaryKey(), ${
  i ? `other: t.bigint().references("t${i - 1}.id"),` : ""
} text: t.text() });
`;

/** A project with one migration a table. */
async function withMigrations(url: string, test: (folder: string) => Promise<void>): Promise<void> {
  await withFolder(async (folder) => {
    await Deno.mkdir(`${folder}/models`);
    for (let i = 0; i < tables; i++) {
      await Deno.writeTextFile(`${folder}/models/t${i}.ts`, model(i));
      const { code, stderr } = await sqaWithin(folder, ["diff", `table_${i}`, "--url", url]);
      equal(code, 0, stderr);
    }
    await test(folder);
  });
}

interface StatusJson {
  readonly migrations: readonly { readonly id: string; readonly state: string }[];
}

/** Every file is applied, and what is there is what the models say. */
async function isComplete(folder: string, url: string): Promise<void> {
  const { stdout } = await sqaWithin(folder, ["status", "--json", "--url", url]);
  const { migrations } = JSON.parse(stdout) as StatusJson;
  deepEqual(migrations.map(({ state }) => state), Array.from({ length: tables }, () => "applied"));
  equal((await sqaWithin(folder, ["diff", "--check", "--url", url])).code, 0);
}

// The newest server of each kind is enough here: the runner is tested on each version in migrate/.
const newest = new Map(places.map((place) => [place.label.split(" ")[0], place])).values();

for (const place of newest) {
  Deno.test({
    name: `ten runners at once on an empty database: all exit 0, each file once, on ${place.label}`,
    ignore: place.ignore,
    fn: () =>
      place.with((url) =>
        withMigrations(url, async (folder) => {
          const ends = await Promise.all(
            Array.from({ length: runners }, () => sqa(folder, "migrate", "--json", "--url", url)),
          );
          for (const { code, stdout, stderr } of ends) equal(code, 0, stdout + stderr);
          const applied = ends.flatMap(({ stdout }) => (JSON.parse(stdout) as { applied: readonly unknown[] }).applied);
          equal(applied.length, tables);
          await isComplete(folder, url);
        })
      ),
  });

  Deno.test({
    name: `runners killed at random moments: the next run finishes, nothing is applied twice, on ${place.label}`,
    ignore: place.ignore,
    fn: () =>
      place.with((url) =>
        withMigrations(url, async (folder) => {
          for (let i = 0; i < kills; i++) {
            const [program, ...args] = sqaCommand(["migrate", "+1", "--url", url]);
            const child = new Deno.Command(program!, { args, cwd: folder, stdout: "null", stderr: "null" }).spawn();
            const timer = setTimeout(() => killIfAlive(child), 100 + Math.random() * 500);
            await child.status;
            clearTimeout(timer);
          }
          const { code, stderr } = await sqa(folder, "migrate", "--url", url);
          equal(code, 0, stderr);
          await isComplete(folder, url);
        })
      ),
  });
}

/** It may have ended between the timer and the signal: then there is nothing to kill. */
function killIfAlive(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGKILL");
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
}

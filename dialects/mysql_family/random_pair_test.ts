/**
 * Random pairs of MySQL and MariaDB schemas of all kinds, with rows: see tests/properties/mysql/pair.ts. SQA_TEST_DATA_PAIRS sets how many a
 * server (30), SQA_TEST_SEED the first pair's seed (the next ones follow it), SQA_TEST_SHRINK=1 makes each miss small, SQA_TEST_LOG names
 * a file for runs of hours. Without a seed the first one is always the same: a run from a random one is a search, not a test.
 */
import { equal, ok } from "node:assert/strict";
import { type Counts, Miss, noCounts, type Places, tryPair } from "../../tests/properties/mysql/pair.ts";
import { shrink, type Worlds } from "../../tests/properties/mysql/shrink.ts";
import { statementsOf } from "../../tests/properties/mysql/sql.ts";
import { changedWorld, randomWorld } from "../../tests/properties/mysql/world.ts";
import { randomNumbers } from "../../tests/properties/postgres/random.ts";
import { mysqlUrls, withDatabase } from "../../tests/support/scratch.ts";
import { mariadbDriver } from "../mariadb/driver.ts";
import { mysqlDriver } from "../mysql/driver.ts";

const log = Deno.env.get("SQA_TEST_LOG");
const tries = Number(Deno.env.get("SQA_TEST_SHRINK") ?? 0) ? 150 : 0;
const pairs = Number(Deno.env.get("SQA_TEST_DATA_PAIRS") ?? 30);
const seed = Number(Deno.env.get("SQA_TEST_SEED") ?? 20_260_101);

// deno-lint-ignore no-console -- the seed must be seen to repeat a run
const say = (text: string) => console.log(text);

for (const url of mysqlUrls) {
  const driver = url.startsWith("mariadb:") ? mariadbDriver : mysqlDriver;
  Deno.test(`random pairs of all kinds with rows, on ${driver.dialect.label}`, () =>
    withDatabase(url, (fromUrl) =>
      withDatabase(url, async (toUrl) => {
        await using from = await driver.connect(fromUrl);
        await using to = await driver.connect(toUrl);
        const counts = noCounts(), misses: string[] = [], started = performance.now();
        for (let at = 0; at < pairs; at++) {
          const missed = await missOf({ driver, from, to }, seed + at, counts);
          if (missed) say(missed), misses.push(missed.split("\n")[0]!);
          if (log) Deno.writeTextFileSync(log, `${driver.dialect.name} ${at + 1} ${missed ?? ""}\n`, { append: true });
        }
        report(counts, (performance.now() - started) / 1000);
        equal(misses.length, 0, `${misses.length} of ${counts.tried} pairs missed:\n${misses.join("\n")}`);
        ok(counts.refused <= 6 + counts.tried / 20, `${counts.refused} of ${counts.tried} pairs were refused`);
      })));
}

function worldsOf(seedOfPair: number, mariadb: boolean): Worlds {
  const first = randomWorld(randomNumbers(seedOfPair), mariadb, 16);
  return { first, second: changedWorld(randomNumbers(seedOfPair * 31 + 7), first, 7) };
}

async function missOf(places: Places, seedOfPair: number, counts: Counts): Promise<string | null> {
  const worlds = worldsOf(seedOfPair, places.driver === mariadbDriver);
  const error = await failure(places, worlds, counts);
  if (!error) return null;
  const small = tries
    ? await shrink(worlds, async (each) => {
      const other = await failure(places, each, noCounts());
      return other !== null && likeness(other) === likeness(error);
    }, tries)
    : worlds;
  const shown = tries ? await failure(places, small, noCounts()) ?? error : error;
  return `SQA_TEST_SEED=${seedOfPair}: ${shown.message}\n${story(small, shown)}`;
}

async function failure(places: Places, { first, second }: Worlds, counts: Counts): Promise<Error | null> {
  try {
    await tryPair(places, first, second, counts);
    return null;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** The kind of failure: its first words without names and numbers. */
function likeness(error: Error): string {
  return error.message.replace(/[`"'][^`"']*[`"']|\b[nr]\d+\b|\d+/g, "…").slice(0, 40);
}

function story({ first, second }: Worlds, error: Error): string {
  const before = statementsOf(first), after = statementsOf(second);
  const lines = [
    "-- first",
    ...before.map((each) => `${each};`),
    "-- second",
    ...after.filter((each) => !before.includes(each)).map((each) => `+ ${each}`),
    ...before.filter((each) => !after.includes(each)).map((each) => `- ${each}`),
  ];
  if (error instanceof Miss) lines.push("-- up", ...error.up, "-- down", ...error.down);
  else lines.push(error.stack ?? "");
  return lines.map((line) => `    ${line.replaceAll("\n", "\n    ")}`).join("\n");
}

function report(counts: Counts, seconds: number): void {
  const { tried, renamed, refused, stopped, made, unmade, statements } = counts;
  const left = [...unmade.values()].reduce((sum, each) => sum + each, 0);
  say(
    `${tried} pairs in ${seconds.toFixed(0)} s (${
      (tried / seconds).toFixed(1)
    }/s), ${renamed} with renames, ${refused} refused, ` +
      `${stopped} stopped by their rows; ${statements} statements up; ${made} statements made them, of which the server refused ${left}; SQA_TEST_SEED=${seed}`,
  );
  if (!Deno.env.get("SQA_TEST_DETAILS")) return;
  for (const [what, often] of [...counts.kinds].sort((a, b) => b[1] - a[1])) say(`  ${often} ${what}`);
  for (const [why, often] of [...unmade].sort((a, b) => b[1] - a[1]).slice(0, 60)) say(`  ${often} refused: ${why}`);
}

/**
 * Many random pairs in a row: each is tried, a miss is told with its seed and its story, and made small when that is asked. For tests only.
 * SQA_TEST_DATA_PAIRS sets how many, SQA_TEST_SEED the first pair's seed (the next ones follow it), SQA_TEST_SHRINK=1 makes the first miss of
 * each sort small (another number: with so many tries), SQA_TEST_LOG names a file for runs of hours, SQA_TEST_DETAILS=1 counts by kind.
 */
import { equal, ok } from "node:assert/strict";
import { type AnyWorld, shrink, type Worlds, type WorldTools } from "./shrink.ts";

export interface Counts {
  tried: number;
  renamed: number;
  refused: number;
  stopped: number;
  /** Irreversible by what the database has no statement for, as the plan says itself. */
  oneWay: number;
  /** Statements up, and those of the makers that the server refused. */
  statements: number;
  made: number;
  readonly unmade: Map<string, number>;
  readonly kinds: Map<string, number>;
}

export function noCounts(): Counts {
  return {
    tried: 0,
    renamed: 0,
    refused: 0,
    stopped: 0,
    oneWay: 0,
    statements: 0,
    made: 0,
    unmade: new Map(),
    kinds: new Map(),
  };
}

/** What sqa got wrong, with its statements. */
export class Miss extends Error {
  constructor(message: string, readonly up: readonly string[], readonly down: readonly string[], cause?: unknown) {
    super(message, { cause });
  }
}

export interface Settings {
  readonly pairs: number;
  readonly seed: number;
  /** How often a miss is tried again to make it small; 0: it is shown as it is. */
  readonly tries: number;
}

/** The environment's settings. Without a seed the first one is always the same: a run from a random one is a search, not a test. */
export function settingsFor(given: { readonly pairs: number; readonly seed: number }): Settings {
  const tries = Number(Deno.env.get("SQA_TEST_SHRINK") ?? 0);
  return {
    pairs: Number(Deno.env.get("SQA_TEST_DATA_PAIRS") ?? given.pairs),
    seed: Number(Deno.env.get("SQA_TEST_SEED") ?? given.seed),
    tries: tries === 1 ? 400 : tries,
  };
}

export interface Campaign<World extends AnyWorld, Places> {
  readonly label: string;
  readonly settings: Settings;
  /** So many pairs share their places; then they get new ones. */
  readonly perPlaces: number;
  withPlaces(work: (places: Places) => Promise<void>): Promise<void>;
  worldsOf(seed: number, places: Places): Worlds<World>;
  /** Throws a `Miss` when sqa fails. */
  tryPair(places: Places, worlds: Worlds<World>, counts: Counts): Promise<void>;
  statementsOf(world: World): readonly string[];
  readonly tools: WorldTools<World>;
}

// deno-lint-ignore no-console -- the seed must be seen to repeat a run
const say = (text: string) => console.log(text);

function logged(line: string): void {
  const log = Deno.env.get("SQA_TEST_LOG");
  if (log) Deno.writeTextFileSync(log, `${line}\n`, { append: true });
}

/** Runs it. Fails when a pair is missed, or when so many were refused that the run says little. */
export async function runCampaign<World extends AnyWorld, Places>(campaign: Campaign<World, Places>): Promise<void> {
  const { label, settings: { pairs, seed }, perPlaces } = campaign;
  const counts = noCounts(), misses: string[] = [], known = new Set<string>(), started = performance.now();
  for (let done = 0; done < pairs; done += perPlaces) {
    await campaign.withPlaces(async (places) => {
      for (let at = done; at < Math.min(done + perPlaces, pairs); at++) {
        const missed = await missOf(campaign, places, seed + at, counts, known);
        if (missed) say(missed), misses.push(missed.split("\n")[0]!);
        logged(`${label} ${at + 1} pairs, ${counts.stopped} stopped ${missed ?? ""}`);
      }
    });
  }
  report(counts, (performance.now() - started) / 1000, seed);
  equal(misses.length, 0, `${misses.length} of ${counts.tried} pairs missed:\n${misses.join("\n")}`);
  ok(counts.refused <= 6 + counts.tried / 20, `${counts.refused} of ${counts.tried} pairs were refused`);
}

/** What is wrong with the pair of that seed, or null. `known` are the sorts of misses that were made small already: once is enough. */
async function missOf<World extends AnyWorld, Places>(
  campaign: Campaign<World, Places>,
  places: Places,
  seed: number,
  counts: Counts,
  known: Set<string>,
): Promise<string | null> {
  const { settings: { tries }, statementsOf } = campaign;
  const worlds = campaign.worldsOf(seed, places);
  const failure = async (each: Worlds<World>, counted: Counts): Promise<Error | null> => {
    try {
      await campaign.tryPair(places, each, counted);
      return null;
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  };
  const error = await failure(worlds, counts);
  if (!error) return null;
  const sort = likeness(error), isNew = !known.has(sort);
  known.add(sort);
  if (!isNew || tries === 0) return told(seed, error, worlds, statementsOf);
  const fails = async (each: Worlds<World>) => {
    const other = await failure(each, noCounts());
    return other !== null && likeness(other) === sort;
  };
  const small = await shrink(worlds, campaign.tools, fails, tries);
  return told(seed, await failure(small, noCounts()) ?? error, small, statementsOf);
}

/** The sort of a failure: its first words without names and numbers. */
function likeness(error: Error): string {
  return error.message.replace(/[`"'][^`"']*[`"']|\b[nr]\d+\b|\d+/g, "…").slice(0, 50);
}

function told<World>(
  seed: number,
  error: Error,
  { first, second }: Worlds<World>,
  statementsOf: (world: World) => readonly string[],
): string {
  const before = statementsOf(first), after = statementsOf(second);
  const lines = [
    "-- first",
    ...before.map((each) => `${each};`),
    "-- second",
    ...after.filter((each) => !before.includes(each)).map((each) => `+ ${each};`),
    ...before.filter((each) => !after.includes(each)).map((each) => `- ${each};`),
    ...(error instanceof Miss ? ["-- up", ...error.up, "-- down", ...error.down] : [error.stack ?? ""]),
  ];
  const story = lines.map((line) => `    ${line.replaceAll("\n", "\n    ")}`).join("\n");
  return `SQA_TEST_SEED=${seed}: ${error.message}\n${story}`;
}

function report(counts: Counts, seconds: number, seed: number): void {
  const { tried, renamed, refused, stopped, oneWay, made, unmade, statements } = counts;
  const left = [...unmade.values()].reduce((sum, each) => sum + each, 0);
  say(
    `${tried} pairs in ${seconds.toFixed(0)} s (${
      (tried / seconds).toFixed(1)
    }/s), ${renamed} with renames, ${refused} refused, ` +
      `${stopped} stopped by their rows, ${oneWay} without a way back; ${statements} statements up; ${made} statements made them, of which the server refused ${left}; SQA_TEST_SEED=${seed}`,
  );
  if (!Deno.env.get("SQA_TEST_DETAILS")) return;
  for (const [what, often] of [...counts.kinds].sort((a, b) => b[1] - a[1])) say(`  ${often} ${what}`);
  for (const [why, often] of [...unmade].sort((a, b) => b[1] - a[1]).slice(0, 60)) say(`  ${often} refused: ${why}`);
}

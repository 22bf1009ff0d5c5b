// deno-lint-ignore-file no-console -- a report for people
/**
 * Times sqa beside the limits, in alternation and in one run, and prints medians, CPU, peak memory and ratios.
 *
 *   deno task bench                       10, 100 and 1,000 tables, 1,000 small files, start-up, on SQLite and Postgres
 *   deno task bench --tables 10000 --runs 1
 *   deno task bench --schema FILE.sql     a real schema (Postgres) beside the synthetic ones
 *   deno task bench --only migrate        works whose name the pattern meets
 *   deno task bench --rivals              the rivals too (installed on demand outside the project); --rival-runs N times each
 *   deno task bench --targets             what is aimed at, and whether it is met; how times grow with the number of tables
 *   deno task bench --keep FOLDER         keeps databases and models there, and takes them from there
 *   deno task bench --json                one JSON object instead of the table
 *   deno task bench --check               exit 2 when a ratio is worse than the stored one; --save stores them anew
 *
 * BENCH_POSTGRES_URL names a server to use instead of a new one (databases sqa_bench_* are made and dropped on it); BENCH_MYSQL_URL and
 * BENCH_MARIADB_URL name servers for --on mysql,mariadb. SQA_BENCH_BINARY times the binary instead of the source. Ratios alone are stored (ratios.json): times belong to the machine.
 */
import { basename, join, resolve } from "node:path";
import { loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { measure, medians, type Sample } from "./measure.ts";
import { openPlaces, type Place } from "./places.ts";
import { type Figure, type Ratio, ratioOf, regressions, tableOf } from "./report.ts";
import { noRivals, openRivals } from "./rivals.ts";
import { growth, targetsOf } from "./targets.ts";
import {
  migrationWorks,
  schemaWorks,
  type Side,
  startNames,
  startWorks,
  syntheticWorkload,
  type Work,
} from "./works.ts";

const { values: flags } = parseArgs({
  options: {
    tables: { type: "string", default: "10,100,1000" },
    files: { type: "string", default: "1000" },
    runs: { type: "string", default: "3" },
    on: { type: "string", default: "sqlite,postgres" },
    schema: { type: "string", multiple: true, default: [] },
    only: { type: "string" },
    rivals: { type: "boolean", default: false },
    "rival-runs": { type: "string", default: "1" },
    keep: { type: "string" },
    targets: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    check: { type: "boolean", default: false },
    save: { type: "boolean", default: false },
  },
});
const ratiosFile = fileURLToPath(new URL("./ratios.json", import.meta.url));
const stored = JSON.parse(await Deno.readTextFile(ratiosFile)) as Record<string, Ratio>;
const folder = flags.keep ? resolve(flags.keep) : await Deno.makeTempDir({ prefix: "sqa-bench-" });
await Deno.mkdir(folder, { recursive: true });
const places: Place[] = [], skipped: string[] = [], figures: Figure[] = [];
const say = (text: string) => console.error(text);
const skip = (what: string, why: string) => {
  skipped.push(`${what}: ${why}`);
  say(`SKIPPED ${what}: ${why}`);
};

async function once({ command, prepare }: Side): Promise<Sample> {
  await prepare?.();
  return await measure(command, folder);
}

/** Is it one of the works that --only names? */
function isWanted(name: string): boolean {
  return !flags.only || new RegExp(flags.only).test(name);
}

/** Ours, the limit and the rivals in turn, so that all meet the same load. */
async function time({ name, sqa, limit, rivals = [] }: Work, runs: number): Promise<void> {
  if (!isWanted(name)) return;
  const ours: Sample[] = [], theirs: Sample[] = [], others = new Map<Side, Sample[]>();
  try {
    for (let i = 0; i < runs; i++) {
      ours.push(await once(sqa)), theirs.push(await once(limit));
      for (const rival of rivals) {
        if (i >= Number(flags["rival-runs"])) continue;
        const known = others.get(rival) ?? [];
        others.set(rival, [...known, await once(rival)]);
      }
    }
  } catch (error) {
    return skip(name, (error as Error).message);
  }
  const beside = [...others].map(([{ label }, samples]) => ({ ...medians(samples), label }));
  const figure = { name, runs, sqa: medians(ours), limit: { ...medians(theirs), label: limit.label }, rivals: beside };
  figures.push(figure);
  say(`${name}: ${figure.sqa.wall.toFixed(2)} s beside ${figure.limit.wall.toFixed(2)} s`);
}

async function all(works: () => Promise<readonly Work[]>, what: string): Promise<void> {
  try {
    for (const work of await works()) await time(work, Number(flags.runs));
  } catch (error) {
    skip(what, (error as Error).message);
  }
}

try {
  const tools = flags.rivals ? await openRivals(skip) : noRivals;
  if (startNames.some(isWanted)) await all(() => startWorks(folder), "start");
  places.push(...await openPlaces(new Set(flags.on.split(",")), folder, flags.keep !== undefined, skip));
  for (const place of places) {
    for (const tables of flags.tables.split(",").map(Number).filter((each) => each > 0)) {
      const works = async () => await schemaWorks(await syntheticWorkload(place, tables, folder), folder, tools);
      await all(works, `${place.name}/${tables} tables`);
    }
    for (const script of place.name === "postgres" ? flags.schema : []) {
      const label = basename(script, ".sql");
      await all(
        () => schemaWorks({ place, label, script: resolve(script), synthetic: false }, folder, tools),
        `${place.name}/${label}`,
      );
    }
    if (Number(flags.files) > 0) {
      await all(() => migrationWorks(place, Number(flags.files), folder, tools), `${place.name}/${flags.files} files`);
    }
  }
} finally {
  for (const place of places) await place.stop();
  if (!flags.keep) await Deno.remove(folder, { recursive: true });
}

const idle = figures.find(({ name }) => name === "start/version")?.limit ?? null;
const ratios = new Map(figures.map((figure) => [figure.name, ratioOf(figure, idle)]));
const worse = figures.flatMap(({ name }) => regressions(name, ratios.get(name)!, stored[name]));
const load = loadavg().map((each) => Number(each.toFixed(1)));
if (flags.json) {
  const works = figures.map((figure) => ({
    ...figure,
    ratio: ratios.get(figure.name),
    stored: stored[figure.name] ?? null,
  }));
  console.log(
    JSON.stringify(
      { version: 1, load, cores: navigator.hardwareConcurrency, works, growth: growth(figures), worse, skipped },
      null,
      2,
    ),
  );
} else {
  console.log(tableOf(figures, ratios, stored));
  if (flags.targets) console.log(targetsOf(figures));
  console.log(`load ${load.join(" ")} on ${navigator.hardwareConcurrency} cores; median of ${flags.runs}`);
  for (const line of worse) console.log(`WORSE ${line}`);
  for (const line of skipped) console.log(`SKIPPED ${line.split("\n")[0]}`);
}
if (flags.save) {
  const merged = Object.entries({ ...stored, ...Object.fromEntries(ratios) }).sort(([a], [b]) => a < b ? -1 : 1);
  await Deno.writeTextFile(join(ratiosFile), `${JSON.stringify(Object.fromEntries(merged), null, 2)}\n`);
}
if (flags.check && worse.length > 0) Deno.exit(2);

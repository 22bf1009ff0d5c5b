// deno-lint-ignore-file no-console -- a report for people
/**
 * Real migration histories with rows in their tables: sqa's own diff leads from each state to the next and back. Both ends are the same schema by
 * sqa's reader, every row is still there, and so is every value of a column whose type stays. What rows stop counts as stopped when the plan had
 * said that they may; the step must then pass without the rows of that table. Prints a line a history; exits 1 when a step fails that known.json
 * does not name. The histories stand in ../shared and are no part of the repository.
 *
 *   deno run -A tests/corpora/histories.ts postgres|mysql|mariadb SERVER_URL [--only NAME] [--steps FIRST-LAST] [--log FILE]
 *
 * Steps are counted from 1. The log has a line for each of them; what does not simply pass is printed too. Roles that a history
 * begins with stay on the server.
 */
import { drivers } from "../../dialects/drivers.ts";
import { mysqlRows } from "./histories/mysql_rows.ts";
import { postgresRows } from "./histories/postgres_rows.ts";
import { historiesOf, type History, openStates, stepsOf } from "./histories/states.ts";
import { type Outcome, type State, tryStep } from "./histories/step.ts";
import { known, requireOracle } from "./places.ts";

const [dialect, serverUrl] = Deno.args.filter((each, i, all) =>
  !each.startsWith("--") && !all[i - 1]?.startsWith("--")
);
const option = (name: string) => Deno.args.includes(name) ? Deno.args[Deno.args.indexOf(name) + 1] : undefined;
if (!["postgres", "mysql", "mariadb"].includes(dialect!) || !serverUrl) {
  console.error(
    "usage: histories.ts postgres|mysql|mariadb SERVER_URL [--only NAME] [--steps FIRST-LAST] [--log FILE]",
  );
  Deno.exit(64);
}
requireOracle();
const only = option("--only"), log = option("--log");
const [first, last] = (option("--steps") ?? "1-9999").split("-").map(Number) as [number, number];
const isPostgres = dialect === "postgres", words = isPostgres ? postgresRows : mysqlRows;
const driver = await drivers.find(({ schemes }) => schemes.includes(dialect!))!.load(serverUrl);
const expected = known(`histories/${dialect}`);

interface Tally {
  steps: number;
  passed: number;
  stopped: number;
  failed: number;
  known: number;
  unloaded: number;
}

/** To the log, and to whoever looks on; `simple` is for the log alone. */
function say(line: string, simple = false): void {
  if (log) Deno.writeTextFileSync(log, `${line}\n`, { append: true });
  if (!simple) console.log(line);
}

async function all(history: History): Promise<Tally> {
  const tally: Tally = { steps: 0, passed: 0, stopped: 0, failed: 0, known: 0, unloaded: 0 };
  await using states = await openStates({
    driver,
    server: serverUrl!,
    history,
    copies: isPostgres,
    prepared: words.prepared,
  });
  let back = false, start: State | null = null;
  for (const step of stepsOf(history).slice(first - 1, last)) {
    const id = `${history.name}/${step.label}`, started = performance.now();
    const time = () => `${((performance.now() - started) / 1000).toFixed(1)} s`;
    tally.steps++;
    try {
      await states.stand(step, back);
    } catch (error) {
      tally.unloaded++;
      back = false, start = null;
      say(`${id}: ${error instanceof Error ? error.message : error}`);
      continue;
    }
    try {
      const tried = { driver, words, states, script: history.scripts[step.to - 1]!.path, forms: step.to % 3 === 0 };
      const went: Outcome = await tryStep({ ...tried, start }).catch(
        async (error) => {
          // Scripts led on from what sqa had made: as its own scripts make it, is it still wrong?
          if (!back) throw error;
          await states.again();
          return await tryStep({ ...tried, start: null });
        },
      );
      const { up, renames, tables, empty, stopped, lossy } = went;
      start = went.after;
      back = true;
      if (stopped.length) tally.stopped++;
      else tally.passed++;
      const rows = `${up} statements, ${renames} renames, rows in ${tables - empty.length} of ${tables} tables`;
      const more = [...stopped.map((each) => `stopped ${each}`), ...lossy.map((each) => `said to change: ${each}`)];
      say(
        [`${id}: ${stopped.length ? "stopped by rows" : "passed"} (${rows}; ${time()})`, ...more].join("\n    "),
        more.length === 0,
      );
      if (empty.length) say(`    empty: ${empty.join(", ")}`, true);
      if (expected[id]) say(`passes now, take it out of known.json: ${id}`);
    } catch (error) {
      back = false, start = null;
      if (expected[id]) tally.known++;
      else tally.failed++;
      say(
        `${id}: ${expected[id] ? `known (${expected[id]})` : "FAILED"} ${
          error instanceof Error ? error.message : error
        }`,
      );
    }
  }
  return tally;
}

const tallies: Tally[] = [];
// The histories' own files say which scripts load on which server.
const server = isPostgres ? `pg${await majorVersion()}` : dialect!;
for (const history of historiesOf(isPostgres ? "postgres" : "mysql", server)) {
  if (only !== undefined && !only.split(",").includes(history.name)) continue;
  const started = performance.now(), tally = await all(history);
  tallies.push(tally);
  const { steps, passed, stopped, failed, known, unloaded } = tally;
  say(
    `${
      history.name.padEnd(16)
    } ${steps} steps: ${passed} passed, ${stopped} stopped by rows, ${failed} failed, ${known} known, ` +
      `${unloaded} not loadable here (${((performance.now() - started) / 1000).toFixed(0)} s)`,
  );
}
const sum = (of: (tally: Tally) => number) => tallies.reduce((total, tally) => total + of(tally), 0);
const failed = sum((each) => each.failed);
console.log(
  `${sum((each) => each.passed + each.stopped)} passed, ${failed} failed, ${
    sum((each) => each.known + each.unloaded)
  } skipped`,
);
Deno.exit(failed ? 1 : 0);

async function majorVersion(): Promise<number> {
  await using connection = await driver.connect(serverUrl!);
  return Math.floor(connection.version / 10_000);
}

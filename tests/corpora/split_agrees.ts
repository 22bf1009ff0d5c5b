// deno-lint-ignore-file no-console -- a report for people
/**
 * Every script of the corpora, cut by sqa and sent a statement at a time, beside the same script in the hands of the database's own shell: both
 * take it, or both are refused with the same words, and the two databases are the same in the end (T23). Schemas and states of histories stand
 * alone; pairs too, their rows and other scripts behind the state that they are for; the steps of a history go up in order and down again.
 *
 *   deno run -A tests/corpora/split_agrees.ts DIALECT [SERVER_URL] [--only TEXT] [--oracle]
 *
 * SQA_TEST_SQLITE_SHELL names another sqlite3 than the system's. The ends are compared by sqa's own reading, and where
 * that finds a difference by the oracle; with --oracle, and always for schemas and histories, by the oracle.
 */
import { existsSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { DatabaseError } from "../../dialects/driver.ts";
import { drivers } from "../../dialects/drivers.ts";
import { introspect } from "../../introspect/introspect.ts";
import { SqaError } from "../../schema/error.ts";
import { fingerprint } from "../../schema/hash.ts";
import { withDatabase, withSqlite } from "../support/scratch.ts";
import { corporaFolder, oracle, requireOracle } from "./places.ts";
import { loadByShell } from "./shell.ts";

const [dialect, serverUrl] = Deno.args.filter((each) => !each.startsWith("--"));
if (!dialect || (dialect !== "sqlite" && !serverUrl)) {
  console.error(
    "usage: split_agrees.ts sqlite | split_agrees.ts postgres|mysql|mariadb SERVER_URL [--only TEXT] [--oracle]",
  );
  Deno.exit(64);
}
requireOracle();
const only = Deno.args.includes("--only") ? Deno.args[Deno.args.indexOf("--only") + 1] : undefined;
const always = Deno.args.includes("--oracle");
// One set of scripts serves both servers of the MySQL family.
const folder = dialect === "mariadb" ? "mysql" : dialect;
const driver = await drivers.find(({ schemes }) => schemes.includes(dialect === "postgres" ? "postgresql" : dialect))!
  .load(serverUrl ?? "sqlite:");

/** Scripts for one database, in order, and whether the oracle is to look at its end. */
interface Unit {
  readonly name: string;
  readonly scripts: readonly string[];
  readonly setup: string | null;
  readonly oracle: boolean;
}

function sqlIn(path: string): readonly string[] {
  return existsSync(path)
    ? [...Deno.readDirSync(path)].map(({ name }) => name).filter((name) => name.endsWith(".sql")).sort()
      .map((name) => join(path, name))
    : [];
}

function foldersIn(path: string): readonly string[] {
  return existsSync(path) ? [...Deno.readDirSync(path)].map(({ name }) => join(path, name)).sort() : [];
}

function* units(): Generator<Unit> {
  const unit = (scripts: readonly string[], oracle: boolean, setup: string | null = null): Unit => ({
    name: relative(corporaFolder, scripts[0]!),
    scripts,
    setup,
    oracle,
  });
  for (const script of sqlIn(join(corporaFolder, "schemas", folder))) yield unit([script], true);
  for (const history of foldersIn(join(corporaFolder, "histories"))) {
    for (const state of sqlIn(join(history, folder, "states"))) yield unit([state], true);
    const steps = sqlIn(join(history, folder, "steps")), downs = steps.filter((step) => step.endsWith(".down.sql"));
    const ups = steps.filter((step) => !step.endsWith(".down.sql"));
    if (ups.length) yield unit([...ups], true);
    if (downs.length) yield unit([...ups, ...downs.toReversed()], true);
  }
  for (const suite of foldersIn(join(corporaFolder, "pairs"))) {
    for (const pair of foldersIn(join(suite, folder))) {
      const scripts = sqlIn(pair), setup = scripts.find((each) => basename(each) === "setup.sql") ?? null;
      const before = join(pair, "before.sql"), after = join(pair, "after.sql");
      const own = new Set([before, after, setup]);
      yield unit([before], always, setup);
      yield unit([after], always, setup);
      for (const script of scripts.filter((each) => !own.has(each))) {
        yield unit([/after|down/.test(basename(script)) ? after : before, script], always, setup);
      }
    }
  }
}

/** What became of a script: null, or why it was refused, without what differs between the two ways to say it. */
type Outcome = string | null;

interface Ours {
  readonly outcome: Outcome;
  readonly statements: number;
  /** Was it refused for a command of the shell's own? */
  readonly ofShell: boolean;
}

async function byUs(url: string, path: string): Promise<Ours> {
  const script = (await Deno.readTextFile(path)).replace(/^\ufeff/, "");
  let statements = 0;
  await using connection = await driver.connect(url, { create: true });
  try {
    const options = { transactional: false, lockTimeoutMs: 10_000, statementTimeoutMs: 0 };
    await driver.migration(connection, options, async (session) => {
      for (const { sql } of driver.dialect.split(script)) {
        await session.execute(sql);
        statements++;
      }
    });
    return { outcome: null, statements, ofShell: false };
  } catch (error) {
    if (!(error instanceof DatabaseError || error instanceof SqaError)) throw error;
    const ofShell = error instanceof SqaError && error.code === "SQA-531";
    return { outcome: plain(error.message), statements, ofShell };
  }
}

async function byShell(url: string, path: string): Promise<Outcome> {
  return await loadByShell(url, path, true).then(() => null, (error: Error) => plain(error.message));
}

/** The server's words without the shell's: places, codes, quotes that are cut off. */
function plain(message: string): string {
  return message.split("\n")[0]!
    .replace(/^does not load: /, "").replace(
      /^(Parse error|Runtime error|Error):? (near line \d+: |.*?line \d+: )?/,
      "",
    )
    .replace(/^psql:.*?: |^ERROR: {2}|^ERROR \d+ \(\w+\) at line \d+: |at line \d+|\(\d+\)$/g, "")
    .replace(/for the right syntax to use near .*| in [A-Z].* at offset \d+$/, "").replace(/\s+/g, " ").trim();
}

async function sameEnd(left: string, right: string, unit: Unit): Promise<string | null> {
  if (!unit.oracle) {
    const [one, other] = await Promise.all([left, right].map(async (url) => {
      // The shell makes no file for a script of nothing.
      await using connection = await driver.connect(url, { create: true });
      return fingerprint(await introspect(connection, driver.dialect));
    }));
    // They may differ in what a session gives to what it makes: a routine's character set.
    if (one === other) return null;
  }
  const judged = await oracle(left, right);
  return judged.equal || judged.stamped ? null : judged.said;
}

const counts = { units: 0, scripts: 0, statements: 0, taken: 0, refused: 0, otherWords: 0, ofShell: 0, oracle: 0 };
const different: string[] = [];

async function oneUnit(unit: Unit, left: string, right: string): Promise<void> {
  if (unit.setup) { for (const url of [left, right]) await byShell(url, unit.setup); }
  for (const script of unit.scripts) {
    const [shell, { outcome, statements, ofShell }] = [await byShell(left, script), await byUs(right, script)];
    counts.scripts++;
    counts.statements += statements;
    counts[outcome === null ? "taken" : "refused"]++;
    // The shell's library may be older than the program's.
    if (shell !== null && outcome !== null && shell !== outcome) {
      counts.otherWords++;
      console.log(`other words: ${relative(corporaFolder, script)}: the shell: ${shell}; sqa: ${outcome}`);
    } else if (ofShell) {
      counts.ofShell++;
      console.log(`for the shell alone: ${relative(corporaFolder, script)}: ${outcome}`);
      return;
    } else if (shell !== outcome) {
      different.push(`${relative(corporaFolder, script)}: the shell: ${shell ?? "taken"}; sqa: ${outcome ?? "taken"}`);
      console.log(different.at(-1));
      return;
    }
  }
  if (unit.oracle) counts.oracle++;
  const said = await sameEnd(left, right, unit).catch((error) => `cannot be read: ${error.message}`);
  if (said) console.log(different[different.push(`${unit.name}: ${said}`) - 1]);
}

const place = <T>(test: (url: string) => Promise<T>): Promise<T> =>
  dialect === "sqlite" ? withSqlite(test) : withDatabase(serverUrl!, test);
const started = performance.now();
for (const unit of units()) {
  if (only !== undefined && !unit.name.includes(only)) continue;
  counts.units++;
  await place((left) => place((right) => oneUnit(unit, left, right)));
  if (counts.units % 100 === 0) {
    console.log(`${counts.units} databases, ${counts.scripts} scripts, ${different.length} differ`);
  }
}
console.log(
  `${dialect}: ${counts.units} databases (${counts.oracle} by the oracle), ${counts.scripts} scripts, ${counts.statements} statements: ` +
    `${counts.taken} taken and ${counts.refused} refused by both (${counts.otherWords} with other words), ${counts.ofShell} with commands for the shell alone, ${different.length} different, ` +
    `${((performance.now() - started) / 1000).toFixed(0)} s`,
);
Deno.exit(different.length ? 1 : 0);

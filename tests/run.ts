// deno-lint-ignore-file no-console -- this is the program that reports on the tests
/**
 * `deno task test`: starts the servers that can be had here, runs every test, stops the servers whatever happens, and ends with one line
 * `N passed, N failed, N skipped`. Arguments go to `deno test` (a folder, `--filter`). It needs nothing but Deno: what is missing is
 * skipped and named.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { slowestFirst } from "./slowest_first.ts";
import { startMysqlFamily } from "./support/servers/mysql_family.ts";
import { startAllPostgres } from "./support/servers/postgres.ts";
import type { Skipped, TestServer } from "./support/servers/server.ts";

const root = fileURLToPath(new URL("../", import.meta.url));

interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly ignored: number;
}

interface Started {
  readonly servers: readonly TestServer[];
  readonly skipped: readonly Skipped[];
  readonly env: Readonly<Record<string, string>>;
}

/** Starts the servers of one variable, unless the environment names some already. */
async function startFor(
  variable: string,
  start: () => Promise<{ servers: TestServer[]; skipped: Skipped[] }>,
): Promise<Started> {
  const given = Deno.env.get(variable);
  if (given) return { servers: [], skipped: [], env: { [variable]: given } };
  const { servers, skipped } = await start();
  return { servers, skipped, env: { [variable]: servers.map((server) => server.url).join(",") } };
}

/** Starts what can be started, all at once. */
async function startServers(): Promise<Started> {
  const all = await Promise.all([
    startFor("SQA_TEST_POSTGRES_URLS", startAllPostgres),
    startFor("SQA_TEST_MYSQL_URLS", startMysqlFamily),
  ]);
  return {
    servers: all.flatMap((each) => each.servers),
    skipped: all.flatMap((each) => each.skipped),
    env: Object.assign({}, ...all.map((each) => each.env)),
  };
}

/** Files at the same time: many of them wait, for locks, for the disk, for a server to come back, and leave a core to another. */
const jobs = navigator.hardwareConcurrency + 2;

/** Runs `deno test`, passing its output on, and returns what its closing line says; null when there was none. */
async function runTests(
  args: readonly string[],
  env: Record<string, string>,
  signal: AbortSignal,
): Promise<Counts | null> {
  const named = args.some((arg) => !arg.startsWith("-") && existsSync(join(root, arg)));
  const child = new Deno.Command(Deno.execPath(), {
    // Types are checked by `deno task ok`. A file that is named twice runs once.
    args: ["test", "-A", "--no-check", "--parallel", ...(named ? [] : [...slowestFirst, "."]), ...args],
    cwd: root,
    env: { DENO_JOBS: String(jobs), ...Deno.env.toObject(), ...env, NO_COLOR: "1", RUST_BACKTRACE: "0" },
    stdin: "null",
    stdout: "piped",
    signal,
  }).spawn();
  const decoder = new TextDecoder();
  let tail = "";
  for await (const chunk of child.stdout) {
    await write(chunk);
    tail = (tail + decoder.decode(chunk, { stream: true })).slice(-4000);
  }
  const { success } = await child.status;
  const last = [...tail.matchAll(/^(?:ok|FAILED) \| (\d+) passed(?: \(\d+ steps?\))? \| (\d+) failed(.*)$/gm)].at(-1);
  if (!last) return null;
  const ignored = /\| (\d+) ignored/.exec(last[3]!)?.[1] ?? "0";
  const failed = Number(last[2]);
  return { passed: Number(last[1]), failed: success ? failed : Math.max(1, failed), ignored: Number(ignored) };
}

async function write(chunk: Uint8Array): Promise<void> {
  for (let rest = chunk; rest.length;) rest = rest.subarray(await Deno.stdout.write(rest));
}

/** Parts that this machine or this run lacks the means for; the tests themselves are counted among the ignored ones. */
function missingParts(): Skipped[] {
  const programs = (names: readonly string[]) =>
    names.some((name) =>
      ["/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin"].some((at) => existsSync(`${at}/${name}`))
    );
  const binary = Deno.env.get("SQA_TEST_BINARY") ?? `${root}dist/sqa`;
  const parts: readonly (readonly [boolean, string, string])[] = [
    [existsSync(`${root}../shared/tools/corpora`), "corpora", "no ../shared"],
    [programs(["mariadbd"]), "crashes of MariaDB", "mariadbd is not installed"],
    [existsSync(`${root}../shared/tools/run-mysql`), "crashes of MySQL", "no ../shared"],
    [programs(["pgbouncer"]), "runners through PgBouncer", "pgbouncer is not installed"],
    [programs(["cc", "gcc", "clang"]), "a disk that fails at every write", "no C compiler"],
    [existsSync(binary), "the compiled binary", "deno task compile builds it"],
  ];
  return parts.flatMap(([there, part, why]) => there ? [] : [{ part, why }]);
}

const stop = new AbortController();
const started = performance.now();
const { servers, skipped, env } = await startServers();
let interrupted = 0;
for (const [name, code] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
  Deno.addSignalListener(name, () => {
    interrupted = code;
    stop.abort();
  });
}
if (servers.length) console.log(`servers: ${servers.map((server) => server.label).join(", ")}`);
let counts: Counts | null = null;
try {
  counts = await runTests(Deno.args, env, stop.signal);
} finally {
  await Promise.all(servers.map((server) => server.stop()));
}
const all = [...skipped, ...missingParts()];
for (const { part, why } of all) console.log(`skipped: ${part} (${why})`);
console.log(`${((performance.now() - started) / 1000).toFixed(0)} s`);
if (interrupted) Deno.exit(interrupted);
if (!counts) {
  console.log("0 passed, 1 failed, 0 skipped");
  console.error("deno test ended without its closing line: see the output above");
  Deno.exit(1);
}
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.ignored + all.length} skipped`);
Deno.exit(counts.failed > 0 ? 1 : 0);

/**
 * Real processes on one database file: ten at once, and runs that are killed. Started by itself with a folder and a URL this file is the
 * process: it migrates and prints what it did. The number of kills grows with SQA_TEST_KILLS.
 */
import { deepEqual, equal, ok } from "node:assert/strict";
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { postgresDriver } from "../dialects/postgres/driver.ts";
import { sqliteDriver } from "../dialects/sqlite/driver.ts";
import { migrate } from "./apply.ts";
import { inProject, type Project, testPlaces, withFiles } from "./project_test.ts";

const self = fileURLToPath(import.meta.url);
const kills = Number(Deno.env.get("SQA_TEST_KILLS") ?? 4);
const files = 12;

/** The process: `dir url [n]`; at the nth write it kills itself without warning. */
if (Deno.args[0] === "migrate-as-process") {
  const [, dir, url, at] = Deno.args as [string, string, string, string?];
  let nth = 0;
  const result = await migrate({
    driver: url.startsWith("sqlite:") ? sqliteDriver : postgresDriver,
    dir,
    url,
    version: "test",
    onEvent: (event) => {
      if (at !== undefined && /^statement|^file/.test(event.type) && ++nth === Number(at)) {
        Deno.kill(Deno.pid, "SIGKILL");
      }
    },
  });
  await Deno.stdout.write(new TextEncoder().encode(JSON.stringify({
    applied: result.applied.map(({ name }) => name),
    byOthers: result.byOthers.length,
    heads: result.heads,
  })));
  Deno.exit(0);
}

interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A process of this file; `kill` ends it after so many milliseconds. */
function start(project: Project, options: { at?: number; kill?: number } = {}): Promise<Ended> {
  const args = ["run", "-A", "--no-check", "--quiet", self, "migrate-as-process", project.dir, project.url];
  const child = spawn(Deno.execPath(), [...args, ...(options.at === undefined ? [] : [String(options.at)])], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "", stderr = "";
  child.stdout.on("data", (data) => stdout += data);
  child.stderr.on("data", (data) => stderr += data);
  const timer = options.kill === undefined ? undefined : setTimeout(() => child.kill("SIGKILL"), options.kill);
  return new Promise((resolve) =>
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, stdout, stderr });
    })
  );
}

/** Twelve files, every third one making a table anew. */
function manyFiles(project: Project): Promise<void> {
  return withFiles(project, "many", makeMany);
}

async function makeMany(project: Project): Promise<void> {
  const tables: string[] = [];
  for (let i = 0; i < files; i++) {
    if (i % 3 === 2) tables[i - 1] = tables[i - 1]!.replace("x text NOT NULL", "x text");
    else tables[i] = `CREATE TABLE t${i} (id integer PRIMARY KEY, x text NOT NULL); CREATE INDEX t${i}_x ON t${i} (x)`;
    await project.generate(`file ${i}`, tables.filter(Boolean).join("; "));
  }
}

async function expectOnce(project: Project, wanted: string): Promise<void> {
  equal(await project.fingerprint(), wanted);
  deepEqual(
    await project.query("SELECT count(*) AS n, count(DISTINCT id) AS ids, max(sequence) AS top FROM sqa_history"),
    [{ n: files, ids: files, top: files }].map((row) => sameTypes(row, project)),
  );
}

/** Postgres counts in 64 bits, which come as text. */
function sameTypes(row: Record<string, number>, { url }: Project): Record<string, number | string> {
  if (url.startsWith("sqlite:")) return row;
  return Object.fromEntries(Object.entries(row).map(([key, value]) => [key, String(value)]));
}

async function wantedState(at: typeof testPlaces[number]): Promise<string> {
  let wanted = "";
  await inProject(async (project) => {
    await manyFiles(project);
    await project.migrate();
    wanted = await project.fingerprint();
  }, at);
  return wanted;
}

for (const at of testPlaces) {
  Deno.test(`${at.place.label}: ten runners at once apply each file once, and all succeed (T09)`, {
    ignore: at.place.ignore,
  }, async () => {
    const wanted = await wantedState(at);
    await inProject(async (project) => {
      await manyFiles(project);
      const ended = await Promise.all(Array.from({ length: 10 }, () => start(project)));
      deepEqual(ended.filter(({ code }) => code !== 0).map(({ code, stderr }) => [code, stderr]), []);
      const results = ended.map(({ stdout }) => JSON.parse(stdout) as { applied: string[]; byOthers: number });
      const applied = results.flatMap((result) => result.applied);
      equal(applied.length, files);
      equal(new Set(applied).size, files);
      await expectOnce(project, wanted);
    }, at);
  });

  Deno.test(`${at.place.label}: killed at any step, the next run finishes and nothing is applied twice (T01)`, {
    ignore: at.place.ignore,
  }, async () => {
    const wanted = await wantedState(at);
    const steps = files * 6, apart = Math.ceil(steps / 4);
    for (let i = 0; i < kills; i++) {
      await inProject(async (project) => {
        await manyFiles(project);
        for (let step = 1 + (i % apart); step < steps; step += apart) {
          const ended = await start(project, { at: step });
          ok(ended.signal === "SIGKILL" || ended.code === 0, ended.stderr);
        }
        await project.migrate();
        await expectOnce(project, wanted);
      }, at);
    }
  });

  Deno.test(`${at.place.label}: killed at random moments, four runners leave work that one finishes`, {
    ignore: at.place.ignore,
  }, async () => {
    const wanted = await wantedState(at);
    for (let i = 0; i < Math.ceil(kills / 3); i++) {
      await inProject(async (project) => {
        await manyFiles(project);
        const moments = Array.from({ length: 4 }, () => 150 + Math.random() * 600);
        await Promise.all(moments.map((kill) => start(project, { kill })));
        await project.migrate();
        await expectOnce(project, wanted).catch((error) => {
          throw new Error(`killed after ${moments.map(Math.round).join(", ")} ms`, { cause: error });
        });
      }, at);
    }
  });
}

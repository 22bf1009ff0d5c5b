/**
 * The life of a schema, with the real command: a first version of the models, a second one with a rename, a drop and a narrower type,
 * and the way back. On a fresh SQLite file, or on a database of its own beside the one that DATABASE_URL names. Nothing stays.
 *
 *     deno task demo
 */
// deno-lint-ignore-file no-console -- a demo prints
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { databaseOf } from "../../cli/database.ts";
import { withDatabaseBeside } from "../../cli/scratch_database.ts";

const shop = fileURLToPath(new URL(".", import.meta.url));
const main = fileURLToPath(new URL("../../main.ts", import.meta.url));

/** The versions of the models, each complete, in the order of their names. */
const versions = readdirSync(shop, { withFileTypes: true }).filter((one) => one.isDirectory()).map(({ name }) => name)
  .sort();

interface Ran {
  readonly code: number;
  readonly stdout: string;
}

/** Runs `sqa` in the project. Shows the command and what it prints, unless `quiet`. */
async function sqa(project: string, url: string, args: readonly string[], quiet: boolean = false): Promise<Ran> {
  if (!quiet) console.log(`\n$ sqa ${args.join(" ")}`);
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", main, ...args],
    cwd: project,
    env: { DATABASE_URL: url, NO_COLOR: "1" },
  }).output();
  const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
  if (!quiet) console.log((decode(stdout) + decode(stderr)).trimEnd() + (code === 0 ? "" : `\n(exit ${code})`));
  return { code, stdout: decode(stdout) };
}

/** As `sqa`, and it must succeed. */
async function must(project: string, url: string, ...args: readonly string[]): Promise<void> {
  const { code } = await sqa(project, url, args);
  if (code !== 0) throw new Error(`sqa ${args.join(" ")} ended with ${code}`);
}

/** Takes the decisions that sqa asks for: the renames that it suggests, and the losses that it lists. */
async function diffWithDecisions(project: string, url: string, name: string): Promise<void> {
  const decisions: string[] = [];
  for (let asked = 0; asked < 8; asked++) {
    const args = ["diff", name, ...decisions];
    if ((await sqa(project, url, args)).code === 0) return;
    const answer = JSON.parse((await sqa(project, url, [...args, "--json"], true)).stdout) as {
      readonly error?: { readonly code: string; readonly choices?: readonly string[] };
    };
    const choices = answer.error?.choices ?? [];
    const chosen = choices[0]?.startsWith("--rename")
      ? choices.slice(0, 1)
      : choices.filter((one) => one.startsWith("--allow"));
    if (chosen.length === 0) break;
    console.log(`\nIt is meant: ${chosen.join(" ")}`);
    decisions.push(...chosen.flatMap((choice) => choice.split(" ")));
  }
  throw new Error(`sqa diff ${name} did not get through`);
}

function useModels(project: string, version: string): void {
  rmSync(join(project, "models"), { recursive: true, force: true });
  cpSync(join(shop, version), join(project, "models"), { recursive: true });
}

/** Prints the newest migration's two files. */
function showFiles(project: string): void {
  const folder = join(project, "migrations");
  const newest = readdirSync(folder).filter((name) => name.endsWith(".up.sql")).sort((a, b) =>
    ageOf(folder, a) - ageOf(folder, b)
  ).at(-1)!;
  for (const name of [newest, newest.replace(/up\.sql$/, "down.sql")]) {
    console.log(`\n--- ${name}\n${readFileSync(join(folder, name), "utf8").trimEnd()}`);
  }
}

function ageOf(folder: string, name: string): number {
  return Deno.statSync(join(folder, name)).mtime!.getTime();
}

async function tour(project: string, url: string): Promise<void> {
  const [first, second] = versions;
  if (!first || !second) throw new Error(`two versions of the models are needed beside ${shop}demo.ts`);
  console.log("The first version of the models.");
  useModels(project, first);
  await must(project, url, "models");
  await must(project, url, "diff", "first_version");
  showFiles(project);
  await must(project, url, "migrate");
  await must(project, url, "status");
  await must(project, url, "diff");

  console.log("\nThe second version of the models.");
  useModels(project, second);
  await diffWithDecisions(project, url, "second_version");
  showFiles(project);
  await must(project, url, "migrate");
  await must(project, url, "check");

  console.log("\nAnd back again.");
  await must(project, url, "rollback");
  await must(project, url, "status");
  await must(project, url, "rollback", "base");
  await must(project, url, "status");
}

const project = mkdtempSync(join(tmpdir(), "sqa_demo_"));
try {
  mkdirSync(join(project, ".git"));
  const given = process.env["DATABASE_URL"];
  const database = given === undefined || given === "" ? null : await databaseOf(given, process.cwd());
  if (database && database.file === null) await withDatabaseBeside(database, (url) => tour(project, url));
  else await tour(project, "sqlite:shop.db");
  console.log("\nDone: the schema went forward twice and all the way back.");
} finally {
  if (existsSync(project)) rmSync(project, { recursive: true });
}

/** What is timed: each work of sqa beside the limit, which does the same for the database or the nearest thing to it. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { sqaCommand } from "../tests/support/cli.ts";
import { v8Flags } from "../tests/support/v8_flags.ts";
import { type Command, measure } from "./measure.ts";
import type { Place } from "./places.ts";
import { applyRival, driftRivals, type Rivals } from "./rivals.ts";
import { smallMigrations, syntheticSchema, tableName } from "./synthetic.ts";

/** One side of a comparison. `prepare` runs before every run and is not timed. */
export interface Side {
  readonly label: string;
  readonly command: Command;
  readonly prepare?: () => Promise<void>;
}

/** One thing that sqa does. Works of one workload share its database and run in this order. */
export interface Work {
  /** "postgres/1000 tables/diff, no change": what its ratio is stored under. */
  readonly name: string;
  readonly sqa: Side;
  readonly limit: Side;
  readonly rivals?: readonly Side[];
}

export interface Workload {
  readonly place: Place;
  /** "1000 tables". */
  readonly label: string;
  /** A script that makes the schema, and where its first tables are, when it is ours. */
  readonly script: string;
  readonly synthetic: boolean;
}

/** sqa as it is benchmarked: from source, or the binary that SQA_BENCH_BINARY names. */
export function sqaRun(...args: readonly string[]): readonly string[] {
  const binary = Deno.env.get("SQA_BENCH_BINARY"), command = sqaCommand(args, binary);
  return binary ? command : [...command.slice(0, 2), v8Flags, ...command.slice(2)];
}

/** A synthetic schema as a workload. */
export async function syntheticWorkload(place: Place, tables: number, folder: string): Promise<Workload> {
  const script = join(folder, `synthetic_${tables}.sql`);
  // One transaction, as sqa makes it; else the limit waits for the disk.
  await Deno.writeTextFile(script, `BEGIN;\n${syntheticSchema(tables)}COMMIT;\n`);
  return { place, label: `${tables} tables`, script, synthetic: true };
}

/** Reading, comparing, writing: the works of a schema. Loads it, and pulls the models that it is compared with. */
export async function schemaWorks(workload: Workload, folder: string, tools: Rivals): Promise<readonly Work[]> {
  const { place, label, script, synthetic } = workload;
  const id = `${place.name}_${label.replace(/\W+/g, "_")}`, project = join(folder, id);
  await Deno.mkdir(join(project, "out"), { recursive: true });
  const ready = join(project, "ready"), kept = existsSync(ready), anew = () => place.fresh(`${id}_anew`);
  const url = kept ? place.url(id) : await place.fresh(id);
  if (!kept) {
    await measure({ run: place.load(url, script), cwd: project }, folder);
    await place.settle(url);
    await measure({ run: sqaRun("pull", "--url", url), cwd: project }, folder);
    if (synthetic) await changeTen(project);
    await Deno.writeTextFile(ready, "");
  }
  const rivals: readonly Side[] = await driftRivals(tools, place, url, project);
  const target = await anew();
  const side = (expect: RegExp, ...args: readonly string[]): Side => ({
    label: `sqa ${args[0]}`,
    command: { run: sqaRun(...args), cwd: project, expect },
  });
  const dump: Side = { label: place.dumper, command: { run: place.dump(url), cwd: project, expect: /CREATE TABLE/ } };
  const remake: Side = {
    label: "its own shell",
    command: { run: place.load(target, script), cwd: project },
    prepare: async () => void await anew(),
  };
  const removeOut = () => Deno.remove(join(project, "out"), { recursive: true }).catch(() => {});
  const work = (name: string, sqa: Side, limit: Side): Work => ({ name: `${place.name}/${label}/${name}`, sqa, limit });
  const forget = () => Deno.remove(join(project, ".sqa"), { recursive: true }).catch(() => {});
  const ours = ["--models", "models/**/*.ts"], changed = ["--models", "changed/**/*.ts"];
  return [
    work("inspect", side(/sqaSnapshot/, "inspect", "--url", url), dump),
    { ...work("diff, no change", side(/^no changes/m, "diff", "--url", url, ...ours), dump), rivals },
    // As if it had never been run here: the binary has kept nothing of an earlier one.
    work(
      "diff, no change, first run",
      { ...side(/^no changes/m, "diff", "--url", url, ...ours), prepare: forget },
      dump,
    ),
    ...(synthetic
      ? [work("diff, ten changes", side(/10 to/, "diff", "--dry-run", "--url", url, ...changed), dump)]
      : []),
    work("pull", { ...side(/^wrote/m, "pull", "--url", url, "--out", "out"), prepare: removeOut }, dump),
    work(
      "create all",
      { ...side(/^changed/m, "push", "--yes", "--url", target, ...ours), prepare: async () => void await anew() },
      remake,
    ),
  ];
}

/** A second set of models with a further column in ten tables. */
async function changeTen(project: string): Promise<void> {
  const names = new Set(Array.from({ length: 10 }, (_, i) => tableName(i + 1)));
  await Deno.mkdir(join(project, "changed"));
  for await (const { name } of Deno.readDir(join(project, "models"))) {
    const text = await Deno.readTextFile(join(project, "models", name));
    const more = text.replace(
      /= table\("(\w+)", \{\n/g,
      (all, table: string) => names.has(table) ? `${all}  added: t.text().nullable(),\n` : all,
    );
    await Deno.writeTextFile(join(project, "changed", name), more);
  }
}

/** Applying many small files, and finding that nothing is pending. */
export async function migrationWorks(
  place: Place,
  count: number,
  folder: string,
  tools: Rivals,
): Promise<readonly Work[]> {
  const project = join(folder, `${place.name}_files`), migrations = join(project, "migrations");
  await Deno.mkdir(migrations, { recursive: true });
  const all: string[] = [], small = smallMigrations(count, place.name);
  for (const { label, up, down, sql } of small) {
    await Deno.writeTextFile(join(migrations, `${label}.up.sql`), up);
    await Deno.writeTextFile(join(migrations, `${label}.down.sql`), down);
    all.push(`BEGIN;\n${sql};\nCOMMIT;\n`);
  }
  const script = join(project, "all.sql"), one = join(project, "one.sql");
  await Deno.writeTextFile(script, all.join(""));
  await Deno.writeTextFile(one, "SELECT count(*) FROM sqa_history;\n");
  const url = await place.fresh("files"), other = await place.fresh("files_limit");
  const rival = await applyRival(tools, await place.fresh("files_rival"), small, project);
  const fresh = (name: string) => async () => void await place.fresh(name);
  const migrate = (expect: RegExp): Side => ({
    label: "sqa migrate",
    command: { run: sqaRun("migrate", "--quiet", "--url", url), cwd: project, expect },
  });
  const shell = (at: string, file: string): Side => ({
    label: "its own shell",
    command: { run: place.load(at, file), cwd: project },
  });
  return [
    {
      name: `${place.name}/${count} files/migrate`,
      sqa: { ...migrate(/^applied/m), prepare: fresh("files") },
      limit: { ...shell(other, script), prepare: fresh("files_limit") },
      rivals: rival ? [{ ...rival, prepare: fresh("files_rival") }] : [],
    },
    {
      name: `${place.name}/${count} files/migrate, nothing pending`,
      sqa: migrate(/^nothing/m),
      limit: shell(url, one),
      rivals: rival ? [rival] : [],
    },
  ];
}

/** The works of `startWorks`. */
export const startNames = ["start/version", "start/diff of a small file"] as const;

/** Start-up beside an empty program under the same runtime; of a binary beside BENCH_EMPTY_BINARY, when it is given. */
export async function startWorks(folder: string): Promise<readonly Work[]> {
  const empty = join(folder, "empty.ts"), models = join(folder, "small");
  await Deno.writeTextFile(empty, "export {};\n");
  await Deno.mkdir(models, { recursive: true });
  await Deno.remove(join(models, "small.db")).catch(() => {});
  const model = 'import { t, table } from "sqa";\nexport const a = table("a", { id: t.int().primaryKey() });\n';
  await Deno.writeTextFile(join(models, "a.ts"), model);
  const binary = Deno.env.get("BENCH_EMPTY_BINARY");
  const limit: Side = {
    label: "an empty program",
    command: { run: binary ? [binary] : [Deno.execPath(), "run", "-A", "--no-check", "--quiet", empty], cwd: folder },
  };
  const sqa = (expect: RegExp, ...args: readonly string[]): Side => ({
    label: `sqa ${args[0]}`,
    command: { run: sqaRun(...args), cwd: models, expect },
  });
  await measure(sqa(/^changed/m, "push", "--yes", "--url", "sqlite:small.db").command, folder);
  return [
    { name: startNames[0], sqa: sqa(/^sqa /, "--version"), limit },
    { name: startNames[1], sqa: sqa(/^no changes/m, "diff", "--url", "sqlite:small.db"), limit },
  ];
}

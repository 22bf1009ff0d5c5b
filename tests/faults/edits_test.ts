/**
 * Files that were changed under the runner's feet: an applied one edited (T19), files deleted, renamed, copied, cut and reordered (T20), a
 * statement that is only half there (T22), links, strangers and what else may lie in a folder (T31). Each is told before anything runs.
 */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { copyFile, mkdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { SqaError } from "../../schema/error.ts";
import { writeLock } from "../../migrate/lock_file.ts";
import { engines, sqlite } from "./engines.ts";
import { type Cell, inCell } from "./project.ts";

const edit = async (path: string, change: (text: string) => string): Promise<void> => {
  const text = await readFile(path, "utf8"), changed = change(text);
  ok(changed !== text, "the edit changes nothing");
  await writeFile(path, changed);
};

async function refused(cell: Cell, options: { locked?: boolean } = {}): Promise<SqaError> {
  const error = await cell.migrate(options).then(() => null, (error) => error);
  ok(error instanceof SqaError, String(error?.stack ?? "it was not refused"));
  return error;
}

/** Two files that are applied and one that is not. */
async function threeFiles(cell: Cell): Promise<readonly string[]> {
  const one = await cell.write("one", "CREATE TABLE one (id integer);\nINSERT INTO one VALUES (1);");
  const two = await cell.write("two", "CREATE TABLE two (id integer);");
  await cell.migrate();
  return [one, two, await cell.write("three", "CREATE TABLE three (id integer);")];
}

async function isUntouched(cell: Cell): Promise<void> {
  const error = await cell.query("SELECT * FROM three").then(() => null, (error) => error);
  ok(error, "something was applied");
  const [row] = await cell.query("SELECT count(*) AS n FROM sqa_history");
  equal(Number(row!.n), 2);
}

const harmless: readonly (readonly [string, (text: string) => string])[] = [
  ["a comment", (text) => text.replace("CREATE TABLE one", "-- why not\n/* more */ CREATE TABLE one")],
  ["white space", (text) => text.replace("CREATE TABLE one (id integer)", "CREATE  TABLE one\n( id integer )  ")],
  ["CRLF", (text) => text.replaceAll("\n", "\r\n")],
  ["a byte order mark", (text) => `\uFEFF${text}`],
];

/** What was done to the files, and the code that says so. */
const damages: readonly (readonly [string, string, (files: readonly string[]) => Promise<void>])[] = [
  ["a parent that is gone and not applied", "SQA-507", async ([, , three]) => {
    await edit(three!, (text) => text.replace(/^-- sqa: parents .*$/m, "-- sqa: parents 0123456789ab"));
  }],
  ["parents in a circle", "SQA-509", async ([, , three]) => {
    const id = /^-- sqa: id (\w+)$/m.exec(await readFile(three!, "utf8"))![1];
    await edit(three!, (text) => text.replace(/^-- sqa: parents .*$/m, `-- sqa: parents ${id}`));
  }],
  ["a file twice", "SQA-511", async ([, , three]) => {
    const copy = (path: string) => join(dirname(path), path.slice(dirname(path).length + 1).replace(/^\d+/, "2027"));
    await copyFile(three!, copy(three!));
    await copyFile(three!.replace(".up.", ".down."), copy(three!.replace(".up.", ".down.")));
  }],
  ["a down file without its up file", "SQA-513", async ([, , three]) => await rm(three!)],
  ["an up file without its down file", "SQA-513", async ([, , three]) => await rm(three!.replace(".up.", ".down."))],
  ["a file that lost its end", "SQA-512", ([, , three]) => edit(three!, (text) => text.slice(0, -8))],
  ["an empty file", "SQA-502", async ([, , three]) => await writeFile(three!, "")],
  ["two files that changed places", "SQA-517", async ([, two, three]) => {
    await rename(two!, `${two}.away`);
    await rename(three!, two!);
    await rename(`${two}.away`, three!);
  }],
];

/** Statements of which the end is missing. */
const halves: readonly (readonly [string, string, readonly string[]])[] = [
  ["a quote", "CREATE TABLE three (id integer);\nINSERT INTO three VALUES ('x;\n", []],
  ["a comment", "CREATE TABLE three (id integer);\n/* and then\n", []],
  ["a dollar quote", "CREATE TABLE three (id integer);\nDO $body$ BEGIN NULL;\n", ["Postgres"]],
];

for (const engine of [sqlite, ...engines]) {
  const test = (name: string, fn: (cell: Cell) => Promise<void>) =>
    Deno.test({ name: `${engine.label}: ${name}`, ignore: engine.url === null, fn: () => inCell(engine, fn) });

  test("an applied file may get comments, white space, CRLF and a byte order mark (T19)", async (cell) => {
    const [one] = await threeFiles(cell), before = await readFile(one!, "utf8");
    for (const [what, change] of harmless) {
      await writeFile(one!, before);
      await edit(one!, change);
      const { pending } = await cell.migrate({ dryRun: true });
      equal(pending.length, 1, what);
    }
    equal((await cell.migrate()).applied.length, 1);
  });

  test("an applied file whose statement was edited is refused with the difference (T19)", async (cell) => {
    const [one] = await threeFiles(cell);
    await edit(one!, (text) => text.replace("VALUES (1)", "VALUES (2)"));
    const error = await refused(cell);
    equal(error.code, "SQA-503");
    equal(error.more.exit ?? 1, 1);
    match(error.more.detail ?? "", /^- INSERT INTO one VALUES \(1\);$/m);
    match(error.more.detail ?? "", /^\+ INSERT INTO one VALUES \(2\);$/m);
    await isUntouched(cell);
  });

  test("each damage to the files has its code, and nothing is applied (T20)", async (cell) => {
    const files = await threeFiles(cell);
    const all = files.flatMap((path) => [path, path.replace(".up.", ".down.")]);
    const kept = new Map<string, string>();
    for (const path of all) kept.set(path, await readFile(path, "utf8"));
    for (const [what, code, damage] of damages) {
      await rm(cell.dir, { recursive: true });
      await mkdir(cell.dir);
      for (const [path, text] of kept) await writeFile(path, text);
      await damage(files);
      const error = await refused(cell),
        codes: readonly string[] = (error.more.all ?? [error]).map((each) => each.code);
      ok(codes.includes(code), `${what}: ${codes}`);
      await isUntouched(cell);
    }
  });

  test("an applied file that is gone is said, and what is pending is applied (T20)", async (cell) => {
    const [one] = await threeFiles(cell);
    await rm(one!);
    await rm(one!.replace(".up.", ".down."));
    const { applied, warnings } = await cell.migrate();
    equal(applied.length, 1);
    deepEqual(warnings.map(({ code }) => code), ["missing-file"]);
  });

  test("a statement that is only half there is refused with its line before anything runs (T22)", async (cell) => {
    const path = (await threeFiles(cell))[2]!, before = await readFile(path, "utf8");
    for (const [what, body, where] of halves) {
      if (where.length && !where.includes(engine.label)) continue;
      await writeFile(path, before.replace(/CREATE TABLE three[^]*$/, `${body}-- sqa: end\n`));
      const error = await refused(cell);
      equal(error.code, "SQA-512", what);
      const { place } = error.more, lines = (await readFile(path, "utf8")).split("\n");
      ok(place?.line !== undefined && place.line <= lines.length, `${what}: ${JSON.stringify(place)}`);
      await isUntouched(cell);
    }
  });
}

Deno.test("with --locked a file that nobody listed, a link to one, and a listed one that was changed do not run (T31)", () =>
  inCell(sqlite, async (cell) => {
    const [, , three] = await threeFiles(cell);
    await writeLock(cell.dir, sqlite.driver.dialect);
    // A file from elsewhere, linked into the folder.
    const outside = join(cell.dir, "..", "outside");
    await mkdir(outside);
    const four = await cell.write("four", "CREATE TABLE four (id integer);");
    const name = four.slice(cell.dir.length + 1);
    await rename(four, join(outside, name));
    await symlink(join("..", "outside", name), four);
    equal((await refused(cell, { locked: true })).code, "SQA-572");
    await rm(four);
    await rm(four.replace(".up.", ".down."));
    // A listed file that is a link to other statements.
    const text = await readFile(three!, "utf8");
    await writeFile(join(outside, "three.sql"), text.replace("three (id integer)", "three (id text)"));
    await rm(three!);
    await symlink(join("..", "outside", "three.sql"), three!);
    equal((await refused(cell, { locked: true })).code, "SQA-573");
    await isUntouched(cell);
    await rm(three!);
    equal((await refused(cell, { locked: true })).code, "SQA-513", "listed, and gone");
    await writeFile(three!, text);
    equal((await cell.migrate({ locked: true })).applied.length, 1);
  }));

Deno.test("a folder or a device under the name of a migration is an error at once, not a wait (T31)", () =>
  inCell(sqlite, async (cell) => {
    const [, , three] = await threeFiles(cell);
    await rm(three!);
    await mkdir(three!);
    equal((await refused(cell)).code, "SQA-501");
    await rm(three!, { recursive: true });
    const { success } = await new Deno.Command("mkfifo", { args: [three!] }).output();
    ok(success);
    // Nobody writes to that pipe: whoever opens it for reading waits.
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error("it waits for a pipe")), 60_000);
    });
    try {
      equal((await Promise.race([refused(cell), late])).code, "SQA-501");
    } finally {
      clearTimeout(timer);
    }
    await isUntouched(cell);
  }));

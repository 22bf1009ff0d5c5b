/**
 * `sqa.lock`: one line a file of the folder, with checksums of both directions. With `--locked` nothing runs that is not in it, word for
 * word: a file that was added, edited or lost on the way to production is found before the database is touched.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Dialect } from "../dialects/dialect.ts";
import { SqaError } from "../schema/error.ts";
import { type Folder, type Migration, readDown, readFolder, writeWhole } from "./files.ts";

export const lockFileName = "sqa.lock";

const title =
  "# sqa.lock: the migrations that may run with --locked. Written by `sqa lock`; one line a file, sorted.\n";

/** The text of the lock file for these migrations. */
export async function lockText(migrations: readonly Migration[], dialect: Pick<Dialect, "split">): Promise<string> {
  return title + (await linesOf(migrations, dialect)).map((line) => `${line}\n`).join("");
}

async function linesOf(migrations: readonly Migration[], dialect: Pick<Dialect, "split">): Promise<readonly string[]> {
  const lines: string[] = [];
  for (const migration of migrations) {
    const down = await readDown(migration, dialect);
    const parents = migration.parents.join("+") || "base";
    lines.push(
      `${migration.label} ${migration.id} ${parents} ${migration.up.checksum} ${down?.script.checksum ?? "-"}`,
    );
  }
  return lines.sort();
}

/** Writes it. Returns its path and whether it was another one before. */
export async function writeLock(
  dir: string,
  dialect: Dialect,
): Promise<
  { readonly path: string; readonly changed: boolean; readonly count: number; readonly problems: Folder["problems"] }
> {
  const { migrations, problems } = await readFolder(dir, dialect), path = join(dir, lockFileName);
  if (problems.length) return { path, changed: false, count: migrations.length, problems };
  const text = await lockText(migrations, dialect), before = await readFile(path, "utf8").catch(() => null);
  if (before !== text) await writeWhole(path, text);
  return { path, changed: before !== text, count: migrations.length, problems };
}

/** The folder; with `locked` its problems hold what is not as the lock file says: SQA-570 no lock file, 571 gone, 572 not listed, 573 changed. */
export async function readFolderLocked(dir: string, dialect: Dialect, locked: boolean): Promise<Folder> {
  const folder = await readFolder(dir, dialect);
  return locked ? { ...folder, problems: [...folder.problems, ...await lockProblems(dir, folder, dialect)] } : folder;
}

async function lockProblems(dir: string, folder: Folder, dialect: Dialect): Promise<readonly SqaError[]> {
  const path = join(dir, lockFileName);
  const text = await readFile(path, "utf8").catch(() => null);
  if (text === null) {
    return [
      new SqaError("SQA-570", `--locked was asked for, and there is no ${path}`, {
        hint: "write it where the migrations are reviewed: `sqa lock`, and commit it",
      }),
    ];
  }
  const lineById = (lines: readonly string[]) => new Map(lines.map((line) => [line.split(" ")[1]!, line]));
  const wanted = lineById(text.split("\n").filter((line) => line !== "" && !line.startsWith("#")));
  const found = lineById(await linesOf(folder.migrations, dialect));
  const files = new Map(folder.migrations.map((migration) => [migration.id, migration.paths.up]));
  const problems: SqaError[] = [];
  for (const [id, line] of wanted) {
    if (found.has(id)) continue;
    problems.push(
      new SqaError("SQA-571", `${line.split(" ")[0]} is in ${lockFileName}, but its file is gone`, {
        object: id,
        hint: "restore the file from version control; if it was removed on purpose, run `sqa lock`",
      }),
    );
  }
  for (const [id, line] of found) {
    const other = wanted.get(id), place = { file: files.get(id)! };
    if (other === line) continue;
    problems.push(
      other === undefined
        ? new SqaError("SQA-572", `${place.file} is not in ${lockFileName}`, {
          place,
          object: id,
          hint: "review it, then run `sqa lock` and commit the lock file",
        })
        : new SqaError("SQA-573", `${place.file} or its down file is not what ${lockFileName} says`, {
          place,
          object: id,
          detail: `- ${other}\n+ ${line}`,
          hint: "restore the files from version control; if the change is meant, review it and run `sqa lock`",
        }),
    );
  }
  return problems;
}

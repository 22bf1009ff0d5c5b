/**
 * Migration files on disk: `<UTC timestamp>_<name>_<6 hex>.up.sql`, `.down.sql` and `.snapshot.json`. Identity and order come from the
 * header; the timestamp is for people. Reading reports every problem of a folder; writing is atomic. It knows no database.
 */
import { isUtf8 } from "node:buffer";
import { readFileSync, statSync } from "node:fs";
import { mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Dialect } from "../dialects/dialect.ts";
import { SqaError } from "../schema/error.ts";
import { sha256 } from "../schema/hash.ts";
import { checksum, readableText } from "./checksum.ts";
import { type Header, parseHeader } from "./header.ts";
import { parseBody, type Script } from "./script.ts";
import type { ScriptStatement } from "./statements.ts";
import { parseSnapshotFile, type SnapshotFile } from "./snapshot_file.ts";

/** One migration of the folder. Down and snapshot are read when they are needed. */
export interface Migration {
  readonly id: string;
  readonly name: string;
  readonly parents: readonly string[];
  /** The file name without ".up.sql": what people call it. */
  readonly label: string;
  readonly header: Header;
  readonly up: Script;
  /** The up file's text as sqa reads it. */
  readonly text: string;
  readonly paths: { readonly up: string; readonly down: string | null; readonly snapshot: string | null };
}

export interface Folder {
  readonly migrations: readonly Migration[];
  /** What must be put right before anything is run. */
  readonly problems: readonly SqaError[];
  /** SQL files that are no migrations, by path. */
  readonly strays: readonly string[];
}

/** Where `sqa squash` puts what a checkpoint stands for: read like the folder itself, so that older databases can go on. */
export const squashedFolder = "squashed";

/**
 * All migrations of a folder and of its `squashed`, by label. A folder that does not exist holds none. Never throws for what is in the
 * files.
 */
export async function readFolder(
  dir: string,
  dialect: Pick<Dialect, "name" | "label" | "split" | "pieces">,
): Promise<Folder> {
  const main = await readOne(dir, dialect), squashed = await readOne(join(dir, squashedFolder), dialect);
  const migrations = [...main.migrations, ...squashed.migrations];
  return {
    migrations,
    problems: [...main.problems, ...squashed.problems, ...duplicates(migrations)],
    strays: [...main.strays, ...squashed.strays],
  };
}

async function readOne(dir: string, dialect: Pick<Dialect, "name" | "label" | "split" | "pieces">): Promise<Folder> {
  const names = await namesIn(dir);
  const all = new Set(names);
  const ups = names.filter((name) => name.endsWith(".up.sql"));
  const problems: SqaError[] = [];
  const migrations: Migration[] = [];
  const read = await inBatches(ups, (name) => readMigration(dir, name, all, dialect));
  for (const each of read) {
    if (each instanceof SqaError) problems.push(each);
    else migrations.push(each);
  }
  for (const name of names.filter((each) => each.endsWith(".down.sql"))) {
    if (all.has(name.replace(/\.down\.sql$/, ".up.sql"))) continue;
    const file = join(dir, name);
    problems.push(
      new SqaError("SQA-513", `${file} has no up file beside it`, {
        place: { file },
        hint: "restore the up file from version control, or delete this one",
      }),
    );
  }
  const strays = names.filter((name) => name.endsWith(".sql") && !/\.(up|down)\.sql$/.test(name)).map((name) =>
    join(dir, name)
  );
  return { migrations, problems, strays };
}

async function namesIn(dir: string): Promise<readonly string[]> {
  try {
    return (await readdir(dir)).sort();
  } catch (cause) {
    if ((cause as { code?: string }).code === "ENOENT") return [];
    throw new SqaError("SQA-501", `the folder of the migrations cannot be read: ${dir}`, {
      cause,
      hint: "check the path and its permissions, or name another with --dir",
    });
  }
}

async function readMigration(
  dir: string,
  name: string,
  all: ReadonlySet<string>,
  dialect: Pick<Dialect, "name" | "label" | "split" | "pieces">,
): Promise<Migration | SqaError> {
  const file = join(dir, name), label = name.slice(0, -".up.sql".length);
  try {
    const text = await textOf(file);
    const { header, body, bodyLine } = parseHeader(text, file);
    refuseForeign(header, label, file, dialect);
    const plain = parseBody(body, { dialect, file, line: bodyLine, mode: header.transaction });
    const up = await withModule(plain, join(dir, `${label}${moduleSuffix}`), file);
    const beside = (suffix: string) => all.has(label + suffix) ? join(dir, label + suffix) : null;
    const paths = { up: file, down: beside(".down.sql"), snapshot: beside(".snapshot.json") };
    if (paths.down === null && header.grade !== "irreversible") {
      throw new SqaError("SQA-513", `${file} has no down file beside it`, {
        place: { file },
        hint: `restore ${label}.down.sql from version control, or write "-- sqa: down irreversible" in the header`,
      });
    }
    return { id: header.id, name: header.name, parents: header.parents, label, header, up, text, paths };
  } catch (error) {
    if (error instanceof SqaError) return error;
    throw error;
  }
}

/** How the TypeScript of a data migration is named. */
const moduleSuffix = ".data.ts";

/** The script with its module: where it is, and what it says as part of the statement that stands for it, so that an edit is an edit. */
async function withModule(script: Script, path: string, file: string): Promise<Script> {
  if (!script.groups.some((group) => group.module !== undefined)) return script;
  let text: string;
  try {
    text = await textOf(path);
  } catch (cause) {
    throw new SqaError("SQA-560", `${file} runs ${basename(path)}, which cannot be read`, {
      place: { file },
      cause,
      hint: "restore it from version control",
    });
  }
  const groups = script.groups.map((group) => {
    if (group.module === undefined) return group;
    const [first, ...more] = group.statements;
    const statement: ScriptStatement = { ...first!, sql: `${first!.sql}, '${sha256(text.trimEnd())}'` };
    return { ...group, module: path, statements: [statement, ...more] };
  });
  const statements = groups.flatMap((group) => [...group.statements]);
  return { statements, groups, checksum: checksum(statements.map(({ sql }) => sql)) };
}

function refuseForeign(header: Header, label: string, file: string, dialect: Pick<Dialect, "name" | "label">): void {
  const hex = /_([0-9a-f]{6})$/.exec(label)?.[1];
  if (header.direction !== "up") {
    throw new SqaError("SQA-517", `${file} is named up, but its header says ${header.direction}`, {
      place: { file },
      hint: "restore both files from version control",
    });
  }
  if (hex !== undefined && !header.id.startsWith(hex)) {
    throw new SqaError("SQA-517", `the name of ${file} says ${hex}, but its header says ${header.id}`, {
      place: { file },
      hint: "restore the file's name or its header from version control",
    });
  }
  if (header.dialect !== dialect.name) {
    throw new SqaError("SQA-518", `${file} is for ${header.dialect}, but the database is ${dialect.label}`, {
      place: { file },
      hint: "keep one folder of migrations for each kind of database: name the right one with --dir",
    });
  }
}

function duplicates(migrations: readonly Migration[]): SqaError[] {
  const first = new Map<string, Migration>();
  return migrations.flatMap((migration) => {
    const other = first.get(migration.id);
    if (!other) {
      first.set(migration.id, migration);
      return [];
    }
    return [
      new SqaError("SQA-511", `two files have the id ${migration.id}: ${other.paths.up} and ${migration.paths.up}`, {
        place: { file: migration.paths.up },
        hint: "delete one of them; equal files of one migration are often a copy under another time stamp",
      }),
    ];
  });
}

/** The down script of a migration, or null where there is none. SQA-502, SQA-512, SQA-517 when it cannot be used. */
export async function readDown(
  migration: Migration,
  dialect: Pick<Dialect, "split" | "pieces">,
): Promise<{ readonly script: Script; readonly text: string } | null> {
  const file = migration.paths.down;
  if (file === null) return null;
  const text = await textOf(file);
  return { script: parseDown(text, migration.id, file, dialect), text };
}

/** Reads the text of a down file, from disk or from the history. */
export function parseDown(text: string, id: string, file: string, dialect: Pick<Dialect, "split" | "pieces">): Script {
  const { header, body, bodyLine } = parseHeader(text, file);
  if (header.id !== id || header.direction !== "down") {
    throw new SqaError(
      "SQA-517",
      `${file} is not the down file of ${id}: its header says ${header.direction} ${header.id}`,
      {
        place: { file },
        hint: "restore both files from version control",
      },
    );
  }
  return parseBody(body, { dialect, file, line: bodyLine, mode: header.transaction });
}

/** The schema that a migration leads to, or null where the file was written by hand and nobody knows. */
export async function readSnapshot(migration: Migration): Promise<SnapshotFile | null> {
  const file = migration.paths.snapshot;
  return file === null ? null : parseSnapshotFile(await textOf(file), file);
}

/** Texts of the files to be written. */
export interface MigrationTexts {
  readonly id: string;
  readonly name: string;
  readonly up: string;
  readonly down: string | null;
  readonly snapshot: string | null;
  /** The TypeScript of a data migration. */
  readonly module?: string;
}

/**
 * Writes a migration's files, each whole or not at all, the up file last, because it is what makes a migration. `now` only names
 * them, in the time of the zone. When the folder holds the migration already (the same id), nothing is written and its path is returned with `written` false.
 */
export async function writeMigration(
  dir: string,
  texts: MigrationTexts,
  now: Date,
  timezone = "UTC",
): Promise<{ readonly written: boolean; readonly paths: Migration["paths"]; readonly label: string }> {
  const hex = texts.id.slice(0, 6);
  const existing = (await namesIn(dir)).filter((name) => name.endsWith(`_${hex}.up.sql`));
  for (const name of existing) {
    const file = join(dir, name);
    if (parseHeader(await textOf(file), file).header.id !== texts.id) continue;
    const label = name.slice(0, -".up.sql".length);
    return { written: false, label, paths: pathsOf(dir, label, texts) };
  }
  const label = `${stamp(now, timezone)}_${slug(texts.name)}_${hex}`;
  const paths = pathsOf(dir, label, texts);
  try {
    await mkdir(dir, { recursive: true });
    if (paths.snapshot) await writeWhole(paths.snapshot, texts.snapshot!);
    if (paths.down) await writeWhole(paths.down, texts.down!);
    if (texts.module !== undefined) await writeWhole(join(dir, `${label}${moduleSuffix}`), texts.module);
    await writeWhole(paths.up, texts.up);
  } catch (cause) {
    for (const path of [paths.up, paths.down, paths.snapshot]) {
      if (path) await rm(path, { force: true }).catch(() => {});
    }
    throw new SqaError("SQA-501", `the migration cannot be written to ${dir}: ${(cause as Error).message}`, {
      cause,
      hint: "check the folder's permissions and the space on its disk; nothing was left behind",
    });
  }
  return { written: true, label, paths };
}

function pathsOf(dir: string, label: string, texts: MigrationTexts): Migration["paths"] {
  return {
    up: join(dir, `${label}.up.sql`),
    down: texts.down === null ? null : join(dir, `${label}.down.sql`),
    snapshot: texts.snapshot === null ? null : join(dir, `${label}.snapshot.json`),
  };
}

/** A temporary file beside it, flushed to disk and renamed: a reader, or a crash, sees all of it or nothing. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${crypto.randomUUID().slice(0, 8)}.tmp`);
  try {
    const handle = await open(temporary, "wx", 0o644);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw error;
  }
}

/** Files below so many bytes are read at once. */
const small = 256 * 1024;

async function textOf(file: string): Promise<string> {
  let bytes: Uint8Array;
  try {
    const found = statSync(file);
    // A pipe would be waited for, and a device has no end.
    if (!found.isFile()) throw new Error("it is no regular file");
    // To hand one of a thousand small files to another thread and back, step by step, takes longer than to read it.
    bytes = found.size < small ? readFileSync(file) : await readFile(file);
  } catch (cause) {
    throw new SqaError("SQA-501", `${file} cannot be read: ${(cause as Error).message}`, { place: { file }, cause });
  }
  // Looked at first, because a decoder that is told to refuse makes twice the text's size on its way (measured: 423 MB for 100, else 231).
  if (!isUtf8(bytes)) {
    throw new SqaError("SQA-502", `${file} is not UTF-8 text`, {
      place: { file },
      hint: "save it as UTF-8 or restore it from version control",
    });
  }
  return readableText(new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes));
}

/** "20261120101500", in the time of the zone. */
function stamp(now: Date, timezone: string): string {
  if (timezone === "UTC") return now.toISOString().replace(/[-:T]/g, "").slice(0, 14);
  // In this order, with this hour cycle, whatever the language of the machine: 2026-11-21 16:00:00.
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone: timezone, dateStyle: "short", timeStyle: "medium" });
  return format.format(now).replace(/\D/g, "");
}

/** A name that every file system takes: lower-case letters, digits and "_". */
export function slug(name: string): string {
  const plain = name.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^a-z0-9]+/g, "_");
  return plain.replace(/^_+|_+$/g, "").slice(0, 60).replace(/_+$/, "") || "migration";
}

async function inBatches<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let i = 0; i < items.length; i += 64) results.push(...await Promise.all(items.slice(i, i + 64).map(work)));
  return results;
}

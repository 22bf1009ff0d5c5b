/**
 * A copy of a whole database file, taken while it is in use (backup.html), and the way back. The copy is made in one step: in several,
 * every write of another program would start it again, and on a busy file it might never end.
 */
import { backup as copyPages, DatabaseSync } from "node:sqlite";
import { chmodSync, existsSync, rmSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { SqaError } from "../../../schema/error.ts";
import type { Backup } from "../../driver.ts";
import type { SqliteConnection } from "./connection.ts";
import { quote } from "../sql.ts";
import { codeOf, databaseError, isBusy } from "./errors.ts";

/** All pages in one step. */
const atOnce = { rate: -1 } as const;

/**
 * Copies the database to `path`, or beside itself under a name with the time in it. A file that is there is never overwritten, and half a
 * copy never left. SQA-528 when there is no copy; nothing has been changed then.
 */
export async function takeBackup(connection: SqliteConnection, path: string | null): Promise<Backup> {
  const { db, place, server } = connection;
  if (place.memory) {
    throw new SqaError("SQA-528", "a database in memory cannot be backed up", {
      hint: "leave --backup away: it is gone with the program anyway",
      exit: 64,
    });
  }
  const target = path === null ? free(`${place.path}.${stamp(new Date())}`) : resolve(path);
  if (existsSync(target)) {
    throw new SqaError("SQA-528", `the backup file ${target} is there already`, {
      hint: "name another one, or none: sqa then finds a name",
      exit: 64,
    });
  }
  const files = filesOf(connection, target);
  // Others' commits change this number and one's own do not (pragma.html#pragma_data_version). Read first, so that no write is missed.
  const versions = files.map(({ schema }) => dataVersion(db, schema));
  try {
    for (const { schema, path, copy } of files) {
      await copyPages(db, copy, { ...atOnce, source: schema });
      chmodSync(copy, statSync(path).mode & 0o777);
      checkCopy(copy);
    }
  } catch (error) {
    for (const { copy } of files) {
      for (const suffix of ["", "-journal", "-wal", "-shm"]) rmSync(copy + suffix, { force: true });
    }
    throw new SqaError("SQA-528", `${server.target} cannot be backed up to ${target}`, {
      detail: messageOf(error),
      hint: databaseError(error, "").more.hint ?? "look at the path and at the space on its disk; nothing was changed",
      exit: isBusy(error) ? 75 : 1,
      cause: error,
    });
  }
  return { path: target, restore: () => restore(connection, files, versions) };
}

/** A file of the connection, by its name there, and where its copy goes. */
interface Copied {
  readonly schema: string;
  readonly path: string;
  readonly copy: string;
}

/** The main file and the attached ones; the copies of these have their name behind the main one's. SQA-528 when one is there already. */
function filesOf({ place, setup }: SqliteConnection, target: string): readonly Copied[] {
  const attached = setup.attached.filter(({ path }) => path !== ":memory:")
    .map(({ name, path }) => ({ schema: name, path, copy: `${target}.${name}` }));
  const taken = attached.find(({ copy }) => existsSync(copy));
  if (taken) {
    throw new SqaError("SQA-528", `the backup file ${taken.copy} is there already`, {
      hint: "name another one, or none: sqa then finds a name",
      exit: 64,
    });
  }
  return [...(place.memory ? [] : [{ schema: "main", path: place.path, copy: target }]), ...attached];
}

/** The copies' pages back into the files, with their locks respected: readers see the old state or the new one. */
async function restore(
  { db, place }: SqliteConnection,
  files: readonly Copied[],
  versions: readonly number[],
): Promise<"restored" | "left"> {
  if (place.memory || files.some(({ schema }, i) => dataVersion(db, schema) !== versions[i])) return "left";
  for (const { path, copy: from } of files) {
    const copy = new DatabaseSync(from, { readOnly: true });
    try {
      await copyPages(copy, path, atOnce);
    } catch (error) {
      throw databaseError(error, codeOf(error));
    } finally {
      copy.close();
    }
  }
  return "restored";
}

/** A backup that cannot be read is none. */
function checkCopy(path: string): void {
  const copy = new DatabaseSync(path, { readOnly: true });
  try {
    const found = copy.prepare("PRAGMA quick_check(1)").get() as { quick_check: string };
    if (found.quick_check !== "ok") throw new Error(`the copy is damaged: ${found.quick_check}`);
  } finally {
    copy.close();
    // A reader of a file in WAL mode leaves these; a copy has nothing in them.
    for (const suffix of ["-wal", "-shm"]) rmSync(path + suffix, { force: true });
  }
}

function dataVersion(db: DatabaseSync, schema: string): number {
  return Number((db.prepare(`PRAGMA ${quote(schema)}.data_version`).get() as { data_version: number }).data_version);
}

/** "20260131-142500". */
function stamp(time: Date): string {
  return time.toISOString().slice(0, 19).replace(/[-:]/g, "").replace("T", "-");
}

function free(base: string): string {
  let path = `${base}.bak`;
  for (let n = 2; existsSync(path); n++) path = `${base}-${n}.bak`;
  return path;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

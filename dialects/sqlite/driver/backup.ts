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
  // Others' commits change this number and one's own do not (pragma.html#pragma_data_version). Read first, so that no write is missed.
  const version = dataVersion(db);
  try {
    await copyPages(db, target, atOnce);
    chmodSync(target, statSync(place.path).mode & 0o777);
    checkCopy(target);
  } catch (error) {
    for (const suffix of ["", "-journal", "-wal", "-shm"]) rmSync(target + suffix, { force: true });
    throw new SqaError("SQA-528", `${server.target} cannot be backed up to ${target}`, {
      detail: messageOf(error),
      hint: databaseError(error, "").more.hint ?? "look at the path and at the space on its disk; nothing was changed",
      exit: isBusy(error) ? 75 : 1,
      cause: error,
    });
  }
  return { path: target, restore: () => restore(connection, target, version) };
}

/** The copy's pages back into the file, with its locks respected: readers see the old state or the new one. */
async function restore({ db, place }: SqliteConnection, path: string, version: number): Promise<"restored" | "left"> {
  if (place.memory || dataVersion(db) !== version) return "left";
  const copy = new DatabaseSync(path, { readOnly: true });
  try {
    await copyPages(copy, place.path, atOnce);
  } catch (error) {
    throw databaseError(error, codeOf(error));
  } finally {
    copy.close();
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
  }
}

function dataVersion(db: DatabaseSync): number {
  return Number((db.prepare("PRAGMA main.data_version").get() as { data_version: number }).data_version);
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

/**
 * node:sqlite's errors to sqa's. Errors of exec() carry a message and no code, those of prepared statements both, so the message
 * decides (sqlite3ErrStr in main.c has the texts).
 */
import { SqaError } from "../../../schema/error.ts";
import { DatabaseError } from "../../driver.ts";

interface NodeSqliteError {
  readonly message: string;
  /** The extended result code. */
  readonly errcode?: number;
}

const codes: readonly (readonly [RegExp, string])[] = [
  [/database (table |schema )?is locked|database is busy/i, "SQLITE_BUSY"],
  [/database or disk is full/i, "SQLITE_FULL"],
  [/attempt to write a readonly database/i, "SQLITE_READONLY"],
  [/database disk image is malformed|malformed database schema/i, "SQLITE_CORRUPT"],
  [/file is not a database/i, "SQLITE_NOTADB"],
  [/unable to open database file/i, "SQLITE_CANTOPEN"],
  [/disk I\/O error/i, "SQLITE_IOERR"],
  // The second is a STRICT table's, the third ADD COLUMN's.
  [/constraint failed|cannot store \w+ value in|NOT NULL column with default value NULL/i, "SQLITE_CONSTRAINT"],
  [/interrupted/i, "SQLITE_INTERRUPT"],
  [/out of memory/i, "SQLITE_NOMEM"],
  [/datatype mismatch/i, "SQLITE_MISMATCH"],
];

/** The name of the result code that a message stands for; SQLITE_ERROR when it is no other. */
export function codeOf(error: unknown): string {
  const { message = "", errcode } = (error ?? {}) as Partial<NodeSqliteError>;
  const found = codes.find(([pattern]) => pattern.test(message))?.[1];
  if (found) return found;
  return errcode !== undefined && (errcode & 0xff) === 5 ? "SQLITE_BUSY" : "SQLITE_ERROR";
}

/** Is the file locked by somebody else? Trying again may help. */
export function isBusy(error: unknown): boolean {
  return codeOf(error) === "SQLITE_BUSY" || (error instanceof DatabaseError && error.more.class === "lock");
}

/** An error of a statement. The text of SQLite goes through untouched; some say what to do beside it. */
export function databaseError(error: unknown, sql: string): DatabaseError {
  if (error instanceof DatabaseError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const code = codeOf(error);
  const hint = hints[code] ?? hintFor(message);
  return new DatabaseError(message, {
    code,
    sql,
    class: code === "SQLITE_BUSY" ? "lock" : dataCodes.has(code) ? "data" : "other",
    cause: error,
    ...(hint ? { hint } : {}),
  });
}

/** What the message itself asks for, whatever its code. */
function hintFor(message: string): string | undefined {
  const [, attached] = /unknown database (.+?)(?: in |$)/.exec(message) ?? [];
  if (attached) return `attach it: attach = ["${attached}=FILE"] in the config`;
  const [, name] = /(?:no such|unknown) function: ([^\s(]+)/.exec(message) ?? [];
  return name &&
    `if "${name}" is a function of the program, export it from a module: functions = ["FILE.ts"] in the config`;
}

/** The rows that are there do not fit. */
const dataCodes: ReadonlySet<string> = new Set(["SQLITE_CONSTRAINT", "SQLITE_MISMATCH"]);

const hints: { readonly [code: string]: string } = {
  SQLITE_BUSY: "another program is writing to the file; try again, or raise the lock timeout",
  SQLITE_FULL: "free some space on the disk of the database and run the same command again",
  SQLITE_READONLY: "the file or its folder cannot be written by this user",
  SQLITE_CORRUPT: "the file is damaged: restore it from a backup, or try `sqlite3 FILE .recover`",
  SQLITE_NOTADB: "the file is no SQLite database, or it is encrypted",
  SQLITE_CANTOPEN: "look at the path and at who may read the file and write its folder",
  SQLITE_IOERR: "the disk or the file system failed; look at the system's log",
};

/** An error of opening a file: SQA-201, or SQA-202 when it is the user who may not, or SQA-204 when it is no database. */
export function openError(error: unknown, target: string): SqaError {
  const code = codeOf(error);
  const message = error instanceof Error ? error.message : String(error);
  const more = { detail: message, hint: hints[code] ?? "look at the path in the database URL", cause: error };
  if (code === "SQLITE_BUSY") {
    return new SqaError("SQA-201", `${target} is locked by another program`, { ...more, exit: 75 });
  }
  if (code === "SQLITE_NOTADB" || code === "SQLITE_CORRUPT") {
    return new SqaError("SQA-204", `${target} is not a readable SQLite database`, more);
  }
  if (code === "SQLITE_READONLY") return new SqaError("SQA-202", `${target} cannot be written`, more);
  return new SqaError("SQA-201", `${target} cannot be opened`, more);
}

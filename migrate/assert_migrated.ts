/**
 * `sqa/migrated`: a program that starts asks whether its database has all migrations of its folder. No driver and no dependency: the program's own
 * connection is asked, with one SELECT. Migrations themselves are applied by the command line, or by nobody.
 *
 * @example
 * ```ts
 * import { assertMigrated } from "sqa/migrated";
 *
 * async function start(pool: { query(sql: string): Promise<{ rows: Record<string, unknown>[] }> }) {
 *   await assertMigrated({ dir: "migrations", query: (sql) => pool.query(sql) });
 * }
 * ```
 */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseHeader } from "./header.ts";
import { SqaError } from "../schema/error.ts";

/** A row of what a query gives. */
export type QueryRow = Readonly<Record<string, unknown>>;

/** What drivers give for a query: rows, `{ rows }` (pg), or rows with their fields behind them (mysql2). */
export type QueryResult =
  | readonly QueryRow[]
  | { readonly rows: readonly QueryRow[] }
  | readonly [
    readonly QueryRow[],
    ...unknown[],
  ];

export interface MigratedQuery {
  /** The folder of the migration files. */
  readonly dir: string;
  /** Runs a SELECT on the program's own connection. */
  readonly query: (sql: string) => QueryResult | Promise<QueryResult>;
  /** The table of the history, as `history_table` of the config names it. */
  readonly table?: string;
  /** Told in place of an error, where a program is to start all the same: in development, say. */
  readonly warn?: (message: string) => void;
}

/** What the database has, by the names of the files. */
export interface Migrated {
  readonly applied: readonly string[];
  readonly pending: readonly string[];
}

interface UpFile {
  readonly label: string;
  readonly id: string;
  readonly replaces: readonly (readonly string[])[];
}

/**
 * Resolves when every migration of the folder is applied. Rejects, or tells `warn`, when some are not: SQA-529 names them. A database
 * that is ahead of the folder is fine: it is what an older program sees while a newer one is rolled out. SQA-590 where the history cannot
 * be read, as when nothing was ever applied, SQA-502 for a file without a header.
 */
export async function assertMigrated({ dir, query, table = "sqa_history", warn }: MigratedQuery): Promise<Migrated> {
  const files = await upFiles(dir), rows = await history(query, table);
  const done = new Set(rows.filter(({ state }) => state === "done").map(({ id }) => id));
  // A checkpoint stands for what it replaced, wherever that is applied.
  const stood = new Set(files.filter(({ id }) => done.has(id)).flatMap(({ replaces }) => replaces.flat()));
  const isApplied = ({ id, replaces }: UpFile): boolean =>
    done.has(id) || stood.has(id) || replaces.some((ids) => ids.length > 0 && ids.every((each) => done.has(each)));
  const applied = files.filter(isApplied).map(({ label }) => label);
  const pending = files.filter((file) => !isApplied(file)).map(({ label }) => label);
  const half = rows.filter(({ state }) => state !== "done").map(({ id }) => id);
  if (pending.length === 0 && half.length === 0) return { applied, pending };
  const error = notMigrated(pending, half, files);
  if (!warn) throw error;
  warn(`${error.message}; ${error.more.hint}`);
  return { applied, pending };
}

function notMigrated(pending: readonly string[], half: readonly string[], files: readonly UpFile[]): SqaError {
  const names = half.map((id) => files.find((file) => file.id === id)?.label ?? id);
  const message = half.length > 0
    ? `the database is in the middle of ${names.join(", ")}`
    : `the database is behind its migrations: ${pending.length} of ${files.length} not applied (${pending[0]}${
      pending.length > 1 ? " and later ones" : ""
    })`;
  return new SqaError("SQA-529", message, { hint: "run `sqa migrate` before the program starts" });
}

async function upFiles(dir: string): Promise<readonly UpFile[]> {
  const names = (await readdir(dir)).filter((name) => name.endsWith(".up.sql")).sort();
  return await Promise.all(names.map(async (name) => {
    const file = join(dir, name), text = (await readFile(file, "utf8")).replace(/^\ufeff/, "");
    const { header: { id, replaces = [] } } = parseHeader(text, file);
    return { label: name.slice(0, -".up.sql".length), id, replaces };
  }));
}

async function history(
  query: MigratedQuery["query"],
  table: string,
): Promise<readonly { readonly id: string; readonly state: string }[]> {
  if (!/^[\w$]+(\.[\w$]+)?$/.test(table)) throw new TypeError(`"${table}" is no name of a table`);
  try {
    return rowsOf(await query(`SELECT id, state FROM ${table}`)).map(({ id, state }) => ({
      id: String(id),
      state: String(state),
    }));
  } catch (cause) {
    throw new SqaError(
      "SQA-590",
      `the history ${table} cannot be read: ${cause instanceof Error ? cause.message : cause}`,
      {
        cause,
        hint: "run `sqa migrate` before the program starts, and let the program's role read that table",
      },
    );
  }
}

function rowsOf(result: QueryResult): readonly QueryRow[] {
  if (!Array.isArray(result)) return (result as { readonly rows: readonly QueryRow[] }).rows;
  return (Array.isArray(result[0]) ? result[0] : result) as readonly QueryRow[];
}

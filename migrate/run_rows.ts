/**
 * Data migrations in parts: the statements of a group are run for the next keys of a table, `:first` to `:last`, each part in a transaction
 * that also records how far it came. Killed anywhere, the next run goes on behind the last part that was committed; no row is done twice.
 *
 * Rows that are written behind the cursor meanwhile are not seen: the program that writes the new form is started first.
 */
import { type Connection, DatabaseError, mayPass } from "../dialects/driver.ts";
import { SqaError } from "../schema/error.ts";
import type { Outcome, ScriptRun } from "./script_run.ts";
import type { Group, RowsOf } from "./script.ts";
import type { ScriptStatement } from "./statements.ts";

/** Runs the group to its end. `retry` runs a transaction again that met somebody's lock. SQA-510 when a statement fails, SQA-525 when stopped. */
export async function runRows(
  run: ScriptRun,
  group: Group,
  last: boolean,
  retry: <T>(work: () => Promise<T>) => Promise<T>,
): Promise<Outcome> {
  const start = performance.now(), { number } = group.statements.at(0)!;
  const table = group.rows!.table.join(".");
  for (let rows = 0;;) {
    await run.checkLock();
    if (run.signal?.aborted) throw stopped(run, number);
    const part = await retry(() => runPart(run, group, last, start));
    if (typeof part === "string") return part;
    rows += part.rows;
    run.onEvent({ type: "rows", file: run.file, number, table, rows });
  }
}

function runPart(run: ScriptRun, group: Group, last: boolean, start: number): Promise<Outcome | { rows: number }> {
  const options = { ...run.limits, transactional: true, ...(run.signal ? { signal: run.signal } : {}) };
  const first = group.statements.at(0)!.number, end = group.statements.at(-1)!.number;
  return run.driver.migration(run.connection, options, async (tx) => {
    const record = await run.journal.claim(tx);
    if (record === "finished") return record;
    const done = record.applied >= end;
    const after = record.running === first && record.runningFrom?.startsWith(cursor)
      ? record.runningFrom.slice(cursor.length)
      : null;
    const keys = done ? [] : await nextKeys(run, tx, group.rows!, after);
    if (keys.length === 0) {
      if (last) await run.journal.finish(tx, performance.now() - start);
      else if (!done) await run.journal.progress(tx, end, null);
      return done ? "skipped" : "ran";
    }
    const bounds = { first: keys[0]!, last: keys.at(-1)! };
    for (const statement of group.statements) await send(run, tx, statement, bounds);
    await run.checkLock();
    await run.journal.progress(tx, first - 1, { number: first, from: cursor + bounds.last, session: null });
    return { rows: keys.length };
  });
}

/** What stands before the last key in the record. */
const cursor = "after:";

/** The keys as text, which every database reads back as the column's own type. */
async function nextKeys(run: ScriptRun, tx: Connection, { table, key, size }: RowsOf, after: string | null) {
  const { dialect } = run.driver, name = dialect.quotePath(table), column = `${name}.${dialect.quote(key)}`;
  const where = after === null ? `${column} IS NOT NULL` : `${column} > ${dialect.history.placeholder(1)}`;
  const rows = await tx.query<{ sqa_key: unknown }>(
    `SELECT CONCAT(${column}, '') AS sqa_key FROM ${name} WHERE ${where} ORDER BY ${column} LIMIT ${size}`,
    after === null ? [] : [after],
  );
  return rows.map((row) =>
    row.sqa_key instanceof Uint8Array ? new TextDecoder().decode(row.sqa_key) : `${row.sqa_key}`
  );
}

async function send(
  run: ScriptRun,
  tx: Connection,
  statement: ScriptStatement,
  bounds: { readonly first: string; readonly last: string },
): Promise<void> {
  const { sql, params } = bound(statement.sql, bounds, run.driver.dialect.history.placeholder);
  const { number } = statement, total = run.script.statements.length, { file } = run;
  try {
    await tx.execute(sql, params);
  } catch (error) {
    if (run.signal?.aborted) throw stopped(run, number, error);
    if (!(error instanceof DatabaseError)) throw error;
    throw new SqaError("SQA-510", `statement ${number} of ${total} of ${file.label} failed: ${error.message}`, {
      place: { file: run.path, line: statement.line },
      object: file.id,
      detail:
        `in the rows from ${bounds.first} to ${bounds.last}; the rows before them are done, and the next run goes on with these`,
      cause: error,
      ...(mayPass(error) ? { exit: 75 as const } : {}),
      hint: mayPass(error)
        ? "run the same command again"
        : "mend the rows or the statement, then run the same command again",
    });
  }
}

function stopped(run: ScriptRun, number: number, cause?: unknown): SqaError {
  return new SqaError("SQA-525", `stopped at statement ${number} of ${run.file.label}`, {
    detail: "the rows that are done stay done",
    hint: "run the same command again to go on",
    ...(cause === undefined ? {} : { cause }),
  });
}

/** What is no parameter: literals, quoted names, comments, dollar quotes, casts. */
const skipped = /'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|--[^\n]*|\/\*[^]*?\*\/|\$(\w*)\$[^]*?\$\1\$|::|:(first|last)\b/g;

/**
 * The statement with placeholders for `:first` and `:last`, each as often as it stands.
 *
 * @example
 * ```ts
 * import { bound } from "./run_rows.ts";
 * import { deepEqual } from "node:assert/strict";
 * deepEqual(bound("UPDATE t SET a = ':first' WHERE id BETWEEN :first AND :last", { first: "1", last: "9" }, (n) => `$${n}`), {
 *   sql: "UPDATE t SET a = ':first' WHERE id BETWEEN $1 AND $2",
 *   params: ["1", "9"],
 * });
 * ```
 */
export function bound(
  sql: string,
  bounds: { readonly first: string; readonly last: string },
  placeholder: (position: number) => string,
): { readonly sql: string; readonly params: readonly string[] } {
  const params: string[] = [];
  const text = sql.replace(skipped, (piece, _tag: string | undefined, name?: "first" | "last") => {
    if (name === undefined) return piece;
    params.push(bounds[name]);
    return placeholder(params.length);
  });
  return { sql: text, params };
}

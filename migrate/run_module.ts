/**
 * Data migrations in TypeScript: the module beside the SQL file is loaded and its function called. Each part that it asks for runs in a
 * transaction that also records how far it came, so that a killed run goes on behind the last part. The steps are known by their order.
 */
import { importModule } from "../dialects/import_module.ts";
import { pathToFileURL } from "node:url";
import { type Connection, DatabaseError, mayPass } from "../dialects/driver.ts";
import { SqaError } from "../schema/error.ts";
import type { Outcome, ScriptRun } from "./script_run.ts";
import type { Group } from "./script.ts";

/** How far it is: the step, and the last key of the part of it that is done. */
interface Cursor {
  readonly step: number;
  readonly after: string | null;
}

interface RowsOptions {
  readonly key: string;
  readonly size?: number;
  readonly where?: string;
}

type Db = Pick<Connection, "query" | "execute">;

/** Runs the module's steps that are not done yet. SQA-510 when one fails, SQA-560 when the module cannot be loaded, SQA-525 when stopped. */
export async function runModule(
  run: ScriptRun,
  group: Group,
  last: boolean,
  retry: <T>(work: () => Promise<T>) => Promise<T>,
): Promise<Outcome> {
  const start = performance.now(), work = await load(group.module!);
  const { number } = group.statements.at(0)!;
  let step = 0;
  /** One transaction; `next` says what is recorded with it, null that there was nothing left to do. */
  const part = async (next: (tx: Connection, at: Cursor) => Promise<Cursor | null>): Promise<boolean> => {
    await run.checkLock();
    if (run.signal?.aborted) throw stopped(run);
    const options = { ...run.limits, transactional: true, ...(run.signal ? { signal: run.signal } : {}) };
    return await retry(() =>
      run.driver.migration(run.connection, options, async (tx) => {
        const record = await run.journal.claim(tx);
        if (record === "finished" || record.applied >= number) throw new DoneElsewhere();
        const at = record.running === number ? cursorIn(record.runningFrom) : { step: 0, after: null };
        const reached = await next(tx, at);
        if (reached === null) return false;
        await run.checkLock();
        await run.journal.progress(tx, number - 1, { number, from: JSON.stringify(reached), session: null });
        return true;
      })
    );
  };
  const data = {
    async once(each: (db: Db) => Promise<void>): Promise<void> {
      const mine = step++;
      await part(async (tx, at) => {
        if (at.step > mine) return null;
        await each(tx);
        return { step: mine + 1, after: null };
      });
    },
    async rows(table: string, options: RowsOptions, each: (rows: readonly unknown[], db: Db) => Promise<void>) {
      const mine = step++;
      for (let rows = 0;;) {
        const more = await part(async (tx, at) => {
          if (at.step > mine) return null;
          const found = await nextRows(run, tx, table, options, at.step === mine ? at.after : null);
          if (found.rows.length === 0) return null;
          await each(found.rows, tx);
          rows += found.rows.length;
          return { step: mine, after: found.last };
        });
        if (!more) return;
        run.onEvent({ type: "rows", file: run.file, number, table, rows });
      }
    },
  };
  try {
    await work(data);
  } catch (error) {
    if (error instanceof DoneElsewhere) return "finished";
    throw failed(run, error);
  }
  return await retry(() =>
    run.driver.migration(run.connection, { ...run.limits, transactional: true }, async (tx): Promise<Outcome> => {
      const record = await run.journal.claim(tx);
      if (record === "finished") return record;
      if (last) await run.journal.finish(tx, performance.now() - start);
      else await run.journal.progress(tx, number, null);
      return "ran";
    })
  );
}

/** Another runner has done the whole of it. */
class DoneElsewhere extends Error {}

async function load(path: string): Promise<(data: unknown) => Promise<void>> {
  try {
    const module = await importModule(pathToFileURL(path).href) as { readonly default?: unknown };
    if (typeof module.default === "function") return module.default as (data: unknown) => Promise<void>;
  } catch (cause) {
    throw new SqaError("SQA-560", `the data migration cannot be loaded: ${(cause as Error).message}`, {
      place: { file: path },
      cause,
      hint: "correct the module, then run the same command again; nothing of it was run",
    });
  }
  throw new SqaError("SQA-560", "the data migration has no default export that is a function", {
    place: { file: path },
    hint: "write `export default async function (data) { … }`",
  });
}

function cursorIn(text: string | null): Cursor {
  const begin = { step: 0, after: null };
  if (!text?.startsWith("{")) return begin;
  return { ...begin, ...JSON.parse(text) as Partial<Cursor> };
}

async function nextRows(
  run: ScriptRun,
  tx: Connection,
  table: string,
  { key, size = 1000, where }: RowsOptions,
  after: string | null,
): Promise<{ readonly rows: readonly unknown[]; readonly last: string }> {
  const { dialect } = run.driver, { defaultSchema } = dialect;
  const path = table.includes(".") || defaultSchema === null ? table.split(".") : [defaultSchema, table];
  const name = dialect.quotePath(path), column = `${name}.${dialect.quote(key)}`;
  const conditions = [
    after === null ? `${column} IS NOT NULL` : `${column} > ${dialect.history.placeholder(1)}`,
    ...(where === undefined ? [] : [`(${where})`]),
  ];
  const found = await tx.query(
    `SELECT ${name}.*, CONCAT(${column}, '') AS sqa_key FROM ${name} WHERE ${conditions.join(" AND ")} ` +
      `ORDER BY ${column} LIMIT ${Math.max(1, Math.trunc(size))}`,
    after === null ? [] : [after],
  );
  const last = found.at(-1)?.["sqa_key"];
  return {
    rows: found.map(({ sqa_key: _, ...row }) => row),
    last: last instanceof Uint8Array ? new TextDecoder().decode(last) : String(last ?? ""),
  };
}

function failed(run: ScriptRun, error: unknown): unknown {
  if (run.signal?.aborted) return stopped(run, error);
  if (error instanceof SqaError) return error;
  const passes = error instanceof DatabaseError && mayPass(error);
  return new SqaError("SQA-510", `the data migration ${run.file.label} failed: ${(error as Error).message}`, {
    place: { file: run.path },
    object: run.file.id,
    detail: "the parts before it are done, and the next run goes on with this one",
    cause: error,
    ...(passes ? { exit: 75 as const } : {}),
    hint: passes ? "run the same command again" : "mend the rows or the module, then run the same command again",
  });
}

function stopped(run: ScriptRun, cause?: unknown): SqaError {
  return new SqaError("SQA-525", `stopped within ${run.file.label}`, {
    detail: "the parts that are done stay done",
    hint: "run the same command again to go on",
    ...(cause === undefined ? {} : { cause }),
  });
}

/** One project a cell: a folder with files written by hand, and the truth that must hold when all is over. */
import { deepEqual, equal } from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { introspect } from "../../introspect/introspect.ts";
import { migrate, type MigrateOptions, type MigrateResult } from "../../migrate/apply.ts";
import { writeMigration } from "../../migrate/files.ts";
import { historyOf } from "../../migrate/history.ts";
import { renderEmptyMigration } from "../../migrate/render_file.ts";
import { fingerprint } from "../../schema/hash.ts";
import { withFolder } from "../support/scratch.ts";
import type { Engine } from "./engines.ts";

export interface Cell {
  readonly engine: Engine;
  readonly url: string;
  readonly dir: string;
  /** Adds a file with this body behind the ones that are there; its path. */
  write(name: string, body: string, mode?: "all" | "groups" | "none"): Promise<string>;
  migrate(options?: Partial<MigrateOptions>): Promise<MigrateResult>;
  query(sql: string): Promise<readonly Record<string, unknown>[]>;
  run(...sql: readonly string[]): Promise<void>;
}

/** A fresh database and folder, gone afterwards. */
export function inCell<T>(engine: Engine, work: (cell: Cell) => Promise<T>): Promise<T> {
  return withFolder((root) => engine.with((url) => work(cellAt(engine, url, join(root, "migrations")))));
}

function cellAt(engine: Engine, url: string, dir: string): Cell {
  const { driver } = engine;
  let last: string | null = null, second = 0;
  return {
    engine,
    url,
    dir,
    async write(name, body, mode) {
      const texts = renderEmptyMigration({ name, dialect: driver.dialect, parents: last === null ? [] : [last] });
      const { paths } = await writeMigration(dir, texts, new Date(Date.UTC(2026, 0, 1, 0, 0, second++)));
      last = texts.id;
      const text = await readFile(paths.up, "utf8");
      const moded = mode === undefined
        ? text
        : text.replace(/^-- sqa: transaction .*$/m, `-- sqa: transaction ${mode}`);
      await writeFile(paths.up, moded.replace(/\n-- write the statements here[^]*$/, `\n${body}\n-- sqa: end\n`));
      return paths.up;
    },
    migrate: (options = {}) => migrate({ driver, url, dir, version: "test", ...options }),
    async query(sql) {
      await using connection = await driver.connect(url);
      return await connection.query(sql);
    },
    async run(...sql) {
      await using connection = await driver.connect(url);
      for (const each of sql) await connection.execute(each);
    },
  };
}

/** What a run without any fault makes: schema, rows, routines. */
export interface Truth {
  readonly schema: string;
  readonly effects: string;
  readonly parents: string;
}

export async function truthOf(cell: Cell): Promise<Truth> {
  const { driver } = cell.engine;
  await using connection = await driver.connect(cell.url);
  const graph = await introspect(connection, driver.dialect, { ignoreTables: [historyOf(driver.dialect).path] });
  const text = async (sql: string) => JSON.stringify(await connection.query(sql));
  return {
    schema: fingerprint(graph),
    effects: await text("SELECT n, count(*) AS times FROM effects GROUP BY n ORDER BY n"),
    parents: await text("SELECT * FROM parent ORDER BY id"),
  };
}

/** Everything that T01 asks: schema, rows, each file once, nothing left over. */
export async function expectTruth(cell: Cell, wanted: Truth, files = 1): Promise<void> {
  deepEqual(await truthOf(cell), wanted);
  const rows = await cell.query(
    "SELECT count(*) AS n, count(DISTINCT id) AS ids FROM sqa_history WHERE state = 'done'",
  );
  deepEqual(Object.values(rows[0]!).map(Number), [files, files]);
  for (const sql of cell.engine.leftovers) equal(JSON.stringify(await cell.query(sql)), "[]");
}

/** A generator of numbers in [0, 1) that begins with a seed (mulberry32), so that a sample can be had again. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** SQA_TEST_FAULTS=full tries every cell; a number tries so many of each kind; the default is a few. SQA_TEST_SEED names the sample. */
export const sampling = {
  full: Deno.env.get("SQA_TEST_FAULTS") === "full",
  size: Number(Deno.env.get("SQA_TEST_FAULTS") ?? NaN) || 6,
  seed: Number(Deno.env.get("SQA_TEST_SEED") ?? NaN) || Math.floor(Date.now() / 1000),
};

/** The sample of a list, or all of it. */
export function sampleOf<T>(all: readonly T[], next: () => number, size = sampling.size): readonly T[] {
  if (sampling.full) return all;
  const left = [...all], taken: T[] = [];
  while (left.length && taken.length < size) taken.push(...left.splice(Math.floor(next() * left.length), 1));
  return taken;
}

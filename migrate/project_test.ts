/** A project for the tests of this folder: a temporary folder, a database, and migrations made from SQL. It holds no test itself. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Driver } from "../dialects/driver.ts";
import { sqliteDriver } from "../dialects/sqlite/driver.ts";
import { makePlan } from "../diff/plan.ts";
import { introspect } from "../introspect/introspect.ts";
import type { SchemaGraph } from "../schema/graph.ts";
import { fingerprint } from "../schema/hash.ts";
import { migrate, type MigrateOptions, type MigrateResult } from "./apply.ts";
import { type DiffBase, diffBase } from "./base.ts";
import { readFolder, writeMigration } from "./files.ts";
import { historyOf } from "./history.ts";
import { type Proof, prove } from "./prove.ts";
import { renderMigration } from "./render_file.ts";
import { rollback, type RollbackOptions, type RollbackResult } from "./rollback.ts";
import { type Status, status } from "./status.ts";

export interface Project {
  readonly root: string;
  readonly dir: string;
  readonly url: string;
  readonly driver: Driver;
  migrate(options?: Partial<MigrateOptions>): Promise<MigrateResult>;
  rollback(options?: Partial<RollbackOptions>): Promise<RollbackResult>;
  status(): Promise<Status>;
  /** Writes the migration from the base to a schema given as SQL; null when there is no difference. */
  generate(
    name: string,
    sql: string,
  ): Promise<{ id: string; label: string; up: string; down: string; proof: Proof } | null>;
  base(): Promise<DiffBase>;
  /** The live schema without the history. */
  live(): Promise<SchemaGraph>;
  fingerprint(): Promise<string>;
  /** Runs SQL behind sqa's back. */
  run(...sql: readonly string[]): Promise<void>;
  query(sql: string): Promise<readonly Record<string, unknown>[]>;
}

/** A project on a fresh SQLite file, gone afterwards. */
export async function inProject(work: (project: Project) => Promise<void>): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), "sqa_migrate_"));
  try {
    await work(projectAt(root, sqliteDriver, `sqlite:${join(root, "test.db")}`));
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

export function projectAt(root: string, driver: Driver, url: string): Project {
  const dir = join(root, "migrations"), history = historyOf(driver.dialect), version = "test";
  const ignoreTables = [history.path];
  const connected = async <T>(use: (connection: Awaited<ReturnType<Driver["connect"]>>) => Promise<T>): Promise<T> => {
    await using connection = await driver.connect(url, { create: true });
    return await use(connection);
  };
  let second = 0;
  const project: Project = {
    root,
    dir,
    url,
    driver,
    migrate: (options = {}) => migrate({ driver, url, dir, version, ...options }),
    rollback: (options = {}) => rollback({ driver, url, dir, version, ...options }),
    status: () => connected((connection) => status({ driver, connection, dir })),
    live: () => connected((connection) => introspect(connection, driver.dialect, { ignoreTables })),
    fingerprint: async () => fingerprint(await project.live()),
    base: () =>
      connected(async (connection) => {
        const { chain } = await status({ driver, connection, dir });
        const live = await introspect(connection, driver.dialect, { ignoreTables });
        return await diffBase({ driver, connection, history, chain, live });
      }),
    generate: (name, sql) =>
      connected(async (connection) => {
        const base = await project.base();
        const to = await graphOf(driver, connection, sql);
        const scope = { mode: "modelled" as const, managed: base.managed, drops: new Set<never>() };
        const { plan, target } = makePlan({
          from: base.graph,
          to,
          dialect: driver.dialect,
          options: { columnOrder: "lax", version: connection.version, scope },
        });
        if (plan.up.length === 0) return null;
        const proof = await prove({ driver, connection, plan, from: base.graph, to: target, ignoreTables });
        const texts = renderMigration({
          name,
          dialect: driver.dialect,
          parents: base.parents,
          plan,
          target,
          ...(proof.after ? { proven: proof.after } : {}),
        });
        const { label, paths } = await writeMigration(dir, texts, new Date(Date.UTC(2026, 0, 1, 0, 0, second++)));
        return { id: texts.id, label, up: paths.up, down: paths.down!, proof };
      }),
    run: (...sql) =>
      connected(async (connection) => {
        for (const each of sql) await connection.execute(each);
      }),
    query: (sql) => connected((connection) => connection.query(sql)),
  };
  return project;
}

/** The schema that a script makes, read back from the database itself. */
async function graphOf(
  driver: Driver,
  connection: Awaited<ReturnType<Driver["connect"]>>,
  sql: string,
): Promise<SchemaGraph> {
  const found = await driver.scratch(connection, async (place) => {
    for (const statement of driver.dialect.split(sql)) await place.execute(statement.sql);
    return await introspect(place, driver.dialect);
  });
  return found!;
}

/** How many migrations a folder holds. */
export async function countFiles(project: Project): Promise<number> {
  return (await readFolder(project.dir, project.driver.dialect)).migrations.length;
}

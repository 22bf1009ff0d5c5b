/** A project for the tests of this folder: a temporary folder, a database, and migrations made from SQL. It holds no test itself. */
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Connection, Driver } from "../dialects/driver.ts";
import { postgresDriver } from "../dialects/postgres/driver.ts";
import { sqliteDriver } from "../dialects/sqlite/driver.ts";
import { makePlan } from "../diff/plan.ts";
import { introspect } from "../introspect/introspect.ts";
import type { SchemaGraph } from "../schema/graph.ts";
import { fingerprint } from "../schema/hash.ts";
import { migrate, type MigrateOptions, type MigrateResult } from "./apply.ts";
import { type DiffBase, diffBase } from "./base.ts";
import { writeMigration } from "./files.ts";
import { historyOf } from "./history.ts";
import { type Proof, prove } from "./prove.ts";
import { renderMigration } from "./render_file.ts";
import { rollback, type RollbackOptions, type RollbackResult } from "./rollback.ts";
import { type Status, status } from "./status.ts";
import { type Place, places, withFolder } from "../tests/support/scratch.ts";

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
  /** The schema that a script makes in an empty database. */
  graphOf(sql: string): Promise<SchemaGraph>;
  /** The live schema without the history. */
  live(): Promise<SchemaGraph>;
  fingerprint(): Promise<string>;
  /** Runs SQL behind sqa's back. */
  run(...sql: readonly string[]): Promise<void>;
  query(sql: string): Promise<readonly Record<string, unknown>[]>;
}

/** Where the tests of this folder run: their SQL is for SQLite and Postgres. The MySQL family is in tests/faults/. */
export const testPlaces: readonly { readonly place: Place; readonly driver: Driver }[] = places.filter((place) =>
  !place.label.startsWith("MySQL family")
).map((place) => ({
  place,
  driver: place.label === "SQLite" ? sqliteDriver : postgresDriver,
}));

/** A project on a fresh database, gone afterwards; on SQLite unless another place is named. */
export async function inProject(work: (project: Project) => Promise<void>, at = testPlaces[0]!): Promise<void> {
  await withFolder((root) => at.place.with((url) => work(projectAt(root, at.driver, url, (sql) => graphOf(at, sql)))));
}

const graphs = new Map<string, Promise<SchemaGraph>>();

/** The schema that a script makes, read back from the database itself; each is made once. */
function graphOf({ place, driver }: typeof testPlaces[number], sql: string): Promise<SchemaGraph> {
  const key = `${place.label}\n${sql}`, known = graphs.get(key);
  if (known) return known;
  const made = place.with(async (url) => {
    await using connection = await driver.connect(url, { create: true });
    for (const statement of driver.dialect.split(sql)) await connection.execute(statement.sql);
    return await introspect(connection, driver.dialect);
  });
  graphs.set(key, made);
  return made;
}

export function projectAt(
  root: string,
  driver: Driver,
  url: string,
  graphOf: (sql: string) => Promise<SchemaGraph>,
): Project {
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
    graphOf,
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
        const to = await graphOf(sql);
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

const folders = new Map<string, Promise<ReadonlyMap<string, string>>>();

/** Puts the files that `make` writes into a project's folder; they are made once a place and copied then, for they are always the same. */
export async function withFiles(
  project: Project,
  key: string,
  make: (project: Project) => Promise<void>,
): Promise<void> {
  const at = testPlaces.find(({ driver }) => driver === project.driver)!;
  const whole = `${key} ${project.driver.dialect.name}`;
  const made = folders.get(whole) ?? readAll(make, at);
  folders.set(whole, made);
  await mkdir(project.dir, { recursive: true });
  for (const [name, text] of await made) await writeFile(join(project.dir, name), text);
}

async function readAll(
  make: (project: Project) => Promise<void>,
  at: typeof testPlaces[number],
): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  await inProject(async (project) => {
    await make(project);
    for (const name of await readdir(project.dir)) texts.set(name, await readFile(join(project.dir, name), "utf8"));
  }, at);
  return texts;
}

/** A driver that asks `before` ahead of each statement that writes. */
export function watched(driver: Driver, before: (sql: string, nth: number) => void): Driver {
  let nth = 0;
  const inners = new WeakMap<Connection, Connection>();
  const watch = (inner: Connection): Connection => {
    const outer: Connection = {
      ...inner,
      execute: async (sql, params) => {
        if (!/^SET /.test(sql)) before(sql, ++nth);
        await inner.execute(sql, params);
      },
      transaction: (work, options) => inner.transaction((tx) => work(watch(tx)), options),
    };
    inners.set(outer, inner);
    return outer;
  };
  const own = (connection: Connection) => inners.get(connection) ?? connection;
  return {
    ...driver,
    connect: async (url, options) => watch(await driver.connect(url, options)),
    migration: (connection, options, work) => driver.migration(own(connection), options, (tx) => work(watch(tx))),
    canonicalize: (connection, graph, questions) => driver.canonicalize(own(connection), graph, questions),
  };
}

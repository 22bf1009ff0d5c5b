/**
 * `sqa/testing`: for the tests of programs that use sqa. A scratch database that is gone afterwards, and the question whether a database is
 * what models say.
 *
 * @example
 * ```ts
 * import { expectSchema, scratchDatabase } from "sqa/testing";
 *
 * await using database = await scratchDatabase();
 * await database.run("CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL)");
 * await expectSchema(database, { sql: "CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL)" });
 * ```
 */
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Connection, Driver } from "../dialects/driver.ts";
import { drivers } from "../dialects/drivers.ts";
import { introspect } from "../introspect/introspect.ts";
import { migrate } from "../migrate/apply.ts";
import { ownTables } from "../migrate/guard.ts";
import { describeDifferences, differencesBetween } from "../migrate/verify.ts";
import { SqaError } from "../schema/error.ts";
import type { SchemaGraph } from "../schema/graph.ts";
import type { ObjectId } from "../schema/object.ts";

/** A database of its own for one test. */
export interface ScratchDatabase extends AsyncDisposable {
  readonly url: string;
  readonly driver: Driver;
  readonly connection: Connection;
  /** Runs a script. */
  run(sql: string): Promise<void>;
  query<Row extends Record<string, unknown>>(sql: string, params?: readonly unknown[]): Promise<readonly Row[]>;
  /** Applies the migration files of a folder. Returns how many. */
  migrate(dir: string): Promise<number>;
  /** The schema, without sqa's own tables. */
  schema(): Promise<SchemaGraph>;
}

/** An empty database: an SQLite file, or one made beside the database of `url`, whose role must be allowed to make databases. */
export async function scratchDatabase({ url }: { readonly url?: string } = {}): Promise<ScratchDatabase> {
  return url === undefined || /^sqlite3?:/.test(url) ? await inFile() : await onServer(url);
}

async function inFile(): Promise<ScratchDatabase> {
  const folder = await mkdtemp(join(tmpdir(), "sqa_scratch_"));
  return await over(`sqlite:${join(folder, "scratch.db")}`, () => rm(folder, { recursive: true, force: true }));
}

async function onServer(given: string): Promise<ScratchDatabase> {
  const driver = await driverOf(given), name = driver.dialect.quote(`sqa_scratch_${randomBytes(6).toString("hex")}`);
  const administrate = async (sql: string): Promise<void> => {
    await using connection = await driver.connect(given);
    await connection.execute(sql);
  };
  await administrate(`CREATE DATABASE ${name}`);
  const url = new URL(given);
  url.pathname = `/${name}`;
  return await over(url.href, () => administrate(`DROP DATABASE IF EXISTS ${name}`));
}

async function driverOf(url: string): Promise<Driver> {
  const scheme = url.slice(0, Math.max(url.indexOf(":"), 0)).toLowerCase();
  const entry = drivers.find((one) => one.schemes.includes(scheme));
  if (entry) return await entry.load(url);
  throw new SqaError("SQA-016", `no database goes with "${scheme}:"`, { exit: 78 });
}

async function over(url: string, drop: () => Promise<void>): Promise<ScratchDatabase> {
  const driver = await driverOf(url), { dialect } = driver;
  const connection = await driver.connect(url, { create: true }).catch(async (error) => {
    await drop();
    throw error;
  });
  return {
    url,
    driver,
    connection,
    async run(sql) {
      for (const statement of dialect.split(sql)) {
        if (statement.sql.trim() !== "") await connection.execute(statement.sql);
      }
    },
    query: (sql, params) => connection.query(sql, params),
    migrate: async (dir) => (await migrate({ driver, url, dir, version: "testing" })).applied.length,
    schema: () => introspect(connection, dialect, { ignoreTables: ownTables(dialect) }),
    async [Symbol.asyncDispose]() {
      await connection.close();
      await drop();
    },
  };
}

/** What a database should be: models by their files, or a script that makes it. */
export type Expected =
  | { readonly models: string | readonly string[]; readonly cwd?: string }
  | { readonly sql: string };

/**
 * Throws SQA-540 with the differences unless the database is what is expected: every object that is named there, as it is there, and nothing
 * more within its tables. Other tables do not count.
 */
export async function expectSchema(database: ScratchDatabase, expected: Expected): Promise<void> {
  const wanted = await graphOf(database, expected), live = await database.schema();
  const scope = new Set<ObjectId>(wanted.objects.keys());
  for (const object of live.objects.values()) {
    if (object.parent !== null && scope.has(object.parent)) scope.add(object.id);
  }
  const initial = new Set(database.driver.dialect.initial.map(({ id }) => id));
  for (const object of live.objects.values()) {
    if (object.parent !== null && initial.has(object.parent) && !wanted.objects.has(object.id)) scope.delete(object.id);
  }
  const changes = await differencesBetween(database.connection, database.driver, live, wanted, scope);
  if (changes.length === 0) return;
  throw new SqaError("SQA-540", `the database is not what is expected:\n${describeDifferences(changes)}`);
}

async function graphOf({ driver, url }: ScratchDatabase, expected: Expected): Promise<SchemaGraph> {
  if ("sql" in expected) {
    await using beside = await scratchDatabase({ url });
    await beside.run(expected.sql);
    return await beside.schema();
  }
  const [{ loadModels }, { modelsToGraph }] = await Promise.all([
    import("../models/load.ts"),
    import("../models/graph.ts"),
  ]);
  const globs = typeof expected.models === "string" ? [expected.models] : [...expected.models];
  const models = await loadModels({ cwd: expected.cwd ?? Deno.cwd(), globs, exclude: [] });
  return modelsToGraph(models, driver.dialect).graph;
}

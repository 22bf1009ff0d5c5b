/** The databases that a benchmark runs on: SQLite files, and a Postgres that is named by BENCH_POSTGRES_URL or started for the run. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import postgres from "postgres";
import { startAllPostgres } from "../tests/support/servers/postgres.ts";

/** A kind of database with the programs of its own that are the limit. */
export interface Place {
  /** "sqlite", "postgres": a dialect's name. */
  readonly name: string;
  /** The limit of reading a schema, in words. */
  readonly dumper: string;
  /** A URL of an empty database; the old one of that name is gone. */
  fresh(name: string): Promise<string>;
  /** The program that prints the whole schema. */
  dump(url: string): readonly string[];
  /** The program that runs a script, and stops at its first mistake. */
  load(url: string, script: string): readonly string[];
  /** Called once before anything is read: as autovacuum would have done it. */
  settle(url: string): Promise<void>;
  stop(): Promise<void>;
}

/** The places that can be had here; `skip` is told of the others. */
export async function openPlaces(
  wanted: ReadonlySet<string>,
  folder: string,
  skip: (what: string, why: string) => void,
): Promise<readonly Place[]> {
  const places: Place[] = [];
  if (wanted.has("sqlite")) {
    if (await has("sqlite3")) places.push(sqlitePlace(folder));
    else skip("SQLite", "sqlite3 is not installed");
  }
  if (wanted.has("postgres")) {
    const server = !await has("psql") || !await has("pg_dump") ? null : await postgresServer(skip);
    if (server) places.push(postgresPlace(server.url, server.stop));
    else skip("Postgres", "psql and pg_dump are not installed, or no server starts");
  }
  return places;
}

async function has(program: string): Promise<boolean> {
  const { success } = await new Deno.Command("bash", { args: ["-c", `command -v ${program}`], stdout: "null" })
    .output();
  return success;
}

async function postgresServer(skip: (what: string, why: string) => void) {
  const url = Deno.env.get("BENCH_POSTGRES_URL");
  if (url) return { url, stop: () => Promise.resolve() };
  // pg_dump refuses a server that is newer than itself, and is not the limit of an older one.
  const { stdout } = await new Deno.Command("pg_dump", { args: ["--version"] }).output();
  const major = / (\d+)\./.exec(new TextDecoder().decode(stdout))?.[1] ?? "17";
  if (!Deno.env.has("SQA_TEST_POSTGRES_VERSIONS")) Deno.env.set("SQA_TEST_POSTGRES_VERSIONS", major);
  const { servers, skipped } = await startAllPostgres();
  if (servers.length === 0) { for (const { part, why } of skipped) skip(part, why); }
  for (const extra of servers.slice(1)) await extra.stop();
  return servers[0] ?? null;
}

function sqlitePlace(folder: string): Place {
  const path = (url: string) => url.slice("sqlite:".length);
  return {
    name: "sqlite",
    dumper: "sqlite3 .schema",
    fresh: async (name) => {
      const file = join(folder, `${name}.db`);
      for (const each of ["", "-wal", "-shm", "-journal"].map((end) => file + end)) {
        if (existsSync(each)) await Deno.remove(each);
      }
      return `sqlite:${file}`;
    },
    dump: (url) => ["sqlite3", "-batch", path(url), ".schema"],
    load: (url, script) => ["sqlite3", "-bail", "-batch", path(url), `.read ${script}`],
    settle: () => Promise.resolve(),
    stop: () => Promise.resolve(),
  };
}

function postgresPlace(server: string, stop: () => Promise<void>): Place {
  const administrate = async (url: string, ...statements: readonly string[]) => {
    const sql = postgres(url, { max: 1, onnotice: () => {} });
    try {
      for (const statement of statements) await sql.unsafe(statement);
    } finally {
      await sql.end();
    }
  };
  const made = new Set<string>();
  return {
    name: "postgres",
    dumper: "pg_dump --schema-only",
    fresh: async (name) => {
      const database = `sqa_bench_${name}`, url = new URL(server);
      made.add(database);
      await administrate(server, `drop database if exists ${database} with (force)`, `create database ${database}`);
      url.pathname = `/${database}`;
      return url.href;
    },
    dump: (url) => ["pg_dump", "--schema-only", "--no-owner", url],
    load: (url, script) => ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", script, url],
    settle: (url) => administrate(url, "vacuum analyze"),
    stop: async () => {
      for (const database of made) await administrate(server, `drop database if exists ${database} with (force)`);
      await stop();
    },
  };
}

/** The databases that a benchmark runs on: SQLite files, a Postgres that is named by BENCH_POSTGRES_URL or started for the run, named MySQL and MariaDB servers. */
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
  /** The URL of a database that an earlier run has kept. */
  url(name: string): string;
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
  keep: boolean,
  skip: (what: string, why: string) => void,
): Promise<readonly Place[]> {
  const places: Place[] = [];
  if (wanted.has("sqlite")) {
    if (await has("sqlite3")) places.push(sqlitePlace(folder));
    else skip("SQLite", "sqlite3 is not installed");
  }
  if (wanted.has("postgres")) {
    const server = !await has("psql") || !await has("pg_dump") ? null : await postgresServer(skip);
    if (server) places.push(postgresPlace(server.url, keep, server.stop));
    else skip("Postgres", "psql and pg_dump are not installed, or no server starts");
  }
  for (const [name, variable] of [["mysql", "BENCH_MYSQL_URL"], ["mariadb", "BENCH_MARIADB_URL"]] as const) {
    if (!wanted.has(name)) continue;
    const url = Deno.env.get(variable);
    if (!url) skip(name, `${variable} names no server`);
    else if (!await has("mysqldump") || !await has("mysql")) skip(name, "mysql and mysqldump are not installed");
    else places.push(mysqlPlace(name, url, keep));
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
    url: (name) => `sqlite:${join(folder, `${name}.db`)}`,
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

/** A database of a server under our prefix. */
function within(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = `/sqa_bench_${name}`;
  return url.href;
}

function postgresPlace(server: string, keep: boolean, stop: () => Promise<void>): Place {
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
      const database = `sqa_bench_${name}`;
      made.add(database);
      await administrate(server, `drop database if exists ${database} with (force)`, `create database ${database}`);
      return within(server, name);
    },
    url: (name) => within(server, name),
    dump: (url) => ["pg_dump", "--schema-only", "--no-owner", url],
    load: (url, script) => ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", script, url],
    settle: (url) => administrate(url, "vacuum analyze"),
    stop: async () => {
      for (const database of keep ? [] : made) {
        await administrate(server, `drop database if exists ${database} with (force)`);
      }
      await stop();
    },
  };
}

/** MySQL and MariaDB, which differ in nothing that matters here. */
function mysqlPlace(name: "mysql" | "mariadb", server: string, keep: boolean): Place {
  const made = new Set<string>();
  const options = (url: string) => {
    const { hostname, port, username, password } = new URL(url);
    return ["-h", hostname, "-P", port || "3306", "-u", username, ...(password ? [`-p${password}`] : [])];
  };
  const administrate = async (...statements: readonly string[]) => {
    const args = [...options(server), "-e", statements.join("; ")];
    const { success, stderr } = await new Deno.Command("mysql", { args, stdout: "null", stderr: "piped" }).output();
    if (!success) throw new Error(new TextDecoder().decode(stderr).trim());
  };
  const databaseOf = (url: string) => new URL(url).pathname.slice(1);
  return {
    name,
    dumper: "mysqldump --no-data",
    fresh: async (which) => {
      const database = `sqa_bench_${which}`;
      made.add(database);
      await administrate(`DROP DATABASE IF EXISTS ${database}`, `CREATE DATABASE ${database}`);
      return within(server, which);
    },
    url: (which) => within(server, which),
    dump: (url) => ["mysqldump", "--no-data", ...options(url), databaseOf(url)],
    load: (url, script) => ["mysql", ...options(url), databaseOf(url), "-e", `source ${script}`],
    settle: () => Promise.resolve(),
    stop: async () => {
      for (const database of keep ? [] : made) await administrate(`DROP DATABASE IF EXISTS ${database}`);
    },
  };
}

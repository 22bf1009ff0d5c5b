/**
 * Scratch databases for tests. Postgres servers come from SQA_TEST_POSTGRES_URLS (`deno task test` sets it: one administrator's URL a version,
 * separated by commas); tests that need one and find none are ignored, and the runner says so at its end.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import mysql from "mysql2/promise";
import postgres from "postgres";

/** Administrators' URLs of the Postgres servers that this run may use, oldest version first. */
export const postgresUrls: readonly string[] = (Deno.env.get("SQA_TEST_POSTGRES_URLS") ?? "").split(",").filter((url) =>
  url !== ""
);

/** The same for servers of MySQL and MariaDB: SQA_TEST_MYSQL_URLS, each with a database in which nothing is kept. */
export const mysqlUrls: readonly string[] = (Deno.env.get("SQA_TEST_MYSQL_URLS") ?? "").split(",").filter((url) =>
  url !== ""
);

/** Makes an empty database on the server, runs `test` with its URL, and drops it whatever happens. */
export async function withDatabase<T>(serverUrl: string, test: (url: string) => Promise<T>): Promise<T> {
  const name = `sqa_test_${crypto.randomUUID().replaceAll("-", "").slice(0, 16)}`;
  const isMysql = /^(mysql|mariadb):/.test(serverUrl);
  // To copy the template's files takes half of what it takes to write its pages to the log.
  const create = isMysql
    ? `create database ${name}`
    : `create database "${name}" template template0 strategy file_copy`;
  await administrate(serverUrl, create);
  try {
    const url = new URL(serverUrl);
    url.pathname = `/${name}`;
    return await test(url.href);
  } finally {
    const drop = isMysql ? `drop database if exists ${name}` : `drop database if exists "${name}" with (force)`;
    await administrate(serverUrl, drop);
  }
}

async function administrate(url: string, statement: string): Promise<void> {
  if (/^(mysql|mariadb):/.test(url)) {
    const connection = await mysql.createConnection(url.replace(/^mariadb:/, "mysql:"));
    try {
      return void await connection.query(statement);
    } finally {
      await connection.end();
    }
  }
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    await sql.unsafe(statement);
  } finally {
    await sql.end();
  }
}

/** A new folder, removed at the end. */
export async function withFolder<T>(test: (path: string) => Promise<T>): Promise<T> {
  const path = await mkdtemp(join(tmpdir(), "sqa-test-"));
  try {
    return await test(path);
  } finally {
    await rm(path, { recursive: true, force: true });
  }
}

/** The URL of a SQLite file that does not exist yet, in a folder of its own. */
export function withSqlite<T>(test: (url: string) => Promise<T>): Promise<T> {
  return withFolder((folder) => test(`sqlite:${join(folder, "test.db")}`));
}

/** A place to test on: an empty database of one kind. */
export interface Place {
  readonly label: string;
  readonly ignore: boolean;
  with<T>(test: (url: string) => Promise<T>): Promise<T>;
}

/** SQLite, and each Postgres, MySQL and MariaDB that is there (one Postgres that is ignored when there is none). */
export const places: readonly Place[] = [
  { label: "SQLite", ignore: false, with: withSqlite },
  ...(postgresUrls.length ? postgresUrls : [null]).map((url, i): Place => ({
    label: postgresUrls.length > 1 ? `Postgres ${i + 1} of ${postgresUrls.length}` : "Postgres",
    ignore: url === null,
    with: (test) => withDatabase(url!, test),
  })),
  ...mysqlUrls.map((url, i): Place => ({
    label: mysqlUrls.length > 1 ? `MySQL family ${i + 1} of ${mysqlUrls.length}` : "MySQL family",
    ignore: false,
    with: (test) => withDatabase(url, test),
  })),
];

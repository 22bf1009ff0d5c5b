/**
 * One connection over mysql2. Numbers that JavaScript would lose digits of, dates and JSON stay text. One statement a call: the client
 * does not announce multi-statements, so the server itself refuses more.
 */
import type { Connection as Client } from "mysql2/promise";
import {
  type Connection,
  type ConnectOptions,
  DatabaseError,
  type ServerInfo,
  type TransactionOptions,
} from "../driver.ts";
import { SqaError } from "../../schema/error.ts";
import { connectError, databaseError, isTransient } from "./errors.ts";
import type { FamilyFacts } from "./facts.ts";
import { mask, parseUrl, type Target } from "./url.ts";

/** Which of the two it is and its comparable number, from the text of VERSION(): "9.7.4", "10.11.19-MariaDB-log". */
export function versionOf(
  text: string,
): { readonly isMariadb: boolean; readonly version: number; readonly short: string } {
  // Some proxies put "5.5.5-" before what MariaDB says, which old clients needed.
  const found = /(\d+)\.(\d+)\.(\d+)/.exec(text.replace(/^5\.5\.5-/, ""));
  const [, major = "0", minor = "0", patch = "0"] = found ?? [];
  return {
    isMariadb: /mariadb/i.test(text),
    version: Number(major) * 10_000 + Number(minor) * 100 + Number(patch),
    short: `${major}.${minor}.${patch}`,
  };
}

/** What the two drivers tell the connection about themselves. */
export type Expected = Pick<FamilyFacts, "label" | "oldest" | "oldestLabel" | "systemVersioning">;

/** Files and generated statements are written with backslashes as escapes, whatever the server's own mode is. */
const withEscapes = "SET SESSION sql_mode = REPLACE(@@SESSION.sql_mode, 'NO_BACKSLASH_ESCAPES', '')";

/**
 * Where the server gives every table without a primary key one of its own, an invisible column my_row_id (MySQL 8.0.30 and later), nobody asked for
 * it, nobody sees it, and it is in no model.
 */
const withoutOwnKeys = "SET SESSION show_gipk_in_create_table_and_information_schema = 0";

/** Opens a connection; connection-class failures are retried for `waitMs`. SQA-201, 202, 203, 205, 206, 208, 209. */
export async function connect(url: string, options: ConnectOptions, expected: Expected): Promise<Connection> {
  const target = parseUrl(url), masked = mask(url);
  const client = await opened(target, masked, options, expected.label);
  try {
    // The server's own collation for it, as its shell has, not the client library's: views and routines keep that of their literals.
    await client.query("SET NAMES utf8mb4");
    await client.query(withEscapes);
    const [rows] = await client.query(
      "SELECT VERSION() AS version, DATABASE() AS db, CURRENT_USER() AS account, @@hostname AS host, @@port AS port, @@lower_case_table_names AS folds, CONNECTION_ID() AS id" +
        // MariaDB passes over comments of that range.
        " /*!80030 , @@SESSION.sql_generate_invisible_primary_key AS own_keys */",
    );
    const row = (rows as Record<string, unknown>[])[0]!;
    if (Number(row.own_keys ?? 0) === 1) await client.query(withoutOwnKeys);
    const { isMariadb, version, short } = versionOf(String(row.version));
    const product = `${isMariadb ? "MariaDB" : "MySQL"} ${short}`;
    // The one question that both drivers ask: am I talking to my own server?
    if (isMariadb !== expected.systemVersioning) {
      const scheme = isMariadb ? "mariadb" : "mysql";
      throw new SqaError("SQA-209", `the server is ${product}, not ${expected.label}`, {
        detail: masked,
        hint: `begin the URL with ${scheme}://`,
      });
    }
    if (version < expected.oldest) {
      throw new SqaError(
        "SQA-208",
        `${product} is too old: sqa needs ${expected.label} ${expected.oldestLabel} or later`,
        {
          detail: masked,
        },
      );
    }
    const server: ServerInfo = {
      product,
      target: masked,
      database: String(row.db),
      user: String(row.account),
      session: String(row.id),
      // 2 keeps them as they are written and compares them without letter case.
      ...(Number(row.folds) === 1 ? { lowersTables: "lower_case_table_names is 1" } : {}),
      identity: `${isMariadb ? "mariadb" : "mysql"}:${row.host}:${row.port}:${row.db}`,
    };
    const cancel = async (): Promise<void> => {
      const other = await opened(target, masked, {}, expected.label);
      try {
        await other.query(`KILL QUERY ${Number(row.id)}`);
      } finally {
        other.destroy();
      }
    };
    return connectionOver(client, version, server, cancel, options.signal);
  } catch (error) {
    client.destroy();
    if (error instanceof SqaError) throw error;
    throw connectError(error, target, masked, expected.label);
  }
}

/** The text of VERSION() of the server behind a URL. Throws what `connect` throws. */
export async function askVersion(url: string): Promise<string> {
  const client = await opened(parseUrl(url), mask(url), {}, "MySQL or MariaDB");
  try {
    const [rows] = await client.query("SELECT VERSION() AS version");
    return String((rows as Record<string, unknown>[])[0]!.version);
  } finally {
    client.destroy();
  }
}

async function opened(target: Target, masked: string, options: ConnectOptions, label: string): Promise<Client> {
  const library = await import("mysql2/promise");
  // CommonJS: where a build has put all files together, it is the default export alone.
  const { createConnection } = "createConnection" in library
    ? library
    : (library as { readonly default: typeof library }).default;
  const deadline = performance.now() + (options.waitMs ?? 0);
  for (let pause = 100;; pause = Math.min(pause * 2, 2000)) {
    options.signal?.throwIfAborted();
    try {
      return await createConnection({
        ...(target.socket ? { socketPath: target.socket } : { host: target.host, port: target.port }),
        user: target.user ?? "root",
        ...(target.password === null ? {} : { password: target.password }),
        database: target.database,
        charset: "utf8mb4",
        connectTimeout: target.connectSeconds * 1000,
        supportBigNumbers: true,
        dateStrings: true,
        jsonStrings: true,
        multipleStatements: false,
        // The client would put IGNORE_SPACE into the mode of the session, and with it into every trigger and routine that is made.
        flags: ["-IGNORE_SPACE"],
        // A write and its answer each go in one piece; waiting to fill a packet only costs time.
        enableKeepAlive: true,
        ...(target.encryption === "none" ? {} : { ssl: encryption(target) }),
      });
    } catch (cause) {
      const left = deadline - performance.now();
      if (!isTransient(cause) || left <= 0) throw connectError(cause, target, masked, label);
      await new Promise((resolve) => setTimeout(resolve, Math.min(pause, left)));
    }
  }
}

function encryption({ encryption, certificates }: Target): Record<string, unknown> {
  return {
    ...certificates,
    rejectUnauthorized: encryption !== "unverified",
    verifyIdentity: encryption === "verified",
  };
}

function connectionOver(
  client: Client,
  version: number,
  server: ServerInfo,
  cancel: () => Promise<void>,
  signal: AbortSignal | undefined,
): Connection {
  let closed = false, lost = false;
  client.on("error", () => void (lost = true));
  const abort = (): void => client.destroy();
  signal?.addEventListener("abort", abort, { once: true });

  const run = async (sql: string, params: readonly unknown[]): Promise<readonly Record<string, unknown>[]> => {
    if (closed || lost) {
      const message = closed ? "the connection is closed" : "the connection to the server was lost";
      throw new DatabaseError(message, { code: "CR_SERVER_LOST", sql, class: "connection" });
    }
    try {
      if (params.length === 0 && isSelect.test(sql)) return await selected(client, sql);
      // Without parameters the text protocol: MySQL prepares no CREATE PROCEDURE and the like (error 1295).
      const [rows] = params.length === 0
        ? await client.query(sql)
        : await client.execute(sql, params.map(sendable) as never[]);
      return Array.isArray(rows) ? rows as Record<string, unknown>[] : [];
    } catch (cause) {
      const error = databaseError(cause, sql);
      if (error.more.class === "connection") lost = true;
      throw error;
    }
  };

  const close = async (): Promise<void> => {
    if (closed) return;
    closed = true;
    signal?.removeEventListener("abort", abort);
    if (lost) return client.destroy();
    await client.end().catch(() => client.destroy());
  };

  const level = (depth: number): Connection => ({
    version,
    server,
    query: async <Row extends Record<string, unknown>>(sql: string, params: readonly unknown[] = []) =>
      await run(sql, params) as readonly Row[],
    execute: async (sql, params = []) => void await run(sql, params),
    transaction: (work, options = {}) => transaction(work, options, depth),
    cancel,
    close,
    [Symbol.asyncDispose]: close,
  });

  async function transaction<T>(
    work: (tx: Connection) => Promise<T>,
    options: TransactionOptions,
    depth: number,
  ): Promise<T> {
    const point = `sqa_${depth}`;
    const characteristics = [
      ...(options.snapshot ? ["WITH CONSISTENT SNAPSHOT"] : []),
      ...(options.readOnly ? ["READ ONLY"] : []),
    ];
    await run(depth === 0 ? `START TRANSACTION ${characteristics.join(", ")}`.trim() : `SAVEPOINT ${point}`, []);
    const undo = () => run(depth === 0 ? "ROLLBACK" : `ROLLBACK TO SAVEPOINT ${point}`, []);
    let result: T;
    try {
      result = await work(level(depth + 1));
    } catch (error) {
      await undo().catch(() => {});
      throw error;
    }
    if (options.rollback) await undo();
    else await run(depth === 0 ? "COMMIT" : `RELEASE SAVEPOINT ${point}`, []);
    return result;
  }

  return level(0);
}

const isSelect = /^\s*SELECT\b/i;

/** The rows of a query. Of arrays mysql2 3.24 makes 8,000 rows of eleven columns in 5 ms, of objects in 30; to turn the ones into the others takes 4. */
async function selected(client: Client, sql: string): Promise<readonly Record<string, unknown>[]> {
  const [rows, fields] = await client.query({ sql, rowsAsArray: true });
  // SELECT … INTO gives no rows.
  if (!Array.isArray(rows)) return [];
  const names = fields.map(({ name }) => name);
  return (rows as unknown[][]).map((values) => {
    const row: Record<string, unknown> = {};
    for (let i = 0; i < names.length; i++) row[names[i]!] = values[i];
    return row;
  });
}

/** A parameter as the client can send it without losing digits. */
function sendable(value: unknown): unknown {
  if (typeof value === "bigint") return String(value);
  return value === undefined ? null : value;
}

/**
 * One connection to Postgres over postgres.js, reserved for its whole life, so that transactions, pipelining and settings are ours. Statements
 * go through the extended protocol: the server itself refuses more than one in a string.
 */
import type postgresJs from "postgres";
import type { Connection, ConnectOptions, TransactionOptions } from "../driver.ts";
import { DatabaseError } from "../driver.ts";
import { ownPauses } from "./own_pauses.ts";
import { connectError, databaseError, isTransient } from "./errors.ts";
import { putCatalogFirst } from "./search_path.ts";
import { type Dialer, dialer } from "./connection_socket.ts";
import { type Line, type SecondSession, secondSession } from "./second_session.ts";
import { type Info, serverInfo } from "./server_info.ts";
import { mask, parseUrl, type Target } from "./url.ts";

type Client = postgresJs.Sql;
type Reserved = postgresJs.ReservedSql;

/** Types that JavaScript would lose digits of stay text: int8 and numeric are text already; dates, times and intervals are made so here. */
const textTypes = { date: { to: 1184, from: [1082, 1083, 1114, 1184, 1186, 1266], serialize: asText, parse: asText } };

function asText(value: string): string {
  return value;
}

/**
 * Opens a connection; connection-class failures are retried for `waitMs`, and so is a time limit that ran out while this program did not look:
 * the server's answer may have been there for long. SQA-201, 202, 203, 205, 206.
 */
export async function connect(url: string, options: ConnectOptions = {}): Promise<Connection> {
  const target = parseUrl(url), masked = mask(url);
  const deadline = performance.now() + (options.waitMs ?? 0);
  for (let pause = 100, missed = 0;; pause = Math.min(pause * 2, 2000)) {
    options.signal?.throwIfAborted();
    using pauses = ownPauses();
    try {
      return await open(target, masked, options);
    } catch (cause) {
      if ((cause as { code?: unknown }).code === "CONNECT_TIMEOUT" && pauses.longest() > 1000 && missed++ < 3) continue;
      const left = deadline - performance.now();
      if (!isTransient(cause) || left <= 0) throw connectError(cause, target, masked);
      await new Promise((resolve) => setTimeout(resolve, Math.min(pause, left)));
    }
  }
}

/** A client that dials with its first statement, or with `reserve`, and once. */
async function clientOf(
  target: Target,
  options: ConnectOptions,
): Promise<{ readonly client: Client; readonly state: State; readonly line: Dialer }> {
  const { default: postgres } = await import("postgres");
  const state: State = { lost: false, waiting: new Set() };
  const line = dialer(target);
  const client = postgres({
    // Not in its types.
    ...{ socket: line.dial } as object,
    ...(target.socket ? { path: `${target.socket}/.s.PGSQL.${target.port}` } : {}),
    host: target.host,
    port: target.port,
    ...(target.user === null ? {} : { username: target.user }),
    ...(target.password === null ? {} : { password: target.password }),
    ...(target.database === null ? {} : { database: target.database }),
    ssl: encryption(target),
    max: 1,
    connect_timeout: target.connectSeconds,
    idle_timeout: 0,
    max_lifetime: null,
    fetch_types: false,
    prepare: false,
    types: textTypes as never,
    onnotice: () => {},
    onclose: () => {
      state.lost = true;
      // The client forgets statements that were handed to it between the socket's error and its end.
      for (const reject of state.waiting) reject(lostError(null));
    },
    connection: {
      application_name: options.applicationName ?? target.applicationName ?? "sqa",
      // A file is cut into statements by these rules, so they must be the server's too, whatever the database says.
      standard_conforming_strings: "on",
      ...target.settings,
    },
  });
  return { client, state, line };
}

async function open(target: Target, masked: string, options: ConnectOptions): Promise<Connection> {
  const { client, state, line } = await clientOf(target, options);
  const abort = () => void client.end({ timeout: 0 });
  options.signal?.addEventListener("abort", abort, { once: true });
  try {
    const info = await serverInfo((sql) => answered(state, client.unsafe(sql, [], { simple: false } as never)), masked);
    // Without fetch_types, postgres.js 3.4.9 never answers a reserve() that is the first thing asked of a new connection.
    const session = await client.reserve();
    line.established();
    const onClose = (): void => options.signal?.removeEventListener("abort", abort);
    const connection = connectionOver(client, session, info, state, onClose, () => secondLine(target, options));
    await putCatalogFirst(connection, info.searchPath);
    return connection;
  } catch (cause) {
    await client.end({ timeout: 0 });
    throw cause;
  }
}

/** For a second session of the same target. */
async function secondLine(target: Target, options: ConnectOptions): Promise<Line> {
  const { client, state } = await clientOf(target, options);
  return {
    async begin(statements) {
      // What is asked first goes alone (postgres.js 3.4.9 waits for its answer), so it is all in one message; of several answers, the last one.
      const answers = await answered(state, client.unsafe(statements.join(";\n"), [], { simple: true } as never));
      const session = await client.reserve();
      return {
        rows: (answers as unknown as readonly (readonly Record<string, unknown>[])[]).at(-1)!,
        run: (sql) => answered(state, session.unsafe(sql, [], { simple: false } as never)),
      };
    },
    async end() {
      for (const reject of state.waiting) reject(lostError(null));
      await client.end({ timeout: 0 });
    },
  };
}

/** What the client's callbacks and the connection share. */
interface State {
  lost: boolean;
  /** Rejects the statements that are under way. */
  readonly waiting: Set<(error: DatabaseError) => void>;
}

/** The answer, or the error of a connection that was lost before it came. */
function answered<T>({ waiting }: State, answer: PromiseLike<T>): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    waiting.add(reject);
    answer.then(resolve, reject).then(() => waiting.delete(reject));
  });
}

function lostError(sql: string | null, message = "the connection to the server was lost"): DatabaseError {
  return new DatabaseError(message, { code: "08006", sql, class: "connection" });
}

function encryption(target: Target): false | "prefer" | Record<string, unknown> {
  const files = target.certificates;
  switch (target.encryption) {
    case "none":
      return false;
    case "preferred":
      return "prefer";
    case "unverified":
      return { ...files, rejectUnauthorized: false };
    case "authority":
      return { ...files, rejectUnauthorized: true, checkServerIdentity: () => undefined };
    case "verified":
      return { ...files, rejectUnauthorized: true };
  }
}

function connectionOver(
  client: Client,
  session: Reserved,
  { version, server, shared }: Info,
  state: State,
  onClose: () => void,
  second: () => Promise<Line>,
): Connection {
  let closed = false;
  let failure: DatabaseError | null = null;
  /** Statements without an answer yet; the server is at the first of them. */
  const underWay = new Set<{ cancel?(): unknown }>();

  const run = async (sql: string, params: readonly unknown[]): Promise<readonly Record<string, unknown>[]> => {
    if (closed || state.lost) throw lostError(sql, closed ? "the connection is closed" : undefined);
    const query = session.unsafe(sql, params as never[], { simple: false } as never);
    const cancellable = query as unknown as { cancel?(): unknown };
    underWay.add(cancellable);
    try {
      return await answered(state, query);
    } catch (cause) {
      const error = databaseError(cause, sql);
      // Of statements sent together, those behind the failed one only say that the transaction is over.
      if (error.more.code === "25P02" && failure) throw failure;
      failure = error;
      throw error;
    } finally {
      underWay.delete(cancellable);
    }
  };

  const close = async () => {
    if (closed) return;
    closed = true;
    onClose();
    await client.end({ timeout: 0 });
  };

  const level = (
    depth: number,
    refused: () => unknown = () => null,
    beside: SecondSession | null = null,
  ): Connection => {
    let pending = 0;
    const send = async (sql: string, params: readonly unknown[]) => {
      const why = refused();
      if (why) throw why;
      pending++;
      try {
        return await run(sql, params);
      } finally {
        if (--pending === 0) beside?.firstIsFree();
      }
    };
    const self: Connection = {
      version,
      server,
      query: async <Row extends Record<string, unknown>>(sql: string, params: readonly unknown[] = []) =>
        [...await send(sql, params)] as readonly Row[],
      ...(beside
        ? {
          queryBeside: async <Row extends Record<string, unknown>>(sql: string, whenFree?: boolean) =>
            [...await beside.query(sql, whenFree)] as readonly Row[],
        }
        : {}),
      execute: async (sql, params = []) => void await send(sql, params),
      transaction: (work, options = {}) => transaction(work, options, depth),
      // A request on a connection of its own, which the protocol has for this (chapter "Canceling Requests in Progress").
      cancel: async () => void await [...underWay][0]?.cancel?.(),
      close,
      [Symbol.asyncDispose]: close,
    };
    return self;
  };

  async function transaction<T>(
    work: (tx: Connection) => Promise<T>,
    options: TransactionOptions,
    depth: number,
  ): Promise<T> {
    const point = `sqa_${depth}`;
    const mode = `${options.snapshot ? " ISOLATION LEVEL REPEATABLE READ" : ""}${options.readOnly ? " READ ONLY" : ""}`;
    failure = null;
    const begin = () => run(depth === 0 ? `BEGIN${mode}` : `SAVEPOINT ${point}`, []);
    let begun = begin();
    // Where no transaction begins (a pooler may refuse it and serve the next statement), nothing that writes has been sent yet.
    let refused: unknown = null;
    begun.catch((error) => refused = error);
    if (depth > 0 || !(options.readOnly || options.readsFirst)) await begun;
    let beside: SecondSession | null = null;
    // What this session has changed in its transaction, another one does not see.
    if (shared && depth === 0 && options.readOnly && options.snapshot) {
      const shares = secondSession((sql) => run(sql, []), second).catch(() => null);
      try {
        await begun;
      } catch (error) {
        await (await shares)?.close();
        throw error;
      }
      beside = await shares;
      if (beside === null) {
        await run("ROLLBACK", []);
        failure = null;
        await (begun = begin());
      }
    }
    const undo = async () => {
      if (depth === 0) await run("ROLLBACK", []);
      else await run(`ROLLBACK TO SAVEPOINT ${point}`, []), await run(`RELEASE SAVEPOINT ${point}`, []);
    };
    let result: T;
    try {
      result = await work(level(depth + 1, () => refused, beside));
      await begun;
    } catch (error) {
      await beside?.close();
      // A lost connection has rolled back already, and its error is the one that says what happened.
      await undo().catch(() => {});
      throw error;
    }
    const closed = beside?.close();
    if (options.rollback) await undo();
    else await run(depth === 0 ? "COMMIT" : `RELEASE SAVEPOINT ${point}`, []);
    await closed;
    return result;
  }

  return level(0);
}

/**
 * The only door to a socket or a database file. A driver opens connections of one dialect and does what only a live database can:
 * lock, ask for normal forms, offer a scratch place, wrap a migration in a transaction that is safe for this database's DDL.
 */
import type { SchemaGraph } from "../schema/graph.ts";
import type { Expression, ObjectId, SchemaObject } from "../schema/object.ts";
import type { Catalog, Dialect } from "./dialect.ts";

/** What is being talked to; everything here may be printed. */
export interface ServerInfo {
  /** "PostgreSQL 17.10", "SQLite 3.53.2". */
  readonly product: string;
  /** The URL without its password and secret parameters. */
  readonly target: string;
  readonly database: string;
  readonly user: string | null;
  /** Answers "is it the same database?" across runs: system identifier and oid, file path. */
  readonly identity: string;
  /** The server's number of this session, where others can see it by that. */
  readonly session?: string;
  /** Something stands between that hands out server connections as it likes (PgBouncer): settings of the session are not ours. */
  readonly pooled?: boolean;
  /** It writes the names of tables in lower case, whatever it is told: the setting that makes it so, in words. */
  readonly lowersTables?: string;
}

export interface TransactionOptions {
  readonly readOnly?: boolean;
  /** One snapshot for all reads (REPEATABLE READ); else the database's default, READ COMMITTED. */
  readonly snapshot?: boolean;
  /** Roll back at the end whatever happens: a scratch place. */
  readonly rollback?: boolean;
  /** The work begins by reading, and waits for the answer: then what begins the transaction may travel along with that. */
  readonly readsFirst?: boolean;
}

export interface Connection extends Catalog, AsyncDisposable {
  readonly server: ServerInfo;
  /** Runs exactly one statement. Database errors come as `DatabaseError`. */
  execute(sql: string, params?: readonly unknown[]): Promise<void>;
  /** Runs `work` on this connection in a transaction; rolls back when it throws. */
  transaction<T>(work: (tx: Connection) => Promise<T>, options?: TransactionOptions): Promise<T>;
  /** Asks the server to give up the statement that is under way, which then fails. Absent where a statement cannot be interrupted. */
  cancel?(): Promise<void>;
  close(): Promise<void>;
}

export interface ConnectOptions {
  /** Stops the connecting; a connection that is open is closed. */
  readonly signal?: AbortSignal;
  /** Connection-class failures are retried for so long; 0 tries once. */
  readonly waitMs?: number;
  /** May the file be made when it is missing (SQLite)? */
  readonly create?: boolean;
  /** Never write (SQLite: opened read-only). */
  readonly readOnly?: boolean;
  /** Shown to other users of the server ("sqa/0.1.0 migrate"). */
  readonly applicationName?: string;
}

/** Held until disposed. `check()` throws SQA-521 when it was lost. */
export interface MigrationLock extends AsyncDisposable {
  check(): Promise<void>;
}

/** A session of the server that a run holds something with. */
export interface ServerSession {
  /** As `Standalone.session` has it. */
  readonly id: string;
  /** For a person: "process 123 ("sqa lock" of role app from 10.0.0.7 since …)". */
  readonly text: string;
}

/** How far a statement is, as the server tells others. */
export interface StatementProgress {
  /** The server's words: "building index: scanning table", "waiting for a lock". Null: it does not say. */
  readonly phase: string | null;
  /** Between 0 and 1, of this phase; null where the server does not count. */
  readonly share: number | null;
  /** Who holds what it waits for, in words. */
  readonly blockers: readonly string[];
}

/** What `sqa unlock` and the progress of long statements need: to see who holds the lock, and to end a session. */
export interface Sessions {
  /** Who holds the lock of that name now. */
  holders(connection: Connection, name: string): Promise<readonly ServerSession[]>;
  /** What the session of that number (`ServerInfo.session`) is at and who keeps it waiting; null when nothing is to be seen. */
  progress(connection: Connection, session: string): Promise<StatementProgress | null>;
  /** Ends the session and the statement that it is at. False: it was gone already. A DatabaseError when this role may not. */
  end(connection: Connection, id: string): Promise<boolean>;
}

export interface LockOptions {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** Called once after the first second of waiting, with who holds the lock where that can be known. */
  onWait?(holder: string | null): void;
}

/** "What would the database make of this text?" */
export interface ExpressionQuestion {
  readonly object: ObjectId;
  readonly field: string;
  readonly expression: Expression;
}

/** The database's own text for a question, or why it could not say. `refused`: not the text is at fault, but the role may not ask. */
export type ExpressionAnswer =
  | { readonly sql: string }
  | { readonly unanswered: string; readonly refused?: true };

/** How `migrate` runs one file. */
export interface MigrationOptions {
  /** False for files with statements that refuse a transaction: each then stands alone. */
  readonly transactional: boolean;
  /** Statement and lock time limits in milliseconds, where the database has them; 0 is none. */
  readonly lockTimeoutMs: number;
  readonly statementTimeoutMs: number;
  /** The schema in which names without one are looked for, where that is not the default one (a tenant's). */
  readonly searchPath?: string;
  readonly signal?: AbortSignal;
  /** As for a transaction: the work begins by reading, and waits for the answer. */
  readonly readsFirst?: boolean;
}

/** What became of a statement whose run died: by the live object, never by guess. `unclear` says what stands in the way of knowing. */
export type Outcome = "took effect" | "not begun" | { readonly unclear: string };

/**
 * How a statement outside a transaction is followed across a kill: what it touches, who ran it, what it left behind. All of it is asked of
 * the live database. Made for one connection.
 */
export interface Standalone {
  /** This connection, so that a later run can ask whether the statement is still being worked on by the server. */
  readonly session: string;
  /** Is that session still at this statement? In words for a message ("process 123, for 20 s"), or null. */
  busy(session: string, sql: string): Promise<string | null>;
  /**
   * Is some other session at one of these statements, as the server goes on with what a killed run has sent? In words, or null. Absent where a
   * statement ends with its client or is followed by `busy`.
   */
  atWork?(sqls: readonly string[]): Promise<string | null>;
  /** Ends that session of an earlier run and waits until it is gone: it may have been paused just before it sends its statement. */
  end(session: string): Promise<void>;
  /** Looks at what these settings are about to change, before the first of them is sent, where the server has no way back of its own. */
  remember?(settings: readonly string[]): Promise<void>;
  /** Takes back what these settings set. */
  unset(settings: readonly string[]): Promise<void>;
  /**
   * What takes this setting back within its transaction, for a session that is somebody else's in the next (a pooler's). Null: it cannot be told.
   * Absent where a driver never says of a server that it is pooled.
   */
  undoneBy?(sql: string): readonly string[] | null;
  /** Does nobody else have to wait while it waits for its locks (CONCURRENTLY)? Then it may wait as long as runners wait for each other. */
  isPatient(sql: string): boolean;
  /** May it share a transaction with the record of it, although its file stands outside one (INSERT on MySQL)? */
  joins(sql: string): Promise<boolean>;
  /** What the statement touches, as it is now; null: nothing is known of such a statement, and the whole schema is to be looked at. */
  shape(sql: string): Promise<string | null>;
  /** Removes what a failed attempt at this very statement left (an invalid index). Says what it did, or null. */
  clear(sql: string): Promise<string | null>;
  /** Did it take effect since `before`, which `shape` said? Null: compare the whole schema. */
  outcome(sql: string, before: string): Promise<Outcome | null>;
  /** After its success: is there what it should have made? Throws when it is not usable. */
  check(sql: string): Promise<void>;
}

/** A right that the user of a connection does not have, for one of the statements that are about to be run. */
export interface Lacking {
  /** Which of them, from 0. */
  readonly statement: number;
  readonly what: string;
  /** The statement that gives it. */
  readonly grant: string;
}

/** A copy of a whole database as it was at one moment. */
export interface Backup {
  /** Where it is; printable. It stays there until somebody deletes it. */
  readonly path: string;
  /**
   * Puts the database back as it was. "left": other programs have written to it since, and putting it back would undo their work too, so
   * nothing was done.
   */
  restore(): Promise<"restored" | "left">;
}

/** Names of the tables whose rows a migration file may touch; by them SQLite counts before and after. */
export interface Driver {
  readonly dialect: Dialect;
  /** URL schemes, without the colon. */
  readonly schemes: readonly string[];
  /** Opens a connection. SQA-201 unreachable (exit 75), SQA-202 refused credentials, SQA-203 malformed URL; a secret is in none of them. */
  connect(url: string, options?: ConnectOptions): Promise<Connection>;
  /** The URL as it may be printed. */
  mask(url: string): string;
  /** The driver for one URL, where that says more than where the database is: then its scratch places are like that database. */
  at?(url: string): Driver;
  /** Objects that the URL itself asks for, beside the models: settings of the database that it names. */
  configured?(url: string): readonly SchemaObject[];
  /** Excludes other runners for one history. Null where the migration's own transaction does (SQLite). SQA-520 (exit 75) after the timeout. */
  lock(url: string, name: string, options: LockOptions): Promise<MigrationLock> | null;
  /** What the server is, where its lock may exclude nobody: a cluster whose locks end at the node, a server that has none ("Galera"); else null. */
  uncertainLock?(connection: Connection): Promise<string | null>;
  /**
   * Copies the whole database while it is in use, to `path` or beside it when that is null, where the database can do that for its client.
   * Never overwrites anything. SQA-528 when there is no copy; nothing has been changed then.
   */
  backup?(connection: Connection, path: string | null): Promise<Backup>;
  /**
   * Runs one migration file's `work` so that this database's DDL is safe: one exclusive transaction where DDL is transactional, with
   * the checks around it that the database needs (SQLite: foreign keys off and read back, rows accounted for, integrity checked before
   * the commit). Throws and leaves everything as it was when a check fails (SQA-530).
   */
  migration<T>(connection: Connection, options: MigrationOptions, work: (tx: Connection) => Promise<T>): Promise<T>;
  /** Does a statement that fails end its transaction, so that what was sent behind it does nothing? Then a migration need not wait for its record. */
  readonly failsAsAWhole?: true;
  /**
   * The rights that are certainly missing for statements that are run in order; where the database has rights at all. `statements` is not
   * asked for a user who may do everything.
   */
  lacking?(connection: Connection, statements: () => Promise<Iterable<string>>): Promise<readonly Lacking[]>;
  /** For databases with statements that refuse a transaction and cannot be taken back. Absent: the whole schema is looked at instead. */
  standalone?(connection: Connection): Promise<Standalone>;
  /** Where sessions of other runs can be seen and ended. Absent for a file, whose locks go with their process. */
  readonly sessions?: Sessions;
  /** Asks the database for its normal form of expressions, as if `graph` existed. Leaves nothing behind. Answers by index. */
  canonicalize(
    connection: Connection,
    graph: SchemaGraph,
    questions: readonly ExpressionQuestion[],
  ): Promise<readonly ExpressionAnswer[]>;
  /** Takes away what the server would keep about a scratch database that is about to be dropped. Absent: it keeps nothing. */
  emptied?(connection: Connection, name: string): Promise<void>;
  /** Is a scratch place "live"? Then runners are kept off meanwhile: one that meets the names in it may get others than its file means. */
  readonly scratchIsLive?: true;
  /** A throw-away place. "live": a copy of the connection's database (a transaction that is rolled back); "empty": nothing in it. Null where there is none. */
  scratch<T>(
    connection: Connection | null,
    work: (place: Connection, holds: "live" | "empty") => Promise<T>,
  ): Promise<T> | null;
}

/** An error of the database, untouched: its own message, code and place, with the statement that failed. */
export class DatabaseError extends Error {
  override readonly name = "DatabaseError";
  constructor(
    message: string,
    readonly more: {
      /** SQLSTATE, errno or SQLITE_* name. */
      readonly code: string | null;
      readonly sql: string | null;
      /** 1-based character in `sql`, where the server says it. */
      readonly position?: number;
      readonly detail?: string;
      readonly hint?: string;
      /**
       * "connection": the server is away; "lock": busy, try again; "timeout": a statement's time limit ran out; "data": the rows that are
       * there do not fit; "other": it will fail again.
       */
      readonly class: "connection" | "lock" | "timeout" | "data" | "other";
      /** The server takes no writes: a replica, or what was the primary before a failover. */
      readonly readOnly?: true;
      /** Who is connected may not do this; somebody else might. */
      readonly denied?: true;
      readonly cause?: unknown;
    },
  ) {
    super(message, { cause: more.cause });
  }
}

/** May the same statement succeed a little later without anybody changing anything? */
export function mayPass(error: DatabaseError): boolean {
  return error.more.class === "connection" || error.more.class === "lock" || error.more.readOnly === true;
}

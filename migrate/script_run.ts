/** What is given to the run of one file, and what its parts share: the runs of transactions, of statements alone, of rows, of modules. */
import type { Connection, Driver, MigrationOptions, Standalone } from "../dialects/driver.ts";
import type { Named, OnEvent } from "./events.ts";
import type { Revision } from "./history.ts";
import type { Script } from "./script.ts";
import type { ScriptStatement } from "./statements.ts";

/** How far a file is, by its record. */
export type Begun = Pick<Revision, "applied" | "running" | "runningFrom" | "runningSession">;

/** A statement that is about to be sent outside a transaction: what it touches as it is now, and on which session it goes. */
export interface Intent {
  readonly number: number;
  readonly from: string;
  readonly session: string | null;
}

/** How progress is recorded; up and down differ in this alone (journal.ts). */
export interface Journal {
  /**
   * Reads the record as it is now and opens it when it is not there. "finished": somebody has done it all. With `ahead` it does not wait until
   * a new record is written, which `written` then tells.
   */
  claim(connection: Connection, ahead?: boolean): Promise<Begun & { readonly written?: Promise<void> } | "finished">;
  progress(connection: Connection, applied: number, running: Intent | null): Promise<void>;
  /** All is done: in the last transaction, or after the last statement. */
  finish(connection: Connection, ms: number): Promise<void>;
}

export interface ScriptRun {
  readonly driver: Driver;
  readonly connection: Connection;
  readonly file: Named;
  /** For messages. */
  readonly path: string;
  readonly script: Script;
  readonly journal: Journal;
  readonly limits: Omit<MigrationOptions, "transactional" | "signal">;
  /** How long a transaction that meets locks is tried again, and how long a statement of an earlier run is waited for. */
  readonly retryMs: number;
  readonly signal: AbortSignal | undefined;
  readonly onEvent: OnEvent;
  /** Another connection, to look at a statement that takes long. */
  watch?(): Promise<Connection>;
  /** The live schema's fingerprint. */
  fingerprint(): Promise<string>;
  /** Throws when the migration lock is lost. */
  checkLock(): Promise<void>;
  /** Throws when the lock is lost, and keeps others from it until the transaction ends; only for a lock that may be lost unnoticed. */
  readonly fence?: ((tx: Connection) => Promise<void>) | undefined;
  /** Will the end of the run be compared with a snapshot? Then a statement that was found done need not be asked about. */
  readonly verifiable: boolean;
}

/** A run with what is made once for it. */
export interface Running extends ScriptRun {
  readonly alone: Standalone | null;
  readonly start: number;
  /** Statements of the file that only set something for the session. */
  readonly toSet: readonly ScriptStatement[];
  /** Is the next transaction another session's? Then what was set is taken back at the end of each, and set again in the next. */
  readonly isPooled: boolean;
  /** Those of them that were sent on this one. */
  readonly settings: Set<number>;
}

/** "skipped": done by an earlier run. "finished": somebody else has done all of the file meanwhile. */
export type Outcome = "ran" | "skipped" | "finished";

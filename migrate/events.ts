/** What a run tells its caller while it works. The runner prints nothing; whoever gives `onEvent` shows these as it likes. Types only. */
import type { ServerInfo } from "../dialects/driver.ts";

/** A migration as it is named in events and results. */
export interface Named {
  readonly id: string;
  readonly name: string;
  /** The file name without its suffix, or id and name where the file is gone. */
  readonly label: string;
}

export type MigrateEvent =
  | { readonly type: "connected"; readonly server: ServerInfo }
  /** After a second of waiting; `holder` where the database can say who. */
  | { readonly type: "lock-wait"; readonly holder: string | null }
  | { readonly type: "locked" }
  | { readonly type: "warning"; readonly code: string; readonly message: string }
  /** A copy of the database was made before anything was changed. */
  | { readonly type: "backup"; readonly path: string }
  /** The run failed and the database was put back from the copy; false: others have written since, so it was not. */
  | { readonly type: "restored"; readonly path: string; readonly restored: boolean }
  /** What is going to run, in order. */
  | { readonly type: "pending"; readonly direction: "up" | "down"; readonly migrations: readonly Named[] }
  | {
    readonly type: "file-start";
    readonly direction: "up" | "down";
    readonly file: Named;
    readonly statements: number;
  }
  | {
    readonly type: "statement-start";
    readonly file: Named;
    readonly number: number;
    readonly total: number;
    readonly sql: string;
  }
  | {
    readonly type: "statement-done";
    readonly file: Named;
    readonly number: number;
    readonly total: number;
    readonly sql: string;
    readonly ms: number;
  }
  /** A statement takes long: once a second, with what the server says of it. */
  | {
    readonly type: "progress";
    readonly file: Named;
    readonly number: number;
    readonly total: number;
    readonly ms: number;
    /** The server's words for what it is at, or null. */
    readonly phase: string | null;
    /** Between 0 and 1, of this phase, or null. */
    readonly share: number | null;
    /** Who keeps it waiting, in words. */
    readonly blockers: readonly string[];
  }
  /** A statement that an earlier run began and was found done (or not begun) by looking at the database. */
  | { readonly type: "resumed"; readonly file: Named; readonly number: number; readonly found: "done" | "not begun" }
  /** The server is still at a statement of a run that was killed. */
  | { readonly type: "earlier-run"; readonly file: Named; readonly number: number; readonly busy: string }
  /** What a failed attempt at the statement had left was removed: an invalid index. */
  | { readonly type: "cleared"; readonly file: Named; readonly number: number; readonly what: string }
  /** A part of a data migration is committed: so many rows of the table so far. */
  | {
    readonly type: "rows";
    readonly file: Named;
    readonly number: number;
    readonly table: string;
    readonly rows: number;
  }
  /** Something else held a lock; the transaction was given up and begins again. */
  | {
    readonly type: "retry";
    readonly file: Named;
    readonly attempt: number;
    readonly waitMs: number;
    readonly reason: string;
  }
  | { readonly type: "file-done"; readonly direction: "up" | "down"; readonly file: Named; readonly ms: number }
  /** Another runner was faster. */
  | { readonly type: "file-skipped"; readonly file: Named }
  /** True: the database is what the newest file says. Null: there was nothing to compare with, `reason` says why. */
  | { readonly type: "verified"; readonly verified: true | null; readonly reason: string | null };

export type OnEvent = (event: MigrateEvent) => void;

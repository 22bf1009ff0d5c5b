/** What will be run and what it will do: the values between the renderers, the rules and the runner. Types only. */
import type { Note } from "../schema/graph.ts";
import type { ObjectId } from "../schema/object.ts";
import type { Change } from "./change.ts";

/** How strongly a statement locks a table, in words that hold for all databases. */
export type LockLevel = "share" | "write" | "exclusive";

/** Facts about one statement on a live database, stated by the code that writes the SQL; rules judge them. */
export interface Effects {
  /** `name` is the database's own word ("ACCESS EXCLUSIVE"). "write" blocks writers, "exclusive" also readers. */
  readonly locks: readonly { readonly object: ObjectId; readonly level: LockLevel; readonly name: string }[];
  /** Tables that it reads from end to end while it holds its lock. */
  readonly scans: readonly ObjectId[];
  /** Tables that it writes anew. */
  readonly rewrites: readonly ObjectId[];
  /** Tables in whose rows it sets other values. */
  readonly sets?: readonly ObjectId[];
  /** Rows, values or counters that `down` cannot bring back. */
  readonly loses: readonly ObjectId[];
  /** Why it can fail on the data that is there, with a query that counts the offending rows when there is one. */
  readonly mayFail: { readonly reason: string; readonly probe: string | null } | null;
  /** Columns whose values may not fit their new type, where the dialect tells them from other reasons to fail. */
  readonly narrows?: readonly { readonly object: ObjectId; readonly reason: string; readonly probe: string | null }[];
}

/** Nothing worth saying. */
export const noEffects: Effects = { locks: [], scans: [], rewrites: [], loses: [], mayFail: null };

/** One SQL statement without its terminator. */
export interface Statement {
  readonly sql: string;
  /** Why it exists. */
  readonly change: Change;
  readonly effects: Effects;
  /**
   * "allowed": in the file's transaction. "alone": the database refuses it in a transaction. "commit-after": what follows can only
   * see its effect after a commit (a new enum label on Postgres).
   */
  readonly transaction: "allowed" | "alone" | "commit-after";
}

export type Severity = "error" | "warning" | "info";

/** A rule's verdict on one statement. An "error" stops `sqa diff` unless it is allowed by name. */
export interface Hazard {
  readonly code: string;
  readonly severity: Severity;
  readonly object: ObjectId;
  /** Index in the list of statements. */
  readonly statement: number;
  readonly message: string;
  readonly hint: string;
}

/** A possible rename that nobody has confirmed, with the reasons for it. */
export interface RenameQuestion {
  readonly from: ObjectId;
  readonly to: ObjectId;
  readonly reasons: readonly string[];
}

/** Everything that follows from two graphs: pure data, and the JSON form of `sqa diff`. */
export interface Plan {
  readonly dialect: string;
  /** Fingerprints of the two graphs. */
  readonly from: string;
  readonly to: string;
  readonly changes: readonly Change[];
  readonly up: readonly Statement[];
  readonly down: readonly Statement[];
  readonly hazards: readonly Hazard[];
  readonly questions: readonly RenameQuestion[];
  readonly notes: readonly Note[];
}

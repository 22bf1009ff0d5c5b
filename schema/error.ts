/**
 * The one error that sqa raises on purpose: a code, a sentence, and the next thing to type.
 * Every stage throws it, `cli/` catches it once and turns it into text, JSON and an exit code. It knows no stage.
 */

/** Stable codes by stage: 0xx usage and configuration, 1xx models, 2xx introspection, 3xx diff and plan, 4xx decisions, 5xx files, locks and applying, 9xx bugs in sqa. Never reused. */
export type ErrorCode = `SQA-${number}`;

/** How the process ends; the meaning of each number is in docs/exit_codes.md. */
export type ExitCode = 0 | 1 | 2 | 3 | 64 | 75 | 78 | 130 | 143;

/** Where the user should look: a file of theirs, with a 1-based line and column when known. */
export interface SourcePlace {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

/** Everything beside the sentence. `choices` are ready-made flags for exit 3. */
export interface ErrorDetails {
  readonly hint?: string;
  readonly detail?: string;
  readonly object?: string;
  readonly place?: SourcePlace;
  readonly exit?: ExitCode;
  readonly choices?: readonly string[];
  /** Several mistakes of one run, reported together. */
  readonly all?: readonly SqaError[];
  readonly cause?: unknown;
}

/** An expected failure. The message is one sentence, present tense, no full stop, names quoted as the user wrote them. */
export class SqaError extends Error {
  override readonly name = "SqaError";
  constructor(readonly code: ErrorCode, message: string, readonly more: ErrorDetails = {}) {
    super(message, { cause: more.cause });
  }
}

/** For the end of an exhaustive switch: fails to compile when a case is missing, and reports a bug when reached. */
export function assertNever(value: never, what: string): never {
  throw new SqaError("SQA-900", `sqa met an unknown ${what}: ${JSON.stringify(value)}`, {
    hint: "this is a bug in sqa; please report it with `sqa --version` and the command",
  });
}

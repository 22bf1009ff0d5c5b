/** One run of one command: where it reads and writes, and the flags that every command has. */
import type { ExitCode } from "../schema/error.ts";
import type { Io } from "./io.ts";
import type { Listeners } from "./listeners.ts";
import type { Output } from "./output/output.ts";

/** The flags of every command, as commander gives them; an absent flag is undefined. */
export interface GlobalFlags {
  readonly url?: string | undefined;
  readonly urlEnv?: string | undefined;
  readonly env?: string | undefined;
  readonly config?: string | undefined;
  readonly history?: string | undefined;
  readonly target?: string | undefined;
  readonly tenant?: string | undefined;
  readonly models?: readonly string[] | undefined;
  readonly exclude?: readonly string[] | undefined;
  readonly cache?: boolean | undefined;
  readonly dir?: string | undefined;
  readonly envFile?: string | undefined;
  readonly lockTimeout?: string | undefined;
  readonly locked?: boolean | undefined;
  /** `--wait` alone is true: the default time. */
  readonly wait?: string | true | undefined;
  readonly json?: boolean | undefined;
  readonly color?: boolean | undefined;
  readonly input?: boolean | undefined;
  readonly yes?: boolean | undefined;
  readonly verbose?: boolean | undefined;
  readonly quiet?: boolean | undefined;
  readonly timings?: boolean | undefined;
  /** A path, or "-" for stdout. */
  readonly events?: string | true | undefined;
}

export interface Session {
  readonly io: Io;
  readonly out: Output;
  readonly flags: GlobalFlags;
  readonly listeners: Listeners;
}

/** What a command does once its flags are read. */
export type Action = (session: Session) => Promise<ExitCode>;

/** May a question be asked? Not without a terminal on both ends, not in CI, not with --no-input. */
export function mayAsk({ io, flags, out }: Session): boolean {
  if (flags.input === false || flags.yes || out.machine) return false;
  return io.terminal.stdin && io.terminal.stderr && !io.env["CI"];
}

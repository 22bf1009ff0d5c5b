/**
 * What a run of sqa touches of the outside: two streams, the environment, a directory, a terminal, a signal. Injected, so that a
 * transcript runs in-process. It knows no command.
 */
import process from "node:process";
import type { ExitCode } from "../schema/error.ts";
import { write } from "./write.ts";

/** A question with named answers, asked on a terminal. Null is "stopped" (Ctrl-C). */
export interface Question {
  readonly message: string;
  readonly choices: readonly { readonly value: string; readonly label: string; readonly hint?: string }[];
}

export interface Io {
  stdout(text: string): void;
  stderr(text: string): void;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute. Relative paths and file URLs of flags and variables start here. */
  readonly cwd: string;
  /** Which of the three standard streams is a terminal. */
  readonly terminal: { readonly stdin: boolean; readonly stdout: boolean; readonly stderr: boolean };
  /** Asks; only called when stdin and stderr are terminals. */
  ask(question: Question): Promise<string | null>;
  /** Aborted by an interrupt; `exit` tells which (130 or 143). */
  readonly signal: AbortSignal;
  readonly interrupted: () => ExitCode | null;
}

/** The real process. The first SIGINT or SIGTERM asks for an orderly stop, a second one ends the process at once. */
export function processIo(): Io {
  const stop = new AbortController();
  let exit: ExitCode | null = null;
  const on = (name: Deno.Signal, code: ExitCode): void =>
    Deno.addSignalListener(name, () => {
      if (exit !== null) Deno.exit(code);
      exit = code;
      stop.abort(new DOMException(`interrupted by ${name}`, "AbortError"));
    });
  on("SIGINT", 130);
  if (Deno.build.os !== "windows") on("SIGTERM", 143);
  return {
    stdout: (text) => write(Deno.stdout, text),
    stderr: (text) => write(Deno.stderr, text),
    env: process.env,
    cwd: Deno.cwd(),
    terminal: {
      stdin: Deno.stdin.isTerminal(),
      stdout: Deno.stdout.isTerminal(),
      stderr: Deno.stderr.isTerminal(),
    },
    ask: async (question) => (await import("./prompt.ts")).ask(question),
    signal: stop.signal,
    interrupted: () => exit,
  };
}

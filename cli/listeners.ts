/**
 * What a run tells the outside besides its output: hooks, the stream of `--events`, the log. Made with the session, filled when the project's
 * config is read. Observers run one after the other; the run waits for them at its end, not in between.
 */
import { appendFileSync } from "node:fs";
import { resolve } from "node:path";
import type { MigrateEvent } from "../migrate/events.ts";
import type { ExitCode } from "../schema/error.ts";
import type { Config } from "./config/config.ts";
import { makeHooks, type Payload } from "./hooks.ts";
import type { Io } from "./io.ts";
import type { Output } from "./output/output.ts";

export interface Listeners {
  /** Registers the config's hooks, asks the gates of this command and tells that it begins; only the first time. */
  begin(config: Config): Promise<void>;
  /** Is somebody told of each file or statement while it is run? */
  followFiles(): boolean;
  /** What the runner reports. */
  runner(event: MigrateEvent): void;
  /** Tells how it ended, and waits for everybody. */
  end(exit: ExitCode, error?: unknown): Promise<void>;
}

/** For one run of one command. `stream`: where `--events` goes: a path, "-" for stdout, null for nowhere. */
export function makeListeners(command: string, io: Io, out: Output, stream: string | null): Listeners {
  const started = performance.now();
  let queue: Promise<unknown> = Promise.resolve(), begun = false, engine = false, database: string | null = null;
  const hooks = makeHooks((event, error) =>
    out.warn(`warning[hook]: a hook of ${event} failed: ${error instanceof Error ? error.message : String(error)}`)
  );
  const tell = (event: string, data: Payload): void => {
    if (stream === null && !hooks.listens(event)) return;
    const payload = { version: 1, at: new Date().toISOString(), event, command, database, ...data };
    if (stream !== null) write(io, stream, `${out.redact(JSON.stringify(payload, bigintAsText))}\n`);
    queue = queue.then(() => hooks.emit(event, payload));
  };
  return {
    async begin(config) {
      if (begun) return;
      begun = true;
      database = out.redact(config.settings.url);
      const { registerHooks } = await import("./hook_sources.ts");
      registerHooks(hooks, config, out.redact);
      await hooks.ask(`before:${command}`, { version: 1, event: `before:${command}`, command, database });
      tell(`before:${command}`, {});
      await queue;
    },
    followFiles: () =>
      stream !== null ||
      ["migration", "statement"].some((each) => hooks.listens(`before:${each}`) || hooks.listens(`after:${each}`)),
    runner(event) {
      const { type, ...data } = event;
      if (type === "pending") engine = true;
      const name = names[type];
      if (name !== undefined) tell(name, data);
      if (type === "verified") engine = false;
    },
    async end(exit, error) {
      if (!begun) return;
      const success = exit === 0 || exit === 2, ms = Math.round(performance.now() - started);
      const cause = error === undefined ? {} : { error: await (await import("./output/error.ts")).errorJson(error) };
      if (engine) tell(success ? "engine:completed" : "engine:failed", cause);
      tell(`after:${command}`, { exit, success, ms });
      tell(success ? "command_finished" : "command_failed", { exit, success, ms, ...cause });
      await queue;
    },
  };
}

const names: { readonly [Type in MigrateEvent["type"]]?: string } = {
  pending: "engine:started",
  verified: "engine:completed",
  "file-start": "before:migration",
  "file-done": "after:migration",
  "statement-start": "before:statement",
  "statement-done": "after:statement",
  "lock-wait": "lock:wait",
  retry: "retry",
  warning: "warning",
};

function bigintAsText(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}

function write(io: Io, stream: string, line: string): void {
  if (stream === "-") return io.stdout(line);
  try {
    appendFileSync(resolve(io.cwd, stream), line);
  } catch {
    // A full disk or a read-only folder is no reason to stop a migration.
  }
}

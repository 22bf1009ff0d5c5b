/** Looks at a statement that takes long, on a connection of its own, and reports once a second what the server says of it. */
import type { Connection } from "../dialects/driver.ts";
import type { ScriptRun } from "./script_run.ts";

/** After so long a statement is long; then it is looked at so often. */
const longMs = 2000, everyMs = 1000;

export interface Watch {
  /** Who was in the way when it was looked at last. */
  blockers(): readonly string[];
  end(): void;
}

/** Begins to watch the statement that is about to be sent, until `end`. A failure to look is no failure of the run. */
export function watchStatement(run: ScriptRun, number: number): Watch {
  const { driver, connection, file, script } = run, { session } = connection.server;
  const start = performance.now(), total = script.statements.length;
  let over = false, other: Promise<Connection> | null = null;
  let last: readonly string[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = async (): Promise<void> => {
    other ??= session !== undefined && driver.sessions && run.watch ? run.watch() : null;
    const seen = other && await driver.sessions!.progress(await other, session!);
    if (over) return;
    const { phase, share, blockers } = seen ?? { phase: null, share: null, blockers: [] };
    last = blockers;
    run.onEvent({ type: "progress", file, number, total, ms: performance.now() - start, phase, share, blockers });
  };
  const again = (ms: number): void => {
    timer = setTimeout(() => void look().catch(() => {}).finally(() => over || again(everyMs)), ms);
  };
  again(longMs);
  return {
    blockers: () => last,
    end() {
      over = true;
      clearTimeout(timer);
      other?.then((connection) => connection.close()).catch(() => {});
    },
  };
}

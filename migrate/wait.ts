/** `sqa wait`: until the database is up and has every migration of the folder. For programs that start beside the one that migrates. */
import type { ServerInfo } from "../dialects/driver.ts";
import { SqaError } from "../schema/error.ts";
import { pendingNodes } from "./chain.ts";
import type { Named } from "./events.ts";
import { named, refuseInterrupted, type RunnerOptions, withRunner } from "./runner.ts";
import { readState, refuseProblems } from "./state.ts";

export interface WaitOptions extends RunnerOptions {
  /** "up": the database answers. "migrations": and nothing of the folder is pending. */
  readonly until: "up" | "migrations";
  /** How long in all. */
  readonly waitMs: number;
  /** Called when the reason for waiting changes. */
  onWait?(pending: readonly Named[]): void;
}

export interface Waited {
  readonly server: ServerInfo;
  readonly waitedMs: number;
  /** How many migrations are applied; null when only the database was waited for. */
  readonly applied: number | null;
}

const pauseMs = 500;

/** Changes nothing and takes no lock. SQA-201 (exit 75) when the database does not come up, SQA-529 (exit 75) when migrations stay pending. */
export async function waitFor(options: WaitOptions): Promise<Waited> {
  const start = performance.now();
  let told = -1;
  for (;;) {
    const left = Math.max(0, options.waitMs - (performance.now() - start));
    const result = await withRunner({ ...options, create: false, waitMs: left }, "wait", async (runner) => {
      if (options.until === "up") return { server: runner.server, pending: [], applied: null };
      const state = await readState(runner.connection, runner.folder, runner.history);
      refuseProblems(state.problems.filter(({ code }) => code !== "SQA-503"));
      const pending = pendingNodes(state.chain).map(named);
      return { server: runner.server, pending, applied: state.chain.nodes.size - pending.length };
    }).catch((error) => {
      // A file that is not there yet may come; a server that is not up was waited for already.
      if (!(error instanceof SqaError) || error.code !== "SQA-201") throw error;
      if (left <= pauseMs) throw new SqaError(error.code, error.message, { ...error.more, exit: 75 });
      return null;
    });
    const waitedMs = performance.now() - start;
    if (result === null) {
      refuseInterrupted(options.signal);
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
      continue;
    }
    const { server, applied, pending } = result;
    if (pending.length === 0) return { server, waitedMs, applied };
    if (pending.length !== told) options.onWait?.(pending);
    told = pending.length;
    refuseInterrupted(options.signal);
    if (waitedMs + pauseMs > options.waitMs) {
      const more = pending.length > 1 ? ` and ${pending.length - 1} more` : "";
      throw new SqaError("SQA-529", `${pending[0]!.label}${more} is still pending`, {
        exit: 75,
        hint: "somebody has to run `sqa migrate`; give more time with --wait",
      });
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

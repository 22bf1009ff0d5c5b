/**
 * A command on a project of several targets or named histories: run for each of them, in the configured order, as if each were a project
 * of its own. A history that fails stops those behind it on the same target; other targets go on. At the end it is said what became of each.
 */
import type { ExitCode } from "../schema/error.ts";
import type { Config } from "./config/config.ts";
import type { Output } from "./output/output.ts";
import type { Action, GlobalFlags, Session } from "./session.ts";

/** One target and one history of it; null where the config has no such sections. */
export interface Part {
  readonly target: string | null;
  readonly history: string | null;
}

/** Thrown where a project is opened that has several parts, none of them chosen: the command is then run for each. */
export class SeveralParts extends Error {
  constructor(readonly parts: readonly Part[]) {
    super(`several parts: ${parts.map(nameOf).join(", ")}`);
  }
}

/** Throws `SeveralParts` unless the part of this run is known. `backwards`: the last history first, for what takes migrations back. */
export function requirePart({ target, targets, history, histories }: Config, backwards = false): void {
  const missing = (target === null && targets.length > 0) || (history === null && histories.length > 0);
  if (!missing) return;
  const each = <T>(chosen: string | null, all: readonly string[], work: (name: string | null) => readonly T[]) =>
    (chosen !== null || all.length === 0 ? [chosen] : all).flatMap(work);
  throw new SeveralParts(
    each(
      target,
      targets,
      (target) => each(history, backwards ? histories.toReversed() : histories, (history) => [{ target, history }]),
    ),
  );
}

function nameOf({ target, history }: Part): string {
  return [target, history].filter((name) => name !== null).join("/");
}

interface Ended {
  readonly part: Part;
  /** Null: not begun, because a history before it failed. */
  readonly exit: ExitCode | null;
  readonly result: Readonly<Record<string, unknown>> | null;
}

/** Runs the action for each part. `attempt` never throws: it prints what went wrong and says the exit code. */
export async function runParts(
  parts: readonly Part[],
  session: Session,
  action: Action,
  attempt: (session: Session, action: Action) => Promise<ExitCode>,
): Promise<ExitCode> {
  const { out, flags, io } = session, ended: Ended[] = [];
  for (const part of parts) {
    const broken = ended.some((one) => one.part.target === part.target && isFailure(one.exit));
    if (broken || io.interrupted() !== null) {
      ended.push({ part, exit: null, result: null });
      continue;
    }
    if (!flags.quiet) out.data(out.style.strong(`${nameOf(part)}:`));
    let result: Ended["result"] = null;
    const own: Output = { ...out, json: (value) => void (result = value) };
    const exit = await attempt({ ...session, out: own, flags: flagsFor(flags, part) }, action);
    ended.push({ part, exit, result });
  }
  const failed = ended.filter(({ exit }) => isFailure(exit)), skipped = ended.filter(({ exit }) => exit === null);
  if (failed.length) {
    const done = ended.filter(({ exit }) => exit !== null && !isFailure(exit));
    const words = (list: readonly Ended[]) => list.map(({ part }) => nameOf(part)).join(", ") || "none";
    out.warn(`done: ${words(done)}; failed: ${words(failed)}; not begun: ${words(skipped)}`);
  }
  out.json({ parts: ended.map(({ part, exit, result }) => ({ ...part, exit, result })) });
  return io.interrupted() ?? failed[0]?.exit ?? ended.find(({ exit }) => exit === 2)?.exit ?? 0;
}

/** A difference (2) is an answer, not a failure. */
function isFailure(exit: ExitCode | null): boolean {
  return exit !== null && exit !== 0 && exit !== 2;
}

function flagsFor(flags: GlobalFlags, { target, history }: Part): GlobalFlags {
  return { ...flags, ...(target === null ? {} : { target }), ...(history === null ? {} : { history }) };
}

/**
 * The command line of sqa: finds the command, runs it, and turns whatever it throws into text or JSON and an exit code, in one place.
 * It knows every command's name and no command's work.
 */
import type { ExitCode } from "../schema/error.ts";
import type { Io } from "./io.ts";
import { makeListeners } from "./listeners.ts";
import { makeOutput, type Output } from "./output/output.ts";
import type { Action, Session } from "./session.ts";
import { asksVersion, versionLine } from "./version.ts";

/** Runs one command line to its end. Never throws and never exits; the number is the exit code (product: 0, 1, 2, 3, 64, 75, 78, 130, 143). */
export async function run(args: readonly string[], io: Io): Promise<ExitCode> {
  if (asksVersion(args)) {
    io.stdout(versionLine);
    return 0;
  }
  // Until the flags are read, only what can be seen without a parser is known: an error in them must come out in the asked form.
  let out = makeOutput(io, { json: args.includes("--json"), color: args.includes("--no-color") ? false : undefined });
  for (const arg of args) if (arg.includes("://")) out.hideUrl(arg.replace(/^--[\w-]+=/, ""));
  try {
    const { parse } = await import("./program.ts");
    const parsed = await parse(args);
    if ("help" in parsed) {
      io.stdout(parsed.help);
      return 0;
    }
    const flagged = makeOutput(io, parsed.flags);
    for (const arg of args) if (arg.includes("://")) flagged.hideUrl(arg.replace(/^--[\w-]+=/, ""));
    out = flagged;
    const { events } = parsed.flags, stream = events === undefined ? null : typeof events === "string" ? events : "-";
    if (stream === "-") out = { ...out, data: () => {}, exact: () => {}, json: () => {} };
    const listeners = makeListeners(parsed.command, io, out, stream);
    const session = { io, out, flags: parsed.flags, listeners };
    try {
      const code = await parsed.action(session);
      out.sayTimings();
      await listeners.end(io.interrupted() ?? code);
      return io.interrupted() ?? code;
    } catch (error) {
      const { runParts, SeveralParts } = await import("./parts.ts");
      if (!(error instanceof SeveralParts)) {
        const { exitCodeOf } = await import("./output/error.ts");
        await listeners.end(io.interrupted() ?? exitCodeOf(error), error);
        throw error;
      }
      const code = await runParts(error.parts, session, parsed.action, (each, action) => attempt(each, action));
      await listeners.end(code);
      return code;
    }
  } catch (error) {
    return await report(error, io, out);
  }
}

/** One part of several: what it throws is printed at once, and the next part may go on. */
async function attempt(session: Session, action: Action): Promise<ExitCode> {
  try {
    return await action(session);
  } catch (error) {
    return await report(error, session.io, session.out);
  }
}

/** Prints what was thrown and says how the process ends. An interrupted run ends as interrupted, whatever came of it. */
async function report(error: unknown, io: Io, out: Output): Promise<ExitCode> {
  const { errorJson, errorText, exitCodeOf } = await import("./output/error.ts");
  const exit = io.interrupted() ?? exitCodeOf(error);
  if (exit === 130 || exit === 143) {
    const { SqaError } = await import("../schema/error.ts");
    if (error instanceof SqaError) out.warn(errorText(error, out.messages, io.cwd));
    else out.warn("interrupted; run the same command again to go on");
    out.json({ error: { code: null, message: "interrupted", exit } });
    return exit;
  }
  out.warn(errorText(error, out.messages, io.cwd));
  out.json({ error: errorJson(error) });
  return exit;
}

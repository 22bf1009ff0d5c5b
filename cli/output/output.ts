/**
 * The only place where text leaves sqa: data to stdout, messages to stderr, secrets masked and control characters escaped on the way.
 * It knows how to print, not what.
 */
import type { Io } from "../io.ts";
import { makeStyle, type Style, wantsColour } from "./colour.ts";
import type { Log, LogLevel } from "./log.ts";
import { makeRedactor } from "./redact.ts";
import { makeTimings } from "./timings.ts";
import { safeColoured, safeLine } from "./terminal.ts";

export interface OutputFlags {
  readonly json?: boolean | undefined;
  readonly color?: boolean | undefined;
  readonly quiet?: boolean | undefined;
  readonly verbose?: boolean | undefined;
  readonly timings?: boolean | undefined;
}

export interface Output {
  /** Stdout carries one JSON object and nothing else. */
  readonly machine: boolean;
  readonly verbose: boolean;
  /** For text that goes to stdout. */
  readonly style: Style;
  /** For text that goes to stderr. */
  readonly messages: Style;
  /** The answer for people, to stdout; nothing in JSON mode. A line feed is added. */
  data(text: string): void;
  /** The answer itself when it is a document (SQL, a graph): to stdout byte for byte, but escaped on a terminal. */
  exact(text: string): void;
  /** The answer for machines: one object, to stdout, in JSON mode only. `version` is the version of the object's form. */
  json(value: Readonly<Record<string, unknown>>): void;
  /** What is being done and to what, to stderr; not with --quiet. */
  note(text: string): void;
  /** Where something long has got to: one line that is written over on a terminal, elsewhere a line every ten seconds. */
  live(text: string): void;
  /** As `note`, only with --verbose. */
  detail(text: string): void;
  /** Something the user must see, to stderr, always. */
  warn(text: string): void;
  /** Never print what is secret in this URL. */
  hideUrl(url: string): void;
  redact(text: string): string;
  /** Does a phase of the run; --timings says how long it took. */
  timed<T>(phase: string, work: () => Promise<T>): Promise<T>;
  /** With --timings: where the time went, to stderr; in JSON mode it is part of the object. */
  sayTimings(): void;
  /** From here on every message goes to this log as well. */
  logTo(log: Log): void;
}

/** A live line longer than the terminal would be left behind when it is written over. */
const liveWidth = 100;
const liveEveryMs = 10_000;

/** The output of one run. Secrets in the environment are known from the start. */
export function makeOutput(io: Io, flags: OutputFlags): Output {
  const redactor = makeRedactor();
  for (const [name, value] of Object.entries(io.env)) {
    if (value === undefined) continue;
    if (value.includes("://")) redactor.hideUrl(value);
    else if (name === "PGPASSWORD" || name === "MYSQL_PWD") redactor.hide(value);
  }
  let log: Log | null = null;
  const logged = (level: LogLevel, text: string): void => log?.write(level, plain(redactor.text(text)));
  let liveAt = -Infinity, isLive = false;
  /** Takes the live line away before anything else is written. */
  const clear = (): void => {
    if (isLive) io.stderr("\r\x1b[K");
    isLive = false;
  };
  const message = (text: string): void => {
    clear();
    io.stderr(safeColoured(redactor.text(text)) + "\n");
  };
  const machine = flags.json === true, timings = makeTimings();
  return {
    machine,
    verbose: flags.verbose === true,
    style: makeStyle(wantsColour(flags.color, io.env, io.terminal.stdout)),
    messages: makeStyle(wantsColour(flags.color, io.env, io.terminal.stderr)),
    data: (text) => {
      logged("info", text);
      clear();
      if (!machine) io.stdout(safeColoured(redactor.text(text)) + "\n");
    },
    live: (text) => {
      if (flags.quiet) return;
      if (io.terminal.stderr) {
        const line = safeLine(redactor.text(text));
        io.stderr(`\r\x1b[K${line.length > liveWidth ? `${line.slice(0, liveWidth - 1)}…` : line}`);
        isLive = true;
      } else if (performance.now() - liveAt >= liveEveryMs) {
        liveAt = performance.now();
        message(text);
      }
    },
    exact: (text) => io.stdout(io.terminal.stdout ? safeColoured(text) : text),
    json: (value) => {
      if (!machine) return;
      const text = JSON.stringify(
        { version: 1, ...value, ...(flags.timings ? { timings: timings.read() } : {}) },
        (_, item) => typeof item === "string" ? redactor.text(item) : typeof item === "bigint" ? String(item) : item,
        2,
      );
      io.stdout(text + "\n");
    },
    note: (text) => {
      logged("info", text);
      if (!flags.quiet) message(text);
    },
    detail: (text) => {
      logged("debug", text);
      if (flags.verbose && !flags.quiet) message(text);
    },
    warn: (text) => {
      logged(/^error\[SQA-9/.test(plain(text)) ? "critical" : /^error\[/.test(plain(text)) ? "error" : "warning", text);
      message(text);
    },
    timed: timings.timed,
    sayTimings: () => {
      if (!flags.timings || machine) return;
      const parts = Object.entries(timings.read()).map(([phase, ms]) => `${phase} ${ms.toFixed(0)} ms`);
      message(`timings: ${parts.join(", ")}`);
    },
    hideUrl: (url) => redactor.hideUrl(url),
    redact: (text) => redactor.text(text),
    logTo: (given) => log = given,
  };
}

/** Without colours. */
function plain(text: string): string {
  // deno-lint-ignore no-control-regex -- the escape of terminal colours
  return text.replace(/\x1b\[[0-9;]*m/g, "");
}

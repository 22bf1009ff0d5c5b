/** Runs one program to its end and measures it whole: wall time, its own CPU time, its peak memory. It knows neither sqa nor databases. */
import { existsSync } from "node:fs";
import { join } from "node:path";

/** A program, its arguments and where it runs. `expect` is held against its output: a fast wrong answer is no figure. */
export interface Command {
  readonly run: readonly string[];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly expect?: RegExp;
}

/** Seconds and megabytes of one run. CPU is the program's and its children's, not the server's. */
export interface Sample {
  readonly wall: number;
  readonly cpu: number;
  /** Null where nothing measures it here. */
  readonly memory: number | null;
}

const gnuTime = "/usr/bin/time";

/** The shell's clock has milliseconds where time(1) has hundredths; time(1) has the peak memory. Output goes to files, never through us. */
const script = (time: boolean) =>
  `TIMEFORMAT='%3R %3U %3S'; { time ${
    time ? `${gnuTime} -q -o "$0/memory" -f %M ` : ""
  }"$@" </dev/null >"$0/out" 2>"$0/err"; } 2>"$0/times"`;

/** One run. Throws with the end of what it said when it fails or does not say what it should. `folder` is for its output. */
export async function measure(command: Command, folder: string): Promise<Sample> {
  const time = existsSync(gnuTime);
  const { code } = await new Deno.Command("bash", {
    args: ["-c", script(time), folder, ...command.run],
    cwd: command.cwd,
    env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1", RUST_BACKTRACE: "0", DATABASE_URL: "", ...command.env },
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).output();
  const text = (name: string) => Deno.readTextFileSync(join(folder, name));
  const missed = command.expect && !command.expect.test(text("out"));
  if (code !== 0 || missed) {
    const said = (text("err") + text("out")).trim().split("\n").slice(-8).join("\n");
    throw new Error(
      `${command.run.slice(0, 12).join(" ")}\n${code === 0 ? "says something else" : `exits ${code}`}: ${said}`,
    );
  }
  const [wall = 0, user = 0, system = 0] = text("times").trim().split(/\s+/).map(Number);
  return { wall, cpu: user + system, memory: time ? Number(text("memory")) / 1024 : null };
}

/** The middle one, or the mean of the middle two. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b), middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Medians of each figure by itself. */
export function medians(samples: readonly Sample[]): Sample {
  const of = (pick: (sample: Sample) => number) => median(samples.map(pick));
  const memory = samples.some((sample) => sample.memory === null) ? null : of((sample) => sample.memory!);
  return { wall: of((sample) => sample.wall), cpu: of((sample) => sample.cpu), memory };
}

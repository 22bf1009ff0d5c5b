/** The log file: every message of a run with its instant and level, as text or as JSON lines. Texts come redacted. */
import { appendFileSync } from "node:fs";

/** From the least to the most important. */
export const logLevels = ["debug", "info", "warning", "error", "critical"] as const;
export type LogLevel = typeof logLevels[number];

export interface Log {
  write(level: LogLevel, text: string): void;
}

/** Appends to a file. What is below `least` is left out. A file that cannot be written is told once, and the run goes on. */
export function fileLog(
  path: string,
  least: LogLevel,
  format: "text" | "json",
  failed: (message: string) => void,
): Log {
  let broken = false;
  return {
    write(level, text) {
      if (broken || logLevels.indexOf(level) < logLevels.indexOf(least)) return;
      const at = new Date().toISOString();
      const line = format === "json"
        ? JSON.stringify({ at, level, message: text })
        : text.split("\n").map((each) => `${at} ${level.toUpperCase().padEnd(8)} sqa: ${each}`).join("\n");
      try {
        appendFileSync(path, `${line}\n`);
      } catch (error) {
        broken = true;
        failed(`the log ${path} cannot be written: ${(error as Error).message}`);
      }
    },
  };
}

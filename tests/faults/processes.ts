/** Processes of child.ts: started, watched, killed. */
import { fileURLToPath } from "node:url";
import type { MigrateOptions } from "../../migrate/apply.ts";

const child = fileURLToPath(new URL("child.ts", import.meta.url));

export interface Runner {
  /** Resolves at the first line that begins so; false when the process ended without. */
  said(start: string): Promise<boolean>;
  kill(signal?: Deno.Signal): void;
  readonly ended: Promise<{ readonly code: number; readonly signal: string | null; readonly stderr: string }>;
  readonly lines: readonly string[];
}

/** Starts a migrating process on that folder and database. */
export function startRunner(
  dir: string,
  url: string,
  options: Pick<MigrateOptions, "leaseMs"> = {},
): Runner {
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "--quiet", child, dir, url, "loud", JSON.stringify(options)],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const lines: string[] = [], waiting = new Set<() => void>();
  let over = false;
  const reading = (async () => {
    let rest = "";
    for await (const text of process.stdout.pipeThrough(new TextDecoderStream())) {
      const parts = (rest + text).split("\n");
      rest = parts.pop()!;
      lines.push(...parts);
      for (const look of waiting) look();
    }
    over = true;
    for (const look of waiting) look();
  })();
  const stderr = new Response(process.stderr).text();
  return {
    lines,
    said: (start) =>
      new Promise((resolve) => {
        const look = (): void => {
          const found = lines.some((line) => line.startsWith(start));
          if (!found && !over) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
      }),
    kill: (signal = "SIGKILL") => {
      try {
        process.kill(signal);
      } catch { /* it is over */ }
    },
    ended: (async () => {
      const { code, signal } = await process.status;
      await reading;
      return { code, signal, stderr: await stderr };
    })(),
  };
}

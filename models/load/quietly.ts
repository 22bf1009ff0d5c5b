// deno-lint-ignore-file no-console -- the one place that has to reach the console: it keeps models from writing to stdout
/** Keeps what model files print out of stdout, where sqa's own data goes: it comes out on stderr instead. */

const noisy = ["log", "info", "debug"] as const;

/** Runs `work` with the console's stdout methods writing to stderr. */
export async function quietly<T>(work: () => Promise<T>): Promise<T> {
  const before = noisy.map((name) => console[name]);
  for (const name of noisy) console[name] = (...values: unknown[]) => console.error(...values);
  try {
    return await work();
  } finally {
    noisy.forEach((name, i) => console[name] = before[i]!);
  }
}

/** Where the time of a run went, by phase: for --timings. */

export interface Timings {
  /** Does the work and counts its time for the phase; phases may overlap, as reading a database and importing models do. */
  timed<T>(phase: string, work: () => Promise<T>): Promise<T>;
  /** Milliseconds by phase in the order in which they began, and in all since the process started. */
  read(): Readonly<Record<string, number>>;
}

/** Nothing is counted yet. */
export function makeTimings(): Timings {
  const phases = new Map<string, number>();
  return {
    timed: async (phase, work) => {
      if (!phases.has(phase)) phases.set(phase, 0);
      const start = performance.now();
      try {
        return await work();
      } finally {
        phases.set(phase, phases.get(phase)! + performance.now() - start);
      }
    },
    // The clock of `performance` starts with the process.
    read: () =>
      Object.fromEntries(
        [...phases, ["total", performance.now()] as const].map(([name, ms]) => [name, Math.round(ms * 10) / 10]),
      ),
  };
}

/** What a test waits for, instead of for a time: a busy machine takes longer, and no time is enough for all. */

/** Looks until it is so; after three minutes, or `ms`, an error that says what never was. */
export async function until(what: string, isSo: () => Promise<boolean>, ms = 180_000): Promise<void> {
  const start = performance.now();
  while (!await isSo()) {
    if (performance.now() - start > ms) throw new Error(`not within ${ms / 1000} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

// deno-lint-ignore-file no-console -- the seed must be seen to repeat a run
/** How many random cases a property runs, and from which seed: SQA_TEST_PAIRS and SQA_TEST_SEED. */

export const pairs = Number(Deno.env.get("SQA_TEST_PAIRS") ?? 2000);

/** One seed for the whole run, printed by each property. */
export const seed = Number(Deno.env.get("SQA_TEST_SEED") ?? Math.floor(Math.random() * 2 ** 31));

/** Parameters for fast-check; `share` of the pairs. Prints the count and the seed. */
export function runs(what: string, share = 1): { numRuns: number; seed: number } {
  const numRuns = Math.max(1, Math.round(pairs * share));
  console.log(`${what}: ${numRuns} cases, SQA_TEST_SEED=${seed}`);
  return { numRuns, seed };
}

/** The list in another order, decided by a seed. */
export function shuffled<T>(list: readonly T[], by: number): readonly T[] {
  const result = [...list];
  let state = by >>> 0;
  for (let i = result.length - 1; i > 0; i--) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const j = state % (i + 1);
    [result[i], result[j]] = [result[j]!, result[i]!];
  }
  return result;
}

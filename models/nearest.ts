/** "Did you mean …?": the nearest of some known names. Pure. */

/** The known name that differs least from `wrong`, or null when none is near enough to be what was meant. */
export function nearest(wrong: string, known: Iterable<string>): string | null {
  let best: string | null = null, bestDistance = Math.max(1, Math.floor(wrong.length / 3)) + 1;
  for (const candidate of known) {
    const distance = editDistance(wrong.toLowerCase(), candidate.toLowerCase(), bestDistance);
    if (distance < bestDistance) best = candidate, bestDistance = distance;
  }
  return best;
}

/** Insertions, deletions, replacements and swaps of neighbours between two words; stops counting at `limit`. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let previous: number[] = [], current = Array.from({ length: b.length + 1 }, (_, j) => j), last: number[] = [];
  for (let i = 1; i <= a.length; i++) {
    last = previous, previous = current, current = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(previous[j]! + 1, current[j - 1]! + 1, previous[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, last[j - 2]! + 1);
      current.push(cost);
    }
  }
  return current[b.length]!;
}

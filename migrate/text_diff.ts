/** A short line diff for messages ("- was", "+ is"). Not for programs. */

/** Lines that differ, with their removed and added forms; at most `limit` lines. Empty when the texts are equal. */
export function textDiff(before: string, after: string, limit = 40): string {
  const a = before.split("\n"), b = after.split("\n");
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let endA = a.length, endB = b.length;
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) endA--, endB--;
  const lines = middle(a.slice(start, endA), b.slice(start, endB));
  return lines.length <= limit
    ? lines.join("\n")
    : [...lines.slice(0, limit - 1), `… ${lines.length - limit + 1} more`].join("\n");
}

/** Longest common subsequence; past a million cells the whole middle counts as replaced. */
function middle(a: readonly string[], b: readonly string[]): string[] {
  const removed = (line: string) => `- ${line}`, added = (line: string) => `+ ${line}`;
  if (a.length * b.length > 1_000_000) return [...a.map(removed), ...b.map(added)];
  const common = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      common[i]![j] = a[i] === b[j] ? common[i + 1]![j + 1]! + 1 : Math.max(common[i + 1]![j]!, common[i]![j + 1]!);
    }
  }
  const lines: string[] = [];
  for (let i = 0, j = 0; i < a.length || j < b.length;) {
    if (i < a.length && j < b.length && a[i] === b[j]) i++, j++;
    else if (j >= b.length || (i < a.length && common[i + 1]![j]! >= common[i]![j + 1]!)) lines.push(removed(a[i++]!));
    else lines.push(added(b[j++]!));
  }
  return lines;
}

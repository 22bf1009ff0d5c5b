/** Holds what was got against what was wanted, and says what one has and the other has not. */
import { deepEqual } from "node:assert/strict";

/** Throws when two lists of lines differ; `what` says of what. Their order does not count. */
export function same(what: string, got: readonly string[], wanted: readonly string[]): void {
  const had = new Set(got), needed = new Set(wanted);
  const extra = got.filter((line) => !needed.has(line)), missing = wanted.filter((line) => !had.has(line));
  deepEqual(
    { extra, missing },
    { extra: [], missing: [] },
    `${what}:\n  got    ${extra.join("\n         ")}\n  wanted ${missing.join("\n         ")}`,
  );
}

/** Ranges of versions, as packages write them. Pure. */

type Version = readonly [number, number, number];

/** The numbers of a version, missing ones as 0, or null. What follows a hyphen or a plus is passed over. */
function parse(text: string): { readonly version: Version; readonly parts: number } | null {
  const match = /^v?(\d+)(?:\.(\d+|x|\*))?(?:\.(\d+|x|\*))?(?:[-+].*)?$/.exec(text);
  if (!match) return null;
  const given = match.slice(1).filter((part) => part !== undefined && /^\d+$/.test(part)).map(Number);
  return { version: [given[0]!, given[1] ?? 0, given[2] ?? 0], parts: given.length };
}

function compare(a: Version, b: Version): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}

/** The first version that is no longer in a range: after ^ the first number that is not 0 counts up, after ~ the second. */
function after([major, minor, patch]: Version, sign: string, parts: number): Version {
  if (sign === "^") {
    if (major > 0 || parts === 1) return [major + 1, 0, 0];
    return minor > 0 || parts === 2 ? [0, minor + 1, 0] : [0, 0, patch + 1];
  }
  if (sign === "~") return parts === 1 ? [major + 1, 0, 0] : [major, minor + 1, 0];
  return parts === 1 ? [major + 1, 0, 0] : parts === 2 ? [major, minor + 1, 0] : [major, minor, patch + 1];
}

/**
 * Is the version in the range ("^1.2", "~1.2.3", "1.x", ">=1 <3", several joined by "||")? Null when it is no range.
 *
 * @example
 * ```ts
 * import { inRange } from "./version_range.ts";
 * import { deepEqual } from "node:assert/strict";
 *
 * deepEqual(["^0.1", "^0.2", ">=0.1 <2", "~0.1.1", "0.x || 3", "new"].map((range) => inRange("0.1.0", range)),
 *   [true, false, true, false, true, null]);
 * ```
 */
export function inRange(version: string, range: string): boolean | null {
  const own = parse(version)?.version;
  if (!own) return null;
  let any = false;
  for (const group of range.split("||")) {
    let all = true;
    for (const term of group.trim().split(/\s+/)) {
      if (term === "" || term === "*") continue;
      const [, sign = "", text = ""] = /^(\^|~|>=|<=|>|<|=)?(.*)$/.exec(term)!;
      const limit = parse(text);
      if (!limit) return null;
      const order = compare(own, limit.version);
      const end = after(limit.version, sign, limit.parts);
      if (sign === ">=") all &&= order >= 0;
      else if (sign === ">") all &&= compare(own, after(limit.version, "", limit.parts)) >= 0;
      else if (sign === "<") all &&= order < 0;
      else if (sign === "<=") all &&= compare(own, after(limit.version, "", limit.parts)) < 0;
      else all &&= order >= 0 && compare(own, end) < 0;
    }
    any ||= all;
  }
  return any;
}

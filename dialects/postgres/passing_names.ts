/** Names that something has within a plan only, until it gets its own or goes. Pure. */
import { clipped, maxBytes } from "./names.ts";
import { quotePath } from "./sql.ts";

/** A name for what gives up that one, which another gets: a free one. */
export function asideName(name: string, isTaken: (name: string) => boolean): string {
  for (let i = 0;; i++) {
    const free = clipped(`sqa_${i === 0 ? "" : `${i}_`}${name}`, maxBytes);
    if (!isTaken(free)) return free;
  }
}

/** The path of the table that stands in for a parent of this one, or above its heirs for this one. */
export function standInPath([schema, table]: readonly string[]): string {
  return quotePath([schema!, clipped(`sqa_parent_of_${table}`, maxBytes)]);
}

/** A scan of the whole table under a lock that stops writers or readers. */
import { labelOfId } from "../../../schema/id.ts";
import type { Rule } from "../rule.ts";

export const blockingScan: Rule = {
  code: "blocking-scan",
  covers: ["LK06", "LK10", "LK12", "LK13", "LK14"],
  severity: "warning",
  summary: "the table is read from end to end while it is locked",
  problem: "Writers, or everybody, wait for as long as it takes to read the table.",
  solution:
    "Where the database can: build indexes concurrently; add constraints NOT VALID and validate them in a later migration. Else plan a window.",
  check: ({ effects }, { created }) =>
    effects.scans
      .filter((id) => !created.has(id) && !effects.rewrites.includes(id))
      .filter((id) => effects.locks.some((lock) => lock.object === id && lock.level !== "share"))
      .map((id) => ({
        object: id,
        message: `"${labelOfId(id)}" is read from end to end under ${
          effects.locks.find((lock) => lock.object === id)?.name ?? "a lock"
        }`,
        hint:
          "fine on a small table; on a large one plan a window, or use a concurrent form where the database has one",
      })),
};

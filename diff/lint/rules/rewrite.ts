/** A statement that writes a whole table anew. */
import { labelOfId } from "../../../schema/id.ts";
import type { Rule } from "../rule.ts";

export const rewrite: Rule = {
  code: "table-rewrite",
  covers: ["LK18", "LK20", "LK21", "LK24", "LK49"],
  severity: "warning",
  summary: "the table is written anew while it is locked",
  problem: "Readers and writers wait for as long as it takes to copy the table.",
  solution: "On a large table add a new column, fill it in batches and swap.",
  check: ({ effects }, { created }) =>
    effects.rewrites.filter((id) => !created.has(id)).map((id) => ({
      object: id,
      message: `"${labelOfId(id)}" is written anew while it is locked`,
      hint: "fine on a small table; on a large one plan a window",
    })),
};

/** A statement that the rows that are there can make fail. */
import { labelOfId } from "../../../schema/id.ts";
import { owner, subject } from "../../change.ts";
import type { Rule } from "../rule.ts";

export const mayFail: Rule = {
  code: "may-fail",
  covers: ["DD01", "DD02", "DD03", "DD04", "DD05", "DD06", "DD07"],
  severity: "warning",
  summary: "the statement can fail on the rows that are there",
  problem:
    "What passes on an empty development database can fail in production, after other statements of the file have run.",
  solution: "Run the probe first; it counts the rows that stand in the way.",
  // What is made just now has no rows; a column or a key that is new to a table that is there meets its rows.
  check: ({ change, effects }, { created }) =>
    effects.mayFail === null || created.has(owner(change) ?? subject(change)) ? [] : [{
      object: subject(change),
      message: `"${labelOfId(subject(change))}": ${effects.mayFail.reason}`,
      hint: effects.mayFail.probe ? `count the rows first: ${effects.mayFail.probe}` : "check the rows first",
    }],
};

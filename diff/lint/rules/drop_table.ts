/** Rows go with a table. */
import { labelOfId } from "../../../schema/id.ts";
import type { Rule } from "../rule.ts";

export const dropTable: Rule = {
  code: "drop-table",
  covers: ["DS02"],
  severity: "error",
  summary: "a table and all its rows are dropped",
  problem: "The rows cannot be brought back by rolling back: the down file makes an empty table.",
  solution: "Stop using the table in one release and drop it in the next, or allow it by name.",
  check: ({ change, effects }) =>
    change.op === "drop" && change.kind === "table" && effects.loses.includes(change.from.id)
      ? [{
        object: change.from.id,
        message: `dropping table "${labelOfId(change.from.id)}" loses its rows`,
        hint: "if it is a rename, say so with --rename; else allow it by name",
      }]
      : [],
};

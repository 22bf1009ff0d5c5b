/** Values go with a column, also when a table is made anew without it. */
import { kindOfId, labelOfId } from "../../../schema/id.ts";
import type { Rule } from "../rule.ts";

export const dropColumn: Rule = {
  code: "drop-column",
  covers: ["DS03"],
  severity: "error",
  summary: "a column goes with all its values, or a change loses some of them",
  problem: "The values cannot be brought back by rolling back, and code that still selects the column breaks.",
  solution: "Let the application ignore the column for a release, then drop it, or allow it by name.",
  check: ({ effects, change }) =>
    change.op === "drop" && change.kind === "table" ? [] : effects.loses
      .filter((id) => kindOfId(id) === "column")
      .map((id) => {
        // A table that changes drops the column; any other change leaves it where it is.
        const stays = change.op === "alter" && change.kind !== "table", label = labelOfId(id);
        return stays
          ? { object: id, message: `column "${label}" loses values by this change`, hint: "allow it by name" }
          : {
            object: id,
            message: `dropping column "${label}" loses its values`,
            hint: "if it is a rename, say so with --rename; else allow it by name",
          };
      }),
};

/** Running code still uses the old name. */
import { labelOfId } from "../../../schema/id.ts";
import type { Rule } from "../rule.ts";

const visible: ReadonlySet<string> = new Set(["schema", "table", "column", "view", "enum"]);

export const renameObject: Rule = {
  code: "rename-in-use",
  covers: ["BC01", "BC02", "BC03"],
  severity: "warning",
  once: true,
  summary: "code that uses the old name breaks at once",
  problem: "Between the migration and the end of the deployment, the old release asks for a name that is gone.",
  solution: "Rename while nothing runs, or add the new name first, copy, and drop the old one a release later.",
  check: ({ change }) =>
    change.op === "rename" && visible.has(change.kind)
      ? [{
        object: change.to.id,
        message: change.from.id === change.to.id
          ? `labels of "${labelOfId(change.to.id)}" get other names`
          : `"${labelOfId(change.from.id)}" becomes "${labelOfId(change.to.id)}"`,
        hint: "deploy the new code and the migration together",
      }]
      : [],
};

/** A type that holds less than before. */
import { labelOfId } from "../../../schema/id.ts";
import type { ObjectId } from "../../../schema/object.ts";
import type { Change } from "../../change.ts";
import type { Rule } from "../rule.ts";

export const narrowType: Rule = {
  code: "narrow-type",
  covers: ["DS10", "DD09"],
  severity: "error",
  summary: "a column's new type may not hold the values that are there",
  problem: "The migration fails on the first value that does not fit, or the value is cut.",
  solution: "Count the values that do not fit with the probe, mend them, then allow it by name.",
  check: ({ change, effects: { mayFail, narrows } }) =>
    (narrows ?? (mayFail === null ? [] : typeChanges(change).map((object) => ({ object, ...mayFail })))).map((
      risk,
    ) => ({
      object: risk.object,
      message: `changing the type of "${labelOfId(risk.object)}" may fail: ${risk.reason}`,
      hint: risk.probe ? `count the rows first: ${risk.probe}` : "check the values first",
    })),
};

/** Columns whose type a change, or one folded into it, alters. */
function typeChanges(change: Change): readonly ObjectId[] {
  const own = change.op === "alter" && change.kind === "column" && change.fields.includes("type") ? [change.to.id] : [];
  return [...own, ...change.parts.flatMap(typeChanges)];
}

/** Who has a role, and what it may do elsewhere, goes with it. */
import { labelOfId } from "../../../schema/id.ts";
import type { Rule } from "../rule.ts";

export const dropRole: Rule = {
  code: "drop-role",
  covers: [],
  severity: "error",
  summary: "a role is dropped for the whole server",
  problem:
    "Users lose it, and with it what it may do in other databases of the server; the down file gives it back to no user and in no other database, and without its password and settings.",
  solution:
    "Take its users and its rights in other databases away first and drop it in the next release, or allow it by name.",
  check: ({ change, effects }) =>
    change.op === "drop" && change.kind === "role" && effects.loses.includes(change.from.id)
      ? [{
        object: change.from.id,
        message: `dropping role "${
          labelOfId(change.from.id)
        }" takes it from all its users and loses its rights in other databases of the server`,
        hint: "other databases may use it; if that is meant, allow it by name",
      }]
      : [],
};

/** `plan` of a config module: a function that may write the statements of a plan otherwise, before it is tried out and written. */
import { noEffects, type Plan, type Statement } from "../diff/plan_types.ts";
import { SqaError } from "../schema/error.ts";

/** What the function is given: the statements of both directions, each with what it is about. */
export interface PlanDraft {
  readonly up: readonly Statement[];
  readonly down: readonly Statement[];
}

/** A statement as the function may give it back: one that it was given, changed or not, or the text of another. */
type Given = string | (Pick<Statement, "sql"> & Partial<Statement>);

/** Nothing keeps the plan as it is; of what is given back, a direction that is left out stays. */
export type PlanHook = (draft: PlanDraft) => unknown;

/** The plan as the function wants it. SQA-014 where it gives something else than statements; hazards of statements that are gone go too. */
export async function hookedPlan(plan: Plan, hook: PlanHook | null): Promise<Plan> {
  if (hook === null || plan.up.length === 0) return plan;
  const given = await hook({ up: plan.up, down: plan.down }) as Partial<Record<"up" | "down", unknown>> | undefined;
  if (given === undefined || given === null) return plan;
  const up = statementsIn(given.up, plan.up), down = statementsIn(given.down, plan.down);
  const placeOf = (at: number) => {
    const old = plan.up[at]!, same = up.indexOf(old);
    return same >= 0 ? same : up.findIndex(({ change }) => change === old.change);
  };
  const hazards = plan.hazards.map((hazard) => ({ ...hazard, statement: placeOf(hazard.statement) }));
  return { ...plan, up, down, hazards: hazards.filter(({ statement }) => statement >= 0) };
}

function statementsIn(given: unknown, before: readonly Statement[]): readonly Statement[] {
  if (given === undefined) return before;
  if (!Array.isArray(given)) throw wrong(given);
  return (given as readonly Given[]).map((each): Statement => {
    const { sql, ...rest } = typeof each === "string" ? { sql: each } : each ?? {};
    if (typeof sql !== "string" || sql.trim() === "") throw wrong(each);
    // Without a word about it, it is part of what the plan does first.
    return { change: before[0]!.change, effects: noEffects, transaction: "allowed", ...rest, sql };
  });
}

function wrong(given: unknown): SqaError {
  return new SqaError("SQA-014", "`plan` of the config module gave back something else than statements", {
    detail: `it gave ${JSON.stringify(given) ?? String(given)}`,
    hint: 'give back { up, down } with texts, or with the statements that it was given: { ...statement, sql: "…" }',
    exit: 78,
  });
}

/** A decided plan on the screen: its tree, and what is risky in it. What is not allowed is left to the error that lists it. */
import type { Project } from "./context.ts";
import { openHazards } from "./decisions.ts";
import { hazardText, planTree } from "./output/human.ts";
import { scriptOf } from "./output/sql.ts";
import type { Decided } from "./planning.ts";

/** Prints the plan to stdout; with --verbose the SQL to stderr; nothing with --quiet. */
export function showPlan(
  { plan, allow, drops }: Decided,
  { session: { out, flags }, database: { dialect } }: Project,
): void {
  if (flags.quiet) return;
  out.data(planTree(plan, dialect, out.style));
  out.data("");
  const open = new Set(openHazards(plan.hazards, allow, drops, dialect));
  const shown = plan.hazards.filter((hazard) => !open.has(hazard));
  for (const hazard of shown) out.data(hazardText(hazard, plan, out.style, hazard.severity === "error"));
  if (shown.length) out.data("");
  if (out.verbose) out.note(scriptOf(plan.up, dialect).trimEnd());
}

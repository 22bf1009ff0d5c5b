/** Problems of the migrations' folder, as one error. */
import { SqaError } from "../schema/error.ts";

/** Throws when there are problems: the one, or all of them together (SQA-500). */
export function refuseProblems(problems: readonly SqaError[]): void {
  if (problems.length === 0) return;
  if (problems.length === 1) throw problems[0]!;
  throw new SqaError("SQA-500", `${problems.length} things are wrong with the migrations`, { all: problems });
}

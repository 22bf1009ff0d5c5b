/** Refuses what a script has for the database's own shell. */
import { SqaError } from "../schema/error.ts";

/** SQA-531: no server knows it, and what follows it may be no SQL at all. `line` is 1-based. */
export function clientsOwn(what: string, line: number, shell: string): SqaError {
  return new SqaError("SQA-531", `${what} on line ${line} is a matter of ${shell}`, {
    place: { file: "", line },
    hint: `take the commands of ${shell} out, and write rows as INSERT`,
  });
}

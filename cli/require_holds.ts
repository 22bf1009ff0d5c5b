/** Tries a file out that makes a schema from nothing, on an empty database. */
import type { Connection } from "../dialects/driver.ts";
import { type Proof, prove } from "../migrate/prove.ts";
import type { Squash } from "../migrate/squash.ts";
import { SqaError } from "../schema/error.ts";
import type { Project } from "./context.ts";
import { notTriedText } from "./proof.ts";
import { inEmptyDatabase } from "./scratch_database.ts";

/** SQA-311 when the checkpoint does not make what it should. Where no empty database can be had, that is said. */
export async function requireHolds(
  { plan, from, target }: Pick<Squash, "plan" | "from" | "target">,
  project: Project,
): Promise<void> {
  const { database, session: { out }, settings } = project;
  const options = { driver: database.driver, plan, from, to: target, schemas: settings.schemas };
  let proof: Proof;
  try {
    const alone = database.driver.scratch(null, () => Promise.resolve()) !== null;
    proof = alone
      ? await prove({ ...options, connection: null })
      : await inEmptyDatabase(database, (place: Connection) => prove({ ...options, connection: place }));
  } catch (error) {
    const away = error instanceof SqaError && /^SQA-(020|201|202)$/.test(error.code);
    if (!away) throw error;
    out.note(`not tried out: ${(error as Error).message}`);
    return;
  }
  if (proof.refuted) {
    throw new SqaError("SQA-311", "the generated file does not make the schema that it should; nothing was written", {
      detail: proof.reason ?? "",
      hint: "this is a bug in sqa; please report it with the files",
    });
  }
  if (proof.proven) out.detail("tried out on an empty database");
  else out.note(`not tried out: ${proof.reason}`);
  if (proof.passed) out.note(notTriedText(proof.passed));
}

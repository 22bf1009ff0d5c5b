/** Whether the files would do what they say: tried out, and held against the rows that are there, before they are written. */
import type { Connection, MigrationLock } from "../dialects/driver.ts";
import { subject } from "../diff/change.ts";
import type { Hazard } from "../diff/plan_types.ts";
import { ownTables } from "../migrate/guard.ts";
import { type Proof, prove } from "../migrate/mod.ts";
import { SqaError } from "../schema/error.ts";
import { fingerprint } from "../schema/hash.ts";
import { labelOfId } from "../schema/id.ts";
import { type Base, readBase } from "./base.ts";
import type { Project } from "./context.ts";
import { openHazards, undecidedHazards } from "./decisions.ts";
import { migrationLock } from "./migration_lock.ts";
import type { Decided } from "./planning.ts";

/** SQA-311 when a trial shows that the files would not do what they say, SQA-403 when the rows refuse them. Where no trial is possible, that is said. */
export async function requireProof(
  decided: Decided,
  base: Pick<Base, "source" | "graph">,
  connection: Connection | null,
  project: Project,
): Promise<void> {
  const { database: { driver, dialect }, settings, session: { out } } = project;
  const live = base.source === "live" ? connection : null;
  await using turn = lockOnce(project);
  const tryOut = () =>
    prove({
      driver,
      connection: live,
      exclude: turn.take,
      // The online forms lead to the same schema, in steps that no transaction can hold.
      plan: decided.plain,
      from: base.graph,
      to: decided.target,
      schemas: settings.schemas,
      ignoreTables: ownTables(dialect, settings.historyTable ?? undefined),
    });
  let proof = await tryOut();
  if ((proof.refused || proof.refuted) && live) proof = await tryAgain(tryOut, turn.take, base, live, project);
  if (proof.refused) {
    throw new SqaError("SQA-311", "the database refuses the generated SQL; nothing was written", {
      detail: proof.reason ?? "",
      object: proof.refused,
      hint: proof.denied
        ? "run it as a user that may do this, or give the right to this one"
        : `where the models give SQL text for ${
          labelOfId(proof.refused)
        } (a view, a check, a function …), correct it; else this is a bug in sqa: please report it with the models and the schema (\`sqa inspect\`)`,
    });
  }
  if (proof.refuted) {
    throw new SqaError("SQA-311", "the generated SQL does not do what it should; nothing was written", {
      detail: proof.reason ?? "",
      hint: "this is a bug in sqa; please report it with the models and the schema (`sqa inspect`)",
    });
  }
  requireRows(proof, decided, project);
  if (!proof.proven) out.note(`not tried out: ${proof.reason}`);
  else out.detail("tried out: up leads to the models, down leads back");
  if (proof.passed) out.note(notTriedText(proof.passed));
}

/** What a trial on a database of the same server leaves alone. */
export function notTriedText({ what, statements }: NonNullable<Proof["passed"]>): string {
  const [first = ""] = statements, more = statements.length > 1 ? ` and ${statements.length - 1} more` : "";
  return `not tried out: ${what}, for they are the whole server's (${first}${more})`;
}

/** The migration lock, taken when it is first asked for and held until the end. */
function lockOnce(project: Project): { take(): Promise<unknown> } & AsyncDisposable {
  let lock: Promise<MigrationLock> | null = null;
  return {
    take: () => lock ??= migrationLock(project),
    [Symbol.asyncDispose]: async () => await (await lock?.catch(() => null))?.[Symbol.asyncDispose](),
  };
}

/**
 * A trial that failed may have met others: a session that is no run of this history holds a name that is not there for us, or a run has
 * applied a file before we had the lock. SQA-527 when the database is another one by now.
 */
async function tryAgain(
  tryOut: () => Promise<Proof>,
  takeLock: () => Promise<unknown>,
  base: Pick<Base, "graph">,
  connection: Connection,
  project: Project,
): Promise<Proof> {
  await takeLock();
  for (let attempt = 1;; attempt++) {
    const now = await readBase(project, connection);
    if (fingerprint(now.graph) !== fingerprint(base.graph)) {
      throw new SqaError("SQA-527", "another run has changed the database meanwhile; nothing was written", {
        exit: 75,
        hint: "run the same command again",
      });
    }
    const proof = await tryOut();
    if (!(proof.refused || proof.refuted) || attempt === 4) return proof;
    await new Promise((resolve) => setTimeout(resolve, 300 * attempt + Math.random() * 300));
  }
}

/** SQA-403 where the rows that are there now refuse a statement, and neither a flag nor the configuration says that the files are wanted all the same. */
function requireRows(
  { rows }: Proof,
  { plan, plain, allow, drops }: Decided,
  { database: { dialect } }: Project,
): void {
  if (!rows) return;
  const { change } = rows.statement, object = subject(change);
  const hazards = [plan, plain].flatMap((each) =>
    each.hazards.filter(({ statement }) => each.up[statement]?.change === change)
  );
  const stops = hazards.filter(({ severity }) => severity === "error");
  const said = stops.length > 0 && openHazards(stops, allow, drops, dialect).length === 0;
  const hazard: Hazard = {
    code: "may-fail",
    severity: "error",
    statement: plain.up.indexOf(rows.statement),
    object,
    message: `"${labelOfId(object)}": the rows that are there now refuse this: ${rows.reason}`,
    hint: "",
  };
  if (said || openHazards([hazard], allow, drops, dialect).length === 0) return;
  throw undecidedHazards(
    [hazard],
    plain,
    dialect,
    "mend the rows and run the same command again; with the flag the files are written all the same, and stop at such rows",
  );
}

/** `sqa reset`: all down files, back to before the first migration. */
import { existsSync } from "node:fs";
import { refuseKeptProduction, refuseProduction, requireConfirm } from "../apply_plan.ts";
import { openProject } from "../context.ts";
import { count } from "../output/table.ts";
import type { CommandModule } from "../registry.ts";
import { runnerOptions } from "../running.ts";
import type { Session } from "../session.ts";

export const command: CommandModule = {
  examples: [
    ["sqa reset --dry-run", "show what would be undone"],
    ["sqa reset --confirm", "run all down files; the rows are lost"],
  ],
  define: (base, run) => {
    base
      .description(
        "Runs the down files of all applied migrations, back to before the first. " +
          'Refuses where label = "production"; `sqa fresh` starts again without down files.',
      )
      .option("--confirm", "this loss is meant")
      .option("--dry-run", "show what would be undone; change nothing")
      .action((flags) => run((session) => reset(session, flags.confirm === true, flags.dryRun === true)));
  },
};

const refusal = ["reset is for development databases", "`sqa rollback` goes back step by step"] as const;

async function reset(session: Session, confirmed: boolean, dryRun: boolean): Promise<0> {
  const { out } = session;
  const project = await openProject(session, {}, true);
  const { label } = project.database;
  const { file } = project.database;
  refuseProduction(project, ...refusal);
  if (file === null || existsSync(file)) {
    await using connection = await project.connect();
    await refuseKeptProduction(project, connection, ...refusal);
  }
  if (!dryRun) await requireConfirm(session, `Undo all migrations on ${label}, with what they hold`, confirmed);
  const { rollback } = await import("../../migrate/rollback.ts");
  const { rolledBack, verified } = await rollback({
    ...runnerOptions(project),
    target: "base",
    dryRun,
    allow: "lossy",
  });
  const undone = rolledBack.map(({ id, name, label, grade }) => ({ id, name, label, grade }));
  if (dryRun) { for (const one of undone) out.data(`${out.style.drop("-")} ${one.label} (${one.grade})`); }
  const number = count(undone.length, "migration");
  if (undone.length === 0) out.data(`nothing is applied on ${label}`);
  else out.data(dryRun ? `would undo ${number} on ${label}; nothing was changed` : `undid ${number} on ${label}`);
  out.json({
    database: label,
    rolledBack: dryRun ? [] : undone,
    ...(dryRun ? { wouldRollBack: undone } : {}),
    verified,
  });
  return 0;
}

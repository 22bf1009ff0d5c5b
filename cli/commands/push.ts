/** `sqa push`: the models straight onto a development database, without files. The same decisions as `diff`; not for production. */
import { historyOf, makeChain, managedObjects, readFolder, recordedRenames } from "../../migrate/mod.ts";
import { applyPlan, confirm, refuseKeptProduction, refuseProduction } from "../apply_plan.ts";
import { openProject } from "../context.ts";
import type { DecisionFlags } from "../decisions.ts";
import { doneInRows } from "../identities.ts";
import { readLive } from "../live.ts";
import { noteText } from "../output/human.ts";
import { count } from "../output/table.ts";
import { showPlan } from "../show_plan.ts";
import { decide, requireAllowed } from "../planning.ts";
import type { CommandModule } from "../registry.ts";
import type { Session } from "../session.ts";

const list = (value: string, before: readonly string[] | undefined): readonly string[] => [...before ?? [], value];

interface PushFlags extends DecisionFlags {
  readonly dryRun?: boolean | undefined;
}

export const command: CommandModule = {
  examples: [
    ["sqa push", "make the development database what the models say"],
    ["sqa push --dry-run", "show what that would take"],
    ["sqa push --allow drop-column:users.legacy", "this loss is meant"],
  ],
  define: (base, run) => {
    base
      .description(
        'Changes a development database to what the models say, without files. Refuses where label = "production".',
      )
      .option("--dry-run", "show what would change; change nothing")
      .option("--rename <old=new>", "it is the same object under a new name; repeatable", list)
      .option("--drop <object>", "it is gone for good, and what it holds too; repeatable", list)
      .option("--allow <rule[:object]>", "a hazard that is accepted; repeatable", list)
      .action((flags) => run((session) => push(session, flags)));
  },
};

async function push(session: Session, flags: PushFlags): Promise<0> {
  const { out } = session;
  const project = await openProject(session);
  const { database, settings } = project;
  const refusal = [
    "push is for development databases",
    "write a migration with `sqa diff` and apply it with `sqa migrate`",
  ] as const;
  refuseProduction(project, ...refusal);
  const models = await project.models();
  await using connection = await project.connect({ create: true });
  out.note(`${connection.server.product}  ${database.label}`);
  await refuseKeptProduction(project, connection, ...refusal);
  const folder = await readFolder(settings.dir, database.dialect);
  const history = historyOf(database.dialect, settings.historyTable ?? undefined);
  const { chain } = makeChain(folder.migrations, await history.read(connection) ?? []);
  const from = await out.timed("read", () => readLive(connection, database.dialect, settings));
  const done = await doneInRows(models.kinds, from, connection, database.dialect);
  const decided = await decide({
    project,
    from,
    to: models.graph,
    renames: models.renames,
    identities: { kinds: models.kinds, recorded: [...recordedRenames(chain), ...done] },
    leftOut: models.leftOut,
    flags,
    managed: await managedObjects(chain, { connection, history }),
    connection,
    version: connection.version,
  });
  const { plan } = decided;
  for (const note of plan.notes) out.note(noteText(note, out.messages));
  if (plan.up.length) showPlan(decided, project);
  requireAllowed(decided, project);
  const summary = count(plan.up.length, "statement");
  if (plan.up.length === 0) out.data(`no changes: ${database.label} is what the models say`);
  else if (flags.dryRun) out.data(`would run ${summary} on ${database.label}; nothing was changed`);
  else {
    await confirm(session, `Run ${summary} on ${database.label}?`);
    await applyPlan(plan, from, connection, project);
    out.data(`changed ${database.label}: ${summary}`);
  }
  out.json({ changed: plan.up.length > 0 && !flags.dryRun, database: database.label, plan });
  return 0;
}

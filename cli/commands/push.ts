/** `sqa push`: the models straight onto a development database, without files. The same decisions as `diff`; not for production. */
import { groupsOf } from "../../migrate/script.ts";
import { historyOf, makeChain, managedObjects, readFolder } from "../../migrate/mod.ts";
import { SqaError } from "../../schema/error.ts";
import { openProject, type Project } from "../context.ts";
import type { DecisionFlags } from "../decisions.ts";
import { readLive } from "../live.ts";
import { noteText } from "../output/human.ts";
import { count } from "../output/table.ts";
import { showPlan } from "../show_plan.ts";
import { decide, requireAllowed } from "../planning.ts";
import type { CommandModule } from "../registry.ts";
import { mayAsk, type Session } from "../session.ts";
import type { Plan } from "../../diff/plan_types.ts";
import type { Connection } from "../../dialects/driver.ts";

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
  refuseProduction(project);
  const models = await project.models();
  await using connection = await project.connect({ create: true });
  out.note(`${connection.server.product}  ${database.label}`);
  const folder = await readFolder(settings.dir, database.dialect);
  const history = historyOf(database.dialect, settings.historyTable ?? undefined);
  const { chain } = makeChain(folder.migrations, await history.read(connection) ?? []);
  const decided = await decide({
    project,
    from: await readLive(connection, database.dialect, settings),
    to: models.graph,
    renames: models.renames,
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
    await confirm(session, database.label, summary);
    await apply(plan, connection, project);
    out.data(`changed ${database.label}: ${summary}`);
  }
  out.json({ changed: plan.up.length > 0 && !flags.dryRun, database: database.label, plan });
  return 0;
}

function refuseProduction({ settings, config, database }: Project): void {
  const label = settings.label ?? config.env;
  if (label === null || !/^prod(uction)?$/i.test(label)) return;
  throw new SqaError("SQA-405", `${database.label} is labelled "${label}": push is for development databases`, {
    hint: "write a migration with `sqa diff` and apply it with `sqa migrate`",
    exit: 3,
  });
}

async function confirm(session: Session, where: string, summary: string): Promise<void> {
  if (!mayAsk(session)) return;
  const answer = await session.io.ask({
    message: `Run ${summary} on ${where}?`,
    choices: [{ value: "yes", label: "yes" }, { value: "no", label: "no" }],
  });
  if (answer !== "yes") {
    throw new SqaError("SQA-400", "nothing was changed", { hint: "`sqa push --yes` does not ask", exit: 3 });
  }
}

/** One run at a time; all in one transaction where every statement may be in one, else group by group as `migrate` would. */
async function apply(plan: Plan, connection: Connection, project: Project): Promise<void> {
  const { database: { driver, dialect, url }, settings, session: { io, out } } = project;
  const history = historyOf(dialect, settings.historyTable ?? undefined);
  const lock = await driver.lock(url, `sqa:${history.path.join(".")}`, {
    timeoutMs: settings.lockTimeout,
    signal: io.signal,
    onWait: (holder) =>
      out.note(`waiting for another run to finish${holder ? ` (the lock is held by ${holder})` : ""} …`),
  });
  await using _held = lock ?? { [Symbol.asyncDispose]: () => Promise.resolve() };
  const { groups, alone } = groupsOf(plan.up, dialect);
  for (const [i, statements] of groups.entries()) {
    io.signal.throwIfAborted();
    const options = {
      transactional: !alone[i],
      lockTimeoutMs: 3000,
      statementTimeoutMs: settings.statementTimeout,
      signal: io.signal,
    };
    await driver.migration(connection, options, async (tx) => {
      for (const sql of statements) {
        out.detail(sql);
        await tx.execute(sql);
      }
    });
  }
}

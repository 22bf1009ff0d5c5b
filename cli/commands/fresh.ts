/** `sqa fresh`: a development database from the beginning: what the migrations made is dropped, and they are applied again. */
import { existsSync } from "node:fs";
import { makePlan } from "../../diff/plan.ts";
import { historyOf, managedObjects, readFolder, readState, refuseProblems } from "../../migrate/mod.ts";
import type { Change } from "../../diff/change.ts";
import type { Plan } from "../../diff/plan_types.ts";
import { SqaError } from "../../schema/error.ts";
import { makeGraph } from "../../schema/graph.ts";
import { kindOfId, labelOfId } from "../../schema/id.ts";
import { kindFacts } from "../../schema/kinds/mod.ts";
import type { ObjectId } from "../../schema/object.ts";
import { applyPlan, refuseKeptProduction, refuseProduction, requireConfirm } from "../apply_plan.ts";
import { openProject, type Project } from "../context.ts";
import { readLive } from "../live.ts";
import { planTree } from "../output/human.ts";
import { count } from "../output/table.ts";
import type { CommandModule } from "../registry.ts";
import { runnerOptions } from "../running.ts";
import type { Session } from "../session.ts";

interface FreshFlags {
  readonly confirm?: boolean | undefined;
  readonly cascade?: boolean | undefined;
  readonly dryRun?: boolean | undefined;
}

export const command: CommandModule = {
  examples: [
    ["sqa fresh --dry-run", "show what would be dropped"],
    ["sqa fresh --confirm", "drop it and apply all files again; the rows are lost"],
  ],
  define: (base, run) => {
    base
      .description(
        "Drops all that the migrations made, with its rows, and applies all files again. What they did not make stays. Runs no down file. " +
          'Refuses where label = "production".',
      )
      .option("--confirm", "this loss is meant")
      .option("--cascade", "drop also what others made on top of it: views, indexes, keys")
      .option("--dry-run", "show what would be dropped; change nothing")
      .action((flags) => run((session) => fresh(session, flags)));
  },
};

const refusal = ["fresh is for development databases", "sqa never drops all of a production database"] as const;

async function fresh(session: Session, flags: FreshFlags): Promise<0> {
  const { out } = session;
  const project = await openProject(session);
  const { label, file } = project.database;
  refuseProduction(project, ...refusal);
  const missing = file !== null && !existsSync(file);
  const dropped = missing ? 0 : await dropOurs(project, flags);
  if (flags.dryRun) {
    out.data(`would drop ${count(dropped, "object")} on ${label} and apply all files again; nothing was changed`);
    out.json({ database: label, dropped: 0, wouldDrop: dropped, applied: [] });
    return 0;
  }
  const { migrate } = await import("../../migrate/apply.ts");
  const { applied, verified } = await migrate(runnerOptions(project));
  const again = `applied ${count(applied.length, "migration")}${verified ? "; verified" : ""}`;
  out.data(`dropped ${count(dropped, "object")} on ${label}, ${again}`);
  out.json({ database: label, dropped, applied, verified });
  return 0;
}

/** The number of objects that are gone, or would be. */
async function dropOurs(project: Project, { confirm, cascade, dryRun }: FreshFlags): Promise<number> {
  const { database: { dialect, label }, settings, session } = project, { out } = session;
  await using connection = await project.connect();
  await refuseKeptProduction(project, connection, ...refusal);
  const history = historyOf(dialect, settings.historyTable ?? undefined);
  const state = await readState(connection, await readFolder(settings.dir, dialect), history);
  // Edited files are what one starts afresh for.
  refuseProblems(state.problems.filter((problem) => problem.code !== "SQA-503"));
  for (const { migration } of state.chain.nodes.values()) {
    if (!migration || migration.paths.snapshot !== null || migration.up.statements.length === 0) continue;
    out.warn(
      `${out.messages.change("warning[by-hand]")}: what ${migration.label} made is not known, so it is not dropped`,
    );
  }
  const from = await readLive(connection, dialect, settings);
  // What is the whole server's stays: other databases may use it, and the files take it as it is.
  const made = await managedObjects(state.chain, { connection, history });
  const shared = [...made].filter((id) => from.objects.has(id) && dialect.shared?.object(from.objects.get(id)!));
  for (const id of shared) {
    out.note(`${kindFacts[kindOfId(id)].label} "${labelOfId(id)}" is the whole server's and stays`);
  }
  const managed = made.difference(new Set(shared));
  const { plan } = makePlan({
    from,
    to: makeGraph(dialect.name, dialect.initial),
    dialect,
    options: {
      columnOrder: "lax",
      version: connection.version,
      scope: { mode: "modelled", managed, drops: new Set() },
    },
  });
  if (plan.changes.length && !session.flags.quiet) out.data(`${planTree(plan, dialect, out.style)}\n`);
  if (!cascade) refuseStrangers(plan, managed);
  if (dryRun) return plan.changes.length;
  await requireConfirm(session, `Drop all that the migrations made on ${label}, with its rows`, confirm === true);
  // The rows go first: stopped here, the files are pending and the next run drops what is left.
  const rows = state.revisions ?? [];
  if (rows.length) {
    await connection.transaction(async (tx) => {
      for (const row of rows) await history.remove(tx, row.id);
    });
  }
  await applyPlan(plan, from, connection, project);
  return plan.changes.length;
}

/** What others made on top of ours goes with it: only when that is said. SQA-407 (exit 3). */
function refuseStrangers(plan: Plan, managed: ReadonlySet<ObjectId>): void {
  const dropped = (change: Change): readonly ObjectId[] => [
    ...(change.op === "drop" ? [change.from.id] : []),
    ...change.parts.flatMap(dropped),
  ];
  const strangers = plan.changes.flatMap(dropped).filter((id) => !managed.has(id)).sort();
  if (strangers.length === 0) return;
  throw new SqaError("SQA-407", "what the migrations did not make would go too; nothing was changed", {
    exit: 3,
    detail: strangers.join("\n"),
    choices: ["--cascade"],
    hint: "it stands on what the migrations made: keep its definition, or pass the flag to lose it",
  });
}

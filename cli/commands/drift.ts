/** `sqa drift`: what was changed in the database by something else than its migrations; shown, taken into a file, or taken back. */
import type { Connection } from "../../dialects/driver.ts";
import { driftScope } from "../../migrate/base.ts";
import { appliedHeads, historyOf, readFolder, readTogether, refuseProblems } from "../../migrate/mod.ts";
import { type Chain, renderMigration } from "../../migrate/mod.ts";
import { parentsInFiles } from "../../migrate/target.ts";
import { snapshotOf } from "../../migrate/runner.ts";
import { managedIn, type SnapshotFile } from "../../migrate/snapshot_file.ts";
import { describeDifferences, differencesBetween } from "../../migrate/verify.ts";
import type { Change } from "../../diff/change.ts";
import { SqaError } from "../../schema/error.ts";
import { makeGraph, type Note, type SchemaGraph } from "../../schema/graph.ts";
import type { ObjectId } from "../../schema/object.ts";
import { applyPlan, confirm } from "../apply_plan.ts";
import { openProject, type Project } from "../context.ts";
import { allowOf, type DecisionFlags } from "../decisions.ts";
import { readLive } from "../live.ts";
import { count } from "../output/table.ts";
import { decide, type Decided, requireAllowed } from "../planning.ts";
import type { CommandModule } from "../registry.ts";
import type { Session } from "../session.ts";
import { writeStamped } from "../write_stamped.ts";
import { showPlan } from "../show_plan.ts";
import { requireProof } from "../proof.ts";

const list = (value: string, before: readonly string[] | undefined): readonly string[] => [...before ?? [], value];

interface DriftFlags extends DecisionFlags {
  readonly adopt?: boolean | undefined;
  readonly revert?: boolean | undefined;
  readonly dryRun?: boolean | undefined;
  readonly name?: string | undefined;
}

export const command: CommandModule = {
  examples: [
    ["sqa drift", "what differs from the applied migrations; exit 2 when something does"],
    ["sqa drift --adopt --name hotfix", "make a migration of it, which counts as applied here"],
    ["sqa drift --revert", "take it back on this database"],
  ],
  define: (base, run) => {
    base
      .description(
        "Shows what was changed in the database by something else than its migrations. --adopt writes a migration that does the same " +
          "elsewhere and counts as applied here; --revert makes the database what its migrations made it.",
      )
      .option("--adopt", "write a migration for it and record it as applied here")
      .option("--revert", "take it back on this database")
      .option("--dry-run", "show what would be done; change nothing")
      .option("--name <name>", 'with --adopt: name of the file; default "drift"')
      .option("--rename <old=new>", "it is the same object under a new name; repeatable", list)
      .option("--drop <object>", "it is gone for good, and what it holds too; repeatable", list)
      .option("--allow <rule[:object]>", "a hazard that is accepted; repeatable", list)
      .action((flags) => run((session) => drift(session, flags)));
  },
};

/** The database beside what its migrations made it. */
interface Compared {
  readonly project: Project;
  readonly connection: Connection;
  readonly live: SchemaGraph;
  readonly known: SnapshotFile;
  readonly scope: ReadonlySet<ObjectId>;
  readonly changes: readonly Change[];
  readonly chain: Chain;
  /** The applied migration that it is compared with. */
  readonly head: string;
  /** Is every file applied? */
  readonly atHead: boolean;
}

async function drift(session: Session, flags: DriftFlags): Promise<0 | 2> {
  const { out } = session;
  if (flags.adopt && flags.revert) {
    throw new SqaError("SQA-003", "--adopt and --revert exclude each other", {
      hint: "see `sqa drift --help`",
      exit: 64,
    });
  }
  const project = await openProject(session);
  const { label } = project.database;
  await using connection = await project.connect();
  out.note(`${connection.server.product}  ${label}`);
  const compared = await compare(project, connection);
  const text = describeDifferences(compared.changes);
  if (compared.changes.length === 0) {
    out.data(`no drift: ${label} is what its migrations made it`);
    out.json({ drift: [], done: null });
    return 0;
  }
  if (flags.adopt) return await adopt(compared, flags);
  if (flags.revert) return await revert(compared, flags);
  out.data(`${label} was changed by something else than its migrations`);
  for (const line of text.split("\n")) out.data(`  ${line}`);
  out.json({ drift: text.split("\n"), done: null });
  out.note("next: sqa drift --adopt, or sqa drift --revert");
  return 2;
}

/** SQA-547 when nobody knows what the database should be. */
async function compare(project: Project, connection: Connection): Promise<Compared> {
  const { database: { dialect, driver, label }, settings } = project;
  const history = historyOf(dialect, settings.historyTable ?? undefined);
  const folder = await readFolder(settings.dir, dialect);
  const { state, live } = await readTogether(
    connection,
    folder,
    history,
    () => readLive(connection, dialect, settings),
  );
  refuseProblems(state.problems);
  const { chain } = state, heads = appliedHeads(chain), head = heads[0];
  const known = heads.length === 1 ? await snapshotOf(chain.nodes.get(head!), { connection, history }) : null;
  if (!known) {
    throw new SqaError("SQA-547", `nobody knows what ${label} should be`, {
      detail: heads.length === 0
        ? "nothing is applied"
        : heads.length > 1
        ? `the applied branches are not merged: ${heads.join(", ")}`
        : `${chain.nodes.get(head!)!.label} has no snapshot`,
      hint: "see `sqa status`; `sqa inspect` shows the database as it is",
    });
  }
  const scope = driftScope(known, live);
  const changes = await differencesBetween(connection, driver, live, known.graph, scope);
  const atHead = chain.heads.length === 1 && chain.heads[0] === head;
  return { project, connection, live, known, scope, changes, chain, head: head!, atHead };
}

/** What the migrations made, and everything else as it is now. */
function intended({ live, known, scope }: Compared): SchemaGraph {
  const managed = managedIn(known);
  const ours = [...known.graph.objects.values()].filter((object) => managed.has(object.id));
  const rest = [...live.objects.values()].filter((object) => !scope.has(object.id));
  return makeGraph(live.dialect, [...ours, ...rest], live.notes);
}

/** On this database, like `push`: a file would fail where nothing has drifted. */
async function revert(compared: Compared, flags: DriftFlags): Promise<0> {
  const { project, connection, live, known, scope } = compared, { session: { out }, database: { label } } = project;
  const decided = await decide({
    project,
    from: live,
    to: intended(compared),
    renames: [],
    flags,
    managed: new Set([...managedIn(known), ...scope]),
    connection,
    version: connection.version,
  });
  showPlan(decided, project);
  requireAllowed(decided, project);
  const summary = count(decided.plan.up.length, "statement");
  if (flags.dryRun) out.data(`would take it back with ${summary} on ${label}; nothing was changed`);
  else {
    await confirm(project.session, `Run ${summary} on ${label}?`);
    await applyPlan(decided.plan, live, connection, project);
    const left = (await compare(project, connection)).changes;
    if (left.length) {
      throw new SqaError("SQA-540", `${label} is still not what its migrations made it`, {
        detail: describeDifferences(left),
      });
    }
    out.data(`took it back on ${label}: ${summary}; verified`);
  }
  out.json({
    drift: describeDifferences(compared.changes).split("\n"),
    done: flags.dryRun ? null : "reverted",
    plan: decided.plan,
  });
  return 0;
}

/** A file that follows the applied head, with its row. The other databases get it by `migrate`. */
async function adopt(compared: Compared, flags: DriftFlags): Promise<0> {
  const { project, known, head, connection } = compared, { session: { out }, database } = project;
  if (!compared.atHead) {
    throw new SqaError(
      "SQA-548",
      "files are still to be applied: drift is adopted when the database is at the newest",
      {
        exit: 3,
        hint: "run `sqa migrate` first, or `sqa drift --revert`",
      },
    );
  }
  const from = intended(compared);
  const decided = await decide({
    project,
    from,
    to: withNotes(compared),
    renames: [],
    flags,
    managed: new Set([...managedIn(known), ...compared.scope]),
    connection,
    version: database.versionFor(connection),
  });
  showPlan(decided, project);
  requireAllowed(decided, project);
  await requireProof(decided, { source: "newest snapshot", graph: from }, null, project);
  const texts = textsOf(decided, flags.name ?? "drift", parentsInFiles(compared.chain, [head]), database.dialect);
  const summary = count(decided.plan.up.length, "statement");
  const written: string[] = [];
  if (flags.dryRun) out.data(`would write ${texts.name} (${summary}) and record it as applied; nothing was changed`);
  else {
    written.push(...await writeStamped(project, texts));
    out.data(`wrote ${written[0]} and its down file (${summary}); it counts as applied on ${database.label}`);
    out.note("next: change the models as well; sqa diff shows what they lack");
  }
  out.json({
    drift: describeDifferences(compared.changes).split("\n"),
    done: flags.dryRun ? null : "adopted",
    id: texts.id,
    written,
    plan: decided.plan,
  });
  return 0;
}

function textsOf(decided: Decided, name: string, parents: readonly string[], dialect: Project["database"]["dialect"]) {
  const { plan, target, renames } = decided;
  const used = plan.hazards.filter((hazard) => hazard.severity === "error").map((hazard) => allowOf(hazard, dialect));
  const pairs = renames.map(({ from, to }) => ({ from, to }));
  return renderMigration({ name, dialect, parents, plan, target, renames: pairs, allows: used });
}

/** The live schema, saying of what is not ours that it is left alone. */
function withNotes({ live, scope }: Compared): SchemaGraph {
  const notes = [...live.objects.values()].flatMap((object): Note[] => {
    if (
      scope.has(object.id) || (object.parent !== null && !scope.has(object.parent) && live.objects.has(object.parent))
    ) {
      return [];
    }
    return [{ code: "left-alone", object: object.id, message: `${object.id} was not made by migrations` }];
  });
  return makeGraph(live.dialect, live.objects.values(), [...live.notes, ...notes]);
}

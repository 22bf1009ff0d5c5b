/** `sqa diff [name]`: models against the live database and the pending files; writes a proven pair of files, or says that nothing differs. */
import type { Dialect } from "../../dialects/dialect.ts";
import { describeDifferences } from "../../migrate/verify.ts";
import { renderMigration, writeMigration } from "../../migrate/mod.ts";
import type { Connection } from "../../dialects/driver.ts";
import { type Change, subject } from "../../diff/change.ts";
import type { Plan } from "../../diff/plan_types.ts";
import { kindFacts } from "../../schema/kinds/mod.ts";
import type { ObjectId } from "../../schema/object.ts";
import { SqaError } from "../../schema/error.ts";
import { labelOfId } from "../../schema/id.ts";
import { type Base, baseOf } from "../base.ts";
import type { Project } from "../context.ts";
import { allowOf, type DecisionFlags } from "../decisions.ts";
import { noChanges, type Started } from "../diff_start.ts";
import { noteText, planTree } from "../output/human.ts";
import { showPlan } from "../show_plan.ts";
import { mistakesIn, refuseNotes } from "../strict.ts";
import { scriptOf } from "../output/sql.ts";
import { count } from "../output/table.ts";
import { requireProof } from "../proof.ts";
import { decide, type Decided, differs, requireAllowed } from "../planning.ts";

export interface DiffFlags extends DecisionFlags {
  readonly name?: string | undefined;
  readonly check?: boolean | undefined;
  readonly dryRun?: boolean | undefined;
  readonly offline?: boolean | undefined;
  readonly sql?: "up" | "down" | "both" | undefined;
  readonly columnOrder?: string | undefined;
  /** The modules that are looked at, where they are not those of the settings. */
  readonly modules?: readonly string[] | undefined;
  readonly online?: boolean | undefined;
  readonly strict?: boolean | undefined;
  /** One pair of files for everything, whatever the layout. */
  readonly whole?: boolean | undefined;
  readonly branch?: string | undefined;
}

/**
 * Goes on with a diff that has begun. Exit 0 whether or not something was written; 2 with --check when something differs; 3 (thrown) when a
 * decision is needed. `again` begins anew where the database has changed meanwhile; null: that was done often enough.
 */
export async function diffStarted(
  { project, opening, asking, giveUp, keep }: Started,
  flags: DiffFlags,
  again: (() => Promise<0 | 2>) | null,
): Promise<0 | 2> {
  const { database, settings, session: { out } } = project;
  // Mistakes in the models come first: they are found without a database.
  const models = await project.models().catch(async (error) => {
    giveUp();
    await opening.then((connection) => connection?.close(), () => {});
    throw error;
  });
  await using connection = await opening;
  const unopened = flags.offline ? "is not opened" : "does not exist yet";
  out.note(connection ? `${connection.server.product}  ${database.label}` : `${database.label} ${unopened}`);
  const base = await baseOf(project, await asking);
  sayDrift(base, project);
  const request = {
    project,
    from: base.graph,
    to: models.graph,
    renames: models.renames,
    identities: { kinds: models.kinds, recorded: base.renames },
    leftOut: models.leftOut,
    flags,
    managed: base.managed,
    connection,
    version: connection && database.versionFor(connection),
    // SQL that is printed is for other programs, which run it in one go.
    online: settings.online && flags.sql === undefined,
  };
  const found = async (plan: Plan): Promise<void> => {
    // What was changed behind sqa's back is said every time, in the words of today.
    if (plan.up.length === 0 && base.source === "live" && !base.drift?.length) await keep?.(plan.notes);
  };
  if (flags.check) {
    const plan = await out.timed("plan", () => differs(request));
    await found(plan);
    return check(plan, base, flags, project);
  }
  const decided = await out.timed("plan", () => decide(request));
  const { plan } = decided;
  for (const note of plan.notes) out.note(noteText(note, out.messages));
  await found(plan);
  refuseNotes(plan.notes, flags.strict);
  if (plan.up.length === 0) return nothing(plan, base, flags, project);
  if (flags.sql) {
    requireAllowed(decided, project);
    out.exact(scriptIn(plan, flags.sql, database.dialect));
    return 0;
  }
  await refuseForeign(decided, connection, project);
  showPlan(decided, project);
  requireAllowed(decided, project);
  try {
    await requireProof(decided, base, connection, project);
  } catch (error) {
    if (!(error instanceof SqaError && error.code === "SQA-527") || again === null) throw error;
    out.note("another run has changed the database meanwhile: once more");
    await connection?.close();
    return await again();
  }
  return await writeDecided(decided, base, flags, project);
}

/** SQA-566 for what another history of this database made. */
async function refuseForeign(
  { plan }: Decided,
  connection: Connection | null,
  { config, database: { dialect } }: Project,
) {
  const others = [...config.historyTables].filter(([name]) => name !== config.history).map(([name, table]) => ({
    name,
    table,
  }));
  if (others.length === 0 || connection === null) return;
  const { foreignError, ownedByOthers } = await import("../../migrate/foreign_objects.ts");
  const owned = await ownedByOthers(connection, dialect, others);
  const changed = (change: Change): readonly ObjectId[] => [subject(change), ...change.parts.flatMap(changed)];
  const foreign = [...new Set(plan.changes.flatMap(changed))].filter((id) => owned.has(id)).sort();
  if (foreign.length) throw foreignError(foreign, owned, "the models");
}

function nothing(plan: Plan, base: Base, flags: DiffFlags, { session: { out }, database }: Project): 0 {
  const what = comparedWith(base, flags, database.label);
  if (!flags.sql) out.data(noChanges(what));
  out.json({ changed: false, database: database.label, written: [], plan });
  if (base.pending.length && !flags.offline) out.note("next: sqa migrate");
  return 0;
}

/** What the models were compared with, in words. */
function comparedWith(base: Base, { offline }: DiffFlags, label: string): string {
  if (offline) return "the newest migration file";
  return base.pending.length ? `${label}, with ${count(base.pending.length, "pending file")},` : label;
}

function check(plan: Plan, base: Base, flags: DiffFlags, { session: { out }, database }: Project): 0 | 2 {
  const changed = plan.up.length > 0, mistakes = mistakesIn(plan.notes, flags.strict);
  for (const note of plan.notes) out.note(noteText(note, out.messages));
  if (changed) {
    out.data(planTree(plan, database.dialect, out.style));
    out.data("");
  }
  const what = comparedWith(base, flags, database.label);
  out.data(changed ? `${what} is not what the models say` : noChanges(what));
  if (mistakes > 0) out.data(`${count(mistakes, "note")}, and --strict takes notes for mistakes`);
  out.json({ changed, database: database.label, written: [], plan });
  if (changed) out.note("next: sqa diff");
  return changed || mistakes > 0 ? 2 : 0;
}

/** The database is not what the applied files made it: said before anything is compared with it. */
function sayDrift(base: Base, { session: { out }, database }: Project): void {
  if (!base.drift?.length) return;
  out.warn(
    `${out.messages.change("warning[drift]")}: ${database.label} was changed by something else than its migrations`,
  );
  for (const line of describeDifferences(base.drift).split("\n")) out.warn(`  ${line}`);
}

/** Writes the pair of files and says so. */
export async function writeDecided(
  decided: Decided,
  base: Base,
  flags: DiffFlags,
  project: Project,
): Promise<0> {
  const { database: { dialect }, settings, session: { out } } = project;
  const { plan, target, renames, drops, allow } = decided;
  const used = plan.hazards.filter((hazard) => hazard.severity === "error").map((hazard) => allowOf(hazard, dialect));
  const texts = renderMigration({
    name: flags.name ?? nameOf(plan),
    dialect,
    parents: base.parents,
    plan,
    target,
    renames: renames.map(({ from, to }) => ({ from, to })),
    allows: [...used, ...[...drops].map((id) => `drop:${labelOfId(id)}`)],
    ...(flags.branch === undefined ? {} : { branch: flags.branch }),
    relabels: relabelsOf(renames),
  });
  const summary = count(plan.up.length, "statement");
  if (flags.dryRun) {
    out.data(
      `would write ${texts.name} (${summary}, down is ${texts.grade}) in ${
        project.shown(settings.dir)
      }; nothing was written`,
    );
    out.json({ changed: true, written: [], id: texts.id, grade: texts.grade, allow, plan });
    return 0;
  }
  const { written, paths } = await writeMigration(settings.dir, texts, new Date(), settings.timezone);
  const files = [paths.up, paths.down, paths.snapshot].filter((path) => path !== null).map(project.shown);
  out.data(
    written
      ? `wrote ${project.shown(paths.up)} and its down file (${summary}, down is ${texts.grade})`
      : `${project.shown(paths.up)} is there already (${summary})`,
  );
  out.json({
    changed: true,
    database: project.database.label,
    written: written ? files : [],
    id: texts.id,
    grade: texts.grade,
    plan,
  });
  out.note("next: sqa migrate");
  return 0;
}

/** Modules that get another name with their objects. */
function relabelsOf(renames: Decided["renames"]): readonly { readonly from: string; readonly to: string }[] {
  const found = new Map(
    renames.flatMap(({ module }) => module ? [[`${module.from} ${module.to}`, module] as const] : []),
  );
  return [...found.values()].sort((a, b) => a.from < b.from ? -1 : 1);
}

/** A name for a file that nobody named: what its first change does. Another name of a constraint mostly follows from what else changes. */
function nameOf(plan: Plan): string {
  const change = plan.changes.find((each) => each.op !== "rename" || !kindFacts[each.kind].sameByShape) ??
    plan.changes[0]!;
  const object = change.op === "drop" ? change.from : change.to;
  const verb = { create: "create", drop: "drop", alter: "change", rename: "rename" }[change.op];
  return `${verb}_${object.name.at(-1)}`;
}

function scriptIn(plan: Plan, direction: "up" | "down" | "both", dialect: Dialect): string {
  if (direction === "up") return scriptOf(plan.up, dialect);
  if (direction === "down") return scriptOf(plan.down, dialect);
  return `-- up\n${scriptOf(plan.up, dialect)}-- down\n${scriptOf(plan.down, dialect)}`;
}

/**
 * From two graphs and the user's decisions to a plan that may be carried out: asks the database about expressions, the user about
 * renames, and stops at data loss that nobody has allowed. Shared by `diff` and `push`. It writes nothing.
 */
import type { RenameHint } from "../diff/change.ts";
import { answered, openQuestions } from "../diff/expressions.ts";
import { rules } from "../diff/lint/mod.ts";
import { completed } from "../diff/normalize.ts";
import { makePlan, type Planned } from "../diff/plan.ts";
import type { Plan, RenameQuestion } from "../diff/plan_types.ts";
import { names } from "../diff/rename_label.ts";
import type { Connection } from "../dialects/driver.ts";
import { settleForms } from "../migrate/mod.ts";
import { SqaError } from "../schema/error.ts";
import type { SchemaGraph } from "../schema/graph.ts";
import { kindFacts } from "../schema/kinds/mod.ts";
import type { ObjectId, SchemaObject } from "../schema/object.ts";
import type { Project } from "./context.ts";
import {
  checkAllows,
  type DecisionFlags,
  dropsOf,
  openHazards,
  renamesOf,
  shortName,
  undecidedHazards,
  undecidedRenames,
} from "./decisions.ts";
import { type Identities, openIdentities } from "./identities.ts";
import { hookedPlan } from "./plan_hook.ts";
import { inEmptyDatabase } from "./scratch_database.ts";
import { mayAsk, type Session } from "./session.ts";
import type { Database } from "./database.ts";
import { nearest } from "./suggest.ts";

/** What is to be planned. */
export interface PlanRequest {
  readonly project: Project;
  readonly from: SchemaGraph;
  readonly to: SchemaGraph;
  /** Renames that the models tell of; those about what the database does not have are passed over. */
  readonly renames: readonly RenameHint[];
  /** Kinds of rows, where models say them: what stands in rows, no schema shows. */
  readonly identities?: Identities;
  readonly flags: DecisionFlags;
  /** Ids that sqa's own migrations made. */
  readonly managed: ReadonlySet<ObjectId>;
  /** What is left alone whatever migrations made of it: the objects of modules that are not looked at. */
  readonly leftOut?: ((object: SchemaObject) => boolean) | undefined;
  /** Open where there is a live database. */
  readonly connection: Connection | null;
  readonly version: number | null;
  /** In the online form, for files; else all in one transaction where that is possible. */
  readonly online?: boolean;
}

/** A plan with the decisions that it rests on. */
export interface Decided extends Planned {
  /** The same without the online forms: what can be tried out in one transaction. */
  readonly plain: Plan;
  readonly renames: readonly RenameHint[];
  readonly drops: ReadonlySet<ObjectId>;
  /** Allows of flags and config. */
  readonly allow: readonly string[];
}

/** Plans until nothing is open. SQA-401 (exit 3) carries the flags that decide. */
export async function decide(request: PlanRequest): Promise<Decided> {
  const { project: { database: { dialect }, session, config } } = request;
  refuseUpperCase(request);
  const decisions = startingWith(request);
  for (;;) {
    const planned = await planWith(request, decisions);
    const { questions } = planned.plan;
    if (questions.length === 0) {
      const forms = await cheapestForms(request, planned);
      const final = forms.size ? await planWith(request, decisions, forms) : planned;
      const plain = request.online ? await planWith({ ...request, online: false }, decisions, forms) : final;
      const renames = [...decisions.renames, ...openIdentities(decisions.renames, request.identities)];
      const hooked = await hookedPlan(final.plan, config.plan);
      const tried = plain.plan === final.plan ? hooked : await hookedPlan(plain.plan, config.plan);
      return { ...final, ...decisions, renames, plan: hooked, plain: tried };
    }
    if (!mayAsk(session)) throw undecidedRenames(questions, dialect);
    const answer = await askRename(questions, session, dialect);
    if ("drop" in answer) decisions.drops.add(answer.drop);
    else decisions.renames.push(answer.rename);
  }
}

/** SQA-312 for a table whose name the server would write otherwise: it would never be what the models say. */
function refuseUpperCase({ connection, to, project: { database: { dialect } } }: PlanRequest): void {
  const because = connection?.server.lowersTables;
  if (because === undefined) return;
  const names = [...to.objects.values()].filter(({ kind, name }) =>
    (kind === "table" || kind === "view") && name.at(-1) !== name.at(-1)!.toLowerCase()
  ).map(({ id }) => shortName(id, dialect));
  if (names.length === 0) return;
  throw new SqaError("SQA-312", `this server writes the names of tables in lower case: "${names[0]}" cannot be`, {
    detail: names.join("\n"),
    hint: `call it "${names[0]!.toLowerCase()}" in the models (${because} there)`,
  });
}

/** What differs, with what is still open left open: for the check modes, which only want to know whether something does. */
export async function differs(request: PlanRequest): Promise<Plan> {
  return (await planWith(request, startingWith(request))).plan;
}

interface Decisions {
  readonly renames: RenameHint[];
  readonly drops: Set<ObjectId>;
  readonly allow: readonly string[];
}

/** What models, flags and config decide. */
function startingWith({ project, from, to, renames, flags }: PlanRequest): Decisions {
  const { settings, database: { dialect } } = project;
  const allow = [...settings.allow, ...flags.allow ?? []];
  checkAllows(allow, rules);
  const flagged = renamesOf(flags.rename ?? [], from, to, dialect);
  return {
    renames: merged(applicable(renames, from), flagged),
    drops: new Set(dropsOf(flags.drop ?? [], from, dialect)),
    allow,
  };
}

/** For each statement that can be told how to run, the cheapest way that the server takes. */
function cheapestForms({ project, connection, from }: PlanRequest, { plan }: Planned) {
  return settleForms({ driver: project.database.driver, connection, plan, from });
}

async function planWith(
  request: PlanRequest,
  { renames, drops }: Decisions,
  forms: ReadonlyMap<string, string> = new Map(),
): Promise<Planned> {
  const { project: { settings, database }, from } = request;
  const wanted = completed(request.to, database.dialect, request.version);
  const to = await settleExpressions(from, wanted, renames, database, request.connection);
  return makePlan({
    from,
    to,
    dialect: database.dialect,
    renames: [...renames, ...openIdentities(renames, request.identities)],
    options: {
      columnOrder: settings.columnOrder,
      uncompared: [
        ...(settings.compareType ? [] : ["type" as const]),
        ...(settings.compareDefault ? [] : ["default" as const]),
      ],
      version: request.version,
      online: request.online ?? false,
      forms,
      scope: {
        mode: settings.scope,
        managed: request.managed,
        drops,
        keeps: keptKinds(settings.ignoreUnmodelled),
        ...(request.leftOut ? { ignore: request.leftOut } : {}),
      },
    },
  });
}

/** Kinds by their names: "foreign_key", "foreign key", "fk" in short. SQA-019 for one that there is not. */
function keptKinds(names: readonly string[]): ReadonlySet<string> {
  const short: Readonly<Record<string, string>> = { fk: "foreign_key", ix: "index", ck: "check", uq: "unique" };
  return new Set(names.map((name) => {
    const kind = short[name] ?? name.toLowerCase().replaceAll(/[ -]/g, "_");
    if (kind in kindFacts) return kind;
    const meant = nearest(kind, Object.keys(kindFacts));
    throw new SqaError("SQA-019", `ignore_unmodelled has "${name}", which is no kind of object`, {
      hint: meant ? `did you mean "${meant}"?` : `the kinds are ${Object.keys(kindFacts).join(", ")}`,
      exit: 78,
    });
  }));
}

/** Throws SQA-403 when the plan loses data that no flag and no config allows. */
export function requireAllowed({ plan, allow, drops }: Decided, { database: { dialect } }: Project): void {
  const open = openHazards(plan.hazards, allow, drops, dialect);
  if (open.length) throw undecidedHazards(open, plan, dialect);
}

/** The models keep `renamedFrom` after it is done, and a new database never had the old name. */
function applicable(hints: readonly RenameHint[], from: SchemaGraph): readonly RenameHint[] {
  return hints.filter((hint) => names(from, hint.from) && !names(from, hint.to));
}

/** A flag beats the model where both speak of one object. */
function merged(first: readonly RenameHint[], second: readonly RenameHint[]): RenameHint[] {
  const from = new Set(second.map((hint) => hint.from)), to = new Set(second.map((hint) => hint.to));
  return [...first.filter((hint) => !from.has(hint.from) && !to.has(hint.to)), ...second];
}

/** `to` with the expressions that read differently as the server writes them: asked on `connection`, or in an empty place where there is none. Without either, texts stay as they are. */
export async function settleExpressions(
  from: SchemaGraph,
  to: SchemaGraph,
  renames: readonly RenameHint[],
  database: Database,
  connection: Connection | null,
): Promise<SchemaGraph> {
  const { dialect, driver } = database;
  const questions = openQuestions(from, to, dialect, renames);
  if (questions.length === 0) return to;
  const answers = connection
    ? await driver.canonicalize(connection, to, questions)
    : await inEmptyDatabase(database, (place) => driver.canonicalize(place, to, questions));
  return answered(to, questions, answers);
}

type RenameAnswer = { readonly rename: RenameHint } | { readonly drop: ObjectId };

/** Asks about the first object that is gone. Stopping the question stops the run (SQA-401). */
async function askRename(
  questions: readonly RenameQuestion[],
  { io }: Session,
  dialect: Project["database"]["dialect"],
): Promise<RenameAnswer> {
  const { from } = questions[0]!;
  const candidates = questions.filter((question) => question.from === from);
  const name = shortName(from, dialect);
  const answer = await io.ask({
    message: `"${name}" is gone. Was it renamed?`,
    choices: [
      ...candidates.map(({ to, reasons }) => ({
        value: to as string,
        label: `renamed to ${shortName(to, dialect)}`,
        hint: reasons.join(", "),
      })),
      { value: "", label: "dropped", hint: "what it holds is lost" },
    ],
  });
  if (answer === null) {
    throw new SqaError("SQA-400", "nothing was written", { hint: "run the same command again", exit: 3 });
  }
  const chosen = candidates.find(({ to }) => to === answer);
  return chosen ? { rename: { from, to: chosen.to, source: "your answer" } } : { drop: from };
}

/**
 * Two graphs to a plan, one pure function that reads as the list of its steps:
 *
 *   normalize -> make room -> identities -> rename -> scope (what is not compared, what is kept) -> diff -> recreate -> fold -> order -> render -> lint
 *
 * Down is the same list on the inverted pair: what up leads to is where down starts, the renames are turned round, and every change
 * comes out as the inverse of its up (a property test holds it to that). It is not replayed statement by statement, because what can be done
 * in place in one direction may need a recreate in the other.
 */
import { type Dialect, kindOf, type RenderContext } from "../dialects/dialect.ts";
import { fingerprint } from "../schema/hash.ts";
import type { Note, SchemaGraph } from "../schema/graph.ts";
import { SqaError } from "../schema/error.ts";
import { kindOfId, pathOfId } from "../schema/id.ts";
import { kindFacts } from "../schema/kinds/mod.ts";
import type { Kind, ObjectId, SchemaObject } from "../schema/object.ts";
import { asFilled } from "./as_filled.ts";
import { asPlaced } from "./as_placed.ts";
import { after, before, type Change, type Rename, type RenameHint, subject } from "./change.ts";
import { diff } from "./diff.ts";
import { fold } from "./fold.ts";
import { withKept } from "./kept.ts";
import { invertHint } from "./invert.ts";
import { letterCaseRenames } from "./letter_case.ts";
import { lint } from "./lint/mod.ts";
import { makeRoom } from "./make_room.ts";
import { normalize } from "./normalize.ts";
import { cycleError, tryOrder } from "./order.ts";
import type { Plan, Statement } from "./plan_types.ts";
import { contextOf } from "./made_anew.ts";
import { recreate } from "./recreate.ts";
import { withParts } from "./part_renames.ts";
import { rename } from "./rename.ts";
import {
  changesOf,
  identityIn,
  identityStatements,
  identitySteps,
  stepsBack,
  withoutRefusals,
} from "./rename_identity.ts";
import { names } from "./rename_label.ts";
import { type ScopeOptions, withinScope } from "./scope.ts";
import { suggestRenames } from "./suggest_renames.ts";
import { type Uncompared, withoutUncompared } from "./uncompared.ts";
import { withoutUnread } from "./unread.ts";

export interface PlanOptions {
  readonly columnOrder: "lax" | "strict";
  /** The server's version, or null to write for the oldest supported. */
  readonly version: number | null;
  /** Write the forms that do not stop the users of a live database, where the dialect has such. They take more than one transaction. */
  readonly online?: boolean;
  /** Statements by their plain text, in the form that the server took when it was asked (`Dialect.forms`). */
  readonly forms?: ReadonlyMap<string, string>;
  /** What of all columns is not compared. */
  readonly uncompared?: readonly Uncompared[];
  /** "made": what is new gets also what `to` only knows of it (an owner that nobody compares). Absent: that is for the server to say. */
  readonly news?: "made";
  /** Null: both graphs are the whole truth. */
  readonly scope?: ScopeOptions | null;
}

export interface PlanInput {
  readonly from: SchemaGraph;
  readonly to: SchemaGraph;
  readonly dialect: Dialect;
  readonly renames?: readonly RenameHint[];
  readonly options: PlanOptions;
}

/** The plan, and the whole graph that it leads to (with what is left alone). */
export interface Planned {
  readonly plan: Plan;
  readonly target: SchemaGraph;
}

/** Plans the way from one graph to another and back. Never touches I/O; the same input gives the same bytes. */
export function makePlan(input: PlanInput): Planned {
  const { dialect, options } = input;
  const here = normalize(input.from, dialect), there = normalize(input.to, dialect);
  const from = withoutUnread(here, there), wanted = withoutUnread(there, here);
  const [ofRows, ofObjects] = parted(input.renames ?? [], wanted);
  const given = possible(ofObjects, from, dialect);
  const asked = [...given, ...letterCaseRenames(from, wanted, given, dialect)];
  const rows = ofRows.length === 0 ? [] : identitySteps(from, ofRows, asked, dialect);
  const free = withoutRefusals(from, rows, wanted, dialect);
  const left = free === from ? asked : asked.filter((hint) => !names(from, hint.from) || names(free, hint.from));
  const hints = withParts(free, wanted, left, dialect);
  const cleared = roomFor(free, wanted, hints, dialect, options);
  const renamed = rename(cleared, hints, dialect, options.version);
  const scoped = options.scope
    ? withinScope(renamed.graph, wanted, scopeOf(options.scope, renamed.moved, dialect))
    : wanted;
  const said = withoutUncompared(renamed.graph, scoped, options.uncompared ?? []);
  const target = withKept(renamed.graph, said, { news: options.news, earlier: { whole: from, cleared } });

  const first = oneWay(from, cleared, [], dialect, options);
  const named = renamed.changes.map((change) => owned(change, target));
  const second = oneWay(renamed.graph, target, named, dialect, options);
  const early = [...first.statements, ...identityStatements(rows, dialect)];
  const up = [...early, ...second.statements];
  const rowsBack = stepsBack(rows, target, renamed.moved);
  const ended = asPlaced(renamed.graph, asFilled(renamed.graph, target), second.changes);
  const freeBack = withoutRefusals(ended, rowsBack, from, dialect);
  const hintsBack = left.filter((hint) => renamed.moved.has(hint.from)).map(invertHint)
    .filter((hint) => names(freeBack, hint.from));
  // What differs in neither direction needs no way back, and no room for it.
  const changes = [...first.changes, ...changesOf(rows), ...second.changes];
  const wayBack = changes.length === 0 ? noWay : orNoWay(() => {
    const used = withParts(freeBack, from, possible(hintsBack, freeBack, dialect), dialect);
    const clearedBack = roomFor(freeBack, from, used, dialect, options),
      back = rename(clearedBack, used, dialect, options.version);
    return [
      ...oneWay(ended, clearedBack, [], dialect, options, true).statements,
      ...identityStatements(rowsBack, dialect),
      ...oneWay(back.graph, from, back.changes, dialect, options, true).statements,
    ];
  });

  const drops = options.scope?.drops ?? new Set<ObjectId>();
  // That the database itself is in no model is no news.
  const isWorthSaying = ({ code, object }: Note) =>
    code !== "left-alone" || object === null || !dialect.permanent?.(target.objects.get(object)!);
  const rules = { created: madeBy(changes), version: options.version };
  const late = lint(second.statements, { ...rules, from: renamed.graph, to: target });
  return {
    target,
    plan: {
      dialect: dialect.name,
      // On demand: hashing is a third of a diff in which nothing differs, and nobody asks there.
      get from() {
        return fingerprint(from);
      },
      get to() {
        return fingerprint(target);
      },
      changes,
      up,
      down: wayBack.statements,
      hazards: [
        ...lint(early, { ...rules, from, to: cleared }),
        ...late.map((hazard) => ({ ...hazard, statement: hazard.statement + early.length })),
      ],
      questions: suggestRenames(second.differences, { from: renamed.graph, to: target, drops }),
      notes: unique([...target.notes.filter(isWorthSaying), ...from.notes, ...second.notes, ...wayBack.notes]),
    },
  };
}

/** The old graph without what goes before the renames and all else: what has a name that is needed, and what the dialect says. */
function roomFor(
  from: SchemaGraph,
  to: SchemaGraph,
  hints: readonly RenameHint[],
  dialect: Dialect,
  { version }: PlanOptions,
): SchemaGraph {
  const cleared = makeRoom(from, hints, dialect, to);
  if (!dialect.cleared) return cleared;
  const moved = hints.length === 0 ? null : rename(cleared, hints, dialect, version).moved;
  return dialect.cleared(cleared, to, (id) => moved?.get(id) ?? id, version);
}

const noWay: Pick<Way, "statements" | "notes"> = { statements: [], notes: [] };

/** The way back; none, with a note that says why, where the database has no statement for it: a migration that is irreversible. */
function orNoWay(plan: () => readonly Statement[]): Pick<Way, "statements" | "notes"> {
  try {
    return { statements: plan(), notes: [] };
  } catch (error) {
    if (!(error instanceof SqaError) || error.code !== "SQA-311") throw error;
    return {
      ...noWay,
      notes: [{ code: "irreversible", object: null, message: `there is no way back: ${error.message}` }],
    };
  }
}

/** A rename whose new side says where the models make it, as creates and alters do. */
function owned(change: Change, target: SchemaGraph): Change {
  const origin = change.op === "rename" ? target.objects.get(change.to.id)?.origin : undefined;
  return origin ? { ...change, to: { ...after(change)!, origin } } as Change : change;
}

/** Hints about values in rows, and those about objects. */
function parted(
  hints: readonly RenameHint[],
  wanted: SchemaGraph,
): readonly [readonly RenameHint[], readonly RenameHint[]] {
  const isOfRows = (hint: RenameHint) => identityIn(wanted, hint.to) !== null;
  return [hints.filter(isOfRows), hints.filter((hint) => !isOfRows(hint))];
}

/** Where the database cannot give something another name, a hint about it changes nothing: it is dropped and made again. */
function possible(hints: readonly RenameHint[], graph: SchemaGraph, dialect: Dialect): readonly RenameHint[] {
  const lastOf = (id: ObjectId) => pathOfId(id).at(-1)!;
  const carried = new Set(hints.flatMap(({ from, to }) => {
    const object = dialect.heirs && graph.objects.get(from);
    return object ? dialect.heirs(object, graph).map(({ id }) => `${id} ${lastOf(to)}`) : [];
  }));
  return hints.filter(({ from, to }) => {
    const entry = kindOf<Kind>(dialect, kindOfId(from)), object = graph.objects.get(from);
    if (entry === "unsupported" || !entry.renames) return false;
    // An heir's gets its name with what it is inherited from.
    if (!dialect.keepsName || !object) return true;
    if (carried.has(`${from} ${lastOf(to)}`)) return false;
    return kindFacts[object.kind].holdsData || !dialect.keepsName(object, lastOf(to), graph);
  });
}

/** The scope in the names that hold after the renames. What is the database itself is left alone in any. */
function scopeOf(scope: ScopeOptions, ids: ReadonlyMap<ObjectId, ObjectId>, dialect: Dialect): ScopeOptions {
  const map = (set: ReadonlySet<ObjectId>) => new Set([...set].map((id) => ids.get(id) ?? id));
  const ignore = (object: SchemaObject) => dialect.permanent?.(object) || scope.ignore?.(object) || false;
  return { ...scope, managed: map(scope.managed), drops: map(scope.drops), ignore };
}

interface Way {
  readonly differences: readonly Change[];
  readonly changes: readonly Change[];
  readonly statements: readonly Statement[];
  readonly notes: readonly Note[];
}

/** One direction: `from` has its renames applied already; they come along as `renames`. */
function oneWay(
  from: SchemaGraph,
  to: SchemaGraph,
  renames: readonly Change[],
  dialect: Dialect,
  options: PlanOptions,
  wayBack = false,
): Way {
  const context: RenderContext = { from, to, version: options.version, renames: renamesAmong(renames), wayBack };
  const differences = diff(from, to, dialect, options);
  const changes = inOrder([...renames, ...differences.changes], dialect, context);
  const contextFor = contextOf(changes, { ...context, renames: renamesAmong(changes) });
  const rendered = changes.flatMap((change) => render(change, dialect, contextFor(change)));
  const online = options.online && dialect.online ? dialect.online(rendered, context) : rendered;
  const settled = dialect.settle?.(online) ?? online;
  const statements = settled.map((statement) => inForm(statement, dialect, options));
  return { differences: differences.changes, changes, statements, notes: differences.notes };
}

/**
 * Recreate, fold and order. Where alters in place wait for each other (a view that reads a new table under the name of an old one which
 * it lets go), those that hold no rows or values of their own are dropped and created instead, as long as nothing that holds rows would
 * go with them. SQA-310 when that does not help.
 */
function inOrder(changes: readonly Change[], dialect: Dialect, context: RenderContext): readonly Change[] {
  if (changes.length === 0) return changes;
  const forced = new Set<ObjectId>();
  for (;;) {
    const replaced = recreate(changes, dialect, context, forced);
    const ordered = tryOrder(fold(replaced, dialect, context), dialect, context);
    if (!ordered.cycle) return ordered.changes;
    const size = forced.size;
    for (const change of ordered.cycle.flatMap(withItsParts)) {
      if (change.op === "alter" && ![before(change), after(change)].some(holdsRows)) forced.add(change.to.id);
    }
    if (forced.size === size || losesMore(recreate(changes, dialect, context, forced), replaced, context)) {
      throw cycleError(ordered.cycle);
    }
  }
}

function renamesAmong(changes: readonly Change[]): readonly Rename[] {
  return changes.filter((change) => change.op === "rename") as unknown as readonly Rename[];
}

function withItsParts(change: Change): readonly Change[] {
  return [change, ...change.parts.flatMap(withItsParts)];
}

/** Would something be lost with it? What a column computes it computes again. */
function holdsRows(object: SchemaObject | undefined): boolean {
  return object !== undefined && kindFacts[object.kind].holdsData &&
    !(object.kind === "column" && object.generated !== null);
}

/** Would something with rows or values be dropped that is there on both sides, and is not among the `others` that go? */
function losesMore(changes: readonly Change[], others: readonly Change[], { to }: RenderContext): boolean {
  const dropped = (all: readonly Change[]) => all.filter(({ op }) => op === "drop").map(subject);
  const known = new Set(dropped(others));
  return changes.some((change) => {
    const ends = [before(change), to.objects.get(subject(change))];
    return change.op === "drop" && ends[1] !== undefined && ends.some(holdsRows) && !known.has(subject(change));
  });
}

function render(change: Change, dialect: Dialect, context: RenderContext): readonly Statement[] {
  const kind = kindOf<Kind>(dialect, change.kind);
  if (kind === "unsupported") throw new Error(`${dialect.name} cannot render ${change.kind}: normalize left it in`);
  return kind.render(change, context);
}

function inForm(statement: Statement, dialect: Dialect, { forms, version }: PlanOptions): Statement {
  const wanted = forms?.get(statement.sql);
  if (wanted === undefined) return statement;
  return dialect.forms?.(statement, version).find(({ sql }) => sql === wanted) ?? statement;
}

/** Tables and the like that the plan itself makes. */
function madeBy(changes: readonly Change[]): ReadonlySet<ObjectId> {
  return new Set(changes.filter((change) => change.op === "create").map(subject));
}

function unique(notes: readonly Note[]): readonly Note[] {
  const seen = new Set<string>();
  return notes.filter((note) => {
    const key = `${note.code} ${note.object} ${note.message}`;
    return !seen.has(key) && seen.add(key);
  });
}

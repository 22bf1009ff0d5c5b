/** One step of a history with rows in its tables: what sqa plans between two databases, run up and down, and what must be the same then. For tests only. */
import { type Connection, DatabaseError, type Driver } from "../../../dialects/driver.ts";
import type { RenameHint } from "../../../diff/change.ts";
import { makePlan } from "../../../diff/plan.ts";
import type { Plan, Statement } from "../../../diff/plan_types.ts";
import { introspect } from "../../../introspect/introspect.ts";
import { settleForms } from "../../../migrate/mod.ts";
import { canonicalJson } from "../../../schema/canonical.ts";
import type { SchemaGraph } from "../../../schema/graph.ts";
import { comparable } from "../../../schema/hash.ts";
import { labelOfId, objectId, pathOfId } from "../../../schema/id.ts";
import type { Kind } from "../../../schema/object.ts";
import { renamesIn } from "./renames.ts";
import { type Kept, keptColumns, putRows, rowsOf, type RowWords, type Tables, takeRows } from "./rows.ts";
import type { States } from "./states.ts";

/** How a step went. */
export interface Outcome {
  readonly up: number;
  readonly renames: number;
  /** Tables of the state before, and those that took none of our rows. */
  readonly tables: number;
  readonly empty: readonly string[];
  /** Where rows stopped it, as the plan had said they may: the server's words. It then passed without the rows of those tables. */
  readonly stopped: readonly string[];
  /** Values that went another way there and back, as the plan had said. */
  readonly lossy: readonly string[];
  /** The state after, which is the next step's state before. */
  readonly after: State;
}

/** What was read of a database. */
export interface State {
  readonly graph: SchemaGraph;
  readonly tables: Tables;
}

export interface Tried {
  readonly driver: Driver;
  readonly words: RowWords;
  readonly states: States;
  /** The history's own script for this step. */
  readonly script: string;
  /** The state before, where it was read already. */
  readonly start: State | null;
  /** Shall the statements be told to run in the cheapest way? */
  readonly forms: boolean;
}

/** Rows were in the way of a statement that had said they may be. */
interface Stop {
  readonly way: "up" | "down";
  readonly statement: Statement;
  readonly error: string;
}

/** Throws an `Error` with what is wrong when it does not pass. */
export async function tryStep(tried: Tried): Promise<Outcome> {
  const emptied: (readonly string[])[] = [], stopped: string[] = [];
  for (;;) {
    const went = await oneTry(tried, emptied);
    if ("stop" in went) {
      const { way, statement, error } = went.stop;
      stopped.push(`${way}: ${error} in: ${statement.sql.replace(/\s+/g, " ").slice(0, 160)}`);
      const paths = tablesOf(statement).filter((path) => !emptied.some((each) => each.join(".") === path.join(".")));
      if (paths.length === 0) throw new Error(`empty, it fails too: ${stopped.at(-1)}`);
      emptied.push(...paths);
      await tried.states.again();
    } else return { ...went, stopped };
  }
}

/** The tables that a statement works on. */
function tablesOf({ change, effects }: Statement): readonly (readonly string[])[] {
  const { id, parent } = change.op === "drop" ? change.from : change.to;
  const all = [...effects.locks.map(({ object }) => object), ...effects.scans, ...effects.rewrites, parent ?? id];
  return [...new Set(all.filter((each) => each.startsWith("table:")))].map(pathOfId);
}

async function oneTry(
  tried: Tried,
  emptied: readonly (readonly string[])[],
): Promise<Omit<Outcome, "stopped"> | { readonly stop: Stop }> {
  const { driver, words, states, script } = tried;
  const connection = await states.before(), other = await states.after();
  const { dialect } = driver, read = (from: Connection) => introspect(from, dialect);
  const tables = tried.start?.tables ?? await words.tables(connection), later = await words.tables(other);
  const empty = await putRows(words, connection, tables);
  const start = tried.start?.graph ?? await read(connection), wanted = await read(other);
  const renames = renamesIn(script, tables, later), kept = keptColumns(tables, later, renames);
  const called = new Map([...renames].map(([from, to]) => [to, from]));
  const asBefore = (path: readonly string[]) => tables.get(called.get(path.join(".")) ?? "")?.path ?? path;
  await takeRows(words, connection, emptied.map(asBefore));
  const same = kept.filter((each) => each.same);
  const rows = (columns: readonly Kept[], side: 0 | 1) =>
    rowsOf(words, connection, side === 0 ? tables : later, columns, side);
  const plan = await planOf(tried, connection, start, wanted, hintsOf(renames, tables)), lost = saidToLose(plan);
  const before = [await rows(same, 0), await rows(kept, 0)] as const;
  const stopUp = await run(driver, connection, plan, "up");
  if (stopUp) return { stop: stopUp };
  sameSchema("up", await read(connection), wanted);
  sameRows("up", before[0], await rows(same, 1), ({ table }) => lost.has(table));
  const stopDown = await run(driver, connection, plan, "down");
  if (stopDown) return { stop: stopDown };
  sameSchema("down", await read(connection), start);
  sameRows("down", before[0], await rows(same, 0), ({ table }) => lost.has(table));
  const lossy = sameRows(
    "down",
    before[1],
    await rows(kept, 0),
    ({ table }) => kept.some((each) => !each.same && each.table[0] === table && lost.has(`${table}.${each.column[0]}`)),
  );
  await takeRows(words, connection, [...tables.values()].map(({ path }) => path));
  return {
    up: plan.up.length,
    renames: renames.size,
    tables: tables.size,
    empty,
    lossy,
    after: { graph: wanted, tables: later },
  };
}

/** As `sqa diff --from --to` plans between two databases. Which cheap forms the server takes costs a scratch place of the whole schema. */
async function planOf(
  { driver, forms: wantsForms }: Tried,
  connection: Connection,
  from: SchemaGraph,
  to: SchemaGraph,
  renames: readonly RenameHint[],
): Promise<Plan> {
  const { dialect } = driver, { version } = connection;
  const plan = (columnOrder: "lax" | "strict", forms: ReadonlyMap<string, string> = new Map()) =>
    makePlan({ from, to, dialect, renames, options: { columnOrder, version, forms, scope: null } }).plan;
  const lax = plan("lax"), isStrict = dialect.placesColumns && lax.up.length > 0;
  const first = isStrict ? plan("strict") : lax;
  const forms = wantsForms ? await settleForms({ driver, connection, plan: first, from }) : new Map<string, string>();
  return forms.size === 0 ? first : plan(isStrict ? "strict" : "lax", forms);
}

function hintsOf(renames: ReadonlyMap<string, string>, before: Tables): readonly RenameHint[] {
  const id = (path: string, kind: Kind) => objectId(kind, path.split("."));
  return [...renames].map(([from, to]) => {
    const kind = before.has(from) ? "table" : "column";
    return { from: id(from, kind), to: id(to, kind), source: "the history" };
  });
}

/** What the plan says it may lose or change, tables and columns, by path. */
function saidToLose({ up, down }: Plan): ReadonlySet<string> {
  return new Set(
    [...up, ...down].flatMap(({ effects }) => [
      ...effects.loses,
      ...effects.narrows?.map(({ object }) => object) ?? [],
    ]).map(labelOfId),
  );
}

/** Runs one way, in as many transactions as it needs. Gives back where rows stopped it; throws where nobody had said they may. */
async function run(driver: Driver, connection: Connection, plan: Plan, way: "up" | "down"): Promise<Stop | null> {
  const groups: Statement[][] = [[]];
  for (const statement of plan[way]) {
    groups.at(-1)!.push(statement);
    if (statement.transaction !== "allowed") groups.push([]);
  }
  for (const group of groups.filter((each) => each.length)) {
    const transactional = group.every((each) => each.transaction !== "alone");
    let at = group[0]!;
    try {
      await driver.migration(connection, { lockTimeoutMs: 0, statementTimeoutMs: 0, transactional }, async (tx) => {
        for (at of group) await tx.execute(at.sql);
      });
    } catch (error) {
      if (!(error instanceof DatabaseError)) throw error;
      if (error.more.class === "data" && at.effects.mayFail && isHazard(plan, way, at)) {
        return { way, statement: at, error: error.message };
      }
      throw new Error(`${way}: ${error.message} (${error.more.code}), which no hazard says, in: ${at.sql}`, {
        cause: error,
      });
    }
  }
  return null;
}

/** Would a person have been told? Hazards are those of the way up. */
function isHazard(plan: Plan, way: "up" | "down", statement: Statement): boolean {
  return way === "down" || plan.hazards.some((hazard) => plan.up[hazard.statement] === statement);
}

function sameSchema(when: string, got: SchemaGraph, wanted: SchemaGraph): void {
  const lines = (graph: SchemaGraph) =>
    new Set([...graph.objects.values()].map((object) => canonicalJson(comparable(object))));
  const is = lines(got), should = lines(wanted);
  const differs = [
    ...[...should].filter((each) => !is.has(each)).map((each) => `- ${each}`),
    ...[...is].filter((each) => !should.has(each)).map((each) => `+ ${each}`),
  ];
  if (differs.length) throw new Error(`${when}: ${differs.length} lines differ: ${differs.slice(0, 4).join("\n  ")}`);
}

/** Tables whose rows differ, where that was said; throws where it was not. */
function sameRows(
  when: string,
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
  isSaid: (at: { table: string }) => boolean,
): readonly string[] {
  const differs = [...before].filter(([table, rows]) => after.get(table) !== rows);
  for (const [table, rows] of differs) {
    if (!isSaid({ table })) {
      throw new Error(`rows of ${table} after ${when}:\n- ${rows}\n+ ${after.get(table) ?? "(no such table)"}`);
    }
  }
  return differs.map(([table]) => `${table} after ${when}`);
}

/**
 * Runs a plan on a scratch place before its files are written: up, look, down, look again. What the database itself says after up is handed
 * back as the graph to keep. Nothing of it stays.
 */
import { type Connection, DatabaseError, type Driver } from "../dialects/driver.ts";
import { owner, subject } from "../diff/change.ts";
import { asSaidBy } from "../diff/kept.ts";
import { makePlan } from "../diff/plan.ts";
import type { Plan, Statement } from "../diff/plan_types.ts";
import { introspect, type IntrospectOptions } from "../introspect/introspect.ts";
import { makeGraph, type SchemaGraph } from "../schema/graph.ts";
import type { ObjectId } from "../schema/object.ts";
import { isLock } from "./retried.ts";
import { overTrial, trialOf } from "./trial.ts";
import { describeDifferences, differencesBetween } from "./verify.ts";

export interface ProveOptions extends IntrospectOptions {
  readonly driver: Driver;
  /** The database that the plan is for, or null where there is none at hand. */
  readonly connection: Connection | null;
  readonly plan: Pick<Plan, "up" | "down">;
  readonly from: SchemaGraph;
  readonly to: SchemaGraph;
  /** Keeps runners off for longer than the trial lasts. Called before one in a scratch place that is the live database (`Driver.scratchIsLive`). */
  readonly exclude?: () => Promise<unknown>;
}

export interface Proof {
  /** Up led to `to`, and down led back. */
  readonly proven: boolean;
  /** It was tried and it does not hold: the files must not be written. False with `proven` false means that it could not be tried. */
  readonly refuted: boolean;
  /** Why it is not proven. */
  readonly reason: string | null;
  /** The object whose statement of the up file the database refused, when that is why. */
  readonly refused?: ObjectId;
  /** Was it refused because who is connected may not do it? */
  readonly denied?: true;
  /** What a trial leaves alone because it is the server's, in words, and statements of the plan that are about it. */
  readonly passed?: { readonly what: string; readonly statements: readonly string[] };
  /** What the rows of the live database refuse as they are now. */
  readonly rows?: RowsRefuse;
  /** The schema after up as the database reports it. */
  readonly after?: SchemaGraph;
}

/** A statement of the up file that fails on the rows that are there, and what says so: the database, or a count of the rows. */
export interface RowsRefuse {
  readonly statement: Statement;
  readonly reason: string;
}

/** Tries a plan out. Errors of its statements become a refutation; errors of the scratch place itself are thrown. */
export async function prove(options: ProveOptions): Promise<Proof> {
  const { driver, connection, plan } = options;
  if ([...plan.up, ...plan.down].length === 0) return { proven: true, refuted: false, reason: null };
  const alone = [...plan.up, ...plan.down].find((statement) => statement.transaction !== "allowed");
  const { shared } = driver.dialect, inTrial = trialOf(driver);
  let begun = false, sawRows = false, passed: Proof["passed"] | null = null;
  const busy = connection && driver.scratchIsLive && !alone ? await othersAtWork(options) : null;
  const tried = busy ?? await driver.scratch(connection, (place, holds) => {
    begun = true;
    sawRows = holds === "live" && !alone;
    if (alone && holds === "live") {
      const reason = `a statement cannot run in a transaction that is rolled back: ${firstLine(alone.sql)}`;
      return Promise.resolve(notTried(reason));
    }
    if (holds === "live" || !shared) return tryOutUnlessBusy(options, place, holds === "empty");
    const statements = [...plan.up, ...plan.down].map(({ sql }) => sql).filter((sql) => shared.statement(sql));
    if (statements.length > 0) passed = { what: shared.what, statements: [...new Set(statements)] };
    return tryOutUnlessBusy({ ...options, driver: inTrial }, overTrial(driver, place), true);
  })?.catch((error) => {
    // A role that may not make a scratch place can still have its migration written.
    if (begun || !(error instanceof DatabaseError)) throw error;
    return notTried(`no scratch place can be made: ${firstLine(error.message)}`);
  });
  const proof = {
    ...tried ?? notTried(`${driver.dialect.label} has no scratch place here`),
    ...(passed ? { passed } : {}),
  };
  const rows = sawRows || connection === null ? null : await countedRows(driver, connection, plan.up);
  return rows ? { ...proof, rows } : proof;
}

/** Keeps runners off. Where one is at work for longer than may be waited for, nothing is tried. */
async function othersAtWork({ exclude }: ProveOptions): Promise<Proof | null> {
  try {
    await exclude?.();
    return null;
  } catch (error) {
    if (isLock(error)) return notTried(`the database is in use: ${(error as Error).message}`);
    throw error;
  }
}

/** Where the trial does not meet the rows, each statement's own question counts those that stand in its way. */
async function countedRows(
  driver: Driver,
  connection: Connection,
  statements: readonly Statement[],
): Promise<RowsRefuse | null> {
  const limits = { transactional: false, lockTimeoutMs: liveLockTimeoutMs, statementTimeoutMs: liveStatementTimeoutMs };
  // A question about values that an earlier statement of the plan changes would be about others than those that the rule meets.
  const changed = new Set<ObjectId>();
  for (const statement of statements) {
    const { mayFail: risk, rewrites, sets = [] } = statement.effects;
    const known = !changed.has(owner(statement.change) ?? subject(statement.change));
    for (const id of [...rewrites, ...sets]) changed.add(id);
    if (!risk?.probe || !known) continue;
    // The question may be about names that the same plan gives, or take too long: then nothing is known.
    const rows = await driver.migration(connection, limits, (place) => place.query<{ count: unknown }>(risk.probe!))
      .catch(() => []);
    const count = Number(Object.values(rows[0] ?? {})[0] ?? 0);
    if (count > 0) return { statement, reason: `${risk.reason}: ${count} now` };
  }
  return null;
}

async function tryOutUnlessBusy(options: ProveOptions, place: Connection, empty: boolean): Promise<Proof> {
  try {
    return await tryOut(options, place, empty);
  } catch (error) {
    if (error instanceof GiveUp) return { ...notTried(error.message), ...(error.rows && { rows: error.rows }) };
    throw error;
  }
}

async function tryOut(options: ProveOptions, place: Connection, empty: boolean): Promise<Proof> {
  const { driver, plan, from, to } = options, { dialect } = driver;
  if (empty) {
    const initial = makeGraph(dialect.name, dialect.initial);
    const build = makePlan({
      from: initial,
      to: from,
      dialect,
      options: { columnOrder: "lax", version: place.version, news: "made" },
    });
    const failed = await runAll(options, place, build.plan.up, false);
    if (failed) return notTried(`the database as it is cannot be made again in a scratch place: ${failed.text}`);
  }
  const before = await read(options, place);
  if (empty) {
    const missing = await differencesBetween(null, driver, before, from, null);
    if (missing.length) {
      return notTried(
        `the database as it is cannot be made again in a scratch place:\n${describeDifferences(missing)}`,
      );
    }
  }
  const upFailed = await runAll(options, place, plan.up, !empty);
  if (upFailed) {
    const { statement, text, denied } = upFailed;
    return { ...refuted(`the up file fails: ${text}`), refused: subject(statement.change), ...(denied && { denied }) };
  }
  const after = asSaidBy(to, await read(options, place)), kept = empty ? "left" : "expected";
  const short = await differencesBetween(place, driver, after, to, idsOf(from, to), kept);
  if (short.length) return refuted(`the up file does not lead to the models:\n${describeDifferences(short)}`);
  // Irreversible: there is no way back to try.
  if (plan.down.length === 0) return { proven: true, refuted: false, reason: null, after };
  // What is the server's may be there though `from` has none of it: then others need it, and it stays.
  const stays = new Set(
    [...before.objects.values()].flatMap((object) =>
      dialect.shared?.object(object) && !from.objects.has(object.id) ? [object.id] : []
    ),
  );
  const back = plan.down.filter(({ change }) => change.op !== "drop" || !stays.has(subject(change)));
  const downFailed = await runAll(options, place, back, !empty);
  if (downFailed) return refuted(`the down file fails: ${downFailed.text}`);
  const now = await read(options, place), all = idsOf(before, now).difference(stays);
  const left = await differencesBetween(null, driver, now, before, all, kept);
  if (left.length) return refuted(`the down file does not lead back:\n${describeDifferences(left)}`);
  return { proven: true, refuted: false, reason: null, after };
}

function notTried(reason: string): Proof {
  return { proven: false, refuted: false, reason };
}

function refuted(reason: string): Proof {
  return { proven: false, refuted: true, reason };
}

function idsOf(...graphs: readonly SchemaGraph[]) {
  return new Set(graphs.flatMap((graph) => [...graph.objects.keys()]));
}

/** How long a statement may wait for a lock of the live database before the trial gives way to its users. */
const liveLockTimeoutMs = 1000;

/** How long one statement may run on the live database, whose users wait for its locks: a large table is not written anew for a trial. */
const liveStatementTimeoutMs = 3000;

interface Failure {
  readonly statement: Statement;
  /** What the database said, and the SQL. */
  readonly text: string;
  readonly denied?: true;
}

/** As the runner would run it. The first failure, or null. Throws `GiveUp` when the live database's users are in the way. */
async function runAll(
  { driver }: ProveOptions,
  place: Connection,
  statements: readonly Statement[],
  live: boolean,
): Promise<Failure | null> {
  let current = statements[0];
  const limits = {
    transactional: true,
    lockTimeoutMs: live ? liveLockTimeoutMs : 0,
    statementTimeoutMs: live ? liveStatementTimeoutMs : 0,
  };
  try {
    await driver.migration(place, limits, async (tx) => {
      for (const statement of statements) await tx.execute((current = statement).sql);
    });
    return null;
  } catch (error) {
    if (isLock(error)) throw new GiveUp(`the database is in use: ${(error as Error).message}`);
    if (error instanceof DatabaseError && error.more.class === "timeout") {
      throw new GiveUp(`it would keep the live database's users waiting: ${sqlOf(current)}`);
    }
    if (error instanceof DatabaseError && error.more.class === "data") {
      throw new GiveUp(
        `it fails on the rows that are there now: ${error.message} (${sqlOf(current)})`,
        current && { statement: current, reason: error.message },
      );
    }
    if (error instanceof DatabaseError && error.more.class === "connection") throw error;
    if (!current) throw error;
    const { denied, detail } = error instanceof DatabaseError ? error.more : {};
    const said = [(error as Error).message, ...(denied && detail ? [detail] : [])].join(": ");
    return { statement: current, text: `${said}\n${current.sql}`, ...(denied && { denied }) };
  }
}

function sqlOf(statement: Statement | undefined): string {
  return firstLine(statement?.sql ?? "");
}

/** Ends a trial without a verdict. `rows`: for this statement, which the rows that are there refuse. */
class GiveUp extends Error {
  constructor(message: string, readonly rows?: RowsRefuse) {
    super(message);
  }
}

/** Reads the place as it is now; within a live copy there is a transaction already, and it sees its own changes. */
function read(options: ProveOptions, place: Connection): Promise<SchemaGraph> {
  return introspect(place, options.driver.dialect, {
    schemas: options.schemas ?? null,
    ignoreTables: options.ignoreTables ?? [],
  });
}

function firstLine(sql: string): string {
  return sql.split("\n", 1)[0]!;
}

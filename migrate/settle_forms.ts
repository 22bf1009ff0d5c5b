/**
 * Asks the server for the cheapest way of each statement that can be told how to run, by running the plan up and down in a scratch place.
 * What is then written out fails on the real table rather than locks or copies more than was said.
 */
import { type Connection, DatabaseError, type Driver } from "../dialects/driver.ts";
import { makePlan } from "../diff/plan.ts";
import { subject } from "../diff/change.ts";
import type { Plan, Statement } from "../diff/plan_types.ts";
import { makeGraph, type SchemaGraph } from "../schema/graph.ts";
import type { ObjectId } from "../schema/object.ts";
import { trialOf } from "./trial.ts";

export interface SettleFormsOptions {
  readonly driver: Driver;
  /** The database that the plan is for, or null where there is none at hand. */
  readonly connection: Connection | null;
  readonly plan: Pick<Plan, "up" | "down" | "changes">;
  readonly from: SchemaGraph;
}

/**
 * Plain text to chosen text, for `PlanOptions.forms`. Empty where nothing can be asked; statements behind one that the scratch place refuses
 * stay as they are.
 */
export async function settleForms(options: SettleFormsOptions): Promise<ReadonlyMap<string, string>> {
  const { driver: { dialect }, connection, plan } = options;
  const chosen = new Map<string, string>();
  if (!dialect.forms || !connection) return chosen;
  const made = new Set<ObjectId>(plan.changes.filter(({ op }) => op === "create").map(subject));
  const open = (statement: Statement) => isOfKept(statement, made) ? dialect.forms!(statement, connection.version) : [];
  if (![...plan.up, ...plan.down].some((statement) => open(statement).length > 0)) return chosen;
  let begun = false;
  try {
    const driver = trialOf(options.driver);
    await driver.scratch(connection, async (place) => {
      begun = true;
      await build({ ...options, driver }, place);
      for (const statement of [...plan.up, ...plan.down]) {
        const form = await runCheapest(place, statement, open(statement));
        if (form !== null && !chosen.has(statement.sql)) chosen.set(statement.sql, form);
      }
    });
  } catch (error) {
    // Whatever stands in the way is said by the trial of the plan itself; a role that may not make a scratch place goes without.
    if (!(error instanceof DatabaseError) || (begun && error.more.class === "connection")) throw error;
  }
  return chosen;
}

/** New tables hold nothing: how they are changed makes no difference. */
function isOfKept({ change }: Statement, made: ReadonlySet<ObjectId>): boolean {
  const object = change.op === "drop" ? change.from : change.to;
  return !made.has(object.parent ?? object.id);
}

async function build({ driver: { dialect }, from }: SettleFormsOptions, place: Connection): Promise<void> {
  const initial = makeGraph(dialect.name, dialect.initial);
  const { plan } = makePlan({
    from: initial,
    to: from,
    dialect,
    options: { columnOrder: "lax", version: place.version },
  });
  for (const { sql } of plan.up) await place.execute(sql);
}

/** Runs the statement in the first form that is taken, and gives that; null when it was run as it stands. */
async function runCheapest(
  place: Connection,
  statement: Statement,
  forms: readonly Statement[],
): Promise<string | null> {
  for (const { sql } of forms) {
    try {
      await place.execute(sql);
      return sql;
    } catch (error) {
      if (!(error instanceof DatabaseError) || error.more.class === "connection") throw error;
    }
  }
  await place.execute(statement.sql);
  return null;
}

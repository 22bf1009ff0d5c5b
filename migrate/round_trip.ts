/**
 * `sqa verify`: every file of a folder on an empty database, up, down and up again, with a look at the schema after each step. What a down file
 * does not bring back is found before somebody needs it.
 */
import { introspect } from "../introspect/introspect.ts";
import { SqaError } from "../schema/error.ts";
import type { SchemaGraph } from "../schema/graph.ts";
import type { ObjectId } from "../schema/object.ts";
import { migrate } from "./apply.ts";
import { ownTables } from "./guard.ts";
import { rollback } from "./rollback.ts";
import type { RunnerOptions } from "./runner.ts";
import { describeDifferences, differencesBetween } from "./verify.ts";

/** One file, and what was found. */
export interface RoundTrip {
  readonly id: string;
  readonly label: string;
  /** "there and back", or that its down file is irreversible and was not run. */
  readonly outcome: "reversed" | "irreversible";
}

/**
 * Takes all files there and back, one after the other. `options.url` is an empty database, which ends with all files applied. SQA-540 for a file
 * after whose down file the schema is not what it was, or that leads elsewhere the second time; errors of the files as `migrate`.
 */
export async function roundTrips(
  options: RunnerOptions,
  told: (trip: RoundTrip) => void = () => {},
): Promise<readonly RoundTrip[]> {
  const own = { ...options, project: null, label: null, others: [] }, trips: RoundTrip[] = [];
  let before = await schemaOf(options);
  for (;;) {
    const { applied: [one] } = await migrate({ ...own, target: "+1" });
    if (one === undefined) return trips;
    const after = await schemaOf(options);
    const outcome = await undo(own) ? "reversed" : "irreversible";
    if (outcome === "reversed") {
      await requireSame(options, before, `down of ${one.label} does not lead back`);
      await migrate({ ...own, target: one.id });
      await requireSame(options, after, `up of ${one.label} leads elsewhere the second time`);
    }
    before = after;
    const trip: RoundTrip = { id: one.id, label: one.label, outcome };
    trips.push(trip);
    told(trip);
  }
}

/** Undoes the last file; false where it says itself that nothing does. */
async function undo(options: RunnerOptions): Promise<boolean> {
  try {
    return (await rollback({ ...options, target: "-1", allow: "lossy", verify: false })).rolledBack.length > 0;
  } catch (error) {
    if (error instanceof SqaError && error.code === "SQA-524") return false;
    throw error;
  }
}

async function schemaOf({ driver, url, schemas, historyTable, signal }: RunnerOptions): Promise<SchemaGraph> {
  await using connection = await driver.connect(url, { create: true, ...(signal ? { signal } : {}) });
  return await introspect(connection, driver.dialect, {
    schemas: schemas ?? null,
    ignoreTables: ownTables(driver.dialect, historyTable),
  });
}

async function requireSame(options: RunnerOptions, expected: SchemaGraph, what: string): Promise<void> {
  const live = await schemaOf(options), { driver, url } = options;
  await using connection = await driver.connect(url);
  const all = new Set<ObjectId>([...expected.objects.keys(), ...live.objects.keys()]);
  const changes = await differencesBetween(connection, driver, live, expected, all);
  if (changes.length === 0) return;
  throw new SqaError("SQA-540", `${what}:\n${describeDifferences(changes)}`, {
    hint: "correct the file if no database has it yet; else write one that puts it right",
  });
}

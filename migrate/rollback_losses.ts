/**
 * What a rollback would lose of what is in the database now: rows of the tables that its down files drop, values of the columns. Asked of the
 * database, an object at a time; where nobody can say, it counts as lost.
 */
import { kindOfId, labelOfId, objectId, pathOfId } from "../schema/id.ts";
import type { SchemaGraph } from "../schema/graph.ts";
import type { ObjectId } from "../schema/object.ts";
import type { Dialect } from "../dialects/dialect.ts";
import type { Plan } from "../diff/plan_types.ts";
import { DatabaseError } from "../dialects/driver.ts";
import { SqaError } from "../schema/error.ts";
import type { Chain, Node } from "./chain.ts";
import type { Grade } from "./header.ts";
import { replan } from "./replan.ts";
import { type Runner, snapshotOf } from "./runner.ts";
import type { Script } from "./script.ts";

/** One down file that is to be run. */
export interface Step {
  readonly node: Node;
  readonly grade: Grade;
  readonly script: Script;
  readonly path: string;
  /** Its statements are those that sqa wrote. */
  readonly generated: boolean;
}

export interface Loss {
  readonly node: Node;
  /** In words: `table "users" holds rows`. */
  readonly what: string;
}

/** The losses of these steps, which are the newest first. Empty when every table and column that goes is empty. */
export async function lossesOf(runner: Runner, chain: Chain, steps: readonly Step[]): Promise<readonly Loss[]> {
  const now = (await snapshotOf(steps[0]?.node, runner))?.graph ?? null;
  const losses: Loss[] = [];
  const newer: Step[] = [];
  for (const step of steps) {
    losses.push(...(await lossesIn(runner, chain, step, newer, now)).map((what) => ({ node: step.node, what })));
    newer.push(step);
  }
  return losses;
}

async function lossesIn(
  runner: Runner,
  chain: Chain,
  { node, grade, script, generated }: Step,
  newer: readonly Step[],
  now: SchemaGraph | null,
): Promise<readonly string[]> {
  if (grade !== "lossy" || script.statements.length === 0) return [];
  const { migration, revision } = node;
  // It was begun: what it loses was said and allowed then.
  if (revision?.state === "reverting") return [];
  const unknown = "nobody can say what its down file loses";
  if (!migration) return [`${unknown}: its files are gone`];
  if (!generated) return [`${unknown}: it was written by hand`];
  const { dialect } = runner.options.driver;
  const planned = await replan(migration, chain, dialect).catch((error) => {
    if (error instanceof SqaError) return { unknown: error.message };
    throw error;
  });
  if ("unknown" in planned) return [`${unknown}: ${planned.unknown}`];
  const named = namesIn(script, dialect), ofServer = aboutServer(script, dialect);
  const losses: string[] = [];
  for (const id of new Set(planned.plan.down.flatMap(({ effects }) => effects.loses))) {
    // Made beside objects that no file before it has made, a first file's snapshot holds more than it drops.
    const holder = kindOfId(id) === "column" ? objectId("table", pathOfId(id).slice(0, -1)) : id;
    const said = written(holder, dialect), words = [pathOfId(holder).at(-1)!, dialect.mentions(said)[0]?.at(-1)];
    const isNamed = words.some((word) => word !== undefined && named.has(word.toLowerCase()));
    // What is the server's may be dropped in the text of a block.
    if (!isNamed && !ofServer.some((sql) => sql.includes(said))) continue;
    const live = nameNow(id, newer);
    // Dropped by a newer migration: its down file makes it again, with nothing in it.
    if (now && !now.objects.has(live)) continue;
    const held = await holds(runner, live);
    if (held !== null) losses.push(held);
  }
  return [...losses, ...leftOut(planned.plan, script, dialect).map((message) => `${unknown}: ${message}`)];
}

/** What the file drops or changes and this run's settings leave alone, so that the plan says nothing of it: roles that are no longer asked for. */
function leftOut({ notes }: Pick<Plan, "notes">, { statements }: Script, dialect: Pick<Dialect, "written" | "quote">) {
  const out = notes.flatMap(({ code, object, message }) =>
    code === "unsupported-kind" && object !== null ? [{ message, name: written(object, dialect) }] : []
  );
  const found = new Set<string>();
  if (out.length === 0) return [];
  for (const { sql } of statements) {
    for (const { name, message } of out) if (sql.includes(name)) found.add(message);
  }
  return [...found];
}

/** Statements about what is the server's. */
function aboutServer({ statements }: Script, { shared }: Pick<Dialect, "shared">): readonly string[] {
  const found: string[] = [];
  if (shared) { for (const { sql } of statements) if (shared.statement(sql)) found.push(sql); }
  return found;
}

/** The name as statements have it. */
function written(id: ObjectId, dialect: Pick<Dialect, "written" | "quote">): string {
  return dialect.written?.(id) ?? dialect.quote(pathOfId(id).at(-1)!);
}

/** All names in the statements, in lower case. */
function namesIn({ statements }: Script, { mentions }: Pick<Dialect, "mentions">): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { sql } of statements) for (const name of mentions(sql).flat()) names.add(name.toLowerCase());
  return names;
}

/** The id that the newer migrations have given to what this id was. */
function nameNow(id: ObjectId, newer: readonly Step[]): ObjectId {
  let named = id;
  for (const { node } of newer.toReversed()) {
    const renames = new Map(
      (node.migration?.header.renames ?? []).map(({ from, to }) => [from as ObjectId, to as ObjectId]),
    );
    named = renames.get(named) ?? movedWith(named, renames);
  }
  return named;
}

/** The id below a table or a schema that got another name. */
function movedWith(id: ObjectId, renames: ReadonlyMap<ObjectId, ObjectId>): ObjectId {
  const path = pathOfId(id), kind = kindOfId(id);
  for (const [from, to] of renames) {
    const before = pathOfId(from);
    if (!["table", "schema"].includes(kindOfId(from)) || before.length >= path.length) continue;
    if (!before.every((part, i) => part === path[i])) continue;
    const moved = objectId(kind, [...pathOfId(to), ...path.slice(before.length)]);
    return renames.get(moved) ?? moved;
  }
  return id;
}

/** How long one table may be looked at before it counts as full. */
const patienceMs = 5000;

const heldRole = "is held by somebody, or has rights in other databases, or may have a password";

/** What goes with the object, in words; null when nothing does. */
async function holds({ connection, options }: Runner, id: ObjectId): Promise<string | null> {
  const kind = kindOfId(id), sql = options.driver.dialect.holds(kind, pathOfId(id));
  const label = `${kind.replaceAll("_", " ")} "${labelOfId(id)}"`;
  const lost =
    { table: "holds rows", column: "holds values", sequence: "has given numbers", role: heldRole }[kind as string];
  if (sql === null) return `${label} goes`;
  const timer = setTimeout(() => void connection.cancel?.().catch(() => {}), patienceMs);
  try {
    return (await connection.query(sql)).length ? `${label} ${lost ?? "holds something"}` : null;
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.more.class === "connection") throw error;
    return `${label} cannot be looked at: ${error.message}`;
  } finally {
    clearTimeout(timer);
  }
}

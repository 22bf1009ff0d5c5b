/**
 * Random pairs of schemas with rows, on real databases: the first is made by SQL that sqa did not write, up must lead to what the
 * second is when made the same way, every value of a column that stays must still be there, and down must lead back. A plan may be
 * refused by the rows (a new key over equal values) only where it said so, and then nothing may have changed. SQA_TEST_DATA_PAIRS sets how
 * many pairs (200 a dialect), SQA_TEST_SEED repeats a run.
 */
import { deepEqual, ok } from "node:assert/strict";
import fc from "fast-check";
import type { Dialect } from "../../dialects/dialect.ts";
import { type Connection, DatabaseError, type Driver } from "../../dialects/driver.ts";
import { postgresDriver } from "../../dialects/postgres/driver.ts";
import { sqliteDriver } from "../../dialects/sqlite/driver.ts";
import { makeRoom } from "../../diff/make_room.ts";
import { makePlan, type Planned } from "../../diff/plan.ts";
import type { Statement } from "../../diff/plan_types.ts";
import { rename } from "../../diff/rename.ts";
import type { RenameHint } from "../../diff/change.ts";
import { introspect } from "../../introspect/introspect.ts";
import { SqaError } from "../../schema/error.ts";
import { children, ofKind, type SchemaGraph } from "../../schema/graph.ts";
import type { ObjectId } from "../../schema/object.ts";
import { postgresUrls, withDatabase, withSqlite } from "../support/scratch.ts";
import { linesOf } from "../support/simulated_database.ts";
import { ddlOf } from "./ddl.ts";
import { buildPair, pairSpec } from "./random_pair.ts";
import type { Flavor } from "./random_schema.ts";
import { postgresFlavor, sqliteFlavor } from "./server_flavors.ts";
import { seed } from "./settings.ts";

const pairs = Number(Deno.env.get("SQA_TEST_DATA_PAIRS") ?? 200);

interface Server {
  readonly driver: Driver;
  readonly flavor: Flavor;
  readonly inlineForeignKeys: boolean;
  /** Rows may come in any order: foreign keys are not looked at. */
  readonly beforeRows: string;
  /** Gives two empty databases; called for each pair. */
  empty(connection: Connection): Promise<void>;
}

const sqlite: Server = {
  driver: sqliteDriver,
  flavor: sqliteFlavor,
  inlineForeignKeys: true,
  beforeRows: "pragma defer_foreign_keys = on",
  empty: () => Promise.resolve(),
};

const postgres: Server = {
  driver: postgresDriver,
  flavor: postgresFlavor,
  inlineForeignKeys: false,
  beforeRows: "set local session_replication_role = replica",
  empty: async (connection) => {
    for (const schema of ["public", "other"]) await connection.execute(`drop schema if exists ${schema} cascade`);
    await connection.execute("create schema public");
  },
};

Deno.test("random pairs with rows, on SQLite", () =>
  check(pairs, sqlite, (test) => withSqlite((from) => withSqlite((to) => test(from, to)))));

if (postgresUrls.length === 0) {
  Deno.test({ name: "random pairs with rows, on Postgres", ignore: true, fn: () => {} });
}
for (const [i, url] of postgresUrls.entries()) {
  const share = Math.ceil(pairs / postgresUrls.length);
  Deno.test(`random pairs with rows, on Postgres (server ${i + 1} of ${postgresUrls.length})`, () =>
    withDatabase(url, (from) => withDatabase(url, (to) => check(share, postgres, (test) => test(from, to)))));
}

type WithTwo = (test: (from: string, to: string) => Promise<void>) => Promise<void>;

interface Counts {
  tried: number;
  renamed: number;
  refused: number;
  stopped: number;
}

async function check(numRuns: number, server: Server, withTwo: WithTwo): Promise<void> {
  const counts: Counts = { tried: 0, renamed: 0, refused: 0, stopped: 0 };
  await fc.assert(
    fc.asyncProperty(pairSpec, (spec) =>
      withTwo(async (fromUrl, toUrl) => {
        const { driver, flavor } = server;
        const pair = buildPair(spec, flavor);
        await using from = await driver.connect(fromUrl, { create: true });
        await using to = await driver.connect(toUrl, { create: true });
        await fill(from, pair.from, server);
        await fill(to, pair.to, server);
        await onePair(from, to, pair.hints, server, counts);
      })),
    // Making a failing case small takes minutes on a server: SQA_TEST_SHRINK=1 asks for it.
    { numRuns, seed, endOnFailure: !Deno.env.get("SQA_TEST_SHRINK") },
  );
  const { tried, renamed, refused, stopped } = counts;
  // deno-lint-ignore no-console -- the seed must be seen to repeat a run
  console.log(
    `${tried} pairs, ${renamed} with renames, ${refused} refused, ${stopped} stopped by their rows; SQA_TEST_SEED=${seed}`,
  );
  ok(refused <= 6 + tried / 50, `${refused} of ${tried} pairs were refused`);
}

/** Makes the schema and gives every table two rows, in which the value of each column is the number of the row. */
async function fill(connection: Connection, graph: SchemaGraph, server: Server): Promise<void> {
  await server.empty(connection);
  for (const statement of ddlOf(graph, server)) await connection.execute(statement);
  await connection.transaction(async (tx) => {
    await tx.execute(server.beforeRows);
    for (const table of ofKind(graph, "table")) {
      const columns = children(graph, table.id, "column").map(({ name }) => name.at(-1)!);
      for (const row of [1, 2]) {
        const values = columns.map(() => `'${row}'`);
        await tx.execute(`insert into ${table.name.join(".")} (${columns.join(", ")}) values (${values.join(", ")})`);
      }
    }
  });
}

async function onePair(
  from: Connection,
  to: Connection,
  hints: readonly RenameHint[],
  { driver }: Server,
  counts: Counts,
): Promise<void> {
  const { dialect } = driver;
  const start = await introspect(from, dialect), wanted = await introspect(to, dialect);
  counts.tried++;
  if (hints.length) counts.renamed++;
  const planned = planOrRefusal(start, wanted, dialect, hints, from.version);
  if (planned === null) return void counts.refused++;
  const { plan } = planned;
  const kept = keptColumns(start, wanted, hints, dialect);
  const rowsBefore = await rowsOf(from, kept.map(({ before }) => before), dialect);
  const ended = await run(driver, from, plan.up);
  if (ended !== "done") {
    counts.stopped++;
    if (ended === "stopped half-way") return;
    deepEqual(linesOf((await introspect(from, dialect)).objects.values()), linesOf(start.objects.values()));
    deepEqual(await rowsOf(from, kept.map(({ before }) => before), dialect), rowsBefore);
    return;
  }
  deepEqual(linesOf((await introspect(from, dialect)).objects.values()), linesOf(wanted.objects.values()));
  deepEqual(await rowsOf(from, kept.map(({ after }) => after), dialect), rowsBefore);
  if (await run(driver, from, plan.down) !== "done") return;
  deepEqual(linesOf((await introspect(from, dialect)).objects.values()), linesOf(start.objects.values()));
  deepEqual(await rowsOf(from, kept.map(({ before }) => before), dialect), rowsBefore);
}

function planOrRefusal(
  from: SchemaGraph,
  to: SchemaGraph,
  dialect: Dialect,
  renames: readonly RenameHint[],
  version: number,
): Planned | null {
  try {
    return makePlan({ from, to, dialect, renames, options: { columnOrder: "lax", version } });
  } catch (error) {
    if (error instanceof SqaError && ["SQA-302", "SQA-310"].includes(error.code)) return null;
    throw error;
  }
}

/** "stopped": by the rows, as the statement had said it may, and everything is as before; "half-way": but for what had to be committed. */
type Ended = "done" | "stopped" | "stopped half-way";

/** Runs the statements as one migration, in as many transactions as they need. */
async function run(driver: Driver, connection: Connection, statements: readonly Statement[]): Promise<Ended> {
  const groups: Statement[][] = [[]];
  for (const statement of statements) {
    groups.at(-1)!.push(statement);
    if (statement.transaction !== "allowed") groups.push([]);
  }
  const limits = { lockTimeoutMs: 0, statementTimeoutMs: 0 };
  let ended: Ended = "stopped";
  for (const group of groups.filter((each) => each.length)) {
    const transactional = group.every((each) => each.transaction !== "alone");
    let at = group[0]!;
    try {
      await driver.migration(connection, { ...limits, transactional }, async (tx) => {
        for (at of group) await tx.execute(at.sql);
      });
    } catch (error) {
      // SQA-530: the rows were looked at before the commit, and some would have pointed to nothing.
      if (error instanceof SqaError && error.code === "SQA-530") return ended;
      if (error instanceof DatabaseError && at.effects.mayFail) return ended;
      throw new Error(`${error instanceof Error ? error.message : error}, in: ${at.sql}`, { cause: error });
    }
    ended = "stopped half-way";
  }
  return "done";
}

interface Kept {
  readonly before: ObjectId;
  readonly after: ObjectId;
}

/** Columns that are there before and after, under whatever names: their values must not change. */
function keptColumns(
  from: SchemaGraph,
  to: SchemaGraph,
  hints: readonly RenameHint[],
  dialect: Dialect,
): readonly Kept[] {
  const cleared = makeRoom(from, hints, dialect);
  const { moved } = rename(cleared, hints, dialect);
  return ofKind(cleared, "column").map(({ id }) => ({ before: id, after: moved.get(id) ?? id }))
    .filter(({ after }) => to.objects.has(after));
}

/** The values of these columns as text, each column's sorted. */
async function rowsOf(
  connection: Connection,
  columns: readonly ObjectId[],
  dialect: Dialect,
): Promise<readonly string[]> {
  const found: string[] = [];
  const byTable = Map.groupBy(columns, (id) => id.slice(id.indexOf(":") + 1).split(".").slice(0, -1).join("."));
  const values = new Map<ObjectId, string>();
  for (const [table, ids] of byTable) {
    const names = ids.map((id) => id.slice(id.lastIndexOf(".") + 1));
    const list = names.map((name) => `cast(${dialect.quote(name)} as text) as ${dialect.quote(name)}`);
    const rows = await connection.query<Record<string, string | null>>(`select ${list.join(", ")} from ${table}`);
    ids.forEach((id, i) => values.set(id, JSON.stringify(rows.map((row) => row[names[i]!]).sort())));
  }
  for (const id of columns) found.push(values.get(id)!);
  return found;
}

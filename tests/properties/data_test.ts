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
import { mariadbDriver } from "../../dialects/mariadb/driver.ts";
import { mysqlDriver } from "../../dialects/mysql/driver.ts";
import { postgresDriver } from "../../dialects/postgres/driver.ts";
import { sqliteDriver } from "../../dialects/sqlite/driver.ts";
import { makeRoom } from "../../diff/make_room.ts";
import { makePlan, type Planned } from "../../diff/plan.ts";
import type { Statement } from "../../diff/plan_types.ts";
import { rename } from "../../diff/rename.ts";
import type { RenameHint } from "../../diff/change.ts";
import { introspect } from "../../introspect/introspect.ts";
import { settleForms } from "../../migrate/mod.ts";
import { SqaError } from "../../schema/error.ts";
import { children, ofKind, type SchemaGraph } from "../../schema/graph.ts";
import type { ObjectId } from "../../schema/object.ts";
import { mysqlUrls, postgresUrls, withDatabase, withSqlite } from "../support/scratch.ts";
import { linesOf } from "../support/simulated_database.ts";
import { ddlOf, type DdlStyle } from "./ddl.ts";
import { campaignPlaces } from "./postgres/pair.ts";
import { buildPair, type Pair, pairSpec } from "./random_pair.ts";
import type { Flavor } from "./random_schema.ts";
import { fitsMysql, mysqlFlavor, postgresFlavor, sqliteFlavor } from "./server_flavors.ts";
import { seed } from "./settings.ts";

const wanted = Deno.env.get("SQA_TEST_DATA_PAIRS");
const pairs = Number(wanted ?? 200);
/** Each DDL statement of these waits for the disk: unless a number is named, they try fewer. */
const mysqlPairs = Number(wanted ?? 30);

interface Server extends DdlStyle {
  readonly driver: Driver;
  readonly flavor: Flavor;
  /** The schema as this server can have it. */
  fitted?(graph: SchemaGraph): SchemaGraph;
  /** What a value is cast to, to be compared as text. */
  readonly text: string;
  /** Rows may come in any order: foreign keys are not looked at until the transaction ends, or until `afterRows`. */
  readonly beforeRows: string;
  readonly afterRows?: string;
  /** Gives two empty databases; called for each pair. */
  empty(connection: Connection): Promise<void>;
}

const sqlite: Server = {
  driver: sqliteDriver,
  flavor: sqliteFlavor,
  inlineForeignKeys: true,
  text: "text",
  beforeRows: "pragma defer_foreign_keys = on",
  empty: () => Promise.resolve(),
};

const postgres: Server = {
  driver: postgresDriver,
  flavor: postgresFlavor,
  inlineForeignKeys: false,
  text: "text",
  beforeRows: "set local session_replication_role = replica",
  empty: async (connection) => {
    for (const schema of ["public", "other"]) await connection.execute(`drop schema if exists ${schema} cascade`);
    await connection.execute("create schema public");
  },
};

const mysqlFamily: Omit<Server, "driver"> = {
  flavor: mysqlFlavor,
  fitted: fitsMysql,
  inlineForeignKeys: false,
  comment: (table, text) => `alter table ${table} comment '${text}'`,
  text: "char",
  beforeRows: "set session foreign_key_checks = 0",
  afterRows: "set session foreign_key_checks = 1",
  empty: async (connection) => {
    const rows = await connection.query<{ name: string; type: string }>(
      "select TABLE_NAME as name, TABLE_TYPE as type from information_schema.TABLES where TABLE_SCHEMA = database()",
    );
    await connection.execute("set session foreign_key_checks = 0");
    for (const { name, type } of rows) await connection.execute(`drop ${type === "VIEW" ? "view" : "table"} ${name}`);
    await connection.execute("set session foreign_key_checks = 1");
  },
};

Deno.test("random pairs with rows, on SQLite", () =>
  check(pairs, sqlite, (test) =>
    withSqlite((fromUrl) =>
      withSqlite(async (toUrl) => {
        await using from = await sqliteDriver.connect(fromUrl, { create: true });
        await using to = await sqliteDriver.connect(toUrl, { create: true });
        await test(from, to);
      })
    )));

if (postgresUrls.length === 0) {
  Deno.test({ name: "random pairs with rows, on Postgres", ignore: true, fn: () => {} });
}
for (const [i, url] of postgresUrls.entries()) {
  const share = Math.ceil(pairs / postgresUrls.length);
  Deno.test(`random pairs with rows, on Postgres (server ${i + 1} of ${postgresUrls.length})`, () =>
    withDatabase(url, (fromUrl) =>
      withDatabase(url, async (toUrl) => {
        // One pair of connections for all pairs: making two databases for each took ten times as long as the pair itself.
        await using from = await postgresDriver.connect(fromUrl);
        await using to = await postgresDriver.connect(toUrl);
        const places = await campaignPlaces(from, to);
        await check(share, postgres, (test) => test(places.from, places.to));
      })));
}

for (const url of mysqlUrls) {
  const driver = url.startsWith("mariadb:") ? mariadbDriver : mysqlDriver;
  const server: Server = { ...mysqlFamily, driver };
  Deno.test(`random pairs with rows, on ${driver.dialect.label}`, () =>
    withDatabase(url, (fromUrl) =>
      withDatabase(url, async (toUrl) => {
        await using from = await driver.connect(fromUrl);
        await using to = await driver.connect(toUrl);
        await check(mysqlPairs, server, (test) => test(from, to));
      })));
}

type WithTwo = (test: (from: Connection, to: Connection) => Promise<void>) => Promise<void>;

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
      withTwo(async (from, to) => {
        const pair = buildPair(spec, server.flavor);
        try {
          await fill(from, pair.from, server);
          await fill(to, pair.to, server);
          await onePair(from, to, pair.hints, server, counts);
        } catch (error) {
          throw new Error(`${(error as Error).message}\n${told(pair, server)}`, { cause: error });
        }
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

/** The pair as SQL, so that a miss can be tried by hand. */
function told({ from, to, hints }: Pair, server: Server): string {
  const script = (graph: SchemaGraph) => ddlOf(server.fitted?.(graph) ?? graph, server).join(";\n");
  const renames = hints.map((hint) => `${hint.from} -> ${hint.to}`).join(", ");
  return `-- from\n${script(from)};\n-- to\n${script(to)};\n-- renames: ${renames}`;
}

/** Makes the schema and gives every table two rows, in which the value of each column is the number of the row. */
async function fill(connection: Connection, graph: SchemaGraph, server: Server): Promise<void> {
  await server.empty(connection);
  const fitted = server.fitted?.(graph) ?? graph;
  for (const statement of ddlOf(fitted, server)) await connection.execute(statement);
  await connection.transaction(async (tx) => {
    await tx.execute(server.beforeRows);
    for (const table of ofKind(fitted, "table")) {
      const columns = children(fitted, table.id, "column").map(({ name }) => name.at(-1)!);
      for (const row of [1, 2]) {
        const values = columns.map(() => `'${row}'`);
        await tx.execute(`insert into ${table.name.join(".")} (${columns.join(", ")}) values (${values.join(", ")})`);
      }
    }
  });
  if (server.afterRows) await connection.execute(server.afterRows);
}

async function onePair(
  from: Connection,
  to: Connection,
  hints: readonly RenameHint[],
  server: Server,
  counts: Counts,
): Promise<void> {
  const { driver } = server;
  const { dialect } = driver;
  const start = await introspect(from, dialect), wanted = await introspect(to, dialect);
  counts.tried++;
  if (hints.length) counts.renamed++;
  const planned = planOrRefusal(start, wanted, dialect, hints, from.version);
  if (planned === null) return void counts.refused++;
  const forms = await settleForms({ driver, connection: from, plan: planned.plan, from: start });
  const { plan } = forms.size ? planOrRefusal(start, wanted, dialect, hints, from.version, forms)! : planned;
  const kept = keptColumns(start, wanted, hints, dialect);
  const rowsBefore = await rowsOf(from, kept.map(({ before }) => before), server);
  const ended = await run(driver, from, plan.up);
  if (ended !== "done") {
    counts.stopped++;
    if (ended === "stopped half-way") return;
    deepEqual(linesOf((await introspect(from, dialect)).objects.values()), linesOf(start.objects.values()));
    deepEqual(await rowsOf(from, kept.map(({ before }) => before), server), rowsBefore);
    return;
  }
  deepEqual(linesOf((await introspect(from, dialect)).objects.values()), linesOf(wanted.objects.values()));
  deepEqual(await rowsOf(from, kept.map(({ after }) => after), server), rowsBefore);
  if (await run(driver, from, plan.down) !== "done") return;
  deepEqual(linesOf((await introspect(from, dialect)).objects.values()), linesOf(start.objects.values()));
  deepEqual(await rowsOf(from, kept.map(({ before }) => before), server), rowsBefore);
}

function planOrRefusal(
  from: SchemaGraph,
  to: SchemaGraph,
  dialect: Dialect,
  renames: readonly RenameHint[],
  version: number,
  forms: ReadonlyMap<string, string> = new Map(),
): Planned | null {
  try {
    return makePlan({ from, to, dialect, renames, options: { columnOrder: "lax", version, forms } });
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
      const all = statements.map(({ sql }) => sql).join(";\n");
      const message = error instanceof Error ? error.message : String(error);
      throw new Error(`${message}, in: ${at.sql}\n-- of\n${all};`, { cause: error });
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
  { driver: { dialect }, text }: Server,
): Promise<readonly string[]> {
  const found: string[] = [];
  const byTable = Map.groupBy(columns, (id) => id.slice(id.indexOf(":") + 1).split(".").slice(0, -1).join("."));
  const values = new Map<ObjectId, string>();
  for (const [table, ids] of byTable) {
    const names = ids.map((id) => id.slice(id.lastIndexOf(".") + 1));
    const list = names.map((name) => `cast(${dialect.quote(name)} as ${text}) as ${dialect.quote(name)}`);
    const rows = await connection.query<Record<string, string | null>>(`select ${list.join(", ")} from ${table}`);
    ids.forEach((id, i) => values.set(id, JSON.stringify(rows.map((row) => row[names[i]!]).sort())));
  }
  for (const id of columns) found.push(values.get(id)!);
  return found;
}

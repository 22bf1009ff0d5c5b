/**
 * Random pairs of schemas with rows in them: up leads to the wanted schema, down leads back, and on the way no row and no value of a
 * column that stays is lost, no reference is left dangling. A pair whose rows the wanted schema does not allow must leave everything
 * as it was. SQA_RANDOM_PAIRS sets how many (200), SQA_SEED where they start.
 */
import { deepEqual, equal } from "node:assert/strict";
import { makePlan } from "../../diff/plan.ts";
import { introspect } from "../../introspect/introspect.ts";
import { fingerprint } from "../../schema/hash.ts";
import { objectId } from "../../schema/id.ts";
import { SqaError } from "../../schema/error.ts";
import { DatabaseError } from "../driver.ts";
import { openConnection, type SqliteConnection } from "./driver/connection.ts";
import { sqliteDriver } from "./driver.ts";
import { sqlite } from "./mod.ts";
import {
  changed,
  featuresOf,
  type Random,
  randomOf,
  randomSchema,
  type Renamed,
  type Schema,
} from "./testing/random_schema.ts";
import { rowsOf, sqlOf } from "./testing/random_schema_sql.ts";

const count = Number(Deno.env.get("SQA_RANDOM_PAIRS") ?? "200");
const first = Number(Deno.env.get("SQA_SEED") ?? "1");
const limits = { transactional: true, lockTimeoutMs: 1000, statementTimeoutMs: 0 };
const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

/** How many pairs there were of each sort; shown with SQA_SHOW. */
type Counts = Map<string, number>;

Deno.test(`${count} random pairs with rows from seed ${first} go up and down and lose nothing`, async () => {
  const counts: Counts = new Map();
  for (let seed = first; seed < first + count; seed++) {
    try {
      await onePair(seed, (what) => void counts.set(what, (counts.get(what) ?? 0) + 1));
    } catch (error) {
      throw new Error(`seed ${seed}: ${error instanceof Error ? error.message : error}`, { cause: error });
    }
  }
  const shown = [...counts].sort(([a], [b]) => a < b ? -1 : 1).map(([what, n]) => `${what}: ${n}`).join(", ");
  equal(counts.get("changed")! > (counts.get("refused by rows") ?? 0), true, shown);
  Deno.env.get("SQA_SHOW") && await Deno.stderr.write(new TextEncoder().encode(shown));
});

async function onePair(seed: number, note: (what: string) => void): Promise<void> {
  const random = randomOf(seed);
  const before = randomSchema(random);
  const { schema: after, renames } = changed(random, before);
  for (const feature of new Set([...featuresOf(before), ...featuresOf(after)])) note(feature);
  if (renames.length) note("renamed");
  await using connection = openConnection({ memory: true }, "memory");
  connection.db.exec(sqlOf(random, before));
  connection.db.exec(rowsOf(random, before));
  const foreignKeys = random.chance(0.7) ? 1 : 0;
  connection.db.exec(`PRAGMA foreign_keys = ${foreignKeys}`);
  note(`foreign_keys = ${foreignKeys ? "on" : "off"}`);
  const start = {
    fingerprint: fingerprint(await introspect(connection, sqlite)),
    rows: everything(connection, before),
  };
  const columnOrder = random.chance(0.5) ? "strict" : "lax";
  const { plan } = makePlan({
    from: await introspect(connection, sqlite),
    to: await wanted(random, after),
    dialect: sqlite,
    renames: renames.map(({ kind, from, to }) => ({
      from: objectId(kind, from),
      to: objectId(kind, to),
      source: "test",
    })),
    options: { columnOrder, version: random.chance(0.3) ? connection.version : null },
  });
  if (
    plan.up.some(({ sql }) => sql.startsWith("CREATE TABLE _sqa_new_") || sql.startsWith('CREATE TABLE "_sqa_new_'))
  ) note("rebuilds");
  // Rows that a UNIQUE or CHECK kept out may be missing to others from the start.
  const had = { rows: kept(connection, before, after, renames, "from"), dangling: dangling(connection) };
  const done = await run(connection, plan.up);
  deepEqual(pragmas(connection), [foreignKeys, 0]);
  if (!done) {
    equal(fingerprint(await introspect(connection, sqlite)), start.fingerprint);
    deepEqual(everything(connection, before), start.rows);
    return note("refused by rows");
  }
  note("changed");
  deepEqual(kept(connection, before, after, renames, "to"), had.rows);
  const target = await wanted(random, after);
  const rest = makePlan({
    from: await introspect(connection, sqlite),
    to: target,
    dialect: sqlite,
    options: { columnOrder, version: null },
  });
  deepEqual(rest.plan.up.map(({ sql }) => sql), []);
  equal(dangling(connection) <= had.dangling, true, "rows point to nothing");
  if (await run(connection, plan.down)) {
    note("and back");
    equal(fingerprint(await introspect(connection, sqlite)), start.fingerprint);
    deepEqual(kept(connection, before, after, renames, "from"), had.rows);
    equal(dangling(connection) <= had.dangling, true, "rows point to nothing on the way back");
  }
  deepEqual(pragmas(connection), [foreignKeys, 0]);
  equal(connection.db.prepare("PRAGMA integrity_check").get()!.integrity_check, "ok");
}

function pragmas({ db }: SqliteConnection): readonly unknown[] {
  return ["foreign_keys", "legacy_alter_table"].flatMap((name) => Object.values(db.prepare(`PRAGMA ${name}`).get()!));
}

function dangling({ db }: SqliteConnection): number {
  return db.prepare("PRAGMA foreign_key_check").all().length;
}

async function wanted(random: Random, schema: Schema) {
  await using connection = openConnection({ memory: true }, "wanted");
  connection.db.exec(sqlOf(random, schema));
  return await introspect(connection, sqlite);
}

/** False when the rows do not fit; any other failure is a failure. */
async function run(connection: SqliteConnection, statements: readonly { readonly sql: string }[]): Promise<boolean> {
  try {
    await sqliteDriver.migration(connection, limits, async (tx) => {
      for (const { sql } of statements) await tx.execute(sql);
    });
    return true;
  } catch (error) {
    const fits = error instanceof DatabaseError && error.more.class === "data";
    if (fits || (error instanceof SqaError && error.code === "SQA-530" && /point to nothing/.test(error.message))) {
      return false;
    }
    throw error;
  }
}

function everything({ db }: SqliteConnection, schema: Schema): unknown {
  return schema.tables.map((table) =>
    db.prepare(`SELECT * FROM ${quoted(table.name)}`).all().map((row) => ({ ...row }))
  );
}

/**
 * The rows of tables on both sides, by key and rowid, with the columns that are plain on both sides and have kept their type; the counters
 * of AUTOINCREMENT; and what triggers have written, which no migration may make fire.
 */
function kept(
  { db }: SqliteConnection,
  before: Schema,
  after: Schema,
  renames: readonly Renamed[],
  side: "from" | "to",
): unknown {
  const renamed = (kind: "table" | "column", path: readonly string[]) =>
    renames.find((each) => each.kind === kind && each.from.join("\0") === path.join("\0"))?.to.at(-1) ?? path.at(-1)!;
  const log = db.prepare("SELECT rowid, x FROM log ORDER BY 1").all().map((row) => Object.values(row));
  return [
    ["log", log],
    ...before.tables.flatMap((old) => {
      const name = renamed("table", [old.name]);
      const now = after.tables.find((table) => table.name === name);
      if (!now) return [];
      const pairs = old.columns.flatMap((from) => {
        const to = now.columns.find((column) => column.name === renamed("column", [old.name, from.name]));
        return to && !to.generated && !from.generated && to.type === from.type
          ? [{ from: from.name, to: to.name }]
          : [];
      });
      const keys = old.key === "none" ? ["rowid"] : old.key === "text" ? ["id", "rowid"] : ["id"];
      const columns = [...keys, ...pairs.map((pair) => quoted(pair[side]))];
      const here = side === "from" ? old.name : name;
      const counted = old.key === "autoincrement" && now.key === "autoincrement";
      return [[
        old.name,
        db.prepare(`SELECT ${columns.join(", ")} FROM ${quoted(here)} ORDER BY 1`).all().map((row) =>
          Object.values(row)
        ),
        counted ? db.prepare("SELECT seq FROM sqlite_sequence WHERE name = ?").all(here).map(({ seq }) => seq) : [],
      ]];
    }),
  ];
}

/**
 * Random CREATE statements: what SQLite accepts is read as SQLite reads it (table_xinfo, table_list, index_list, index_xinfo,
 * foreign_key_list), and what is written anew from that reading is the same to SQLite. SQA_RANDOM_CREATES sets how many (2000), SQA_SEED
 * where they start.
 */
import { deepEqual, equal, ok } from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { makePlan } from "../../../diff/plan.ts";
import { introspect } from "../../../introspect/introspect.ts";
import { emptyGraph } from "../../../schema/graph.ts";
import { openConnection, type SqliteConnection } from "../driver/connection.ts";
import { fold } from "../lexer.ts";
import { sqlite } from "../mod.ts";
import { outcomes, parents, writes } from "../testing/behaviour.ts";
import { randomIndex, randomTable } from "../testing/random_create.ts";
import { checkIndex, checkTable, foreignKeysIn, keysIn, rows, textOf } from "../testing/oracle.ts";
import { plain } from "../testing/random_parts.ts";
import { randomTrigger, randomView } from "../testing/random_query.ts";
import { type Random, randomOf } from "../testing/random_schema.ts";
import { parseCreate } from "./create.ts";

const count = Number(Deno.env.get("SQA_RANDOM_CREATES") ?? "2000");
const first = Number(Deno.env.get("SQA_SEED") ?? "1");
/** Every so many tables are also written anew. */
const roundTripEach = Number(Deno.env.get("SQA_ANEW_EACH") ?? "5");

Deno.test(`${count} random CREATE statements from seed ${first} are read as SQLite reads them`, async () => {
  const seen = { accepted: 0, refused: 0, tables: 0, indexes: 0, views: 0, triggers: 0, anew: 0 };
  for (let seed = first; seen.accepted + seen.refused < count; seed++) {
    const random = randomOf(seed);
    const db = new DatabaseSync(":memory:", { enableDoubleQuotedStringLiterals: true });
    const make = (kind: "tables" | "indexes" | "views" | "triggers", sql: string): boolean => {
      const made = accepted(db, sql);
      seen[made ? "accepted" : "refused"]++;
      if (made) seen[kind]++;
      return made;
    };
    try {
      const { sql, columns } = randomTable(random, "t", ["p", "Parent 2"]);
      if (!make("tables", sql)) continue;
      checkTable(db, "t");
      for (let i = random.int(3); i > 0; i--) {
        if (make("indexes", randomIndex(random, `i${i}`, "t", columns))) checkIndex(db, `i${i}`, "t");
      }
      db.exec("CREATE TABLE log (x UNIQUE)");
      if (random.chance(0.4)) make("views", randomView(random, "v", "t", columns));
      if (random.chance(0.4)) make("triggers", randomTrigger(random, "g", "t", columns));
      if (seed % roundTripEach === 0) {
        seen.anew++;
        await anew(db, random, columns);
      }
    } catch (error) {
      const texts = db.prepare("SELECT sql FROM sqlite_schema").all().map((row) => row.sql).join(";\n");
      throw new Error(`seed ${seed}: ${error instanceof Error ? error.message : error}\n${texts}`, { cause: error });
    } finally {
      db.close();
    }
  }
  ok(seen.accepted > count / 4, JSON.stringify(seen));
  Deno.env.get("SQA_SHOW") && await Deno.stderr.write(new TextEncoder().encode(JSON.stringify(seen)));
});

function accepted(db: DatabaseSync, sql: string): boolean {
  try {
    db.exec(sql);
    return true;
  } catch {
    return false;
  }
}

/** Written from sqa's reading, read again: no difference, to SQLite the same table, and the same rows fare the same in it. */
async function anew(db: DatabaseSync, random: Random, columns: readonly string[]): Promise<void> {
  await using one = openConnection({ memory: true }, "one");
  const texts = "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite%' ORDER BY rowid";
  for (const { sql } of rows(db, texts)) one.db.exec(String(sql));
  const graph = await introspect(one, sqlite), options = { columnOrder: "strict", version: null } as const;
  // SQLite makes views and triggers that do not work; everything else must be read.
  deepEqual(graph.notes.filter(({ code }) => code !== "broken"), []);
  await using two = openConnection({ memory: true }, "two");
  for (const { sql } of makePlan({ from: emptyGraph("sqlite"), to: graph, dialect: sqlite, options }).plan.up) {
    two.db.exec(sql);
  }
  const { plan } = makePlan({ from: await introspect(two, sqlite), to: graph, dialect: sqlite, options });
  deepEqual(plan.up.map(({ sql }) => sql), []);
  // Directions are in the plan above: which of two equal keys SQLite keeps follows from the order that they are written in.
  const undirected = (db: DatabaseSync) =>
    keysIn(db, "t").map((key) => key.replace(/ (true|false)(?=,|$)/g, "")).sort();
  deepEqual(undirected(two.db), undirected(one.db));
  deepEqual(foreignKeysIn(two.db, "t").map(fold), foreignKeysIn(one.db, "t").map(fold));
  const generated = new Set(
    rows(one.db, "SELECT name FROM pragma_table_xinfo('t') WHERE hidden <> 0").map(({ name }) => name),
  );
  if (dependsOnOrder(db)) return;
  const statements = writes(random, "t", columns.filter((name) => !generated.has(name)));
  const fare = ({ db }: SqliteConnection) => {
    db.exec(parents(plain));
    return outcomes(db, statements, ["t", "p", "log", "v"]);
  };
  const [was, is] = [fare(one), fare(two)];
  // One by one: what differs is to be seen in the message.
  was.forEach((line, i) => equal(is[i], line));
}

/**
 * Where one row breaks two constraints with different conflict clauses, the one that was written first decides. The order of constraints is
 * not a part of what sqa keeps (docs/sqlite.md).
 */
function dependsOnOrder(db: DatabaseSync): boolean {
  const table = parseCreate(textOf(db, "t"));
  ok(table.kind === "table");
  const clauses = (check: boolean) =>
    table.constraints.flatMap((each) =>
      each.kind !== "foreign_key" && (each.kind === "check") === check ? [each.conflict ?? "ABORT"] : []
    );
  return [clauses(true), clauses(false)].some((found) => new Set(found).size > 1);
}

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
import { disagreement, type XInfo } from "../crosscheck.ts";
import { openConnection, type SqliteConnection } from "../driver/connection.ts";
import { normalizeExpression } from "../expression.ts";
import { fold } from "../lexer.ts";
import { sqlite } from "../mod.ts";
import { outcomes, parents, writes } from "../testing/behaviour.ts";
import { randomIndex, randomTable } from "../testing/random_create.ts";
import { plain } from "../testing/random_parts.ts";
import { randomTrigger, randomView } from "../testing/random_query.ts";
import { type Random, randomOf } from "../testing/random_schema.ts";
import type { ColumnDefinition, CreateTable, KeyPart } from "./ast.ts";
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
      checkTable(db, sql);
      for (let i = random.int(3); i > 0; i--) {
        if (make("indexes", randomIndex(random, `i${i}`, "t", columns))) checkIndex(db, `i${i}`);
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

type Row = Readonly<Record<string, unknown>>;
const rows = (db: DatabaseSync, sql: string, ...args: string[]): readonly Row[] => db.prepare(sql).all(...args);

function textOf(db: DatabaseSync, name: string): string {
  return String(rows(db, "SELECT sql FROM sqlite_schema WHERE name = ?", name)[0]!.sql);
}

function checkTable(db: DatabaseSync, sql: string): void {
  const table = parseCreate(textOf(db, "t"));
  ok(table.kind === "table", sql);
  equal(table.name, "t");
  const infos = rows(db, "SELECT 't' AS \"table\", * FROM pragma_table_xinfo('t')");
  equal(disagreement(table, infos as unknown as XInfo[]), null);
  const [listed] = rows(db, "SELECT wr, strict FROM pragma_table_list('t') WHERE schema = 'main'");
  deepEqual([table.withoutRowid, table.strict], [listed!.wr === 1, listed!.strict === 1]);
  for (const [i, { dflt_value: value }] of infos.entries()) {
    const column: ColumnDefinition = table.columns[i]!;
    if (column.generated) continue;
    equal(normal(column.default), normal(value), `default of ${column.name}`);
  }
  const read = keysOf(table), kept = keysIn(db);
  deepEqual(read, kept.map((key) => read.includes(key) ? key : key.replace(/ (true|false)(?=,|$)/g, "")).sort());
  deepEqual(foreignKeysOf(table), foreignKeysIn(db));
}

function normal(text: unknown): string | null {
  return text === null ? null : normalizeExpression(String(text));
}

/** The keys of a table as SQLite makes indexes of them: the rowid's own aside, one for those that are the same but for direction. */
function keysOf(table: CreateTable): readonly string[] {
  const found = new Map<string, string>();
  for (const clause of table.constraints) {
    if (clause.kind !== "primary_key" && clause.kind !== "unique") continue;
    if (clause.kind === "primary_key" && isRowid(table, clause.keys, clause.inColumn)) continue;
    // In a table WITHOUT ROWID one INTEGER key is taken for a rowid first, and its COLLATE is lost (build.c convertToWithoutRowidTable).
    const integer = clause.kind === "primary_key" && isInteger(table, clause.keys);
    const parts = clause.keys.map((key) => keyText(table, integer ? { ...key, collation: null } : key));
    const same = parts.map(({ name, collation }) => `${name} ${collation}`).join();
    const whole = parts.map(({ name, collation, desc }) => `${name} ${collation} ${desc}`).join();
    // Of two that are the same but for direction SQLite keeps one, and which matters to nobody.
    found.set(same, found.has(same) && found.get(same) !== whole ? same : whole);
  }
  return [...found.values()].sort();
}

function keyText(table: CreateTable, key: KeyPart) {
  const column = table.columns.find((each) => fold(each.name) === fold(key.name ?? ""));
  const collation = (key.collation ?? column?.collation ?? "BINARY").toUpperCase();
  return { name: column?.name ?? key.sql, collation, desc: key.desc };
}

/** An INTEGER PRIMARY KEY is the rowid; DESC within the column makes it none. */
function isRowid(table: CreateTable, keys: readonly KeyPart[], inColumn: boolean): boolean {
  return !table.withoutRowid && isInteger(table, keys) && !(inColumn && keys[0]!.desc);
}

function isInteger(table: CreateTable, keys: readonly KeyPart[]): boolean {
  const column = table.columns.find((each) => fold(each.name) === fold(keys[0]!.name ?? ""));
  return keys.length === 1 && column?.type.toUpperCase() === "INTEGER";
}

function keysIn(db: DatabaseSync): readonly string[] {
  return rows(db, "SELECT name FROM pragma_index_list('t') WHERE origin IN ('pk', 'u')").map(({ name }) =>
    rows(db, 'SELECT name, coll, "desc" FROM pragma_index_xinfo(?) WHERE key = 1', String(name))
      .map((key) => `${key.name} ${String(key.coll).toUpperCase()} ${key.desc === 1}`).join()
  ).sort();
}

function foreignKeysOf(table: CreateTable): readonly string[] {
  return table.constraints.flatMap((key) => {
    if (key.kind !== "foreign_key") return [];
    const action = (name: string) => name.replace(/_/g, " ").toUpperCase();
    return [JSON.stringify([
      key.table,
      key.columns.map((name) => table.columns.find((each) => fold(each.name) === fold(name))!.name),
      key.references,
      action(key.onUpdate),
      action(key.onDelete),
    ])];
  }).sort();
}

function foreignKeysIn(db: DatabaseSync): readonly string[] {
  const keys = new Map<unknown, Row[]>();
  for (const row of rows(db, "SELECT * FROM pragma_foreign_key_list('t') ORDER BY id, seq")) {
    keys.set(row.id, [...keys.get(row.id) ?? [], row]);
  }
  return [...keys.values()].map((parts) =>
    JSON.stringify([
      parts[0]!.table,
      parts.map(({ from }) => from),
      parts.map(({ to }) => to).filter((to) => to !== null),
      parts[0]!.on_update,
      parts[0]!.on_delete,
    ])
  ).sort();
}

function checkIndex(db: DatabaseSync, name: string): void {
  const index = parseCreate(textOf(db, name)), table = parseCreate(textOf(db, "t"));
  ok(index.kind === "index" && table.kind === "table");
  equal(index.name, name);
  const [listed] = rows(db, "SELECT \"unique\" AS u, partial FROM pragma_index_list('t') WHERE name = ?", name);
  deepEqual([index.unique, index.where !== null], [listed!.u === 1, listed!.partial === 1]);
  const infos = rows(db, "SELECT * FROM pragma_index_xinfo(?) WHERE key = 1", name);
  deepEqual(
    index.keys.map((key) => {
      const column = table.columns.find((each) => key.name !== null && fold(each.name) === fold(key.name));
      const own = key.collation ?? column?.collation ?? null;
      return [column?.name ?? null, key.desc, own === null ? null : own.toUpperCase()];
    }),
    // The collation of an expression follows from what is in it; only one that is written out can be compared.
    infos.map((info, i) => [
      info.name,
      info.desc === 1,
      index.keys[i]!.collation === null && (info.name === null || info.coll === "BINARY") &&
        !columnCollation(table, info)
        ? null
        : String(info.coll).toUpperCase(),
    ]),
  );
}

function columnCollation(table: CreateTable, info: Row): boolean {
  return table.columns.some((each) => each.name === info.name && each.collation !== null);
}

/** Written from sqa's reading, read again: no difference, to SQLite the same table, and the same rows fare the same in it. */
async function anew(db: DatabaseSync, random: Random, columns: readonly string[]): Promise<void> {
  await using one = openConnection({ memory: true }, "one");
  const texts = "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite%' ORDER BY rowid";
  for (const { sql } of rows(db, texts)) one.db.exec(String(sql));
  const graph = await introspect(one, sqlite), options = { columnOrder: "strict", version: null } as const;
  deepEqual(graph.notes, []);
  await using two = openConnection({ memory: true }, "two");
  for (const { sql } of makePlan({ from: emptyGraph("sqlite"), to: graph, dialect: sqlite, options }).plan.up) {
    two.db.exec(sql);
  }
  const { plan } = makePlan({ from: await introspect(two, sqlite), to: graph, dialect: sqlite, options });
  deepEqual(plan.up.map(({ sql }) => sql), []);
  // Directions are in the plan above: which of two equal keys SQLite keeps follows from the order that they are written in.
  const undirected = (db: DatabaseSync) => keysIn(db).map((key) => key.replace(/ (true|false)(?=,|$)/g, "")).sort();
  deepEqual(undirected(two.db), undirected(one.db));
  deepEqual(foreignKeysIn(two.db).map(fold), foreignKeysIn(one.db).map(fold));
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

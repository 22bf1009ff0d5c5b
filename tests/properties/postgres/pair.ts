/**
 * One random pair on a real server: the first world is made with rows in it, sqa's up must lead to what the second is when made on its
 * own, its down back, by sqa's reader and by the server's own descriptions, and every value of what stays must still be there. For
 * tests only.
 */
import { type Described, remember } from "../groups.ts";
import type { RenameHint } from "../../../diff/change.ts";
import { invertHint } from "../../../diff/invert.ts";
import { makePlan, type Planned } from "../../../diff/plan.ts";
import type { Statement } from "../../../diff/plan_types.ts";
import { introspect } from "../../../introspect/introspect.ts";
import { SqaError } from "../../../schema/error.ts";
import type { SchemaGraph } from "../../../schema/graph.ts";
import { comparable as comparableObject } from "../../../schema/hash.ts";
import { canonicalJson } from "../../../schema/canonical.ts";
import { objectId, pathOfId } from "../../../schema/id.ts";
import type { Kind, ObjectId, SchemaObject } from "../../../schema/object.ts";
import { type Connection, DatabaseError } from "../../../dialects/driver.ts";
import { postgresDriver } from "../../../dialects/postgres/driver.ts";
import { postgresDialect } from "../../../dialects/postgres/set_up.ts";
import { type Counts, Miss } from "../campaign.ts";
import { same } from "../same.ts";
import { unsaidLosses } from "../unsaid_losses.ts";
import { factsOf } from "./facts.ts";
import { columnOrder, keptColumns, returningColumns, rowsOf } from "./kept_values.ts";
import { keptPlans } from "./kept_plans.ts";
import { columnsOf, isGenerated, typeOfColumn } from "./makers/columns.ts";
import { isDetached, rootOf } from "./makers/tables.ts";
import { roles } from "./makers/programs.ts";
import { renamesBetween, statementsOf } from "./random_world.ts";
import { ofKinds, q, ref, text, type World } from "./world.ts";

const dialect = postgresDialect({ roles: [], owners: true });

/** The roles that grants go to; a cluster has them once. */
export async function makeRoles(connection: Connection): Promise<void> {
  for (const role of roles) {
    await connection.execute(`create role ${role}`).catch((error) => {
      if (!/already exists/.test(String(error))) throw error;
    });
  }
}

/** Empties the database: everything that the makers and the finds can make. */
const emptied = `do $empty$
declare s text;
begin
  set local client_min_messages = error;
  for s in
    select format('drop event trigger %I', evtname) from pg_event_trigger
    union all select format('drop publication %I', pubname) from pg_publication
  loop execute s; end loop;
  for s in
    select format('drop extension %I cascade', extname) from pg_extension where extname <> 'plpgsql'
    union all select format('drop schema if exists %I cascade', nspname) from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema'
    union all select format('drop foreign data wrapper %I cascade', fdwname) from pg_foreign_data_wrapper
    union all select format('drop language %I cascade', lanname) from pg_language where oid >= 16384 -- FirstNormalObjectId
    union all select format('drop access method %I cascade', amname) from pg_am where oid >= 16384
  loop execute s; end loop;
  drop owned by ${roles.join(", ")};
  delete from pg_default_acl;
  delete from pg_shdepend where dbid = (select oid from pg_database where datname = current_database()) and classid = 'pg_default_acl'::regclass;
  create schema public authorization pg_database_owner;
  grant usage on schema public to public;
end $empty$`;

/**
 * Empties the tables whose rows break one of their own deferrable keys, exclusions or foreign keys: these are checked by triggers, which do
 * not fire while the rows are put in, so no real database could hold such rows.
 */
const withoutImpossibleRows = `do $rows$
declare r record;
begin
  set local client_min_messages = error;
  set local session_replication_role = replica;
  for r in select conindid::regclass::text as index, conrelid::regclass::text as name from pg_constraint
    join pg_class as i on i.oid = conindid and i.relkind = 'i' -- no statement of a function can reindex a partitioned one
    where condeferrable and contype in ('p', 'u', 'x')
  loop
    begin
      execute 'reindex index ' || r.index;
    exception when others then
      execute 'truncate ' || r.name || ' cascade'; -- a publication may refuse a DELETE
    end;
  end loop;
  for r in select oid, conname, conrelid::regclass::text as name from pg_constraint
    where contype = 'f' and convalidated and conparentid = 0
  loop
    begin
      update pg_constraint set convalidated = false where oid = r.oid;
      execute format('alter table %s validate constraint %I', r.name, r.conname);
    exception when others then
      execute 'truncate ' || r.name || ' cascade';
    end;
  end loop;
end $rows$`;

/** Runs what the server accepts of these, one subtransaction each, in one round trip; gives back what it refused and why. */
async function attempt(
  connection: Connection,
  statements: readonly string[],
  settings = "",
): Promise<readonly string[]> {
  const list = statements.map(text).join(",\n");
  await connection.execute(`do $attempt$
declare s text; refused text[] := '{}';
begin
  set local client_min_messages = error;
  ${settings}
  foreach s in array array[${list}]::text[] loop
    begin
      execute s;
    exception when others then
      refused := refused || (sqlerrm || ' <- ' || s);
    end;
  end loop;
  perform set_config('sqa_test.refused', array_to_json(refused)::text, false);
end $attempt$`);
  const [row] = await connection.query<{ refused: string }>("select current_setting('sqa_test.refused') as refused");
  return JSON.parse(row!.refused) as string[];
}

/** Three rows a table, in which the value of each column follows from the number of the row; one in four tables has nulls. */
function rowStatements(world: World): readonly string[] {
  return ofKinds(world, ["table", "partitioned", "child", "partition"]).flatMap((table) => {
    if (table.kind === "partition" && !isDetached(table)) return [];
    const root = table.kind === "partition" ? rootOf(table, world) : table;
    const parents = table.kind === "child"
      ? table.uses.flatMap((uid) => uid === null ? [] : columnsOf(uid, world))
      : [];
    const columns = [...(root ? columnsOf(root.uid, world) : []), ...parents].filter((each) =>
      !isGenerated(each, world)
    )
      .filter((each, i, all) => all.findIndex((other) => other.name === each.name) === i);
    const nulls = table.picks[5]! % 4 === 0;
    return [1, 2, 3].map((row) => {
      const values = columns.map((each) =>
        nulls && row === 3 && each.kind === "column" && each.picks[1]! % 3 !== 2
          ? "null"
          : text(typeOfColumn(each, world).value(row))
      );
      return columns.length
        ? `insert into ${ref(world, table.uid)} (${
          columns.map((each) => q(each.name)).join(", ")
        }) overriding system value values (${values.join(", ")})`
        : `insert into ${ref(world, table.uid)} default values`;
    });
  });
}

/** Both databases' connections; the second is only ever used in transactions that are rolled back. */
export interface Places {
  readonly from: Connection;
  readonly to: Connection;
  /** The script of what stands in the first, when the pair before came back to it: pairs that begin alike need not make it again. */
  standing?: string | null;
  /** Schemas that were read already, by the script that makes them: the same one is the end of one pair and the beginning of another. */
  readonly known?: Map<string, Described>;
}

/** The places of a campaign, which try many pairs in a row: nothing is planned or read again that is known. */
export async function campaignPlaces(from: Connection, to: Connection): Promise<Places> {
  for (const each of [from, to]) {
    // To plan a query of the reader takes three times as long as to run it; to compile one, longer than the whole pair.
    for (
      const setting of ["join_collapse_limit = 1", "from_collapse_limit = 1", "enable_mergejoin = off", "jit = off"]
    ) {
      await each.execute(`set ${setting}`);
    }
  }
  return { from: keptPlans(from), to: keptPlans(to), known: new Map() };
}

/** Statements that make a schema and fill it, what they are to become, and which names are renames. */
export interface Change {
  readonly first: readonly string[];
  readonly second: readonly string[];
  readonly rows: readonly string[];
  hints(start: SchemaGraph, target: SchemaGraph): readonly RenameHint[];
}

/** The pair of two worlds. Throws a `Miss` when sqa fails. */
export function tryPair(places: Places, first: World, second: World, counts: Counts): Promise<void> {
  return tryChange(places, {
    first: statementsOf(first),
    second: statementsOf(second),
    rows: rowStatements(first),
    hints: (start, target) => hintsBetween(first, second, start, target),
  }, counts);
}

/** Makes the first schema with its rows, where it is not still there from the pair before. */
async function stand(places: Places, change: Change, counts: Counts): Promise<Described> {
  const { from, known } = places, script = change.first.join(";\n"), whole = [script, ...change.rows].join(";\n");
  const before = known?.get(script);
  if (before && places.standing === whole) return before;
  places.standing = null;
  await from.execute(emptied);
  count(counts, change.first, await attempt(from, change.first));
  const facts = await factsOf(from);
  if (before) same("the same script made twice", facts, before.facts);
  const made = before ?? remember(places.known, script, { graph: await introspect(from, dialect), facts });
  await attempt(from, change.rows, "set local session_replication_role = replica;");
  if (change.rows.length > 0) await from.execute(withoutImpossibleRows);
  places.standing = whole;
  return made;
}

/** The second schema, made on its own where it is not known. */
async function wanted(places: Places, change: Change, counts: Counts): Promise<Described> {
  const script = change.second.join(";\n");
  return places.known?.get(script) ?? await places.to.transaction(async (tx) => {
    count(counts, change.second, await attempt(tx, change.second));
    return remember(places.known, script, { graph: await introspect(tx, dialect), facts: await factsOf(tx) });
  }, { rollback: true });
}

/** Up, down, and all that must be the same. Throws a `Miss` when it is not. */
export async function tryChange(places: Places, change: Change, counts: Counts): Promise<void> {
  const { from } = places;
  const target = await wanted(places, change, counts);
  const { graph: start, facts } = await stand(places, change, counts), { standing = null } = places;
  places.standing = null;
  const hints = change.hints(start, target.graph);
  counts.tried++;
  if (hints.length) counts.renamed++;
  const planned = planOrRefusal(start, target.graph, hints, from.version);
  if (planned === null) {
    places.standing = standing;
    return void counts.refused++;
  }
  const { up, down } = planned.plan;
  counts.statements += up.length;
  for (const { change: { op, kind } } of up) {
    counts.kinds.set(`${op} ${kind}`, (counts.kinds.get(`${op} ${kind}`) ?? 0) + 1);
  }
  try {
    const lost = new Set(up.flatMap(({ effects }) => effects.loses));
    const lostBack = new Set(down.flatMap(({ effects }) => effects.loses));
    const isOneWay = planned.plan.notes.some(({ code }) => code === "irreversible");
    same("losses that no statement tells of", unsaidLosses(start, target.graph, hints, up, dialect), []);
    const unsaidBack = isOneWay ? [] : unsaidLosses(target.graph, start, hints.map(invertHint), down, dialect);
    same("losses on the way back that no statement tells of", unsaidBack, []);
    const kept = keptColumns(start, target.graph, hints, lost);
    const before = kept.map((each) => each.before);
    const returning = returningColumns(start, target.graph, hints, lost.union(lostBack)).map((each) => each.before);
    const [rowsBefore, rowsThere] = [await rowsOf(from, before), await rowsOf(from, returning)];
    const order = await columnOrder(from);
    const ended = await run(from, up);
    if (ended !== "done") {
      counts.stopped++;
      if (ended === "stopped half-way") return;
      same("stopped", comparable(await introspect(from, dialect)), comparable(start));
      same("rows after a stop", await rowsOf(from, before), rowsBefore);
      places.standing = standing;
      return;
    }
    same("up, as the server says it", await factsOf(from), target.facts);
    // sqa's reader takes ten times as long as the server's descriptions, and reads the same where these are the same.
    if (counts.tried % 4 === 1) {
      same("up, as sqa reads it", comparable(await introspect(from, dialect)), comparable(target.graph));
    }
    same("rows after up", await rowsOf(from, kept.map(({ after }) => after)), rowsBefore);
    if (isOneWay) return void counts.oneWay++;
    if (await run(from, down) !== "done") return;
    same("down, as the server says it", await factsOf(from), facts);
    same("rows after down", await rowsOf(from, before), rowsBefore);
    same("values after down", await rowsOf(from, returning), rowsThere);
    if (counts.tried % 8 === 1) {
      same("down, as sqa reads it", comparable(await introspect(from, dialect)), comparable(start));
    }
    // A column that went and came back stands last: the next pair is planned from the order that its script gives.
    if (await columnOrder(from) === order) places.standing = standing;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new Miss(message, up.map(({ sql }) => sql), down.map(({ sql }) => sql), error);
  }
}

function count(counts: Counts, made: readonly string[], refused: readonly string[]): void {
  counts.made += made.length;
  for (const each of refused) {
    const why = each.split(" <- ")[0]!.replace(/"[^"]*"|\d+/g, "…");
    counts.unmade.set(why, (counts.unmade.get(why) ?? 0) + 1);
  }
}

/** The renames of which both ends were made, from the outermost in. */
function hintsBetween(first: World, second: World, start: SchemaGraph, target: SchemaGraph): readonly RenameHint[] {
  const hints: RenameHint[] = [];
  const seen = new Set<ObjectId>();
  const renames = [...renamesBetween(first, second)].sort((a, b) => a.from.length - b.from.length);
  for (const each of renames) {
    const from = objectId(each.kind as Kind, each.from), to = objectId(each.kind as Kind, each.to);
    const old = start.objects.get(from), now = target.objects.get(to);
    if (!old || !now || start.objects.has(to) || target.objects.has(from) || seen.has(from) || seen.has(to)) continue;
    // Not to what its table has already, under the table's own old name.
    if (old.parent !== null && start.objects.has(objectId(old.kind, [...pathOfId(old.parent), now.name.at(-1)!]))) {
      continue;
    }
    // What lives on something keeps it; where that one's own rename could not be given, it is simply another one.
    if (old.parent !== null && kindOf(old.parent) !== "schema" && !keeps(old, now, hints)) continue;
    seen.add(from).add(to);
    hints.push({ from, to, source: "test" });
  }
  return hints.filter(({ from, to }) => {
    const moved = hints.find((each) => each !== undefined && each.from === parentOf(start, from));
    const parent = parentOf(start, from), wanted = moved ? moved.to : parent;
    // A schema's or table's own rename takes along what is in it.
    return wanted === parentOf(target, to) || kindOf(parent ?? "schema:x") === "schema";
  }).filter((hint, _, all) => {
    const old = start.objects.get(hint.from)!;
    const carried = all.some((other) =>
      other !== hint && (other.from === old.parent || other.from === objectId("schema", [old.name[0]!])) &&
      old.name.at(-1) === target.objects.get(hint.to)!.name.at(-1)
    );
    return !carried || old.parent === null ||
      kindOf(old.parent) === "schema" && !all.some((other) => other.from === old.parent);
  });
}

function kindOf(id: string): string {
  return id.slice(0, id.indexOf(":"));
}

function parentOf(graph: SchemaGraph, id: ObjectId): ObjectId | null {
  return graph.objects.get(id)?.parent ?? null;
}

function keeps(old: SchemaObject, now: SchemaObject, hints: readonly RenameHint[]): boolean {
  const moved = hints.find(({ from }) => from === old.parent);
  return (moved ? moved.to : old.parent) === now.parent;
}

function planOrRefusal(
  from: SchemaGraph,
  to: SchemaGraph,
  renames: readonly RenameHint[],
  version: number,
): Planned | null {
  try {
    return makePlan({ from, to, dialect, renames, options: { columnOrder: "lax", version } });
  } catch (error) {
    if (!(error instanceof SqaError) || !["SQA-302", "SQA-310", "SQA-311"].includes(error.code)) throw error;
    // deno-lint-ignore no-console -- asked for
    if (Deno.env.get("SQA_TEST_DETAILS")) console.log(`refused: ${error.message}`);
    return null;
  }
}

/** What the server says of rows that do not fit: data exceptions and broken constraints (class 22 and 23), or (tsvectorin, tsqueryin) a syntax error. */
function isOfRows({ message, more: { code } }: DatabaseError): boolean {
  return /^2[23]/.test(code ?? "") ||
    code === "42601" &&
      /^(syntax error|wrong position info|word is too long|no operand) in ts(vector|query)/.test(message);
}

/** "stopped": by the rows, as the statement had said it may, and everything is as before; "half-way": but for what had to be committed. */
type Ended = "done" | "stopped" | "stopped half-way";

/** Runs the statements as one migration, in as many transactions as they need. */
async function run(connection: Connection, statements: readonly Statement[]): Promise<Ended> {
  const groups: Statement[][] = [[]];
  for (const statement of statements) {
    groups.at(-1)!.push(statement);
    if (statement.transaction !== "allowed") groups.push([]);
  }
  let ended: Ended = "stopped";
  for (const group of groups.filter((each) => each.length)) {
    const transactional = group.every((each) => each.transaction !== "alone");
    let at = group[0]!;
    try {
      await postgresDriver.migration(
        connection,
        { lockTimeoutMs: 0, statementTimeoutMs: 0, transactional },
        async (tx) => {
          for (at of group) await tx.execute(at.sql);
        },
      );
    } catch (error) {
      if (error instanceof DatabaseError && at.effects.mayFail && isOfRows(error)) return ended;
      throw new Error(`${error instanceof Error ? error.message : error}, in: ${at.sql}`, { cause: error });
    }
    ended = "stopped half-way";
  }
  return "done";
}

/** The objects in lines. */
function comparable(graph: SchemaGraph): readonly string[] {
  return [...graph.objects.values()].map((object) => canonicalJson(comparableObject(object))).sort();
}

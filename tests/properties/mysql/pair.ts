/**
 * One random pair on a real server: the first world is made with rows in it, sqa's up must lead to what the second is when made on its own
 * and its down back, by sqa's reader and by SHOW CREATE, and every value of what stays must still be there. For tests only.
 */
import { type Described, remember } from "../groups.ts";
import type { RenameHint } from "../../../diff/change.ts";
import { invertHint } from "../../../diff/invert.ts";
import { makeRoom } from "../../../diff/make_room.ts";
import { makePlan, type Planned } from "../../../diff/plan.ts";
import type { Statement } from "../../../diff/plan_types.ts";
import { rename } from "../../../diff/rename.ts";
import { type Connection, DatabaseError, type Driver } from "../../../dialects/driver.ts";
import { introspect } from "../../../introspect/introspect.ts";
import { settleForms } from "../../../migrate/mod.ts";
import { SqaError } from "../../../schema/error.ts";
import { canonicalJson } from "../../../schema/canonical.ts";
import { ofKind, type SchemaGraph } from "../../../schema/graph.ts";
import { comparable as comparableObject } from "../../../schema/hash.ts";
import { objectId, pathOfId } from "../../../schema/id.ts";
import type { Kind, ObjectId, SchemaObject } from "../../../schema/object.ts";
import { type Counts, Miss } from "../campaign.ts";
import { same } from "../same.ts";
import { unsaidLosses } from "../unsaid_losses.ts";
import { q, rowsOf, statementsOf } from "./sql.ts";
import { ofKind as ofTheWorld, renamesBetween, type World } from "./world.ts";

export interface Places {
  readonly driver: Driver;
  readonly from: Connection;
  readonly to: Connection;
  /** The script of what stands in the first, when the pair before came back to it: pairs that begin alike need not make it again. */
  standing?: string | null;
  /** Schemas that were read already, by the script that makes them: the same one is the end of one pair and the beginning of another. */
  readonly known?: Map<string, Described>;
}

/** An empty database under the same name. */
async function emptied(connection: Connection): Promise<void> {
  const name = q(connection.server.database);
  await connection.execute("set session foreign_key_checks = 0");
  await connection.execute(`drop database ${name}`);
  await connection.execute(`create database ${name}`);
  await connection.execute(`use ${name}`);
  await connection.execute("set session foreign_key_checks = 1");
}

async function attempt(connection: Connection, statements: readonly string[], counts: Counts | null): Promise<void> {
  for (const sql of statements) {
    try {
      if (counts) counts.made++;
      await connection.execute(sql);
    } catch (error) {
      if (!(error instanceof DatabaseError) || error.more.class === "connection") throw error;
      const why = error.message.replace(/['"`][^'"`]*['"`]|\d+/g, "…").slice(0, 120);
      counts?.unmade.set(why, (counts.unmade.get(why) ?? 0) + 1);
    }
  }
}

/** Everything as the server itself writes it, less what nobody asks for: numbers that rows move, the order of keys, moments. */
async function factsOf(connection: Connection): Promise<readonly string[]> {
  const facts: string[] = [];
  const own = `\`${connection.server.database}\`.`;
  const clean = (value: unknown) => String(value).replaceAll(own, "").replace(/ AUTO_INCREMENT=\d+/, "");
  const [database] = await connection.query("select @@collation_database as collation");
  facts.push(`database ${database!.collation}`);
  const tables = await connection.query<{ name: string; type: string }>(
    "select TABLE_NAME as name, TABLE_TYPE as type from information_schema.TABLES where TABLE_SCHEMA = database()",
  );
  for (const { name, type } of tables) {
    const what = type === "VIEW" ? "view" : type === "SEQUENCE" ? "sequence" : "table";
    const [row] = await connection.query(`show create ${what} ${q(name)}`);
    const [head, ...lines] = clean(Object.values(row!)[1]).split("\n");
    // Names of columns in front say the same as those within.
    if (what !== "table") {
      facts.push(`${what} ${name} ${clean(Object.values(row!)[1]).replace(/ \(`.*?`\) AS select /, " AS select ")}`);
    } else {
      // Whether a column's collation was said or is its table's shows in its words, and sqa's reader has what it is.
      const columns = lines.filter((line) => line.startsWith("  `"))
        .map((line) =>
          line.replace(/,$/, "").replace(/ (CHARACTER SET|COLLATE) \w+/g, "").replace(
            /_(utf8mb4|latin1|binary)(?=\\?')/g,
            "",
          )
        );
      const rest = lines.filter((line) => !line.startsWith("  `")).map((line) => line.replace(/,$/, ""));
      // Both are the server's own doing: what an index keeps of its table's past, and what any ALTER makes of literals.
      const keys = rest.filter((line) => line.startsWith("  "))
        .map((line) => line.replace(/ KEY_BLOCK_SIZE=\d+/, "").replace(/_(utf8mb4|latin1|binary)(?=\\?')/g, "")).sort();
      facts.push([head, ...columns, ...keys, ...rest.filter((line) => !line.startsWith("  "))].join("\n"));
    }
  }
  const lists = [
    `select concat_ws(' ', 'trigger', TRIGGER_NAME, EVENT_MANIPULATION, EVENT_OBJECT_TABLE, ACTION_TIMING, ACTION_ORDER, ACTION_STATEMENT, SQL_MODE) as fact
      from information_schema.TRIGGERS where TRIGGER_SCHEMA = database()`,
    `select concat_ws(' ', 'routine', ROUTINE_TYPE, ROUTINE_NAME, DTD_IDENTIFIER, ROUTINE_DEFINITION, SECURITY_TYPE, ROUTINE_COMMENT, SQL_MODE) as fact
      from information_schema.ROUTINES where ROUTINE_SCHEMA = database()`,
    `select concat_ws(' ', 'event', EVENT_NAME, EVENT_TYPE, EXECUTE_AT, INTERVAL_VALUE, INTERVAL_FIELD, STATUS, ON_COMPLETION, EVENT_DEFINITION, EVENT_COMMENT) as fact
      from information_schema.EVENTS where EVENT_SCHEMA = database()`,
  ];
  for (const sql of lists) {
    facts.push(...(await connection.query<{ fact: string }>(sql)).map(({ fact }) => clean(fact)));
  }
  return facts.sort();
}

/** Makes a schema in that place and reads it, where no pair before has read it. */
async function made(places: Places, place: Connection, world: World, counts: Counts): Promise<Described> {
  const { driver, known } = places, statements = statementsOf(world), script = statements.join(";\n");
  await emptied(place);
  await attempt(place, statements, counts);
  const facts = await factsOf(place), before = known?.get(script);
  if (before) same("the same script made twice", facts, before.facts);
  return before ?? remember(places.known, script, { graph: await introspect(place, driver.dialect), facts });
}

/** Makes the first schema, where it is not still there from the pair before, and puts its rows in: new ones, for some were lost on the way. */
async function stand(places: Places, world: World, counts: Counts): Promise<Described> {
  const { from, known } = places, script = statementsOf(world).join(";\n");
  const there = places.standing === script ? known?.get(script) : undefined;
  places.standing = null;
  const described = there ?? await made(places, from, world, counts);
  await from.execute("set session foreign_key_checks = 0");
  if (there) await attempt(from, ofTheWorld(world, "table").map(({ name }) => `delete from ${q(name)}`), null);
  await attempt(from, rowsOf(world), null);
  await from.execute("set session foreign_key_checks = 1");
  return described;
}

/** Throws a `Miss` when sqa fails. */
export async function tryPair(places: Places, first: World, second: World, counts: Counts): Promise<void> {
  const { driver, from, to } = places, { dialect } = driver;
  const { graph: start, facts: factsBefore } = await stand(places, first, counts);
  const target = places.known?.get(statementsOf(second).join(";\n")) ?? await made(places, to, second, counts);
  const wanted = target.graph, facts = [factsBefore, target.facts] as const;
  const hints = hintsBetween(first, second, start, wanted);
  counts.tried++;
  if (hints.length) counts.renamed++;
  const planned = planOrRefusal(driver, start, wanted, hints, from.version);
  if (planned === null) return void counts.refused++;
  let { up, down } = planned.plan;
  try {
    if (counts.tried % 3 === 0) {
      const forms = await settleForms({ driver, connection: from, plan: planned.plan, from: start });
      if (forms.size) ({ up, down } = planOrRefusal(driver, start, wanted, hints, from.version, forms)!.plan);
    }
    counts.statements += up.length;
    for (const { change: { op, kind } } of up) {
      counts.kinds.set(`${op} ${kind}`, (counts.kinds.get(`${op} ${kind}`) ?? 0) + 1);
    }
    same("losses that no statement tells of", unsaidLosses(start, wanted, hints, up, dialect), []);
    const unsaidBack = unsaidLosses(wanted, start, hints.map(invertHint), down, dialect);
    same("losses on the way back that no statement tells of", unsaidBack, []);
    const narrowed = new Set(up.flatMap(({ effects }) => effects.narrows?.map(({ object }) => object) ?? []));
    // NULL may become the moment of the change, and the statement says so.
    const kept = keptColumns(driver, start, wanted, hints).filter(({ after, moment }) =>
      !(moment && narrowed.has(after))
    );
    const before = await valuesOf(from, kept, "before");
    const ended = await run(driver, from, up);
    if (ended !== "done") {
      counts.stopped++;
      if (ended === "stopped half-way") return;
      same("stopped, as the server says it", await factsOf(from), facts[0]);
      return;
    }
    same("up, as sqa reads it", lines(await introspect(from, dialect)), lines(wanted));
    same("up, as the server says it", await factsOf(from), facts[1]);
    same("rows after up", await valuesOf(from, kept, "after"), before);
    if (await run(driver, from, down) !== "done") return;
    same("down, as sqa reads it", lines(await introspect(from, dialect)), lines(start));
    same("down, as the server says it", await factsOf(from), facts[0]);
    same("rows after down", await valuesOf(from, kept, "before"), before);
    places.standing = statementsOf(first).join(";\n");
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new Miss(message, up.map(({ sql }) => sql), down.map(({ sql }) => sql), error);
  } finally {
    await from.execute("set session foreign_key_checks = 1");
  }
}

function lines(graph: SchemaGraph): readonly string[] {
  return [...graph.objects.values()].map((object) => canonicalJson(comparableObject(object))).sort();
}

function hintsBetween(first: World, second: World, start: SchemaGraph, wanted: SchemaGraph): readonly RenameHint[] {
  const hints: RenameHint[] = [], seen = new Set<ObjectId>();
  for (const each of renamesBetween(first, second)) {
    const kind =
      (each.kind === "index" && start.objects.has(objectId("unique", each.from)) ? "unique" : each.kind) as Kind;
    const from = objectId(kind, each.from), to = objectId(kind, each.to);
    const old = start.objects.get(from), now = wanted.objects.get(to);
    if (!old || !now || start.objects.has(to) || wanted.objects.has(from) || seen.has(from) || seen.has(to)) continue;
    const moved = hints.find((hint) => hint.from === old.parent);
    if ((moved ? moved.to : old.parent) !== now.parent) continue;
    seen.add(from).add(to);
    if (old.name.at(-1) !== now.name.at(-1)) hints.push({ from, to, source: "test" });
  }
  return hints;
}

function planOrRefusal(
  { dialect }: Driver,
  from: SchemaGraph,
  to: SchemaGraph,
  renames: readonly RenameHint[],
  version: number,
  forms: ReadonlyMap<string, string> = new Map(),
): Planned | null {
  try {
    return makePlan({ from, to, dialect, renames, options: { columnOrder: "strict", version, forms } });
  } catch (error) {
    if (error instanceof SqaError && ["SQA-302", "SQA-310"].includes(error.code)) return null;
    throw error;
  }
}

type Ended = "done" | "stopped" | "stopped half-way";

/** Statement by statement, as these servers commit. "stopped": by the rows, as the statement had said it may. */
async function run(driver: Driver, connection: Connection, statements: readonly Statement[]): Promise<Ended> {
  let ended: Ended = "stopped";
  for (const [i, { sql, effects }] of statements.entries()) {
    try {
      await driver.migration(
        connection,
        { lockTimeoutMs: 0, statementTimeoutMs: 0, transactional: false },
        (tx) => tx.execute(sql),
      );
    } catch (error) {
      // What was set around the statement does not stay for the pairs that come after.
      const back = statements.slice(i).find((each) => / = @sqa_/.test(each.sql));
      if (back && setBefore(statements.slice(0, i))) await connection.execute(back.sql);
      if (error instanceof DatabaseError && effects.mayFail && isOfRows(error)) return ended;
      throw new Error(`${error instanceof Error ? error.message : error}, in: ${sql}`, { cause: error });
    }
    if (!/^SET /.test(sql)) ended = "stopped half-way";
  }
  return "done";
}

/** Is something set for the session and not yet set back? */
function setBefore(statements: readonly Statement[]): boolean {
  const last = statements.findLast(({ sql }) => sql.startsWith("SET SESSION "));
  return last !== undefined && !/ = @sqa_/.test(last.sql);
}

/** The rows were in the way, or MariaDB turns no value of the one type into the other. */
function isOfRows(error: DatabaseError): boolean {
  return error.more.class === "data" || /^Cannot cast '[\w ]+' as '[\w ]+' in assignment/.test(error.message);
}

interface Kept {
  /** Its bytes are compared, for it has no text. */
  readonly bytes: boolean;
  readonly moment: boolean;
  readonly before: ObjectId;
  readonly after: ObjectId;
}

/** Columns that are there before and after under whatever names, with values that must not change. */
function keptColumns(
  driver: Driver,
  from: SchemaGraph,
  to: SchemaGraph,
  hints: readonly RenameHint[],
): readonly Kept[] {
  const cleared = makeRoom(from, hints, driver.dialect);
  const { moved, graph } = rename(cleared, hints, driver.dialect);
  return ofKind(cleared, "column").flatMap(({ id }) => {
    const after = moved.get(id) ?? id, old = graph.objects.get(after), now = to.objects.get(after);
    if (old?.kind !== "column" || now?.kind !== "column" || !from.objects.has(id)) return [];
    if (old.generated || now.generated || !sameText(old, now)) return [];
    const { name } = old.type;
    return [{ before: id, after, bytes: /^(point|geometry|vector)/.test(name), moment: name === "timestamp" }];
  });
}

/** Does a value keep its text: the type stays, or whole numbers and texts become one another? */
function sameText(old: SchemaObject<"column">, now: SchemaObject<"column">): boolean {
  const written = ({ type }: SchemaObject<"column">) => `${type.name}(${type.args})`;
  const plain = ({ type }: SchemaObject<"column">) =>
    /^(int|bigint|smallint|varchar|text|mediumtext|tinytext)\b/.test(type.name) && !/zerofill/.test(type.name);
  const labels = ({ type }: SchemaObject<"column">) => type.name === "enum";
  return written(old) === written(now) || (plain(old) && plain(now)) || (labels(old) && labels(now));
}

/** The values of these columns as text, each column's sorted. */
async function valuesOf(
  connection: Connection,
  kept: readonly Kept[],
  side: "before" | "after",
): Promise<readonly string[]> {
  const tables = Map.groupBy(kept, (each) => pathOfId(each[side])[0]!), found = new Map<Kept, string>();
  for (const [table, columns] of tables) {
    const list = columns.map((each, i) => {
      const name = q(pathOfId(each[side]).at(-1)!);
      return `hex(${each.bytes ? name : `cast(${name} as char)`}) as v${i}`;
    });
    const rows = await connection.query<Record<string, string | null>>(`select ${list.join(", ")} from ${q(table)}`);
    for (const [i, each] of columns.entries()) {
      found.set(each, JSON.stringify(rows.map((row) => row[`v${i}`]).sort()));
    }
  }
  return kept.map((each, i) => `${i} ${found.get(each)}`);
}

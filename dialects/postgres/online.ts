/**
 * The form of a plan that does not stop the users of a live database: indexes are built CONCURRENTLY, constraints are added NOT VALID and validated
 * when that transaction is over, SET NOT NULL follows a validated CHECK that saves its scan (manual, ALTER TABLE, "Notes"). Only tables that are
 * there already are worth it. What all else waits for stays one transaction; the slow steps come behind it, each resumable by itself. Pure.
 */
import type { RenderContext } from "../dialect.ts";
import type { Change } from "../../diff/change.ts";
import { type Effects, noEffects, type Statement } from "../../diff/plan_types.ts";
import type { SchemaGraph } from "../../schema/graph.ts";
import type { Kind, ObjectId, SchemaObject } from "../../schema/object.ts";
import { deferrableClause, tableOf } from "./constraint.ts";
import { heirsOf, tableIn } from "./inheritance.ts";
import { objectName } from "./names.ts";
import { withClause } from "./parameters.ts";
import { quote, quoteId, quoteList, quotePath } from "./sql.ts";
import { accessExclusive, shareUpdateExclusive } from "./statement.ts";

/** What becomes of one statement: what stays in its place, and what comes behind everything else. */
interface Split {
  readonly now: readonly Statement[];
  readonly later: readonly Statement[];
}

/** What may be NOT VALID: the transaction that drops the old one makes the new one, which every write meets from then on. */
const rulesOfRows: ReadonlySet<Kind> = new Set(["foreign_key", "check"]);

type Key = SchemaObject<"unique"> | SchemaObject<"primary_key">;

/** The same plan in its online form. Each result leads to the same schema as the statements that are given. */
export function online(statements: readonly Statement[], context: RenderContext): readonly Statement[] {
  const dropped = new Set(statements.flatMap(({ change }) => change.op === "drop" ? [change.from.id] : []));
  const rewritten = new Set(statements.flatMap(({ effects }) => effects.rewrites));
  const now: Statement[] = [], later: Statement[] = [];
  statements.forEach((each, i) => {
    const rest = statements.slice(i + 1);
    const split = isReady(each, context, dropped, rewritten) ? splitUp(each, rest, context) : null;
    now.push(...split?.now ?? [each]);
    later.push(...split?.later ?? []);
  });
  const early = dropsFirst(now, context);
  const waits = later.length > 0 || early.some(({ transaction }) => transaction === "alone");
  // What is behind it must not hold the locks of what is before it.
  const closed = later.length > 0 && now.length > 0
    ? early.map((each, i) => i === early.length - 1 ? barrier(each) : each)
    : early;
  return waits ? [...closed, ...later] : statements;
}

function barrier(statement: Statement): Statement {
  return statement.transaction === "allowed" ? { ...statement, transaction: "commit-after" } : statement;
}

/** Is it about a table that is there, stays, is not written anew by the same plan, and stands for itself? */
function isReady(
  { change, transaction }: Statement,
  { from, to }: RenderContext,
  dropped: ReadonlySet<ObjectId>,
  rewritten: ReadonlySet<ObjectId>,
): boolean {
  const object = change.op === "drop" ? change.from : change.to;
  const table = object.parent;
  if (transaction !== "allowed" || table === null || rewritten.has(table) || dropped.has(table)) return false;
  // An index that is dropped and made again would be missed in between. A rule that holds for new rows at once is not.
  if (change.op === "create" && dropped.has(object.id) && !rulesOfRows.has(object.kind)) return false;
  return standsAlone(from, table) && standsAlone(to, table);
}

/** A plain table or a materialized view: no partitions, no heirs, no parents. */
function standsAlone(graph: SchemaGraph, id: ObjectId): boolean {
  const object = graph.objects.get(id);
  if (object?.kind === "materialized_view") return true;
  const table = tableIn(graph, id);
  return table?.kind === "table" && !table.options.partition_by && table.inherits.length === 0 &&
    heirsOf(graph, id).length === 0;
}

function splitUp(each: Statement, rest: readonly Statement[], context: RenderContext): Split | null {
  const { change } = each;
  switch (change.kind) {
    case "index":
      return change.op === "create" ? buildIndex(each, change.to as SchemaObject<"index">, rest) : null;
    case "unique":
    case "primary_key":
      return change.op === "create" ? buildKey(each, change.to as Key, rest, context) : null;
    case "foreign_key":
    case "check":
      return change.op === "create" ? validateLater(each, change.to) : null;
    case "column":
      return change.op === "alter" ? notNullLater(each, change.to as SchemaObject<"column">, rest) : null;
    default:
      return null;
  }
}

/** Does something that comes later need the object, or belong to the same change? */
function isNeeded(object: SchemaObject, rest: readonly Statement[], own: Change): boolean {
  return rest.some(({ change }) => {
    if (change === own) return true;
    if (change.op === "drop") return false;
    return change.to.refs.includes(object.id) || change.to.parent === object.id;
  });
}

function buildIndex(each: Statement, index: SchemaObject<"index">, rest: readonly Statement[]): Split | null {
  const found = /^CREATE (UNIQUE )?INDEX (?=.* ON (?!ONLY ))/s.exec(each.sql);
  if (!found || isNeeded(index, rest, each.change)) return null;
  const sql = `${found[0]}CONCURRENTLY ${each.sql.slice(found[0].length)}`;
  return { now: [], later: [{ ...each, sql, transaction: "alone", effects: unblocked(each.effects, index.parent!) }] };
}

/** The index first, without stopping anybody; then it becomes the constraint's, for which the catalog alone changes. */
function buildKey(each: Statement, key: Key, rest: readonly Statement[], { from }: RenderContext): Split | null {
  if (!/^ALTER TABLE (?!ONLY )/.test(each.sql) || key.options.without_overlaps || isNeeded(key, rest, each.change)) {
    return null;
  }
  const isPrimary = key.kind === "primary_key";
  // A column that is not NOT NULL yet would be read from end to end under the lock.
  const proven = key.columns.every((name) => {
    const column = from.objects.get(`column:${key.parent!.slice(key.parent!.indexOf(":") + 1)}.${name}` as ObjectId);
    return column?.kind === "column" && !(column as SchemaObject<"column">).nullable;
  });
  if (isPrimary && !proven) return null;
  const { include, tablespace } = key.options, name = quote(key.name.at(-1)!), table = quoteId(key.parent!);
  const index = [
    `CREATE UNIQUE INDEX CONCURRENTLY ${name} ON ${table} (${quoteList(key.columns)})`,
    Array.isArray(include) ? ` INCLUDE (${quoteList(include as string[])})` : "",
    key.kind === "unique" && !key.nullsDistinct ? " NULLS NOT DISTINCT" : "",
    withClause(key.options),
    tablespace ? ` TABLESPACE ${quote(String(tablespace))}` : "",
  ].join("");
  const sql = `ALTER TABLE ${tableOf(key)} ADD CONSTRAINT ${name} ${
    isPrimary ? "PRIMARY KEY" : "UNIQUE"
  } USING INDEX ${name}${deferrableClause(key.deferrable)}`;
  return {
    now: [],
    later: [
      { ...each, sql: index, transaction: "alone", effects: unblocked(each.effects, key.parent!) },
      { ...each, sql, transaction: "commit-after", effects: { ...noEffects, locks: [accessExclusive(key.parent!)] } },
    ],
  };
}

function validateLater(each: Statement, constraint: SchemaObject): Split | null {
  if (each.effects.scans.length === 0 || !/^ALTER TABLE (?!ONLY ).* ADD CONSTRAINT /s.test(each.sql)) return null;
  const sql = `ALTER TABLE ${tableOf(constraint)} VALIDATE CONSTRAINT ${quote(constraint.name.at(-1)!)}`;
  const { scans: _later, mayFail: _too, ...effects } = each.effects;
  return {
    now: [{ ...each, sql: `${each.sql} NOT VALID`, effects: { ...effects, scans: [], mayFail: null } }],
    later: [{ ...each, sql, transaction: "commit-after", effects: unblocked(each.effects, constraint.parent!) }],
  };
}

/** CHECK … NOT VALID, VALIDATE, and then SET NOT NULL believes the check, which is not needed any more. */
function notNullLater(each: Statement, column: SchemaObject<"column">, rest: readonly Statement[]): Split | null {
  const [, table, name] = column.name as readonly [string, string, string];
  const path = quotePath(column.name.slice(0, 2)), set = `ALTER TABLE ${path} ALTER COLUMN ${quote(name)} SET NOT NULL`;
  if (each.sql !== set || each.effects.scans.length === 0) return null;
  const follows = rest.some(({ change }) =>
    change === each.change ||
    change.op !== "drop" && change.kind === "primary_key" && change.to.parent === column.parent
  );
  if (follows) return null;
  const check = quote(objectName(table, name, "sqa_not_null"));
  const locks = [accessExclusive(column.parent!)];
  const quickly = (sql: string, transaction: Statement["transaction"]): Statement => ({
    ...each,
    sql,
    transaction,
    effects: { ...noEffects, locks },
  });
  return {
    now: [
      quickly(`ALTER TABLE ${path} ADD CONSTRAINT ${check} CHECK (${quote(name)} IS NOT NULL) NOT VALID`, "allowed"),
    ],
    later: [
      {
        ...each,
        sql: `ALTER TABLE ${path} VALIDATE CONSTRAINT ${check}`,
        transaction: "commit-after",
        effects: unblocked(each.effects, column.parent!),
      },
      quickly(set, "allowed"),
      quickly(`ALTER TABLE ${path} DROP CONSTRAINT ${check}`, "commit-after"),
    ],
  };
}

/** Indexes that go before everything else go without stopping anybody. In the middle of a plan the others would have to wait for them. */
function dropsFirst(statements: readonly Statement[], context: RenderContext): readonly Statement[] {
  const made = new Set(statements.flatMap(({ change }) => change.op === "create" ? [change.to.id] : []));
  const end = statements.findIndex((each) => !isPlainDrop(each, context, made));
  return statements.map((each, i) =>
    end >= 0 && i >= end ? each : {
      ...each,
      sql: each.sql.replace(/^DROP INDEX /, "DROP INDEX CONCURRENTLY "),
      transaction: "alone",
      effects: unblocked(each.effects, each.change.op === "drop" ? each.change.from.parent! : null),
    }
  );
}

function isPlainDrop(
  { change, sql, transaction }: Statement,
  { from }: RenderContext,
  made: ReadonlySet<ObjectId>,
): boolean {
  return change.op === "drop" && change.kind === "index" && /^DROP INDEX (?!CONCURRENTLY)/.test(sql) &&
    transaction === "allowed" && !made.has(change.from.id) && standsAlone(from, change.from.parent!);
}

function unblocked(effects: Effects, table: ObjectId | null): Effects {
  return { ...effects, locks: table === null ? [] : [shareUpdateExclusive(table)] };
}
